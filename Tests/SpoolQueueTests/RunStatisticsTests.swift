import Testing

@testable import SpoolFiles
@testable import SpoolProtocol
@testable import SpoolQueue
@testable import SpoolSystem

@Suite("Figures of runs") struct RunStatisticsTests {
  /// A moment, in seconds after a whole hour.
  private static func at(_ seconds: Double) -> Timestamp {
    Timestamp(nanoseconds: 500_000 * 3_600_000_000_000 + Int64(seconds * 1e9))
  }

  // MARK: Spans

  static let percentiles: [([Double], Double, Double?)] = [
    ([], 0.5, nil), ([7], 0, 7), ([7], 0.5, 7), ([7], 1, 7),
    ([2, 1], 0.5, 1), ([2, 1], 0.51, 2), ([3, 1, 2], 0.5, 2),
    (Array(stride(from: 10, through: 1, by: -1)), 0.5, 5),
    (Array(stride(from: 10, through: 1, by: -1)), 0.9, 9),
    (Array(stride(from: 10, through: 1, by: -1)), 0.91, 10),
    ((1...100).map { Double($0) }, 0.99, 99), ((1...100).map { Double($0) }, 0.9, 90),
    ((1...101).map { Double($0) }, 0.99, 100), ((1...1000).map { Double($0) }, 0.99, 990),
    ([1, 1, 1, 9], 0.75, 1), ([1, 1, 1, 9], 0.76, 9),
    // What is no part of all is the least or the whole.
    ([4, 5], -1, 4), ([4, 5], 2, 5),
  ]

  @Test("Percentiles by nearest rank", arguments: percentiles.indices) func percentile(_ row: Int) {
    let (values, fraction, expected) = Self.percentiles[row]
    #expect(Spans(values).percentiles([fraction]) == (expected.map { [$0] } ?? []))
  }

