import SpoolQueue

/// The places of numbers along an axis.
struct PlotScale: Sendable, Equatable {
  /// The numbers at which the axis begins and ends.
  let low: Double
  let high: Double
  /// Whether equal factors, instead of equal differences, have equal distances.
  let isLogarithmic: Bool

  /// Makes an axis for these values, with some space at both ends.
  ///
  /// - Parameter isLogarithmic: If nil, the values decide: true if their sizes differ much.
  init(_ values: [Double], isLogarithmic: Bool? = nil) {
    let values = values.filter { $0.isFinite }
    let least = values.min() ?? 0
    let most = values.max() ?? 1
    let isLogarithmic = least > 0 && (isLogarithmic ?? (most / least >= 50))
    self.isLogarithmic = isLogarithmic
    if isLogarithmic {
      let first = log10(of: least)
      let air = Swift.max((log10(of: most) - first) * 0.06, 0.05)
      low = Swift.max(power10(first - air), .leastNormalMagnitude)
      high = Swift.min(power10(log10(of: most) + air), .greatestFiniteMagnitude)
    } else {
      // This is not computed as most - least, which may be more than a double holds.
      var air = most * 0.06 - least * 0.06
      if air == 0 { air = Swift.max(most.magnitude * 0.1, 0.5) }
      low = Swift.max(least - air, -.greatestFiniteMagnitude)
      high = Swift.min(most + air, .greatestFiniteMagnitude)
    }
  }

  /// The place of a value, from 0 at the beginning of the axis to 1.
  func position(of value: Double) -> Double {
    let share =
      isLogarithmic
      ? (log10(of: value) - log10(of: low)) / (log10(of: high) - log10(of: low))
      : (value / 2 - low / 2) / (high / 2 - low / 2)
    return share.isFinite ? Swift.min(Swift.max(share, 0), 1) : 0
  }

  /// Round numbers along the axis, at most `count` or a few more.
  func ticks(_ count: Int = 4) -> [Double] {
    isLogarithmic ? logarithmicTicks(count) : linearTicks(count)
  }

  private func logarithmicTicks(_ count: Int) -> [Double] {
    let first = Int(log10(of: low).rounded(.up))
    let last = Int(log10(of: high).rounded(.down))
    if last - first >= 1 {
      let step = Swift.max((last - first + count - 1) / count, 1)
      return stride(from: first, through: last, by: step).map { power10(Double($0)) }
    }
    let decade = Int(log10(of: low).rounded(.down))
    return [1.0, 2, 5, 10, 20, 50].map { $0 * power10(Double(decade)) }
      .filter { (low...high).contains($0) }
  }

  private func linearTicks(_ count: Int) -> [Double] {
    let range = high / Double(count) - low / Double(count)
    guard range > 0, range.isFinite else { return [] }
    let unit = power10(log10(of: range).rounded(.down))
    guard let step = [1.0, 2, 5, 10].map({ $0 * unit }).first(where: { $0 >= range * 0.99 }),
      low / step > -1e15, high / step < 1e15
    else { return [] }
    let first = Int((low / step).rounded(.up))
    let last = Int((high / step).rounded(.down))
    return first <= last ? (first...last).map { Double($0) * step } : []
  }

  /// The label of a number on an axis: `0.001`, `50`, `1e-05`.
  static func label(_ value: Double) -> String {
    // Rounding errors in the last places do not belong to the label.
    let unit = power10(log10(of: value.magnitude).rounded(.down) - 4)
    let rounded = unit > 0 && unit.isFinite ? (value / unit).rounded() : 0
    let shown =
      unit >= 1 || unit == 0 ? rounded * unit : rounded / power10(-log10(of: unit).rounded())
    let text = JSON.number(shown.isFinite ? shown : value).tableText
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

/// The decimal logarithm. For 0 and negative numbers, the logarithm of the smallest positive number.
func log10(of value: Double) -> Double {
  Elementary.log(Swift.max(value, .leastNormalMagnitude)) / Elementary.log(10)
}

/// Ten to a power. For a whole exponent it is as exact as a double can be.
func power10(_ exponent: Double) -> Double {
  guard exponent == exponent.rounded(), exponent.magnitude <= 22 else {
    return Elementary.exp(exponent * Elementary.log(10))
  }
  let power = (0..<Int(exponent.magnitude)).reduce(1.0) { power, _ in power * 10 }
  return exponent < 0 ? 1 / power : power
}
