// Arithmetic on numbers that come from outside: out of files, names, clocks and command lines.
//
// An amount that is too large to be told counts as the largest that can be: no command waits for 300 years,
// and no host has 2^63 slots. So these never trap, and never wrap around.

extension FixedWidthInteger {
  /// The sum; the largest or the smallest number there is where the sum is beyond it.
  @inlinable @inline(__always)
  package func adding(clamped other: Self) -> Self {
    let (sum, isBeyond) = addingReportingOverflow(other)
    return isBeyond ? (other < 0 ? .min : .max) : sum
  }

  /// The difference; the largest or the smallest number there is where the difference is beyond it.
  @inlinable @inline(__always)
  package func subtracting(clamped other: Self) -> Self {
    let (difference, isBeyond) = subtractingReportingOverflow(other)
    return isBeyond ? (other < 0 ? .max : .min) : difference
  }

  /// The product; the largest or the smallest number there is where the product is beyond it.
  @inlinable @inline(__always)
  package func multiplied(clamped other: Self) -> Self {
    let (product, isBeyond) = multipliedReportingOverflow(by: other)
    return isBeyond ? ((self < 0) == (other < 0) ? .max : .min) : product
  }

  /// The whole part of a number; the largest or the smallest number there is where it is beyond it, and
  /// 0 for what is no number.
  @inlinable package init(clamped value: Double) {
    if value.isNaN {
      self = 0
    } else if let exact = Self(exactly: value.rounded(.towardZero)) {
      self = exact
    } else {
      self = value < 0 ? .min : .max
    }
  }
}

extension Sequence where Element: FixedWidthInteger {
  /// The sum of all; the largest number there is where the sum is beyond it.
  @inlinable package var clampedSum: Element { reduce(0) { $0.adding(clamped: $1) } }
}
