/// Figures of many runs.
///
/// Pure: runs are added one by one, in any order, and parts that were counted apart are added up.
/// A view that has its runs already counts those; ``Queue/statistics(of:endedSince:)`` reads a queue.
///
///     var figures = RunStatistics()
///     for run in runs { figures.add(RunSample(run)) }
///     let hours = figures.throughput(every: 3600, from: dayAgo, until: .now)
public struct RunStatistics: Sendable, Equatable {
  /// How many runs are in each of the eight states.
  private var counts: [RunState: Int] = [:]
  /// How many runs did not finish, by kind.
  package private(set) var failures: [RunFailure: Int] = [:]
  /// How many of those that wait are held.
  package private(set) var held = 0
  /// Since when the one waits that has waited longest; held ones do not count, since somebody wants
  /// them to wait. nil: none waits.
  package private(set) var oldestWaiting: Timestamp?
  /// When the first of them was submitted; nil: of none it is known.
  package private(set) var firstCreated: Timestamp?
  /// From submission to start, of runs that started; of those alone that needed one attempt, since a
  /// record tells when the last one started.
  package private(set) var waits = Spans()
  /// From start to end, of runs that are over and had a command: the last attempt's.
  package private(set) var durations = Spans()
  /// When runs ended, and how.
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

  /// How many runs are in a state.
  public func count(_ state: RunState) -> Int { counts[state] ?? 0 }

  package var count: Int { counts.values.reduce(0, +) }

  /// How many wait, held ones too.
  package var waiting: Int { count(.idle) + count(.queued) }

  package var done: Int { counts.reduce(0) { $0 + ($1.key.isDone ? $1.value : 0) } }

  /// How many runs ended since a moment, by their state.
  package func ended(since moment: Timestamp) -> [RunState: Int] {
    var counts: [RunState: Int] = [:]
    for end in ends where end.time >= moment { counts[end.state, default: 0] += 1 }
    return counts
  }

  /// The kinds of failures, the most frequent first; equal ones by their words.
  package func frequentFailures(limit: Int = .max) -> [(failure: RunFailure, count: Int)] {
    let ordered = failures.map { (failure: $0.key, count: $0.value) }.sorted { left, right in
      left.count != right.count
        ? left.count > right.count : left.failure.words < right.failure.words
    }
    return Array(ordered.prefix(Swift.max(limit, 0)))
  }
}

/// What of one run is counted.
package struct RunSample: Sendable, Equatable {
  package var state: RunState
  /// Whether it is held, or being edited.
  package var isHeld = false
  package var createdAt: Timestamp?
  /// When its last attempt's command was let go.
  package var startedAt: Timestamp?
  package var endedAt: Timestamp?
  /// Seconds from start to end.
  package var duration: Double?
  /// The number of its last attempt.
  package var attempt: Int?
  /// Why it did not finish; nil: it did, or is not over.
  package var failure: RunFailure?

  /// A run of which only the state is known.
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
  /// How many runs ended within a part of the time.
  package struct Throughput: Sendable, Equatable {
    /// When that part begins.
    package let start: Timestamp
    /// How many ended, by their state; a state with none is not there.
    package var ended: [RunState: Int] = [:]

    package var count: Int { ended.values.reduce(0, +) }
  }

  /// More parts than this are never made: a wrong time in one record must not cost all memory.
  private static let mostParts = 10_000

  /// How many runs ended in each part of a span, the oldest first, empty parts too.
  ///
  /// Parts begin at whole multiples of their length since 1970, so that hours are hours of UTC. The
  /// first is the one in which `from` lies, the last the one in which `until` lies. Runs that ended
  /// outside are left out, and of more than 10,000 parts the oldest.
  ///
  /// - Parameters:
  ///   - seconds: How long a part is: 3600 for hours; a millisecond at least.
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

  /// How many runs ended in an hour, on average over the last `seconds` before a moment.
  package func hourlyRate(last seconds: Double, before now: Timestamp) -> Double {
    guard seconds > 0, seconds.isFinite else { return 0 }
    let count = ended(since: now.adding(seconds: -seconds)).values.reduce(0, +)
    return Double(count) * 3600 / seconds
  }
}
