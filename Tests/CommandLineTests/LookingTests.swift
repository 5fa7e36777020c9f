import SpoolQueue
import SpoolTesting
import Testing

/// list, show, logs and wait as they are called, on queues that no agent serves but in a test's
/// own words.
@Suite struct LookingTests {
  private func spool(_ queue: Queue, _ words: String...) throws -> ProgramResult {
    try BuiltProgram.run(words + ["-q", queue.path], environment: ["SPOOL_ROOT": queue.root])
  }

  private func submit(_ queue: Queue, _ name: String, split: Bool = false) throws -> String {
    var job = Job(command: ["echo", name])
    job.split = split ? true : nil
    return try queue.enqueue(job, named: name)
  }

  /// Brings a waiting run to `running/`, its log made as a runner does.
  private func start(_ queue: Queue, _ run: String, log: String? = "") throws -> Attempt {
    let file = try #require(try queue.list(.queued).first { QueueFileName($0)?.run == run })
    let name = try #require(
      try queue.claim(
        file, try System.information(queue.path(.queued, file)),
        for: ClaimName(agent: ClaimName.newAgent(), number: 1)))
    var attempt = try #require(try queue.makeAttempt(name, settings: QueueSettings(), slot: 0))
    if let log { try writeFile(attempt.folder + "/out.log", log) }
    _ = try attempt.publishStart(sync: false)
    #expect(try attempt.enterRunning(sync: false))
    return attempt
  }

  private func finish(_ attempt: Attempt, _ outcome: Outcome = .finished()) throws {
    try attempt.finish(outcome, sync: false)
  }

  private func append(_ attempt: Attempt, _ text: String) throws {
    let path = attempt.folder + "/out.log"
    let file = try System.openForWriting(path)
    try file.seek(to: System.information(path).size)
    try file.write(Array(text.utf8))
  }

  // MARK: list and show

  @Test func listCutsAndSaysSo() throws {
    try withQueue { queue in
      for name in ["a", "b", "c"] { _ = try submit(queue, name) }
      let all = try spool(queue, "list")
      #expect(all.lines.count == 4)
      #expect(all.lines.first?.hasPrefix("RUN ") == true)
      #expect(all.errors == "")
      let cut = try spool(queue, "list", "--limit", "2")
      #expect(cut.lines == Array(all.lines.prefix(3)))
      #expect(cut.errors == "tester/queue: 1 more (--limit 0 shows all)\n")
      #expect(try spool(queue, "list", "--limit", "0").lines.count == 4)
      #expect(
        try spool(queue, "list", "--state", "failed").errors == "tester/queue: no runs like that\n")
    }
  }

  @Test func listAsJSONIsOneObjectALine() throws {
    try withQueue { queue in
      let done = try submit(queue, "done")
      try finish(start(queue, done))
      let waiting = try submit(queue, "waiting")
      let lines = try spool(queue, "list", "--json").lines
      let runs = try lines.map { line in
        try #require(JSON(parsing: Array(line.utf8), dialect: .strict).objectValue)
      }
      #expect(runs.map { $0["run"]?.stringValue } == [waiting, done])
      #expect(runs.map { $0["state"]?.stringValue } == ["idle", "finished"])
      // The record's own bytes, with what only recovery reads.
      #expect(lines[1] == (try readFile(queue.path(.done, done + ".json"))))
      let shown = try spool(queue, "show", done, "--json")
      #expect(shown.lines == [try queue.run(named: done).json.text])
    }
  }

  @Test(arguments: [[], ["--json"]])
  func listTellsOfRecordsThatCannotBeRead(words: [String]) throws {
    try withQueue(isSound: false) { queue in
      for name in ["a", "b"] {
        try System.makeDirectory(queue.path(.done, name + ".json"), permissions: 0o700)
      }
      let run = try submit(queue, "c")
      let result = try BuiltProgram.run(["list", "-q", queue.path] + words)
      #expect(result.status == 0)
      #expect(result.lines.count == (words.isEmpty ? 2 : 1))
      #expect(result.lines.last?.contains(run) == true)
      #expect(result.errors.contains(".json: cannot be read: Is a directory, and 1 more like it"))
    }
  }

  @Test func listOfAllQueuesHasHeadings() throws {
    try withQueue { queue in
      _ = try submit(queue, "a")
      let other = try Queue.create(at: queue.root + "/lab/night")
      try finish(start(other, submit(other, "b")))
      let result = try BuiltProgram.run(
        ["list", "--all"], environment: ["SPOOL_ROOT": queue.root])
      #expect(result.lines.first == "lab/night: 0 running, 0 queued, 1 done, 0 agents")
      #expect(result.lines.contains("tester/queue: 0 running, 1 queued, 0 done, 0 agents"))
      let json = try BuiltProgram.run(
        ["list", "--all", "--json"], environment: ["SPOOL_ROOT": queue.root])
      #expect(json.lines.count == 2)
    }
  }

  @Test func showSaysWhatIsNotThere() throws {
    try withQueue { queue in
      let result = try spool(queue, "show", "nobody")
      #expect(result.status == 3)
      #expect(
        result.errors
          == "spool: tester/queue: there is no run nobody (spool list --limit 0 -q tester/queue"
          + " shows all)\n")
    }
  }

  // MARK: logs

  @Test(arguments: [
    (nil, "one\ntwo\nthree"), ("0", ""), ("1", "three"), ("2", "two\nthree"),
    ("9", "one\ntwo\nthree"),
  ])
  func theLastLinesOfALog(tail: String?, expected: String) throws {
    try withQueue { queue in
      for end in ["", "\n"] {
        let run = try submit(queue, "a")
        try finish(start(queue, run, log: "one\ntwo\nthree" + end))
        let words = tail.map { ["--tail", $0] } ?? []
        let result = try BuiltProgram.run(["logs", run, "-q", queue.path] + words)
        #expect(result.output == (expected.isEmpty ? "" : expected + end))
        #expect(result.status == 0)
      }
    }
  }

  @Test func longLogsAreCutAtTheRightLine() throws {
    try withQueue { queue in
      let run = try submit(queue, "a")
      let lines = (0..<20_000).map { "line \($0)\n" }
      try finish(start(queue, run, log: lines.joined()))
      #expect(try spool(queue, "logs", run).output == lines.joined())
      #expect(
        try spool(queue, "logs", run, "--tail", "15000").output == lines.suffix(15_000).joined())
    }
  }

  @Test func aRunWithoutALogSaysSo() throws {
    try withQueue { queue in
      let run = try submit(queue, "a")
      let result = try spool(queue, "logs", run)
      #expect(result.status == 3)
      #expect(result.errors == "spool: \(run): has no log: it is idle\n")
      _ = try queue.kill(run, KillRequest(reason: "no more"))
      let killed = try spool(queue, "logs", "--follow", run)
      #expect(killed.status == 0)
      let reason = try #require(try queue.run(named: run).reason)
      #expect(killed.errors == "spool: \(run): has no log: it is killed: \(reason)\n")
    }
  }

  @Test func standardErrorHasItsOwnLogOnlyWhereItIsSplit() throws {
    try withQueue { queue in
      let plain = try submit(queue, "plain")
      try finish(start(queue, plain, log: "both"))
      let result = try spool(queue, "logs", "--stderr", plain)
      #expect(result.status == 3)
      #expect(
        result.errors
          == "spool: \(plain): is not split: its standard error is in out.log, with the rest\n")
      let run = try submit(queue, "split", split: true)
      let attempt = try start(queue, run, log: "out")
      try writeFile(attempt.folder + "/err.log", "err")
      try finish(attempt)
      #expect(try spool(queue, "logs", "--stderr", run).output == "err")
      #expect(try spool(queue, "logs", run).output == "out")
    }
  }

  @Test func theLastAttemptIsShown() throws {
    try withQueue { queue in
      let run = try submit(queue, "a")
      try finish(start(queue, run, log: "first"), .failed(1, next: .queued))
      #expect(try spool(queue, "logs", run).output == "first")
      try finish(start(queue, run, log: "second"))
      #expect(try spool(queue, "logs", run).output == "second")
      #expect(try spool(queue, "logs", run, "--attempt", "1").output == "first")
      #expect(try spool(queue, "logs", run, "--attempt", "3").status == 3)
      #expect(try spool(queue, "logs", run, "--follow", "--attempt", "1").output == "first")
    }
  }

  @Test func followingMissesNothing() throws {
    try withQueue { queue in
      let run = try submit(queue, "a")
      try BuiltProgram.running(["logs", "-f", run, "-q", queue.path]) { program in
        let attempt = try start(queue, run, log: "one\n")
        eventually("the first line") { program.output == "one\n" }
        try append(attempt, "two")
        eventually("the second line") { program.output == "one\ntwo" }
        try append(attempt, "\nfirst end\n")
        try finish(attempt, .failed(1, next: .queued))
        eventually("the end of the first attempt") { program.output.hasSuffix("first end\n") }
        let again = try start(queue, run, log: "again\n")
        eventually("the second attempt") { program.output.hasSuffix("again\n") }
        try append(again, "last words")
        try finish(again)
        let result = try program.wait()
        #expect(result.status == 0)
        #expect(result.output == "one\ntwo\nfirst end\nagain\nlast words")
        #expect(result.errors == "spool: \(run): attempt 2\n")
      }
    }
  }

  @Test func aLogThatIsNoFileIsNotRead() throws {
    try withQueue { queue in
      let run = try submit(queue, "a")
      let attempt = try start(queue, run, log: nil)
      try System.makeDirectory(attempt.folder + "/out.log", permissions: 0o700)
      #expect(try spool(queue, "logs", run).status == 4)
      try System.removeDirectory(attempt.folder + "/out.log")
      try finish(attempt)
    }
  }

  // MARK: wait

  @Test func waitSaysHowRunsEnded() throws {
    try withQueue { queue in
      let good = try submit(queue, "good")
      let bad = try submit(queue, "bad")
      try BuiltProgram.running(["wait", good, bad, good, "-q", queue.path]) { program in
        try finish(start(queue, good))
        eventually("the first end") { program.output == "\(good) finished\n" }
        #expect(try !program.hasEnded)
        try finish(start(queue, bad), .failed(3))
        let result = try program.wait()
        #expect(result.status == 1)
        #expect(result.output == "\(good) finished\n\(bad) failed\n")
        #expect(result.errors == "spool: \(bad) failed: exit status 3\n")
      }
      #expect(try spool(queue, "wait", good).status == 0)
      let json = try spool(queue, "wait", good, bad, "--json")
      #expect(json.lines.count == 2)
      #expect(json.status == 1)
    }
  }

  @Test func waitEndsAtItsLimit() throws {
    try withQueue { queue in
      let run = try submit(queue, "a")
      let other = try submit(queue, "b")
      try finish(start(queue, other))
      let result = try spool(queue, "wait", run, other, "--timeout", "100ms")
      #expect(result.status == 1)
      #expect(result.output == "\(other) finished\n")
      #expect(result.errors == "spool: \(run): has not ended in time\n")
      #expect(try spool(queue, "wait", "--any", run, other).status == 0)
      #expect(try spool(queue, "wait", "nobody").status == 125)
    }
  }

  @Test func waitNoticesARemovedRun() throws {
    try withQueue(isSound: false) { queue in
      let run = try submit(queue, "a")
      try BuiltProgram.running(["wait", run, "-q", queue.path]) { program in
        for file in try queue.list(.queued) { try System.unlink(queue.path(.queued, file)) }
        let result = try program.wait()
        #expect(result.status == 125)
        #expect(result.errors.hasPrefix("spool: tester/queue: there is no run \(run) "))
      }
    }
  }
}

@Suite struct RunWatchTests {
  @Test func anEndedRunIsReturnedAtOnce() throws {
    try withQueue { queue in
      let run = try queue.enqueue(Job(command: ["true"]), named: "a")
      #expect(try queue.wait(for: run, timeout: 0) == nil)
      #expect(try queue.wait(for: run, timeout: 0.02) == nil)
      _ = try queue.kill(run, KillRequest())
      #expect(try queue.wait(for: run)?.state == .killed)
      var watch = try RunWatch(queue, [run])
      #expect(try watch.next().map { $0.run } == [run])
      #expect(watch.remaining.isEmpty)
      #expect(try watch.next().isEmpty)
    }
  }

  @Test func anUnknownRunIsAnError() throws {
    try withQueue { queue in
      let error = #expect(throws: SpoolError.self) { try queue.wait(for: "nobody") }
      #expect(error?.kind == .notFound)
    }
  }
}
