import Dispatch
import SpoolTesting
import Synchronization
import Testing

@testable import SpoolQueue

/// Runs brought to where a test needs them, by the protocol's own steps.
extension Queue {
  fileprivate func submit(
    _ name: String, priority: Int = 50, held: Bool = false
  ) throws -> String {
    try enqueue(
      Job(command: ["true", name]), named: name, priority: priority, held: held,
      settings: Self.unsynced)
  }

  private static var unsynced: QueueSettings {
    var settings = QueueSettings()
    settings.sync = false
    return settings
  }

  private static let claims = Atomic<Int>(0)

  /// Claims a waiting run; nil: it does not wait.
  fileprivate func claimed(_ run: String) throws -> QueueFileName? {
    guard let file = try list(.queued).first(where: { QueueFileName($0)?.run == run }) else {
      return nil
    }
    let number = Self.claims.wrappingAdd(1, ordering: .relaxed).newValue
    let information = try System.information(path(.queued, file))
    return try claim(file, information, for: ClaimName(agent: "host-test", number: number))
  }

  /// Brings a waiting run to `running/`.
  fileprivate func started(_ run: String) throws -> Attempt {
    let name = try #require(try claimed(run))
    var attempt = try #require(try makeAttempt(name, settings: Self.unsynced, slot: 0))
    _ = try attempt.publishStart(sync: false)
    #expect(try attempt.enterRunning(sync: false))
    return attempt
  }

  /// Brings a waiting run to its end.
  fileprivate func end(_ run: String, _ outcome: Outcome = .finished()) throws {
    try started(run).finish(outcome, sync: false)
  }

  /// Takes back the steps that follow an outcome: as if its publisher had died at once.
  fileprivate func takeBack(_ attempt: Attempt, from place: String) throws {
    try System.rename(path + "/" + place, path(.running, attempt.name.text))
    let record = path(.done, attempt.run + ".json")
    if (try? System.information(record)) != nil { try System.unlink(record) }
  }

  fileprivate var names: [String] { get throws { try runs().map { $0.run } } }
}

@Suite struct QueueListTests {
  @Test func runningFirstThenTheQueueInItsOrderThenTheNewestEnded() throws {
    try withQueue { queue in
      let old = try queue.submit("old")
      try queue.end(old)
      let later = try queue.submit("later", priority: 80)
      let first = try queue.submit("first", priority: 3)
      let held = try queue.submit("held", priority: 40, held: true)
      let starting = try queue.submit("starting", priority: 0)
      let running = try queue.submit("running")
      try queue.drop("hello.json")
      try queue.drop("10-dropped.json")
      let new = try queue.submit("new")
      try queue.end(new, .failed(3))
      // Their modification times may fall into one tick of the clock.
      try queue.rewrite(new)
      let claim = try #require(try queue.claimed(starting))
      let attempt = try queue.started(running)

      #expect(
        try queue.names
          == [running, starting, first, "dropped", held, later, "hello", new, old])
      let runs = try queue.runs()
      #expect(
        runs.map { $0.state } == [
          .running, .starting, .idle, .idle, .idle, .idle, .idle, .failed, .finished,
        ])
      #expect(runs.map { $0.held } == runs.map { $0.run == held })
      #expect(runs[6].priority == 99)

