/// Finds the point of a sweep that is worth trying next, from the results so far: Bayesian search, as W&B has it.
///
/// A Gaussian process is fitted to the results. Runs without a result yet get the one that it expects of them, and it
/// is fitted again. Of 1000 random points the one with the largest expected improvement is the next. Other than W&B's
/// the search makes no point twice, rounds a value before it judges it, and gives the same points for the same results
/// and seed.
package struct BayesianSearch: Sendable {
  /// The known result of the run of an earlier point.
  package enum Result: Sendable, Equatable {
    /// The run is over. Returns the value of the metric; not finite or nil if it has none.
    case value(Double?)
    /// The run waits or runs.
    case pending
  }

  /// An earlier point of the sweep.
  package struct Trial: Sendable {
    package let config: JSONObject
    package let result: Result

    package init(config: JSONObject, result: Result) {
      self.config = config
      self.result = result
    }
  }

  private let space: SearchSpace
  private let isMaximized: Bool

  /// The largest number of results from which a point is computed: the time for a point grows with their third power.
  package static let sampleLimit = 100
  /// The largest number of unfinished runs that are considered; the newest of them.
  package static let pendingLimit = 50
  /// The number of random points that are compared.
  static let candidates = 1000

  /// Creates a search over the parameters of a sweep. Returns nil if all of them are constant.
  package init?(_ file: SweepFile) {
    space = SearchSpace(file)
    if space.axes.isEmpty { return nil }
    isMaximized = file.metric?.isMaximized ?? false
  }

  /// The next point.
  ///
  /// Of more than ``sampleLimit`` results, half of those used are the best, the others are drawn at random.
  ///
  /// - Parameters:
  ///   - trials: Every earlier point, in its order.
  ///   - seed: The seed of the sweep. The random numbers of a point depend on it and on the number of trials.
  /// - Returns: nil if there is no other point.
  package func next(after trials: [Trial], seed: UInt64) -> JSONObject? {
    var generator = SweepGenerator(seed: seed, number: trials.count)
    let samples = Samples(trials, isMaximized: isMaximized, &generator)
    var shares: [[Double]] = []
    for _ in 0..<Self.candidates { shares.append(space.random(&generator)) }
    if let order = order(samples, shares) { shares = order.map { shares[$0] } }
    return space.firstNew(shares, trials.lazy.map(\.config), &generator)
  }

  /// The candidates, the best first. Returns nil if the samples do not tell them apart.
  private func order(
    _ samples: Samples, _ shares: [[Double]]
  ) -> [Int]? {
    guard samples.known.count > 1 else { return nil }
    var points = samples.known.map { space.coordinates(of: $0.config) }
    var values = samples.known.map(\.value)
    var process = GaussianProcess(points, values)
    if !samples.pending.isEmpty {
      var row = values
      for config in samples.pending {
        let point = space.coordinates(of: config)
        points.append(point)
        values.append(process.value(of: process.prediction(at: point, &row).mean))
      }
      process = GaussianProcess(
        points, values, near: process.isShapeless ? nil : process.lengthScale)
    }
    if process.isShapeless { return nil }
    let improvements = process.improvements(of: shares.map { space.coordinates(at: $0) })
    return improvements.indices.sorted { (-improvements[$0], $0) < (-improvements[$1], $1) }
  }
}

/// The trials from which a point is computed.
private struct Samples {
  var known: [(config: JSONObject, value: Double)] = []
  var pending: [JSONObject] = []

  init(
    _ trials: [BayesianSearch.Trial], isMaximized: Bool, _ generator: inout SweepGenerator
  ) {
    var valueless: [Int] = []
    for trial in trials {
      switch trial.result {
      case .pending: pending.append(trial.config)
      case .value(let value):
        if let value, value.isFinite {
          known.append((trial.config, isMaximized ? -value : value))
        } else {
          valueless.append(known.count)
          known.append((trial.config, 0))
        }
      }
    }
    // A run without a value is taken for the worst of those with one.
    let without = Set(valueless)
    let worst = known.indices.lazy.filter { !without.contains($0) }.map { [known] in known[$0].value
    }.max()
    for index in valueless { known[index].value = worst ?? 0 }
    pending = pending.suffix(BayesianSearch.pendingLimit)
    guard known.count > BayesianSearch.sampleLimit else { return }
    var order = known.indices.sorted { (known[$0].value, $0) < (known[$1].value, $1) }
    let half = BayesianSearch.sampleLimit / 2
    for index in half..<BayesianSearch.sampleLimit {
      order.swapAt(index, index + Int(generator.below(UInt64(order.count - index))))
    }
    known = order.prefix(BayesianSearch.sampleLimit).map { known[$0] }
  }
}

extension GaussianProcess {
  /// A normalized value in the unit of the samples.
  func value(of normalizedValue: Double) -> Double {
    normalizedValue * normalized.deviation + normalized.mean
  }

  /// How much lower than the lowest sample each point is expected to be; 0 if it is expected to be higher by far.
  func improvements(of points: [[Double]]) -> [Double] {
    let best = normalized.values.min() ?? 0
    var row = normalized.values
    return points.map { point in
      let (mean, deviation) = prediction(at: point, &row)
      let distance = (best - mean) / (deviation + 1e-6)
      let improvement =
        (best - mean) * Probability.normal(distance)
        + deviation * Probability.normalDensity(distance)
      return improvement.isFinite ? improvement : 0
    }
  }
}

extension SweepGenerator {
  /// The generator of one of a sweep's points.
  init(seed: UInt64, number: Int) {
    var first = SweepGenerator(seed: seed)
    // Not seed + number: the points of one seed would be those of the next one.
    var second = SweepGenerator(seed: first.next() ^ UInt64(bitPattern: Int64(number)))
    self.init(seed: second.next())
  }
}
