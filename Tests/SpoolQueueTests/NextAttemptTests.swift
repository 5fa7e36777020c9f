import Dispatch
import SpoolQueue
import SpoolTesting
import Testing

@Suite struct NextAttemptTests {
  private static func job(_ retries: Int, delay: String = #""0s""#) -> String {
    #"{"command": ["false"], "retries": \#(retries), "retry_delay": \#(delay)}"#
  }

  /// Brings the run's waiting file into `running/`.
  private func start(
    _ queue: Queue, _ run: String, _ agent: TestAgent, holder: Holder = .current
  ) throws -> Attempt {
    try queue.start(try queue.waitingFile(of: run), by: agent, holder: holder)
  }

  private func end(_ attempt: Attempt, _ outcome: Outcome = .failed(1)) throws -> Outcome.Next {
    let decided = try attempt.decided(outcome)
    #expect(try attempt.finish(decided, sync: false))
    return decided.next
  }

  private func recover(_ queue: Queue) throws -> [Recoverer.Action] {
    var recoverer = Recoverer(queue)
    let result = try recoverer.run()
    #expect(result.errors.isEmpty)
    return result.actions
  }

  @Test("A run has as many attempts as its job allows, in its old place") func attempts() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let run = try queue.launch(Self.job(2))
      let file = try queue.waitingFile(of: run)
      for number in 1...3 {
        let attempt = try start(queue, run, agent)
        #expect(attempt.number == number)
        #expect(try end(attempt) == (number < 3 ? .queued : .done))
        #expect(try queue.names(.queued) == (number < 3 ? [file] : []))
      }
      let record = try queue.record(of: run)
      #expect(record["attempt"] == 3 && record["attempts"] == 3 && record["state"] == "failed")
      let attempts = try queue.attempts(of: run)
      #expect(attempts.map(\.outcome?.state) == [.failed, .failed, .failed])
    }
  }

  @Test("A claim that died in starting/ is no attempt") func claimDied() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let run = try queue.launch(Self.job(1))
      for _ in 0..<3 {
        let claimed = try #require(try queue.claim(try queue.waitingFile(of: run), by: agent))
        let attempt = try #require(
          try queue.makeAttempt(claimed, settings: QueueSettings(), slot: 0))
        _ = try attempt.publishStart(sync: false)
        #expect(try queue.giveBack(claimed))
      }
      #expect(try end(try start(queue, run, agent)) == .queued)
      let last = try start(queue, run, agent)
      #expect(last.number == 5)
      #expect(try end(last) == .done)
    }
  }

  @Test("A run that removes its own folder is not repeated for ever") func removed() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let run = try queue.launch(Self.job(2))
      var next = Outcome.Next.queued
      var count = 0
      while next == .queued, count < 10 {
        count += 1
        let attempt = try start(queue, run, agent)
        try removeTree(queue.runPath(run))
        _ = try attempt.mendFolders(sync: false)
        next = try end(attempt)
      }
      #expect(count == 3)
    }
  }

  @Test("A run whose runner died is repeated if its job says so, and only then") func died() throws
  {
    try withQueue { queue in
      let dead = try Holder.dead()
      let agent = try TestAgent(in: queue)
      let run = try queue.launch(Self.job(1), named: "again")
      _ = try start(queue, run, agent, holder: dead)
      let reason = "its runner on \(Host.current.name) died"
      #expect(
        try recover(queue)
          == [.ended(run: run, state: .crashed, reason: reason + "; it is tried again")])
      #expect(
        try queue.locate(run) == .queued(try #require(QueueFileName(queue.waitingFile(of: run)))))
      _ = try start(queue, run, agent, holder: dead)
      #expect(try recover(queue) == [.ended(run: run, state: .crashed, reason: reason)])
      let record = try queue.record(of: run)
      #expect(record["attempt"] == 2 && record["state"] == "crashed")

      let once = try queue.startRun(named: "once", by: agent, holder: dead)
      #expect(try recover(queue).count == 1)
      #expect(try queue.record(of: once.run)["attempt"] == 1)
    }
  }

  @Test("A named exit status is none that a dead runner has") func diedWithStatuses() throws {
    try withQueue { queue in
      let run = try queue.launch(#"{"command": ["x"], "retries": 1, "retry_on": [1]}"#)
      _ = try start(queue, run, try TestAgent(in: queue), holder: try Holder.dead())
      #expect(try recover(queue).count == 1)
      #expect(try queue.locate(run) == .done)
    }
  }

  @Test("What the first attempt was started with counts, also where its start is lost")
  func lostStart() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue, holder: try Holder.dead())
      try writeFile(queue.path + "/queue.json", #"{"defaults": {"retries": 2}}"#)
      let run = try queue.launch()
      let settings = try queue.readSettings()
      for _ in 0..<2 {
        let claimed = try #require(try queue.claim(try queue.waitingFile(of: run), by: agent))
        var attempt = try #require(try queue.makeAttempt(claimed, settings: settings, slot: 0))
        _ = try attempt.publishStart(sync: false)
        try #require(try attempt.enterRunning(sync: false))
        if attempt.number == 1 {
          #expect(try end(attempt) == .queued)
          try System.unlink(queue.path + "/queue.json")
        } else {
          try System.unlink(attempt.folder + "/start.json")
        }
      }
      #expect(try recover(queue).count == 1)
      #expect(try queue.names(.queued).count == 1)
      #expect(try queue.kill(run, KillRequest()) == .ended)
    }
  }

  // MARK: Killing

  @Test("A run that waits for its next attempt is killed at once") func killed() throws {
    try withQueue { queue in
      let run = try queue.launch(Self.job(5))
      #expect(try end(try start(queue, run, try TestAgent(in: queue))) == .queued)
      #expect(try queue.kill(run, KillRequest()) == .ended)
      let record = try queue.record(of: run)
      #expect(record["state"] == "killed" && record["attempt"] == 2)
      #expect(try queue.attempts(of: run).map(\.outcome?.state) == [.failed, .killed])
    }
  }

  @Test("A request that came before the decision: the outcome is the run's last") func asked()
    throws
  {
    try withQueue { queue in
      let run = try queue.launch(Self.job(5))
      let attempt = try start(queue, run, try TestAgent(in: queue))
      #expect(try queue.kill(run, KillRequest()) == .requested)
      #expect(try end(attempt) == .done)
      let record = try queue.record(of: run)
      #expect(record["state"] == "failed")
      #expect(
        record["reason"]
          == .string("exit status 1; not tried again: " + KillRequest().words))
    }
  }

  @Test("A request that came behind the decision ends the run once it is put back")
  func askedLate() throws {
    try withQueue { queue in
      let run = try queue.launch(Self.job(5))
      let attempt = try start(queue, run, try TestAgent(in: queue))
      let decided = try attempt.decided(.failed(1))
      #expect(decided.next == .queued)
      #expect(try queue.kill(run, KillRequest()) == .requested)
      #expect(try attempt.finish(decided, sync: false))
      #expect(try queue.record(of: run)["state"] == "killed")
      #expect(try queue.names(.queued) == [])
    }
  }

  @Test("Of a request and an end at the same moment none is lost") func askedMeanwhile() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      for _ in 0..<20 {
        let run = try queue.launch(Self.job(5))
        let attempt = try start(queue, run, agent)
        DispatchQueue.concurrentPerform(iterations: 2) { index in
          do {
            if index == 0 {
              _ = try end(attempt)
            } else {
              _ = try queue.kill(run, KillRequest())
            }
          } catch {
            Issue.record(error)
          }
        }
        #expect(try queue.locate(run) == .done)
      }
    }
  }

  // MARK: When

  @Test("A run that waits for its next attempt says when that may be") func time() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let text = Self.job(3, delay: #""1h""#)
      let run = try queue.launch(text)
      let job = try Job(parsing: Array(text.utf8))
      let name = try #require(QueueFileName(try queue.waitingFile(of: run)))
      #expect(try queue.retryTime(of: name, job) == nil)
      #expect(try end(try start(queue, run, agent)) == .queued)
      let first = try #require(try queue.retryTime(of: name, job))
      #expect(first.wait > 0.79 * 3600 && first.wait <= 1.2 * 3600)
      let ended = try System.information(queue.runPath(run, "1/end.json")).modified
      #expect(
        abs(first.time.seconds(since: ended) - RetryPolicy(job).wait(after: 1, of: run)) < 0.001)
      // A job whose own file does not say so costs no look, and its named job may.
      #expect(try queue.retryTime(of: name, Job(command: ["x"])) == nil)
      var named = Job()
      named.job = "train:v0"
      #expect(try queue.retryTime(of: name, named) != nil)
      var defaults = Job()
      defaults.retries = 1
      #expect(try queue.retryTime(of: name, Job(command: ["x"]), defaults: defaults) != nil)

      let shown = try queue.run(named: run)
      #expect(shown.attempt == 1 && shown.attempts == 4)
      #expect(shown.reason == "attempt 1 failed: exit status 1")

      // Two hours ago.
      try Platform.setTimes(
        queue.runPath(run, "1/end.json"), to: Int(Timestamp.now.seconds) - 7200)
      #expect(try queue.retryTime(of: name, job) == nil)
      // In two hours, which no clock that was right can have said.
      try Platform.setTimes(
        queue.runPath(run, "1/end.json"), to: Int(Timestamp.now.seconds) + 7200)
      #expect(try queue.retryTime(of: name, job) == nil)
    }
  }

  @Test("A run that somebody asked to stop waits for no time") func timeOfKilled() throws {
    try withQueue { queue in
      let text = Self.job(3, delay: #""1h""#)
      let run = try queue.launch(text)
      #expect(try end(try start(queue, run, try TestAgent(in: queue))) == .queued)
      let file = try queue.waitingFile(of: run)
      let name = try #require(QueueFileName(file))
      try writeFile(queue.runPath(run, "kill"), "")
      #expect(try queue.retryTime(of: name, try Job(parsing: Array(text.utf8))) == nil)
      _ = try queue.kill(run, KillRequest())
    }
  }
}

@Suite struct NextAttemptCommandTests {
  @Test("All attempts of a run execute the same words, also of one that spool 0.1.0 began")
  func begun() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let run = try queue.launch(
        #"{"command": ["false", "a${run}b", "${spool.attempt}"], "retries": 2, "retry_delay": 0}"#)
      func next() throws -> Attempt {
        try queue.start(try queue.waitingFile(of: run), by: agent)
      }
      var attempt = try next()
      #expect(attempt.start.argv == ["false", "a${run}b", "1"])
      // What 0.1.0 would have written: the macro in the longer word is replaced.
      attempt.start.argv = ["false", "a\(run)b", "${spool.attempt}"]
      _ = try attempt.publishStart(sync: false)
      #expect(try attempt.finish(try attempt.decided(.failed(1)), sync: false))
      var second = try next()
      #expect(second.start.argv == ["false", "a\(run)b", "${spool.attempt}"])
      // And what this one writes is made anew for each attempt.
      attempt.start.argv = ["false", "a${run}b", "1"]
      _ = try attempt.publishStart(sync: false)
      #expect(try second.finish(try second.decided(.failed(1)), sync: false))
      second = try next()
      #expect(second.start.argv == ["false", "a${run}b", "3"])
    }
  }
}
