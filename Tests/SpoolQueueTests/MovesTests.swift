import SpoolQueue
import SpoolTesting
import Testing

/// A call that reports an error may have succeeded: on NFS the server's reply is lost, and the
/// client asks again. The second call of each pair below is that second request.
@Suite struct MovesTests {
  @Test("A name is reserved once") func reserve() throws {
    try withQueue { queue throws in
      #expect(try queue.reserve("a"))
      #expect(try queue.reserve("a") == false)
      #expect(try queue.reserveAttempt("a", 1))
      #expect(try queue.reserveAttempt("a", 1) == false)
      #expect(try queue.reserveAttempt("a", 2))
      #expect(try queue.reserveNext("a", from: "a") == "a-2")
      #expect(try queue.reserveNext("b", from: "b") == "b")
    }
  }

  @Test("A submission whose reply was lost was made") func submitted() throws {
    try withQueue { queue in
      let name = QueueFileName(priority: 50, stamp: NamesTests.stamp, run: "a")
      try #require(try queue.reserve("a"))
      try writeFile(queue.runPath("a", Queue.jobFile), Queue.smallJob)
      for _ in 0..<2 { try queue.submit("a", as: name) }
      #expect(try queue.names(.queued) == [name.text])
      // An agent may have it by then.
      let agent = try TestAgent(in: queue)
      _ = try queue.claim(name.text, by: agent)
      try queue.submit("a", as: name)
      #expect(try queue.names(.queued) == [])
    }
  }

  @Test("A submission to a directory that is away is an error") func away() throws {
    try withQueue(isSound: false) { queue in
      let name = QueueFileName(priority: 50, stamp: NamesTests.stamp, run: "a")
      try System.rename(queue.path, queue.path + "-away")
      #expect(throws: SpoolError.self) { try queue.submit("a", as: name) }
    }
  }

  @Test("A claim whose reply was lost was won") func claimed() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let file = try queue.waitingFile(of: try queue.launch())
      let name = try #require(QueueFileName(file))
      let mine = name.claimed(by: agent.nextClaim())
      #expect(try queue.claim(file, as: mine))
      #expect(try queue.claim(file, as: mine))
      #expect(try queue.claim(file, as: name.claimed(by: agent.nextClaim())) == false)
      #expect(try queue.names(.starting) == [mine.text])
    }
  }

  @Test("A move to running/ whose reply was lost was made") func entered() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let run = try queue.launch()
      let name = try #require(try queue.claim(try queue.waitingFile(of: run), by: agent))
      var attempt = try #require(try queue.makeAttempt(name, settings: QueueSettings(), slot: 0))
      _ = try attempt.publishStart(sync: false)
      #expect(try attempt.enterRunning(sync: false))
      #expect(try queue.enterRunning(name, as: attempt.name))
      let stranger = attempt.name.claimed(by: agent.nextClaim())
      #expect(try queue.enterRunning(stranger, as: stranger) == false)
    }
  }

  @Test("A start record whose reply was lost was published") func startPublished() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let run = try queue.launch()
      let name = try #require(try queue.claim(try queue.waitingFile(of: run), by: agent))
      let attempt = try #require(try queue.makeAttempt(name, settings: QueueSettings(), slot: 0))
      _ = try attempt.publishStart(sync: false)
      try queue.publishStart(".start.\(attempt.start.claim)", run: run, 1)
      #expect(try queue.names(inRun: "\(run)/1") == [Queue.startFile])
    }
  }

  @Test("An outcome whose reply was lost is mine if my file has two names") func published() throws
  {
    try withQueue { queue in
      let attempt = try queue.startRun(by: try TestAgent(in: queue))
      for aside in [".mine", ".other"] { try writeFile(attempt.folder + "/" + aside, "{}") }
      #expect(try queue.publishOutcome(".mine", run: attempt.run, 1))
      #expect(try queue.publishOutcome(".mine", run: attempt.run, 1))
      #expect(try queue.publishOutcome(".other", run: attempt.run, 1) == false)
      try System.unlink(attempt.folder + "/end.json")
    }
  }

  @Test("A record is put into done/ by any number") func recorded() throws {
    try withQueue { queue in
      let attempt = try queue.startRun(by: try TestAgent(in: queue))
      try attempt.finish(.finished(), sync: false)
      let before = try System.information(queue.path(.done, attempt.run + ".json"))
      for aside in [".one", ".two"] {
        #expect(try queue.linkOutcome(aside, run: attempt.run, 1))
        #expect(try queue.linkOutcome(aside, run: attempt.run, 1))
        for _ in 0..<2 { try queue.publishRecord(aside, run: attempt.run, 1) }
      }
      let after = try System.information(queue.path(.done, attempt.run + ".json"))
      #expect(after.inode == before.inode && after.links == 2)
      #expect(try queue.linkOutcome(".three", run: "nothing", 1) == false)
    }
  }

  @Test("What is put away, put back or put aside twice is there once") func twice() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let first = try queue.startRun(by: agent)
      try first.finish(.finished(), sync: false)
      try queue.retire(first.name, attempt: 1)
      #expect(try queue.requeue(first.name) == false)
      #expect(try queue.names(inRun: "\(first.run)/1") == ["end.json", "job.json", "start.json"])

      let run = try queue.launch()
      let file = try queue.waitingFile(of: run)
      for _ in 0..<2 { #expect(try queue.renameWaiting(file, to: file + ".held")) }
      #expect(try queue.names(.queued) == [file + ".held"])
      #expect(try queue.renameWaiting(file, to: file + ".editing") == false)
    }
  }

  @Test("A submission is withdrawn once, and not when an agent was quicker") func withdrawn() throws
  {
    try withQueue { queue in
      for isQuicker in [false, true] {
        let run = try queue.launch()
        let file = try queue.waitingFile(of: run)
        let name = try #require(QueueFileName(file))
        if isQuicker { _ = try queue.claim(file, by: try TestAgent(in: queue)) }
        for _ in 0..<2 { #expect(try queue.withdraw(name, run) == !isQuicker) }
        #expect(try queue.names(inRun: run) == (isQuicker ? [] : [Queue.jobFile]))
        #expect(try queue.names(.queued).isEmpty)
        if !isQuicker {
          try System.unlink(queue.runPath(run, Queue.jobFile))
          try System.removeDirectory(queue.runPath(run))
        }
      }
    }
  }

  @Test("Only an empty folder is removed") func removed() throws {
    try withQueue { queue in
      try #require(try queue.reserve("a"))
      try #require(try queue.reserveAttempt("a", 1))
      #expect(try queue.removeEmpty(queue.runPath("a")) == false)
      #expect(try queue.removeEmpty(queue.runPath("a", "1")))
      #expect(try queue.removeEmpty(queue.runPath("a")))
      #expect(try queue.removeEmpty(queue.runPath("a")) == false)
      try queue.removeIfThere(queue.path(.queued, "nothing.json"))
    }
  }
}
