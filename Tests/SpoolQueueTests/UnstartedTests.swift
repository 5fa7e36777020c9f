import SpoolQueue
import SpoolTesting
import Testing

/// Starts that fail before their command begins: what stands on disk of them, and what follows.
@Suite struct UnstartedTests {
  /// Claims the run's file and marks its start as failed.
  private func fail(
    _ queue: Queue, _ run: String, by agent: TestAgent, counts: Bool = true,
    cause: String = "signal ILL", seen: SeenStarts? = nil
  ) throws -> Queue.Unstarted {
    let name = try #require(try queue.claim(try queue.waitingFile(of: run), by: agent))
    return try queue.noteUnstarted(
      name, cause: cause, counts: counts, seen: seen, settings: QueueSettings())
  }

  private func pause(_ queue: Queue, _ run: String) throws -> UnstartedStarts? {
    let file = try queue.waitingFile(of: run)
    let seen = try System.information(queue.path(.queued, file))
    return try queue.unstartedPause(of: try #require(QueueFileName(file)), seen)
  }

  private func isWaiting(_ unstarted: Queue.Unstarted, _ seconds: Double) -> Bool {
    if case .waits(let pause, _) = unstarted { pause == seconds } else { false }
  }

  @Test("A failed start is marked, keeps the run for a while, and the third that counts ends it")
  func three() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let run = try queue.launch(#"{"command": ["true"], "retries": 5, "retry_delay": 0.001}"#)
      #expect(try pause(queue, run) == nil)
      #expect(isWaiting(try fail(queue, run, by: agent), 2))
      let first = try #require(try pause(queue, run))
      #expect(first.times == 1 && first.counted == 1)
      #expect(first.until.seconds(since: first.at) == 2)
      #expect(try queue.names(inRun: run + "/1") == ["unstarted.json"])
      // Any other agent, and whoever asks why, sees the same.
      let other = try TestAgent(in: queue)
      #expect(isWaiting(try fail(queue, run, by: other, cause: "signal KILL"), 16))
      #expect(
        try queue.explanation(of: run).sentence.contains(
          "its runner died twice before its command began (signal KILL, on \(Host.current.name), 0s ago)"
        ))
      #expect(try queue.run(named: run).reason?.hasPrefix("its runner died twice") == true)
      let reason = "its runner died three times before the command began: signal ILL"
      #expect(try fail(queue, run, by: agent) == .ended(reason: reason))
      let record = try queue.record(of: run)
      #expect(record["state"] == "crashed" && record["reason"] == .string(reason))
      // Nobody has looked into its file, and it is in the record all the same.
      #expect(record["command"] == .null)
      #expect(record["file"]?.stringValue?.contains("retry_delay") == true)
      for folder in [Queue.Folder.queued, .starting, .running] {
        #expect(try queue.names(folder) == [])
      }
    }
  }

  @Test("What is the host's fault never ends a run, and leaves one mark however long it lasts")
  func host() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let run = try queue.launch()
      for seconds in [2.0, 16, 128, 300, 300, 300] {
        #expect(
          isWaiting(
            try fail(queue, run, by: agent, counts: false, cause: "No space left on device"),
            seconds))
      }
      #expect(try queue.names(inRun: run) == ["1"])
      let starts = try #require(try queue.unstartedStarts(of: run))
      #expect(starts.times == 6 && starts.counted == 0)
      #expect(
        starts.words(at: starts.at)
          == "its start failed 6 times (No space left on device, on \(Host.current.name), 0s ago)")
      // Two deaths after them are two, and no more.
      #expect(isWaiting(try fail(queue, run, by: agent), 300))
      #expect(isWaiting(try fail(queue, run, by: agent), 300))
      #expect(try queue.unstartedStarts(of: run)?.counted == 2)
      #expect(try queue.names(inRun: run) == ["1", "2", "3"])
    }
  }

  @Test("An edited file is another one: it has its three tries")
  func edited() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let run = try queue.launch()
      for _ in 0..<2 { _ = try fail(queue, run, by: agent) }
      let file = try queue.waitingFile(of: run)
      let aside = queue.path(.queued, ".new")
      try writeFile(aside, Queue.smallJob)
      try System.rename(aside, queue.path(.queued, file))
      #expect(try pause(queue, run) == nil)
      #expect(isWaiting(try fail(queue, run, by: agent), 2))
      #expect(try queue.unstartedStarts(of: run)?.counted == 1)
    }
  }

  @Test("Where no mark can be written, what the agent has seen counts") func seen() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let run = try queue.launch()
      guard case .waits(2, let first) = try fail(queue, run, by: agent) else {
        Issue.record("it does not wait")
        return
      }
      // As a run of an earlier attempt may do.
      try removeTree(queue.runPath(run))
      guard case .waits(16, let second) = try fail(queue, run, by: agent, seen: first) else {
        Issue.record("it does not wait")
        return
      }
      #expect(second.counted == 2)
      try removeTree(queue.runPath(run))
      guard case .ended = try fail(queue, run, by: agent, seen: second) else {
        Issue.record("it does not end")
        return
      }
      #expect(try queue.record(of: run)["state"] == "crashed")
    }
  }

  @Test("Whoever gives a claim back ends it, where somebody has asked to stop the run")
  func killed() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      for way in 0..<3 {
        let run = try queue.launch()
        let name = try #require(try queue.claim(try queue.waitingFile(of: run), by: agent))
        // The request of one who looked into queued/ before it was put back.
        try writeFile(queue.runPath(run, "kill"), "")
        switch way {
        case 0: #expect(try queue.putBack(name) == .killed)
        case 1:
          #expect(
            try queue.noteUnstarted(
              name, cause: "signal ILL", counts: true, seen: nil, settings: QueueSettings())
              == .killed)
        default:
          try queue.unregister(agent: agent.name)
          var recoverer = Recoverer(queue)
          _ = try recoverer.run()
        }
        #expect(try queue.record(of: run)["state"] == "killed")
      }
    }
  }

  @Test("A file that killed a runner is not read by whoever ends its run") func unread() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let run = try queue.launch(#"{"command": ["true"], "tags": ["x"]}"#)
      _ = try fail(queue, run, by: agent)
      #expect(try queue.kill(run, KillRequest()) == .ended)
      #expect(try queue.record(of: run)["command"] == .null)
      #expect(try queue.record(of: run)["state"] == "killed")
      // One that killed none keeps what it says in its record, though nothing of it is made.
      let other = "other-1"
      try queue.drop(
        QueueFileName(priority: 50, stamp: NamesTests.stamp, run: other).text,
        #"{"command": ["true", "${config.none}"], "tags": ["x"]}"#)
      #expect(try queue.kill(other, KillRequest()) == .ended)
      #expect(try queue.record(of: other)["tags"] == ["x"])
      #expect(try queue.record(of: other)["state"] == "killed")
    }
  }

  @Test("kill puts back itself what an agent that is dead or gone has claimed") func dead() throws {
    try withQueue { queue in
      let dead = try TestAgent(in: queue, holder: try .dead())
      let gone = try TestAgent(in: queue)
      for agent in [dead, gone] {
        let run = try queue.launch()
        let name = try #require(try queue.claim(try queue.waitingFile(of: run), by: agent))
        if agent === gone { try queue.unregister(agent: agent.name) }
        #expect(try queue.kill(run, at: .starting(name), KillRequest()) == .ended)
        #expect(try queue.record(of: run)["state"] == "killed")
      }
      // A living one is waited for, and then trusted with it.
      let agent = try TestAgent(in: queue)
      let run = try queue.launch()
      let name = try #require(try queue.claim(try queue.waitingFile(of: run), by: agent))
      #expect(try queue.kill(run, KillRequest()) == .requested)
      #expect(try queue.names(.starting) == [name.text])
      #expect(try queue.putBack(name) == .killed)
    }
  }

  @Test("A name that is another file's run gets no mark, and keeps its record") func another()
    throws
  {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let first = try queue.startRun(by: agent)
      try first.finish(.finished(), sync: false)
      // Written by hand, with the whole name of a run that is over.
      let file = QueueFileName(priority: 50, stamp: NamesTests.stamp, run: first.run).text
      try queue.drop(file)
      var seen: SeenStarts?
      for _ in 0..<3 {
        let unstarted = try fail(queue, first.run, by: agent, seen: seen)
        if case .waits(_, let more) = unstarted { seen = more }
      }
      #expect(try queue.record(of: first.run)["state"] == "finished")
      #expect(try queue.record(of: first.run + "-2")["state"] == "crashed")
      #expect(try queue.names(inRun: first.run) == ["1"])
    }
  }

  @Test("A mark is read as it was written; what is none is no mark") func marks() throws {
    let mark = UnstartedMark(
      claim: ClaimName(agent: "h-abcd", number: 3), host: "h", inode: .max, counts: true,
      cause: String(repeating: "x", count: 5000), times: 2)
    #expect(mark.cause.utf8.count == UnstartedMark.causeLimit)
    #expect(UnstartedMark(mark.json.bytes()) == mark)
    for text in [
      "", "{}", "[]", #"{"claim": "h-abcd.3", "host": "h", "inode": -1, "counts": true}"#,
    ] {
      #expect(UnstartedMark(Array(text.utf8)) == nil)
    }
    let odd =
      #"{"claim": "h-abcd.3", "host": "h", "inode": 1, "counts": true, "times": 9223372036854775807}"#
    #expect(UnstartedMark(Array(odd.utf8))?.times == 1_000_000)
    #expect(
      [0, 1, 2, 3, 4, 1_000_000].map { UnstartedStarts.pause(after: $0) }
        == [2, 2, 16, 128, 300, 300])
  }

  @Test("A mark whose reply was lost was made; another one is not replaced") func published() throws
  {
    try withQueue { queue in
      try #require(try queue.reserve("a"))
      try #require(try queue.reserveAttempt("a", 1))
      for aside in [".one", ".two"] { try writeFile(queue.runPath("a", "1/" + aside), aside) }
      #expect(try queue.publishUnstarted(".one", run: "a", 1))
      #expect(try queue.publishUnstarted(".one", run: "a", 1))
      #expect(try queue.publishUnstarted(".two", run: "a", 1) == false)
      #expect(try readFile(queue.runPath("a", "1/unstarted.json")) == ".one")
      try removeTree(queue.runPath("a"))
    }
  }
}
