// Arithmetic on numbers that come from outside: out of files, names, clocks and command lines.
//
// A result that does not fit becomes the largest or the smallest number: no command waits for 300 years, and no
// host has 2^63 slots. So these functions never trap, and never wrap around.

extension FixedWidthInteger {
  /// The sum, or the nearest number if it does not fit.
  @inlinable @inline(__always)
  package func adding(clamped other: Self) -> Self {
    let (sum, isBeyond) = addingReportingOverflow(other)
    return isBeyond ? (other < 0 ? .min : .max) : sum
  }

  /// The difference, or the nearest number if it does not fit.
  @inlinable @inline(__always)
  package func subtracting(clamped other: Self) -> Self {
    let (difference, isBeyond) = subtractingReportingOverflow(other)
    return isBeyond ? (other < 0 ? .max : .min) : difference
  }

  /// The product, or the nearest number if it does not fit.
  @inlinable @inline(__always)
  package func multiplied(clamped other: Self) -> Self {
    let (product, isBeyond) = multipliedReportingOverflow(by: other)
    return isBeyond ? ((self < 0) == (other < 0) ? .max : .min) : product
  }

  /// The whole part of a number, or the nearest number if that does not fit; 0 for NaN.
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
  /// The sum of all, or the nearest number if it does not fit.
  @inlinable package var clampedSum: Element { reduce(0) { $0.adding(clamped: $1) } }
}
