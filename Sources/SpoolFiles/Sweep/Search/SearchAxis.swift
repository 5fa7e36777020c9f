/// A parameter of a search: how the numbers from 0 to 1 stand for its values.
///
/// A number is the share of the distribution below a value, as in W&B's search, so that equal steps are equally
/// likely in a random search. The values of a choice stand in their order on one coordinate; a coordinate for each
/// of them finds no better points (`spool-bench --scene search` has such a function).
struct SearchAxis: Sendable {
  private enum Values: Sendable {
    /// Values that differ, with the sums of their weights up to each.
    case choice([JSON], [Double])
    case integers(ClosedRange<Int>)
    case drawn(Distribution)
  }

  private let values: Values
  /// The place of each value of a choice, by its normalized text.
  private let places: [JSON: Int]

  /// Creates the axis of a parameter. Returns nil if all runs have the same value of it.
  init?(_ source: SweepParameter.Source) {
    switch source {
    case .constant, .nested: return nil
    case .choice(let choices, let weights):
      var distinct: [JSON] = []
      var sums: [Double] = []
      var places: [JSON: Int] = [:]
      var shares: [Double] = []
      for (index, value) in choices.enumerated() {
        let weight = weights?[index] ?? 1
        guard weight > 0 else { continue }
        if let place = places[value.normalized] {
          // A value that is named twice is drawn twice as often.
          shares[place] += weight
        } else {
          places[value.normalized] = distinct.count
          distinct.append(value)
          shares.append(weight)
        }
      }
      guard distinct.count > 1 else { return nil }
      let whole = shares.reduce(0, +)
      var sum = 0.0
      for share in shares {
        sum += share / whole
        sums.append(sum)
      }
      self.places = places
      values = .choice(distinct, sums)
      return
    case .integers(let range): values = .integers(range)
    case .steps(let low, let high, let step):
      values = .drawn(Distribution(shape: .uniform(low.value, high.value), step: step))
    case .drawn(let distribution, _): values = .drawn(distribution)
    }
    places = [:]
  }

  /// The value for which a number from 0 to 1 stands.
  func value(at share: Double) -> JSON {
    switch values {
    case .choice(let values, let sums): return values[Self.index(of: share, in: sums)]
    case .integers(let range): return .number(Self.integer(at: share, in: range))
    case .drawn(let distribution): return distribution.value(at: share)
    }
  }

  /// The coordinate of the value for which a number stands.
  func coordinate(at share: Double) -> Double {
    switch values {
    case .choice(let values, let sums):
      Double(Self.index(of: share, in: sums) + 1) / Double(values.count)
    case .integers(let range):
      Self.share(of: Double(Self.integer(at: share, in: range)), in: range)
    case .drawn(let distribution): distribution.steppedShare(share)
    }
  }

  /// The coordinate of a value; of a value that the parameter cannot have, one within the cube too.
  func coordinate(of value: JSON?) -> Double {
    let share: Double?
    switch values {
    case .choice(let values, _):
      let place = value.flatMap { places[$0.normalized] } ?? 0
      share = Double(place + 1) / Double(values.count)
    case .integers(let range): share = value?.doubleValue.map { Self.share(of: $0, in: range) }
    case .drawn(let distribution):
      share = value?.doubleValue.map { distribution.share(below: $0) }
    }
    guard let share, !share.isNaN else { return 0.5 }
    return min(max(share, 0), 1)
  }

  private static func index(of share: Double, in sums: [Double]) -> Int {
    min(sums.firstIndex { share < $0 } ?? .max, sums.count - 1)
  }

  private static func integer(at share: Double, in range: ClosedRange<Int>) -> Int {
    let distance = UInt64(bitPattern: Int64(range.upperBound &- range.lowerBound))
    let count = Double(distance) + 1
    let offset = min(UInt64(exactly: (share * count).rounded(.down)) ?? distance, distance)
    return range.lowerBound &+ Int(truncatingIfNeeded: offset)
  }

  private static func share(of number: Double, in range: ClosedRange<Int>) -> Double {
    let low = Double(range.lowerBound)
    return (number - low + 1) / (Double(range.upperBound) - low + 1)
  }
}

extension Distribution {
  /// The value below which a share of the distribution lies.
  func value(at share: Double) -> JSON { rounded(number(at: share)) }

  private func number(at share: Double) -> Double {
    switch shape {
    case .uniform(let low, let high): low * (1 - share) + high * share
    case .logUniform(let logs, let bounds):
      min(
        max(
          Elementary.exp(logs.lowerBound * (1 - share) + logs.upperBound * share),
          bounds.lowerBound), bounds.upperBound)
    case .normal(let mean, let deviation):
      Self.finite(mean + deviation * Probability.normalQuantile(share))
    case .logNormal(let mean, let deviation):
      Self.finite(Elementary.exp(mean + deviation * Probability.normalQuantile(share)))
    case .beta(let a, let b): Probability.betaQuantile(share, max(a, 1e-9), max(b, 1e-9))
    }
  }

  /// The share of the distribution below a value; not a number if it cannot be computed.
  func share(below value: Double) -> Double {
    switch shape {
    // Not high - low: that difference may be too large for a double.
    case .uniform(let low, let high): (value / 2 - low / 2) / (high / 2 - low / 2)
    case .logUniform(let logs, _):
      value > 0
        ? (Elementary.log(value) - logs.lowerBound) / (logs.upperBound - logs.lowerBound) : 0
    case .normal(let mean, let deviation): Probability.normal((value - mean) / deviation)
    case .logNormal(let mean, let deviation):
      value > 0 ? Probability.normal((Elementary.log(value) - mean) / deviation) : 0
    case .beta(let a, let b): Probability.beta(value, max(a, 1e-9), max(b, 1e-9))
    }
  }

  /// The share of the value to which the value at a share is rounded.
  func steppedShare(_ share: Double) -> Double {
    guard step != nil else { return share }
    switch shape {
    case .uniform, .logUniform:
      guard let value = self.value(at: share).doubleValue else { return share }
      let stepped = self.share(below: value)
      return stepped.isNaN ? share : min(max(stepped, 0), 1)
    // To find the value takes long for one of a thousand candidates, and the steps are usually small.
    case .normal, .logNormal, .beta: return share
    }
  }
}