      try attempt.finish(.finished(), sync: false)
      #expect(try queue.giveBack(claim))
    }
  }

  @Test func aLimitCutsTheList() throws {
    try withQueue { queue in
      for name in ["a", "b", "c"] { try queue.end(try queue.submit(name)) }
      let waiting = try queue.submit("waiting")
      for (limit, omitted) in [(1, 3), (2, 2), (4, 0), (9, 0)] {
        let selected = try RunListing(queue).select(limit: limit)
        #expect(selected.entries.count == 4 - omitted)
        #expect(selected.omitted == omitted)
      }
      #expect(try queue.runs(limit: 1).map { $0.run } == [waiting])
      #expect(try queue.runs(limit: 0).isEmpty)
    }
  }

  @Test func statesSelect() throws {
    try withQueue { queue in
      for name in ["a", "b", "c", "d"] {
        try queue.end(try queue.submit(name), name < "c" ? .failed(1) : .finished())
      }
      let waiting = try queue.submit("waiting")
      #expect(try queue.runs(states: [.failed]).count == 2)
      #expect(try queue.runs(states: [.failed, .finished]).count == 4)
      #expect(try queue.runs(states: [.idle, .finished]).first?.run == waiting)
      #expect(try queue.runs(states: [.queued, .killed]).isEmpty)
      let listing = try RunListing(queue)
      #expect(listing.select(limit: 2, Selection(states: [.failed])).omitted == 0)
      #expect(listing.select(limit: 1, Selection(states: [.failed])).omitted == nil)
      #expect(listing.select(limit: 1, Selection(states: [.failed])).entries.count == 1)
    }
  }

  @Test func aLiveAgentMakesIdleRunsQueued() throws {
    try withQueue { queue in
      _ = try queue.submit("a")
      #expect(try queue.runs().map { $0.state } == [.idle])
      _ = try TestAgent(in: queue)
      #expect(try queue.runs().map { $0.state } == [.queued])
      #expect(try queue.runs().map { $0.paused } == [false])
      try queue.pause()
      #expect(try queue.runs().map { $0.paused } == [true])
    }
  }

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
      #expect(runs[1].reason?.contains("comand") == true)
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

  @Test func whatIsNoRecordIsShownAsCrashed() throws {
    try withQueue(isSound: false) { queue in
      try writeFile(queue.path(.done, "a.json"), "{\"run\":\"a\"")
      try writeFile(queue.path(.done, "b.json"), "")
      try writeFile(queue.path(.done, "c.txt"), "")
      let runs = try queue.runs()
      #expect(Set(runs.map { $0.run }) == ["a", "b"])
      for run in runs {
        #expect(run.state == .crashed)
        #expect(run.reason?.hasSuffix("is not a record that spool wrote") == true)
      }
      #expect(try queue.runs(states: [.crashed]).count == 2)
      #expect(try queue.runs(states: [.finished]).isEmpty)
    }
  }

  @Test func whatCannotBeReadSaysSo() throws {
    try withQueue(isSound: false) { queue in
      // A directory cannot be read whoever asks, root too.
      try System.makeDirectory(queue.path(.done, "a.json"), permissions: 0o700)
      let run = try #require(try queue.runs().first)
      #expect(run.run == "a")
      #expect(run.state == .crashed)
      #expect(run.reason?.contains("a.json: cannot be read: ") == true)
      #expect(try queue.runs(states: [.crashed]).count == 1)
    }
  }

  @Test func aRecordIsItsOwnLineOfJSON() throws {
    try withQueue(isSound: false) { queue in
      try queue.end(try queue.submit("a"))
      let pretty = "{\n  \"run\": \"b\",\n  \"state\": \"killed\"\n}\n"
      try writeFile(queue.path(.done, "b.json"), pretty)
      try writeFile(queue.path(.done, "c.json"), "{\"run\":\"c\",\"state\":\"killed\"")
      let listing = try RunListing(queue)
      var lines: [String: String?] = [:]
      listing.read(listing.select(limit: nil).entries, into: [(String, String?)]()) { part, run in
        part.append((run.name, run.line.map { String(decoding: $0, as: UTF8.self) }))
      } body: { part in
        for (name, line) in part { lines[name] = line }
      }
      #expect(lines.count == 3)
      #expect(lines["b"] == .some(nil))
      #expect(lines["c"] == .some(nil))
      let run = try #require(lines.keys.first { $0.hasPrefix("a-") })
      #expect(lines[run] == .some(try readFile(queue.path(.done, run + ".json"))))
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

  @Test func manyRecordsAreReadOnEveryCoreInOneOrder() throws {
    try withQueue(isSound: false) { queue in
      for number in 0..<3000 {
        try writeFile(
          queue.path(.done, "run-\(number).json"),
          "{\"run\":\"run-\(number)\",\"state\":\"finished\"}")
      }
      let expected = try queue.list(.done).map { file in
        (file, try System.information(queue.path(.done, file)).modified)
      }.sorted { left, right in
        left.1 == right.1
          ? left.0.utf8.lexicographicallyPrecedes(right.0.utf8) : left.1 > right.1
      }.map { String($0.0.dropLast(5)) }
      #expect(try queue.names == expected)
      #expect(try queue.runs(limit: 50).map { $0.run } == Array(expected.prefix(50)))
      #expect(try queue.runs(states: [.finished]).map { $0.run } == expected)
    }
  }

  @Test func everyRunIsMetOnceWhileRunsMove() throws {
    try withQueue { queue in
      var runs: [String] = []
      for number in 0..<60 { runs.append(try queue.submit("r\(number)")) }
      let all = Set(runs)
      let movers = Mutex<(any Error)?>(nil)
      let isOver = Atomic<Bool>(false)
      let group = DispatchGroup()
      DispatchQueue.global().async(group: group) { [runs] in
        do {
          for (number, run) in runs.enumerated() {
            if number % 3 == 0, let claim = try queue.claimed(run) {
              _ = try queue.giveBack(claim)
            }
            if number % 2 == 0 {
              let first = try queue.started(run)
              try first.finish(.failed(1, next: .queued), sync: false)
            }
            try queue.end(run)
          }
        } catch {
          movers.withLock { $0 = error }
        }
        isOver.store(true, ordering: .releasing)
      }
      var looks = 0
      repeat {
        let names = try queue.names
        let twice = Dictionary(grouping: names) { $0 }.filter { $0.value.count > 1 }.keys
        #expect(twice.isEmpty)
        #expect(all.subtracting(names) == [])
        looks += 1
      } while !isOver.load(ordering: .acquiring)
      group.wait()
      #expect(movers.withLock { $0 } == nil)
      #expect(looks > 1)
      #expect(try queue.runs(states: [.finished]).count == all.count)
    }
  }
}

extension Queue {
  /// Makes a run the newest ended.
  fileprivate func rewrite(_ run: String) throws {
    let path = path(.done, run + ".json")
    let others = try list(.done).filter { $0 != run + ".json" }.map { file in
      try System.information(self.path(.done, file)).modified
    }
    eventually("a later time of \(run)") {
      (try? System.open(path, .reading).touch()) != nil
        && ((try? System.information(path).modified) ?? .now) > (others.max() ?? .now)
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
