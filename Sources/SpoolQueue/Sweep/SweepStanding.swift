/// A point of a sweep with the state and the result of its run.
package struct SweepStanding: Sendable, Equatable {
  /// The point's number, from 1, in the order of the sweep.
  package let number: Int
  /// The point with its newest run, and with the values of that: a repeat may have been given others.
  package let point: Sweep.Point
  /// The state of the run; nil if it is not queued yet, or if its record was pruned.
  package let state: RunState?
  /// Whether the run is not queued yet, because queueing the sweep was interrupted.
  package let isUnqueued: Bool
  /// The number in the run's summary that ranks the sweep; nil if there is none.
  package let value: JSON?
  /// The whole summary of the run.
  package let summary: JSONObject?
  /// The rank, 1 for the best value; nil if there is no value. Equal values have equal ranks.
  package internal(set) var rank: Int?

  /// The value of a parameter, by its name in ``Sweep/parameters``.
  package func value(of parameter: String) -> JSON? {
    point.config.value(atDottedPath: parameter)
  }

  /// The standing as an object: `sweep`, `rank`, `number`, `run`, `state`, `value`, `config` and
  /// `summary`; null where unknown.
  package func json(of sweep: Sweep) -> JSONObject {
    JSONObject([
      ("sweep", .string(sweep.id)),
      ("rank", rank.map { .number($0) } ?? .null),
      ("number", .number(number)),
      ("run", .string(point.run)),
      ("state", state.map { .string($0.rawValue) } ?? .null),
      ("value", value ?? .null),
      ("config", .object(point.config)),
      ("summary", summary.map { .object($0) } ?? .null),
    ])
  }
}

extension Queue {
  /// The standings of a sweep's runs: the best first, by the metric in their summaries; runs
  /// without the metric come last, in the order of the sweep.
  package func standings(of sweep: Sweep) throws(SpoolError) -> [SweepStanding] {
    try SweepReader(self).standings(of: sweep)
  }

  /// The standings of several sweeps, from one look at the queue.
  package func standings(of sweeps: [Sweep]) throws(SpoolError) -> [[SweepStanding]] {
    let reader = try SweepReader(self)
    var standings: [[SweepStanding]] = []
    for sweep in sweeps { standings.append(try reader.standings(of: sweep)) }
    return standings
  }
}

/// Reads the runs of sweeps from one listing of a queue.
private struct SweepReader {
  private let runs: SweepRuns
  private let unqueued: Set<String>

  init(_ queue: Queue) throws(SpoolError) {
    // Read first: runs move from there into queued/.
    unqueued = try queue.runsOfUnqueuedSweeps()
    runs = try SweepRuns(queue)
  }

  func standings(of sweep: Sweep) throws(SpoolError) -> [SweepStanding] {
    let points = try runs.points(of: sweep)
    let done = runs.done(points)
    var standings: [SweepStanding] = []
    standings.reserveCapacity(points.count)
    for (index, point) in points.enumerated() {
      let run = try runs.read(point.run, isDone: done.contains(point.run))
      let isUnqueued = run == nil && unqueued.contains(point.run)
      standings.append(SweepStanding(index + 1, point, run, of: sweep, isUnqueued: isUnqueued))
    }
    return SweepStanding.ranked(standings, isMaximized: sweep.metric?.isMaximized == true)
  }
}

extension SweepStanding {
  fileprivate init(
    _ number: Int, _ point: Sweep.Point, _ run: Run?, of sweep: Sweep, isUnqueued: Bool
  ) {
    self.number = number
    self.point = Self.point(point, as: run, of: sweep)
    self.isUnqueued = isUnqueued
    state = run?.state
    let summary = run?.summary?.objectValue
    self.summary = summary
    let found = sweep.metric.flatMap { summary?.value(atDottedPath: $0.name) }
    value = found?.doubleValue?.isFinite == true ? found : nil
  }

  private static func point(_ point: Sweep.Point, as run: Run?, of sweep: Sweep) -> Sweep.Point {
    guard let given = run?.runConfig, Sweep.repeated(point.run, ofSweep: sweep.id) != nil else {
      return point
    }
    var config = point.config
    for key in config.keys { if let value = given[key] { config[key] = value } }
    return Sweep.Point(run: point.run, config: config)
  }

  /// The best first, each with its rank; runs without a value come last, in the sweep's order.
  fileprivate static func ranked(
    _ standings: [SweepStanding], isMaximized: Bool
  ) -> [SweepStanding] {
    var ranked = standings.sorted { left, right in
      guard let own = left.value?.doubleValue else {
        return right.value == nil && left.number < right.number
      }
      guard let other = right.value?.doubleValue else { return true }
      if own != other { return isMaximized ? own > other : own < other }
      return left.number < right.number
    }
    for index in ranked.indices {
      guard let value = ranked[index].value?.doubleValue else { break }
      let isEqual = index > 0 && ranked[index - 1].value?.doubleValue == value
      ranked[index].rank = isEqual ? ranked[index - 1].rank : index + 1
    }
    return ranked
  }
}

extension Sweep {
  /// The standings of the sweep, as ``Queue/standings(of:)`` gives them, from runs that were read
  /// already. Reads no file.
  ///
  /// - Parameter runs: Runs of this sweep, by their names. A point whose run is missing here has no
  ///   state.
  package func standings(among runs: [String: Run]) -> [SweepStanding] {
    var newest: [String: (run: String, count: Int)] = [:]
    for name in runs.keys {
      guard let (base, count) = Self.repeated(name, ofSweep: id) else { continue }
      if count > newest[base]?.count ?? 1 { newest[base] = (name, count) }
    }
    let standings = points.enumerated().map { index, point in
      let name = newest[point.run]?.run ?? point.run
      return SweepStanding(
        index + 1, Point(run: name, config: point.config), runs[name], of: self, isUnqueued: false)
    }
    return SweepStanding.ranked(standings, isMaximized: metric?.isMaximized == true)
  }

  /// The parameters whose values are drawn evenly or normally on a logarithmic scale.
  package var logarithmicParameters: Set<String> {
    guard let file = try? SweepFile(parsing: file.rawBytes, isRecorded: true) else { return [] }
    let leaves = SweepLeaf.leaves(of: file.parameters).filter { leaf in
      guard case .drawn(let distribution, _) = leaf.source else { return false }
      switch distribution.shape {
      case .logUniform, .logNormal: return true
      case .uniform, .normal, .beta: return false
      }
    }
    return Set(leaves.map(\.dotted))
  }
}
