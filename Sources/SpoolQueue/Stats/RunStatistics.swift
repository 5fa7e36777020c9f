/// Figures of many runs.
///
/// A pure value: runs are added one by one, in any order, and partial figures can be added up. A view
/// that already has the runs adds those; ``Queue/statistics(of:endedSince:)`` reads a queue.
///
///     var figures = RunStatistics()
///     for run in runs { figures.add(RunSample(run)) }
///     let hours = figures.throughput(every: 3600, from: dayAgo, until: .now)
public struct RunStatistics: Sendable, Equatable {
  /// The number of runs in each of the eight states.
  private var counts: [RunState: Int] = [:]
  /// The number of runs that did not finish, by kind.
  package private(set) var failures: [RunFailure: Int] = [:]
  /// The number of waiting runs that are held.
  package private(set) var held = 0
  /// Submission time of the run that has waited longest; nil if none waits. Held runs do not count: a
  /// person wants them to wait.
  package private(set) var oldestWaiting: Timestamp?
  /// Submission time of the oldest of these runs; nil if it is known of none.
  package private(set) var firstCreated: Timestamp?
  /// The spans from submission to start, of runs that started and needed only one attempt: a record
  /// tells only when the last attempt started.
  package private(set) var waits = Spans()
  /// The spans from start to end, of runs that are over and had a command; of their last attempts.
  package private(set) var durations = Spans()
  private var ends: [End] = []

  private struct End: Sendable, Equatable {
    let time: Timestamp
    let state: RunState
  }

  package init() {}

  package init(_ runs: some Sequence<Run>) {
    for run in runs { add(RunSample(run)) }
  }

  package mutating func add(_ run: RunSample) {
    counts[run.state, default: 0] += 1
    note(created: run.createdAt)
    if run.state.isWaiting {
      if run.isHeld {
        held += 1
      } else if let since = run.createdAt {
        oldestWaiting = Swift.min(oldestWaiting ?? since, since)
      }
      return
    }
    if let createdAt = run.createdAt, let startedAt = run.startedAt, run.attempt ?? 1 <= 1 {
      waits.add(startedAt.seconds(since: createdAt))
    }
    guard run.state.isDone else { return }
    if let failure = run.failure { failures[failure, default: 0] += 1 }
    if let duration = run.duration { durations.add(duration) }
    if let endedAt = run.endedAt { ends.append(End(time: endedAt, state: run.state)) }
  }

  private mutating func note(created: Timestamp?) {
    guard let created else { return }
    firstCreated = Swift.min(firstCreated ?? created, created)
  }

  /// Adds the figures of other runs.
  package mutating func add(_ others: RunStatistics) {
    note(created: others.firstCreated)
    counts.merge(others.counts) { $0 + $1 }
    failures.merge(others.failures) { $0 + $1 }
    held += others.held
    if let since = others.oldestWaiting { oldestWaiting = Swift.min(oldestWaiting ?? since, since) }
    waits.add(others.waits)
    durations.add(others.durations)
    ends += others.ends
  }

  /// The number of runs in a state.
  public func count(_ state: RunState) -> Int { counts[state] ?? 0 }

  package var count: Int { counts.values.reduce(0, +) }

  /// The number of waiting runs, including held runs.
  package var waiting: Int { count(.idle) + count(.queued) }

  package var done: Int { counts.reduce(0) { $0 + ($1.key.isDone ? $1.value : 0) } }

  /// The number of runs that ended since a moment, by their state.
  package func ended(since moment: Timestamp) -> [RunState: Int] {
    var counts: [RunState: Int] = [:]
    for end in ends where end.time >= moment { counts[end.state, default: 0] += 1 }
    return counts
  }

  /// The kinds of failures, the most frequent first; equally frequent kinds in the order of their words.
  package func frequentFailures(limit: Int = .max) -> [(failure: RunFailure, count: Int)] {
    let ordered = failures.map { (failure: $0.key, count: $0.value) }.sorted { left, right in
      left.count != right.count
        ? left.count > right.count : left.failure.words < right.failure.words
    }
    return Array(ordered.prefix(Swift.max(limit, 0)))
  }
}

/// The facts of one run that are counted.
package struct RunSample: Sendable, Equatable {
  package var state: RunState
  /// Whether the run is held, or being edited.
  package var isHeld = false
  package var createdAt: Timestamp?
  /// The time at which the command of its last attempt was started.
  package var startedAt: Timestamp?
  package var endedAt: Timestamp?
  package var duration: Double?
  package var attempt: Int?
  /// The kind of its failure; nil if it finished, or is not over.
  package var failure: RunFailure?

  /// Creates the sample of a run of which only the state is known.
  package init(state: RunState) {
    self.state = state
    failure = RunFailure(state: state, exitCode: nil, signal: nil, reason: nil)
  }

  package init(_ run: Run) {
    state = run.state
    isHeld = run.held
    createdAt = run.createdAt
    startedAt = run.startedAt
    endedAt = run.endedAt
    duration = run.duration
    attempt = run.attempt
    failure = RunFailure(run)
  }
}

extension RunStatistics {
  /// The number of runs that ended within one part of a span.
  package struct Throughput: Sendable, Equatable {
    package let start: Timestamp
    /// The number of ended runs by state, without states that have none.
    package var ended: [RunState: Int] = [:]

    package var count: Int { ended.values.reduce(0, +) }
  }

  /// The largest number of parts: a wrong time in one record must not use up the memory.
  private static let mostParts = 10_000

  /// The number of runs that ended in each part of a span, the oldest part first, including empty parts.
  ///
  /// Parts begin at whole multiples of their length since 1970, so that hours are hours of UTC. The
  /// first part contains `from`, the last part contains `until`. Runs that ended outside are left out.
  /// If there would be more than 10,000 parts, the oldest are left out.
  ///
  /// - Parameters:
  ///   - seconds: The length of a part: 3600 for hours; at least a millisecond.
  package func throughput(
    every seconds: Double, from: Timestamp, until: Timestamp
  ) -> [Throughput] {
    let length = Swift.max(TimeSpan.seconds(seconds), .milliseconds(1)).nanoseconds
    func part(_ time: Timestamp) -> Int64 { time.nanoseconds.flooredQuotient(by: length) }
    let last = part(until)
    let first = Swift.max(part(from), last - Int64(Self.mostParts) + 1)
    if first > last { return [] }
    var parts = (first...last).map { number in
      let (start, isTooFar) = number.multipliedReportingOverflow(by: length)
      return Throughput(start: Timestamp(nanoseconds: isTooFar ? .min : start))
    }
    for end in ends {
      let number = part(end.time)
      if number < first || number > last { continue }
      parts[Int(number - first)].ended[end.state, default: 0] += 1
    }
    return parts
  }

  /// The average number of runs per hour that ended in the last `seconds` before a moment.
  package func hourlyRate(last seconds: Double, before now: Timestamp) -> Double {
    guard seconds > 0, seconds.isFinite else { return 0 }
    let count = ended(since: now.adding(seconds: -seconds)).values.reduce(0, +)
    return Double(count) * 3600 / seconds
  }
}
