import SpoolTesting
import Testing

@testable import SpoolFiles
@testable import SpoolProtocol
@testable import SpoolQueue
@testable import SpoolSystem

@Suite("Figures of a queue") struct QueueStatisticsTests {
  /// A record as spool writes it, of a run that ended some seconds ago.
  private func record(
    _ queue: Queue, _ run: String, _ state: RunState = .finished, ago: Double = 60,
    tags: [String] = [], _ change: (inout Run) -> Void = { _ in }
  ) throws {
    let end = Timestamp(nanoseconds: Timestamp.now.nanoseconds - Int64(ago * 1e9))
    func before(_ seconds: Double) -> Timestamp {
      Timestamp(nanoseconds: end.nanoseconds - Int64(seconds * 1e9))
    }
    var record = Run(
      waiting: QueueFileName(priority: 50, stamp: "", run: run), queue: queue, opened: nil,
      state: state)
    record.createdAt = before(30)
    record.startedAt = before(20)
    record.endedAt = end
    record.duration = 20
    record.attempt = 1
    record.tags = tags
    record.exitCode = state == .finished ? 0 : nil
    change(&record)
    try writeFile(queue.path(.done, run + ".json"), record.json.text)
  }

  @Test func theEightStatesAndWhatServesThem() throws {
    try withQueue(isSound: false) { queue in
      #expect(try queue.statistics().runs == RunStatistics())
      _ = try queue.launch(named: "waits")
      _ = try queue.launch(named: "held", held: true)
      try queue.drop("10-dropped.json")
      let idle = try queue.statistics()
      #expect(idle.runs.count(.idle) == 3)
      #expect(idle.agents == 0 && idle.slots == 0 && idle.slotsUsed == 0)

      let agent = try TestAgent(in: queue)
      // Of the same host: its slots are no others.
      let second = try TestAgent(in: queue)
      _ = try TestAgent(in: queue, holder: .dead())
      _ = try queue.start(
        queue.waitingFile(of: queue.launch(#"{"command":["x"],"slots":3}"#)), by: agent)
      _ = try queue.claim(queue.waitingFile(of: queue.launch(named: "starts")), by: second)
      try queue.pause()
      try record(queue, "good")
      try record(queue, "bad", .failed) { $0.exitCode = 4 }
      try record(queue, "gone", .crashed) { $0.reason = "its runner on vm died" }
      try record(queue, "stopped", .killed)
      try writeFile(queue.path(.done, "torn.json"), #"{"run":"torn","state":"fin"#)
      let figures = try queue.statistics()
      #expect(RunState.allCases.map { figures.runs.count($0) } == [0, 3, 1, 1, 1, 2, 1, 1])
      #expect(figures.runs.held == 1)
      #expect(figures.isPaused)
      #expect((figures.agents, figures.slots, figures.slotsUsed) == (2, 1, 4))
      #expect(
        figures.runs.frequentFailures().map(\.failure.words).sorted() == [
          "crashed: its record cannot be read", "crashed: its runner died", "exit status 4",
          "killed",
        ])
      #expect(figures.runs.durations.sorted == [20, 20, 20, 20])
      #expect(figures.runs.waits.count == 5)
      #expect(try #require(figures.oldestWaiting) < 600)
    }
  }

  @Test func whatIsCountedIsWhatIsSelected() throws {
    try withQueue(isSound: false) { queue in
      _ = try queue.launch(#"{"command":["x"],"tags":["a"]}"#)
      _ = try queue.launch(#"{"command":["x"],"tags":["b"]}"#)
      try record(queue, "one", tags: ["a"])
      try record(queue, "two", .failed, tags: ["a", "b"]) { $0.exitCode = 1 }
      try record(queue, "three")
      var selection = Selection()
      selection.tags = ["a"]
      #expect(try queue.statistics(of: selection).runs.count == 3)
      #expect(try queue.statistics(of: selection).runs.waiting == 1)
      selection.states = [.failed]
      #expect(try queue.statistics(of: selection).runs.count == 1)
      selection.tags = []
      selection.states = [.idle, .queued]
      #expect(try queue.statistics(of: selection).runs.count == 2)
      selection.states = []
      selection.runs = ["three", "none"]
      #expect(try queue.statistics(of: selection).runs.count == 1)
      #expect(try queue.statistics(of: selection).runs.durations.count == 1)
    }
  }

  @Test func sinceSpeaksOfWhatIsOverAndOfNothingElse() throws {
    try withQueue(isSound: false) { queue in
      try queue.drop("50-20200101T000000.000000Z-old.json")
      try record(queue, "new", ago: 60)
      try record(queue, "old", .failed, ago: 7200)
      // A file that was not touched for long is not even read.
      try writeFile(queue.path(.done, "ancient.json"), "no record")
      try Platform.setTimes(queue.path(.done, "ancient.json"), to: 1_500_000_000)
      #expect(try queue.statistics().runs.done == 3)
      let hourAgo = Timestamp(nanoseconds: Timestamp.now.nanoseconds - 3_600_000_000_000)
      let figures = try queue.statistics(endedSince: hourAgo)
      #expect(figures.runs.done == 1)
      #expect(figures.runs.count(.idle) == 1)
      #expect(try #require(figures.oldestWaiting) > 5 * 365 * 86_400)
      // One in an hour: not a 24th, since of the rest of the day nothing is known.
      #expect(abs(figures.hourlyRate(last: 86_400) - 1) < 0.01)
      let day = try queue.statistics()
      #expect(abs(day.hourlyRate(last: 3600) - 1) < 0.01)
      #expect(abs(day.hourlyRate(last: 86_400) - 2 / 24) < 0.001)
    }
  }

  @Test func asJSON() throws {
    try withQueue(isSound: false) { queue in
      try record(queue, "bad", .failed) { $0.exitCode = 4 }
      let json = try queue.statistics().json
      #expect(
        json.keys == [
          "entity", "queue", "taken_at", "since", "paused", "agents", "slots", "slots_used", "runs",
          "held", "oldest_waiting_s", "ended_last_hour", "ended_last_day", "rate_last_hour",
          "rate_last_day", "wait_s", "run_s", "failures",
        ])
      #expect(
        json["runs"]?.text
          == #"{"idle":0,"queued":0,"starting":0,"running":0,"killed":0,"crashed":0,"failed":1,"#
          + #""finished":0}"#)
      #expect(json["run_s"]?.text == #"{"count":1,"p50":20.0,"p90":20.0,"p99":20.0,"max":20.0}"#)
      #expect(json["failures"]?.text == #"[{"reason":"exit status 4","count":1}]"#)
      #expect(json["oldest_waiting_s"]?.isNull == true)
      #expect(json["ended_last_hour"]?["failed"]?.intValue == 1)
    }
  }
}
