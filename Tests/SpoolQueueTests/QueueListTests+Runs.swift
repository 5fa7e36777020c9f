import SpoolTesting
import Testing

@testable import SpoolFiles
@testable import SpoolProtocol
@testable import SpoolQueue
@testable import SpoolSystem

// What a listed run tells of itself.
extension QueueListTests {
  @Test func aWaitingFileIsDescribed() throws {
    try withQueue { queue in
      try queue.drop("20-a.json", #"{"command": ["train", "--x"], "author": "Ada", "retries": 2}"#)
      try queue.drop("30-b.json", #"{"comand": ["train"]}"#)
      try queue.drop("40-c.json.editing")
      try queue.drop("not a job.txt")
      try queue.drop(".hidden.json")
      let runs = try queue.runs()
      #expect(runs.map { $0.run } == ["a", "b", "c"])
      #expect(runs[0].command == ["train", "--x"])
      #expect(runs[0].author == "Ada")
      #expect(runs[0].owner == Account.current.name)
      #expect(runs[0].attempts == 3)
      #expect(runs[0].createdAt != nil)
      #expect(
        runs[1].reason == #"line 1, column 2: unknown key "comand" (did you mean "command"?)"#)
      #expect(runs[2].held)
    }
  }

  @Test func whatIsNoFileSaysSo() throws {
    try withQueue(isSound: false) { queue in
      try System.makeDirectory(queue.path(.queued, "a.json"), permissions: 0o700)
      try queue.drop("b.json")
      try System.setPermissions(queue.path(.queued, "b.json"), 0)
      let runs = try queue.runs()
      #expect(runs.map { $0.run } == ["a", "b"])
      #expect(runs[0].reason != nil)
      if Account.current.user != 0 { #expect(runs[1].reason != nil) }
    }
  }

  @Test func aRunningRunTellsItsTimeAndProgress() throws {
    try withQueue { queue in
      let before = Timestamp.now
      let run = try queue.submit("a")
      let attempt = try queue.started(run)
      try writeFile(queue.runPath(run, "progress"), "37/100 reading shards\nand more\n")
      try writeFile(queue.runPath(run, "summary.json"), #"{"loss": 0.10, /* so far */}"#)
      let shown = try #require(try queue.runs().first)
      #expect(shown.state == .running)
      #expect(shown.progress == "37/100 reading shards")
      #expect(shown.summary == JSON.object(["loss": .number("0.10")]))
      #expect(shown.attempt == 1)
      #expect(shown.agent == "host-test")
      #expect(shown.host == Host.current.name)
      // The kernel's clock of files lags by a tick.
      let started = try #require(shown.startedAt)
      #expect(started.seconds(since: before) > -0.1)
      #expect((0..<60).contains(try #require(shown.duration)))
      #expect(shown == (try queue.run(named: run)).with(duration: shown.duration))
      try attempt.finish(.finished(), sync: false)
    }
  }

  @Test(arguments: [
    ("", nil), ("\nsecond", nil), ("no newline", "no newline"), ("\u{1b}[2Jred\n", "\u{1b}[2Jred"),
    (String(repeating: "x", count: 300), String(repeating: "x", count: 200)),
    // The 200th byte is the first of a character.
    (String(repeating: "x", count: 199) + "é", String(repeating: "x", count: 199)),
    (String(repeating: "x", count: 198) + "é", String(repeating: "x", count: 198) + "é"),
  ])
  func progressIsOneShortLine(text: String, shown: String?) throws {
    try withQueue { queue in
      let run = try queue.submit("a")
      try writeFile(queue.runPath(run, "progress"), text)
      #expect(queue.readProgress(of: run) == shown)
    }
  }

  @Test func anOutcomeCountsBeforeItIsCarriedOn() throws {
    try withQueue { queue in
      let run = try queue.submit("a")
      let attempt = try queue.started(run)
      try attempt.finish(.failed(7), sync: false)
      try queue.takeBack(attempt, from: "runs/\(run)/1/job.json")
      #expect(try queue.locate(run) == .running(attempt.name))
      for shown in try queue.runs() + [queue.run(named: run)] {
        #expect(shown.state == .failed)
        #expect(shown.exitCode == 7)
      }
      #expect(try queue.carryOn(attempt.name, attempt: 1, sync: false))
      #expect(try queue.runs().map { $0.state } == [.failed])
    }
  }

  @Test func aRunThatIsTriedAgainWaits() throws {
    try withQueue { queue in
      let run = try queue.submit("a")
      let attempt = try queue.started(run)
      try attempt.finish(.failed(7, next: .queued), sync: false)
      let waiting = try #require(try queue.list(.queued).first)
      try queue.takeBack(attempt, from: "queued/" + waiting)
      let shown = try #require(try queue.runs().first)
      #expect(shown.state == .idle)
      #expect(shown.reason == "exit status 7")
      #expect(try queue.carryOn(attempt.name, attempt: 1, sync: false))
      #expect(try queue.run(named: run).attempt == 1)
    }
  }

  @Test func aRunIsFoundByItsName() throws {
    try withQueue { queue in
      let done = try queue.submit("done")
      try queue.end(done)
      try writeFile(queue.runPath(done, "summary.json"), #"{"loss": 1}"#)
      let waiting = try queue.submit("waiting")
      let starting = try queue.submit("starting")
      let claim = try #require(try queue.claimed(starting))
      #expect(try queue.run(named: done).state == .finished)
      #expect(try queue.run(named: done).summary == JSON.object(["loss": 1]))
      #expect(try queue.run(named: waiting).state == .idle)
      #expect(try queue.run(named: starting).state == .starting)
      #expect(try queue.run(named: starting).agent == "host-test")
      let error = #expect(throws: SpoolError.self) { try queue.run(named: "nobody") }
      #expect(error?.kind == .notFound)
      #expect(try queue.giveBack(claim))
    }
  }

  @Test func attemptsTellTheirOutcomesAndLogs() throws {
    try withQueue { queue in
      let run = try queue.submit("a")
      #expect(try queue.attempts(of: run).isEmpty)
      let first = try queue.started(run)
      try writeFile(first.folder + "/out.log", "four")
      try first.finish(.failed(7, next: .queued), sync: false)
      let second = try queue.started(run)
      let attempts = try queue.attempts(of: run)
      #expect(attempts.map { $0.number } == [1, 2])
      #expect(attempts.map { $0.outcome?.state } == [.failed, nil])
      #expect(attempts[0].logs.map { $0.size } == [4])
      #expect(attempts[1].logs.isEmpty)
      #expect(attempts.map { $0.host } == [Host.current.name, Host.current.name])
      #expect(attempts.allSatisfy { $0.startedAt != nil })
      #expect(attempts[0].argv.last == "a")
      try second.finish(.finished(), sync: false)
    }
  }
}

extension Run {
  fileprivate func with(duration: Double?) -> Run {
    var run = self
    run.duration = duration
    return run
  }
}