  @Test func spansThatMakeNoSense() {
    var spans = Spans([-3, .nan, .infinity, -.infinity, 2])
    spans.add(Spans([1]))
    #expect(spans.sorted == [0, 1, 2])
    #expect(spans.count == 3)
    #expect(spans.total == 3)
    #expect(spans.longest == 2)
    #expect(
      spans.summary == Spans.Summary(count: 3, p50: 1, p90: 2, p99: 2, longest: 2))
    #expect(Spans([Double.nan]).summary == nil)
  }

  // MARK: Failures

  static let failures: [(RunState, Int?, String?, String?, String?)] = [
    (.finished, 0, nil, "exit status 0", nil), (.running, nil, nil, nil, nil),
    (.queued, nil, nil, "attempt 1 failed: exit status 3", nil),
    (.failed, 3, nil, "exit status 3", "exit status 3"),
    (.failed, 3, nil, "exit status 3; not tried again: killed by ada on vm", "exit status 3"),
    (.failed, 143, nil, "time limit: 1h, then exit status 143", "time limit"),
    (.failed, nil, "KILL", "time limit: 1h, then signal KILL", "time limit"),
    (.failed, nil, "SEGV", "signal SEGV", "signal SEGV"),
    (.failed, nil, "RTMIN+3\u{1b}[31m", "signal", "failed"),
    (.failed, nil, "", nil, "failed"), (.failed, 70_000, nil, nil, "failed"),
    (.failed, nil, nil, nil, "failed"),
    (.killed, nil, "TERM", "killed by ada on vm: no longer needed", "killed"),
    (.crashed, nil, nil, "its runner on vm-1 died", "crashed: its runner died"),
    (
      .crashed, 0, nil, "told to stop: its runner on vm was ended, then exit status 0",
      "crashed: told to stop"
    ),
    (.crashed, nil, nil, "command not found on vm: pyton3", "crashed: command not found"),
    (.crashed, nil, nil, "launcher not found on vm: srun", "crashed: launcher not found"),
    (
      .crashed, nil, nil, "cwd /home/x: No such file or directory on vm",
      "crashed: cwd cannot be entered"
    ),
    (
      .crashed, nil, nil, "./x: cannot be executed on vm: Permission denied",
      "crashed: cannot be executed"
    ),
    (
      .crashed, nil, nil, "it waits for a-1 to finish, and that failed",
      "crashed: what it waits for cannot come"
    ),
    (.crashed, nil, nil, "unique nightly: nightly-1 runs", "crashed: unique"),
    (.crashed, nil, nil, "line 1, column 3: unknown key \"x\"", "crashed: its file is wrong"),
    (
      .crashed, nil, nil, "/q/done/a.json: is not a record that spool wrote",
      "crashed: its record cannot be read"
    ),
    (.crashed, nil, nil, "something new", "crashed: other reasons"),
    (.crashed, nil, nil, nil, "crashed: other reasons"),
  ]

  @Test("Why runs did not finish, in few kinds", arguments: failures.indices)
  func failure(_ row: Int) {
    let (state, exitCode, signal, reason, expected) = Self.failures[row]
    #expect(
      RunFailure(state: state, exitCode: exitCode, signal: signal, reason: reason)?.words
        == expected)
  }

  // MARK: Counting

  /// A run that is over.
  private static func ended(
    _ state: RunState, at end: Double, wait: Double = 1, took: Double = 10, attempt: Int = 1,
    _ failure: RunFailure? = nil
  ) -> RunSample {
    var sample = RunSample(state: state)
    sample.createdAt = at(end - took - wait)
    sample.startedAt = at(end - took)
    sample.endedAt = at(end)
    sample.duration = took
    sample.attempt = attempt
    sample.failure = failure
    return sample
  }

  /// A run that waits.
  private static func waiting(
    _ state: RunState, since: Double?, held: Bool = false
  ) -> RunSample {
    var sample = RunSample(state: state)
    sample.createdAt = since.map { at($0) }
    sample.isHeld = held
    return sample
  }

  static let samples: [RunSample] = [
    waiting(.queued, since: 40), waiting(.idle, since: 30), waiting(.queued, since: 1, held: true),
    waiting(.queued, since: nil), RunSample(state: .starting), RunSample(state: .running),
    ended(.finished, at: 100, wait: 5, took: 20), ended(.finished, at: 3700, wait: 1, took: 2),
    ended(.failed, at: 3700, wait: 2, took: 30, .exitStatus(1)),
    ended(.failed, at: 7300, wait: 3, took: 40, .exitStatus(1)),
    // Its last attempt's start says nothing of how long it waited for the first.
    ended(.failed, at: 7400, wait: 9999, took: 50, attempt: 3, .timeLimit),
    ended(.crashed, at: 7500, .crashed(.runnerDied)), RunSample(state: .killed),
  ]

  private static func figures(of samples: some Sequence<RunSample>) -> RunStatistics {
    var figures = RunStatistics()
    for sample in samples { figures.add(sample) }
    return figures
  }

  @Test func states() {
    let figures = Self.figures(of: Self.samples)
    #expect(RunState.allCases.map { figures.count($0) } == [1, 3, 1, 1, 1, 1, 3, 2])
    #expect(figures.count == 13)
    #expect(figures.waiting == 4)
    #expect(figures.done == 7)
    #expect(figures.held == 1)
    #expect(figures.oldestWaiting == Self.at(30))
    #expect(figures.waits.sorted == [1, 1, 2, 3, 5])
    #expect(figures.durations.sorted == [2, 10, 20, 30, 40, 50])
  }

  @Test func failuresAreInTheOrderOfTheirNumbers() {
    let figures = Self.figures(of: Self.samples)
    #expect(
      figures.frequentFailures().map { "\($0.count) \($0.failure.words)" } == [
        "2 exit status 1", "1 crashed: its runner died", "1 killed", "1 time limit",
      ])
    #expect(figures.frequentFailures(limit: 1).map(\.count) == [2])
    #expect(figures.frequentFailures(limit: -1).isEmpty)
  }

  @Test("Parts that were counted apart add up to the same", arguments: 0...13)
  func parts(_ cut: Int) {
    var figures = Self.figures(of: Self.samples.prefix(cut))
    figures.add(Self.figures(of: Self.samples.dropFirst(cut)))
    #expect(figures == Self.figures(of: Self.samples))
  }

  @Test func aRunOfARecordIsCountedAsItsSample() throws {
    let text =
      #"{"run":"a","state":"failed","created_at":"2026-11-22T13:15:01.500Z","#
      + #""started_at":"2026-11-22T13:15:03.000Z","ended_at":"2026-11-22T13:15:05.000Z","#
      + #""duration_s":1.98,"exit_code":3,"reason":"exit status 3","attempt":1}"#
    let object = try #require(try JSON(parsing: Array(text.utf8), dialect: .strict).objectValue)
    let figures = RunStatistics([try #require(Run(object))])
    #expect(figures.waits.sorted == [1.5])
    #expect(figures.durations.sorted == [1.98])
    #expect(figures.failures == [.exitStatus(3): 1])
  }

  // MARK: Throughput

  @Test func throughputByHour() {
    let figures = Self.figures(of: Self.samples)
    let hours = figures.throughput(every: 3600, from: Self.at(0), until: Self.at(3 * 3600))
    #expect(hours.map(\.start) == [0, 3600, 7200, 10_800].map { Self.at($0) })
    #expect(hours.map(\.count) == [1, 2, 3, 0])
    #expect(hours[2].ended == [.failed: 2, .crashed: 1])
    // The first and the last part are whole.
    let some = figures.throughput(every: 3600, from: Self.at(3650), until: Self.at(3650))
    #expect(some.map(\.count) == [2])
    #expect(figures.throughput(every: 3600, from: Self.at(3600), until: Self.at(0)).isEmpty)
    // An end on the border belongs to what begins there.
    let border = Self.figures(of: [Self.ended(.finished, at: 3600)])
    #expect(
      border.throughput(every: 3600, from: Self.at(0), until: Self.at(3600)).map(\.count) == [0, 1])
  }

  @Test func ratesAndEnds() {
    let figures = Self.figures(of: Self.samples)
    #expect(figures.ended(since: Self.at(3700)) == [.finished: 1, .failed: 3, .crashed: 1])
    #expect(figures.hourlyRate(last: 3600, before: Self.at(7500)) == 3)
    #expect(figures.hourlyRate(last: 7200, before: Self.at(7500)) == 2.5)
    #expect(figures.hourlyRate(last: 0, before: Self.at(7500)) == 0)
  }

  @Test("Times at the ends of what can be counted cost neither memory nor the program")
  func wildTimes() {
    let first = Timestamp(nanoseconds: .min)
    let last = Timestamp(nanoseconds: .max)
    var sample = Self.ended(.finished, at: 0)
    sample.createdAt = first
    sample.startedAt = last
    sample.endedAt = first
    let figures = Self.figures(of: [sample, Self.ended(.finished, at: 5)])
    #expect(figures.waits.longest.map { abs($0 - 0x1p64 / 1e9) < 1000 } == true)
    let parts = figures.throughput(every: 3600, from: first, until: Self.at(5))
    #expect(parts.count == 10_000)
    #expect(parts.last?.count == 1)
    #expect(figures.throughput(every: 0, from: Self.at(0), until: Self.at(1)).count == 1001)
    let all = figures.throughput(every: 1e300, from: first, until: last)
    #expect(all.count == 20)
    #expect(all.indices.filter { all[$0].count == 1 } == [0, 11])
    #expect(figures.hourlyRate(last: 1e9, before: first) > 0)
  }
}
