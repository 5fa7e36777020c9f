import SpoolQueue
import Testing

@Suite("A run that fails is tried again as its file asks")
struct RetryTests {
  private static let delay = #""retry_delay": "20ms""#

  private func log(_ spool: SpoolUnderTest, _ run: String, _ attempt: Int) throws -> String {
    try spool.output(["logs", "--attempt", "\(attempt)", run])
  }

  /// How each attempt ended, by its own record.
  private func states(_ spool: SpoolUnderTest, _ run: String) throws -> [RunState?] {
    try Queue(at: spool.queue).attempts(of: run).map(\.outcome?.state)
  }

  @Test("It fails twice and then finishes: one run, three attempts, three logs")
  func failsTwice() throws {
    try withSpool { spool in
      let run = try spool.launch([
        "--retries", "4", "--retry-delay", "20ms", "--", "sh", "-c",
        "echo this is $SPOOL_ATTEMPT; [ $SPOOL_ATTEMPT = 3 ]",
      ])
      try spool.drain()
      let record = try spool.record(run)
      #expect(record.state == .finished && record.attempt == 3 && record.attempts == 5)
      #expect(try states(spool, run) == [.failed, .failed, .finished])
      for attempt in 1...3 { #expect(try log(spool, run, attempt) == "this is \(attempt)\n") }
      #expect(try spool.output(["logs", run]) == "this is 3\n")
      let page = try spool.output(["show", run])
      #expect(page.contains("attempts    3 of 5\n"))
      #expect(page.contains("attempt 2   failed (1)"))
      #expect(try spool.names("done") == [run + ".json"])
    }
  }

  @Test("It never finishes: it fails with the last attempt's outcome, and wait says so")
  func usedUp() throws {
    try withSpool { spool in
      let agent = try spool.agent()
      let run = try spool.launch([
        "--retries", "1", "--retry-delay", "0", "--", "sh", "-c", "exit $((SPOOL_ATTEMPT + 6))",
      ])
      #expect(try spool.output(["wait", run], expecting: 8) == "\(run) failed\n")
      #expect(try spool.record(run).exitCode == 8)
      #expect(try states(spool, run) == [.failed, .failed])
      _ = agent
    }
  }

  @Test("A time limit holds for each attempt, and is tried again") func timeLimit() throws {
    try withSpool { spool in
      try spool.drop(
        "slow.json",
        #"""
        {"script": "[ $SPOOL_ATTEMPT = 2 ] || exec sleep 1000", "timeout": "2s", "retries": 3, \#(Self.delay)}
        """#)
      try spool.drain()
      #expect(try states(spool, "slow") == [.failed, .finished])
      let page = try spool.output(["show", "slow"])
      #expect(page.contains("time limit: 2s, then signal TERM"))
    }
  }

  @Test("Where exit statuses are named, another one is the last") func statuses() throws {
    try withSpool { spool in
      try spool.drop(
        "on.json",
        #"{"script": "exit $((SPOOL_ATTEMPT + 2))", "retries": 9, "retry_on": [3, 4], \#(Self.delay)}"#
      )
      try spool.drain()
      #expect(try states(spool, "on") == [.failed, .failed, .failed])
      #expect(try spool.record("on").exitCode == 5)
    }
  }

  @Test("What the host lacks may be there the next time; what the file says wrong will not")
  func host() throws {
    try withSpool { spool in
      try spool.drop(
        "late.json",
        #"{"command": ["true"], "env_file": ["\#(spool.path("late.env"))"], "retries": 50, \#(Self.delay)}"#
      )
      try spool.drop(
        "bad.json", #"{"command": ["echo", "${config.none}"], "retries": 50, \#(Self.delay)}"#)
      let agent = try spool.agent()
      try spool.waitForRecord("bad")
      #expect(try states(spool, "bad") == [.crashed])
      try agent.waitFor("late waits again")
      try spool.write("late.env", "A=1\n")
      try spool.waitForRecord("late")
      #expect(try spool.record("late").state == .finished)
      #expect(try states(spool, "late").dropLast().allSatisfy { $0 == .crashed })
    }
  }

  @Test("While it waits for its next attempt it says so, and can be killed")
  func killedWaiting() throws {
    try withSpool { spool in
      let agent = try spool.agent()
      let run = try spool.launch(["--retries", "1", "--retry-delay", "1h", "--", "false"])
      try agent.waitFor("\(run) waits again")
      let page = try spool.output(["show", run])
      #expect(page.contains("state       queued\n"))
      #expect(page.contains("reason      attempt 1 failed: exit status 1\n"))
      #expect(page.contains("next try    "))
      try spool.run(["kill", run])
      try spool.waitForRecord(run)
      #expect(try spool.record(run).state == .killed)
      #expect(try states(spool, run) == [.failed, .killed])
      #expect(try spool.exists("runs/\(run)/2/out.log") == false)
    }
  }

  @Test("A killed run is not tried again") func killedRunning() throws {
    try withSpool { spool in
      let agent = try spool.agent()
      let run = try spool.launch([
        "--retries", "5", "--retry-delay", "0", "--", "sh", "-c", "echo begun; exec sleep 1000",
      ])
      try eventually("the command begun") { try spool.log(run) == "begun\n" }
      try spool.run(["kill", run])
      try spool.waitForRecord(run)
      #expect(try states(spool, run) == [.killed])
      _ = agent
    }
  }

  @Test(
    "A runner that is killed or told to end: crashed, and tried again only if the file says so",
    arguments: [(TestSignal.kill, 1), (.kill, 0), (.term, 1), (.term, 0)])
  func runner(_ signal: TestSignal, _ retries: Int) throws {
    try withSpool { spool in
      let agent = try spool.agent()
      try spool.drop(
        "a.json",
        #"{"script": "echo begun; [ $SPOOL_ATTEMPT = 2 ] || exec sleep 1000", "retries": \#(retries), \#(Self.delay)}"#
      )
      try eventually("the command begun") { try spool.log("a") == "begun\n" }
      try spool.killRunner(of: "a", signal: signal)
      try spool.waitForRecord("a")
      #expect(try states(spool, "a") == (retries == 0 ? [.crashed] : [.crashed, .finished]))
      let reason = try #require(try Queue(at: spool.queue).attempts(of: "a").first?.outcome?.reason)
      #expect(signal == .kill ? reason.hasSuffix("died") : reason.hasPrefix("told to stop"))
      _ = agent
    }
  }

  @Test("Agent and runner are killed: recovery puts the run back, and another agent repeats it")
  func everybodyKilled() throws {
    try withSpool { spool in
      let agent = try spool.agent()
      try spool.drop(
        "a.json",
        #"{"script": "echo begun; [ $SPOOL_ATTEMPT = 2 ] || exec sleep 1000", "retries": 1, \#(Self.delay)}"#
      )
      try eventually("the command begun") { try spool.log("a") == "begun\n" }
      agent.killOutright()
      try spool.killRunner(of: "a")
      try eventually("recovered") {
        try spool.run(["recover"])
        return try spool.names("running").isEmpty
      }
      #expect(try spool.names("queued").count == 1)
      try spool.drain()
      #expect(try states(spool, "a") == [.crashed, .finished])
    }
  }

  @Test("The agent is another one when the next attempt is due") func agentRestarted() throws {
    try withSpool { spool in
      let first = try spool.agent()
      let run = try spool.launch([
        "--retries", "1", "--retry-delay", "1s", "--", "sh", "-c", "[ $SPOOL_ATTEMPT = 2 ]",
      ])
      try first.waitFor("\(run) waits again")
      #expect(try first.terminate() == 0)
      let second = try spool.agent()
      try second.waitFor("\(run) running")
      try spool.waitForRecord(run)
      // It waited for what was left of its time.
      let attempts = try Queue(at: spool.queue).attempts(of: run)
      let ended = try #require(attempts.first?.outcome?.endedAt)
      let started = try #require(attempts.last?.startedAt)
      #expect(started.seconds(since: ended) >= 0.75)
      #expect(try states(spool, run) == [.failed, .finished])
    }
  }

  @Test("The warning comes before the limit, to every process of the group") func warned() throws {
    try withSpool { spool in
      try spool.drop(
        "w.json",
        #"""
        {"script": "sh -c 'trap \"echo child; exit\" USR1; echo set >>$SPOOL_RUN_DIR/set; while :; do sleep 0.01; done' & trap 'echo parent; wait; exit 5' USR1; until [ -e $SPOOL_RUN_DIR/set ]; do sleep 0.01; done; while :; do sleep 0.01; done",
         "timeout": "60s", "warn": "57s", "split": true}
        """#)
      try spool.drain()
      let record = try spool.record("w")
      #expect(record.reason == "exit status 5")
      #expect(try spool.log("w").split(separator: "\n").sorted() == ["child", "parent"])
    }
  }

  @Test("A warning that could come only at the start, or never, is refused") func lateWarning()
    throws
  {
    try withSpool { spool in
      let output = try spool.run(
        ["launch", "--timeout", "1m", "--warn", "60s", "--", "true"], expecting: 2)
      #expect(
        output.contains(
          #""warn" is 1m and "timeout" 1m: a warning must come after the start and before the limit"#
        ))
      try spool.drop("w.json", #"{"command": ["true"], "timeout": 1, "warn": 2}"#)
      try spool.drain()
      #expect(try spool.record("w").state == .crashed)
      // Without a limit there is nothing to warn of.
      try spool.run(["launch", "--warn", "60s", "--", "true"])
      #expect(try spool.names("queued").count == 1)
    }
  }

  @Test("launch takes statuses one by one or in a list, and nothing else") func flags() throws {
    try withSpool { spool in
      let text = try spool.output([
        "launch", "--dry-run", "--retries", "2", "--retry-on", "75,111", "--retry-on", "3",
        "--retry-delay", "1m", "--", "true",
      ])
      let job = try Job(parsing: Array(text.utf8))
      #expect(job.retries == 2 && job.retryOn == [75, 111, 3] && job.retryDelay == 60)
      for wrong in ["256", "-1", "x", "", "3,", "TERM"] {
        try spool.run(["launch", "--retry-on", wrong, "--", "true"], expecting: 2)
      }
      try spool.run(["launch", "--retries", "-1", "--", "true"], expecting: 2)
    }
  }

  // MARK: New runs

  @Test("retry prints new names, one for each run, and goes on past what it cannot repeat")
  func command() throws {
    try withSpool { spool in
      let bad = try spool.launch(["--name", "bad", "--", "false"])
      let good = try spool.launch(["--name", "good", "--", "true"])
      try spool.drain()
      #expect(try spool.output(["retry", bad, good]) == "\(bad)-2\n\(good)-2\n")
      #expect(try spool.output(["retry", bad, bad + "-2", "none"], expecting: 3) == "\(bad)-3\n")
      #expect(try spool.output(["retry", "--failed", good], expecting: 1) == "")
      let line = try spool.output(["retry", "--json", bad])
      let object = try JSON(parsing: Array(line.utf8), dialect: .relaxed).objectValue
      let run = try #require(object.flatMap { Run($0) })
      #expect(run.run == bad + "-4" && run.retryOf == bad)
      try spool.drain()
      #expect(try spool.record(bad + "-4").state == .failed)
      #expect(try spool.record(good + "-2").state == .finished)
      // Last night's: what was repeated already is not repeated again.
      #expect(try spool.output(["retry", "--failed"]) == "\(bad)-5\n")
      try spool.run(["retry", "--failed", "--since", "12h"], expecting: 1)
      try spool.run(["retry", "--state", "queued", "--all"], expecting: 2)
      try spool.drain()
    }
  }

  @Test("--failed leaves out what was killed on purpose; --state killed means it")
  func killed() throws {
    try withSpool { spool in
      let bad = try spool.launch(["--name", "bad", "--", "false"])
      let stopped = try spool.launch(["--name", "stopped", "--hold", "--", "true"])
      try spool.run(["kill", stopped])
      try spool.drain()
      let words = try spool.run(["retry", "--failed", stopped], expecting: 1)
      #expect(
        words == "spool: \(stopped): was killed, and is not repeated (without --failed it is)\n")
      #expect(try spool.output(["retry", "--failed"]) == "\(bad)-2\n")
      #expect(try spool.output(["retry", "--failed"], expecting: 1) == "")
      #expect(try spool.output(["retry", "--state", "killed"]) == "\(stopped)-2\n")
      try spool.run(["kill", "--all"])
      #expect(
        try spool.output(["retry", "--failed", "--state", "killed"])
          == "\(bad)-3\n\(stopped)-3\n")
    }
  }

  @Test("what cannot be repeated is named") func unrepeatable() throws {
    try withSpool { spool in
      try spool.drop("wrong.json", #"{"command": ["echo", "${spool.nope}"]}"#)
      try spool.drop("fails.json", #"{"command": ["false"]}"#)
      try spool.drain()
      let words = try spool.run(["retry", "--failed"], expecting: 2)
      #expect(words.contains("spool: wrong: cannot be repeated: \"${spool.nope}\" is none of"))
      #expect(words.contains("fails-2\n"))
    }
  }

  @Test("a graph that is repeated together runs as the same graph") func graph() throws {
    try withSpool { spool in
      let first = try spool.launch([
        "--name", "first", "--", "sh", "-c", "test -e \(spool.path("mended"))",
      ])
      let second = try spool.launch(["--name", "second", "--after", first, "--", "true"])
      let third = try spool.launch(["--name", "third", "--after", second, "--", "true"])
      try spool.drain()
      #expect(try spool.record(third).state == .crashed)
      // A part of it could only crash again: it is refused, and says what is missing.
      let words = try spool.run(["retry", second], expecting: 1)
      #expect(
        words == "spool: \(second): would end in the same way: it waits for \(first) to finish, and"
          + " that failed; repeat both together\n")
      try spool.write("mended", "")
      #expect(
        try spool.output(["retry", "--failed"])
          == [first, second, third].map { $0 + "-2\n" }.joined())
      try spool.drain(slots: 3)
      for run in [first, second, third] {
        #expect(try spool.record(run + "-2").state == .finished)
      }
    }
  }

  @Test("retry --sweep --failed: the points that failed run again, and sweep show counts those")
  func sweep() throws {
    try withSpool { spool in
      try spool.write("broken", "")
      try spool.write(
        "sweep.json",
        #"""
        {"method": "grid", "name": "s", "metric": {"name": "loss"},
         "parameters": {"a": {"values": [1, 2, 3, 4]}},
         "command": ["/bin/sh", "-c",
           "[ $1 = 2 ] && [ -e \#(spool.path("broken")) ] && exit 1; echo {\\\"loss\\\": $1} >$SPOOL_RUN_DIR/summary.json",
           "sh", "${config.a}"]}
        """#)
      let id = String(try spool.output(["sweep", spool.path("sweep.json")]).dropLast())
      try spool.drain()
      #expect(try spool.output(["wait", "--sweep", id], expecting: 1).contains("failed"))
      try System.unlink(spool.path("broken"))
      #expect(try spool.output(["retry", "--sweep", id, "--failed"]) == "\(id)-0002-2\n")
      try spool.drain()
      let shown = try spool.output(["sweep", "show", id])
      #expect(shown.contains("\(id)-0002-2") && !shown.contains("failed"))
      try spool.run(["wait", "--sweep", id])
      try spool.run(["retry", "--sweep", id, "--failed"], expecting: 1)
    }
  }
}
