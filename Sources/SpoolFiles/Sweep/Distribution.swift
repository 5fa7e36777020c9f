/// The random distribution of a parameter's values.
///
/// The names, the bounds and the defaults are those of W&B's `config/schema.json`, the formulas
/// those of the `ppf` functions in its `params.py` (github.com/wandb/sweeps).
package struct Distribution: Sendable {
  /// The shape before values are rounded to steps.
  package enum Shape: Sendable {
    /// A number from the first to the second bound.
    case uniform(Double, Double)
    /// A number whose logarithm is uniform between two bounds, kept within the bounds as they were given.
    case logUniform(ClosedRange<Double>, bounds: ClosedRange<Double>)
    case normal(mean: Double, deviation: Double)
    /// A number whose logarithm is normally distributed.
    case logNormal(mean: Double, deviation: Double)
    case beta(Double, Double)
  }

  package let shape: Shape
  /// Values are rounded to its multiples; nil if they are not rounded.
  var step: Numeral?

  func draw(_ generator: inout SweepGenerator) -> JSON { rounded(number(&generator)) }

  /// The value, rounded to a multiple of the step.
  func rounded(_ value: Double) -> JSON {
    guard let step else { return .number(value) }
    return multiple(of: step, nearest: value)
  }

  private func number(_ generator: inout SweepGenerator) -> Double {
    switch shape {
    case .uniform(let low, let high):
      let share = generator.unit()
      // Not low + share * (high - low): that difference may be too large for a double.
      return low * (1 - share) + high * share
    case .logUniform(let logs, let bounds):
      let share = generator.unit()
      let log = logs.lowerBound * (1 - share) + logs.upperBound * share
      return min(max(Elementary.exp(log), bounds.lowerBound), bounds.upperBound)
    case .normal(let mean, let deviation):
      return Self.finite(mean + deviation * generator.normal())
    case .logNormal(let mean, let deviation):
      return Self.finite(Elementary.exp(mean + deviation * generator.normal()))
    case .beta(let a, let b):
      return generator.beta(max(a, 1e-9), max(b, 1e-9))
    }
  }

  /// The nearest finite number, because JSON has no infinity.
  static func finite(_ value: Double) -> Double {
    min(max(value, -.greatestFiniteMagnitude), .greatestFiniteMagnitude)
  }

  /// The number of steps, rounded half to even as W&B's numpy rounds.
  private func count(of step: Numeral, nearest value: Double) -> Double {
    (value / step.value).rounded(.toNearestOrEven)
  }

  private func multiple(of step: Numeral, nearest value: Double) -> JSON {
    let count = count(of: step, nearest: value)
    let product = count.isFinite ? step.times(count) : .null
    return product.isNull ? .number(value) : product
  }

  /// Every possible value, in order; nil if there are too many to be counted.
  var steps: SteppedRange? {
    if case .normal(let mean, 0) = shape { return single(mean) }
    if case .logNormal(let mean, 0) = shape { return single(Elementary.exp(mean)) }
    guard let step else { return nil }
    switch shape {
    case .uniform(let low, let high):
      return range(of: step, low, high)
    case .logUniform(_, let bounds):
      return range(of: step, bounds.lowerBound, bounds.upperBound)
    case .beta: return range(of: step, 0, 1)
    case .normal, .logNormal: return nil
    }
  }

  private func single(_ value: Double) -> SteppedRange? {
    step.map { range(of: $0, value, value) } ?? SteppedRange(constant: .number(value))
  }

  private func range(of step: Numeral, _ low: Double, _ high: Double) -> SteppedRange? {
    let first = count(of: step, nearest: low)
    guard let count = Int(exactly: count(of: step, nearest: high) - first + 1) else { return nil }
    return SteppedRange(count: count) { step.times(first + Double($0)) }
  }
}

/// A counted sequence of values that are created on demand.
struct SteppedRange: Sendable {
  let count: Int
  let value: @Sendable (Int) -> JSON

  init(count: Int, value: @escaping @Sendable (Int) -> JSON) {
    self.count = count
    self.value = value
  }

  init(constant: JSON) { self.init(count: 1) { _ in constant } }

  init(_ values: [JSON]) { self.init(count: values.count) { values[$0] } }

  /// Creates whole numbers. Returns nil if there are too many to be counted.
  init?(_ numbers: ClosedRange<Int>) {
    let (distance, overflow) = numbers.upperBound.subtractingReportingOverflow(numbers.lowerBound)
    guard !overflow, distance < .max else { return nil }
    let first = numbers.lowerBound
    self.init(count: distance + 1) { .number(first + $0) }
  }

  /// Creates `low`, `low + step`… below `high`, like numpy's `arange`. Returns nil if there are too many.
  init?(from low: Numeral, below high: Numeral, by step: Numeral) {
    let isInteger = low.isInteger && high.isInteger && step.isInteger
    if let steps = Self.exact(low, high, step) {
      let scale = steps.scale
      self.init(count: (steps.distance - 1) / steps.step + 1) { index in
        let mantissa = steps.first + index * steps.step
        return .number(Decimal(mantissa: mantissa, scale: scale).text(isInteger: isInteger))
      }
    } else {
      let distance = ((high.value - low.value) / step.value).rounded(.up)
      guard let count = Int(exactly: distance) else { return nil }
      self.init(count: count) { .number(low.value + Double($0) * step.value) }
    }
  }

  /// Creates `low`, `low + step`… up to `high`, which belongs to it. Returns nil if there are too many.
  init?(from low: Numeral, through high: Numeral, by step: Numeral) {
    let isInteger = low.isInteger && high.isInteger && step.isInteger
    if let steps = Self.exact(low, high, step) {
      let scale = steps.scale
      self.init(count: steps.distance / steps.step + 1) { index in
        let mantissa = steps.first + index * steps.step
        return .number(Decimal(mantissa: mantissa, scale: scale).text(isInteger: isInteger))
      }
    } else {
      let distance = ((high.value - low.value) / step.value + 1e-9).rounded(.down)
      guard let count = Int(exactly: distance), count < .max else { return nil }
      self.init(count: count + 1) { .number(low.value + Double($0) * step.value) }
    }
  }

  /// The range in whole numbers of the smallest decimal place; nil if they do not fit.
  private static func exact(
    _ low: Numeral, _ high: Numeral, _ step: Numeral
  ) -> (first: Int, step: Int, scale: Int, distance: Int)? {
    guard let a = low.decimal, let b = high.decimal, let c = step.decimal else { return nil }
    let scale = max(a.scale, b.scale, c.scale)
    guard let first = a.aligned(to: scale), let end = b.aligned(to: scale),
      let step = c.aligned(to: scale)
    else { return nil }
    let (distance, overflow) = end.subtractingReportingOverflow(first)
    if overflow || distance < 0 || distance == .max { return nil }
    return (first, step, scale, distance)
  }
}
