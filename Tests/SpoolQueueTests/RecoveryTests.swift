import SpoolQueue
import SpoolTesting
import Testing

@Suite struct RecoveryTests {
  /// Looks once, and expects no error.
  private func recover(
    _ queue: Queue, ownAgent: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> [Recoverer.Action] {
    var recoverer = Recoverer(queue, ownAgent: ownAgent)
    let result = try recoverer.run()
    #expect(result.errors.isEmpty, sourceLocation: sourceLocation)
    return result.actions
  }

  // MARK: starting/

  @Test("A claim of a dead agent is put back") func deadClaim() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue, holder: try Holder.dead())
      let run = try queue.launch()
      let file = try queue.waitingFile(of: run)
      _ = try queue.claim(file, by: agent)
      #expect(try queue.check().map(\.kind) == [.mendable])
      #expect(try recover(queue) == [.requeued(run: run)])
      #expect(try queue.names(.queued) == [file])
      // Its announcement goes last.
      #expect(try queue.names(.agents) == [])
      #expect(try recover(queue) == [])
    }
  }

  @Test("A claim of an agent without an announcement is put back") func unknownAgent() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let run = try queue.launch()
      _ = try queue.claim(try queue.waitingFile(of: run), by: agent)
      try queue.unregister(agent: agent.name)
      #expect(try recover(queue) == [.requeued(run: run)])
    }
  }

  @Test("An agent spares what its runners work on, and puts back its other claims")
  func ownClaim() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let run = try queue.launch()
      let name = try #require(try queue.claim(try queue.waitingFile(of: run), by: agent))
      // Whatever its announcement says.
      try queue.unregister(agent: agent.name)
      var recoverer = Recoverer(queue, ownAgent: agent.name)
      #expect(try recoverer.run(sparing: [try #require(name.claim)]).actions == [])
      #expect(try queue.names(.starting).count == 1)
      #expect(try recoverer.run(sparing: []).actions == [.requeued(run: run)])
    }
  }

  @Test("A claim of a live agent is its own business") func liveClaim() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let run = try queue.launch()
      let name = try #require(try queue.claim(try queue.waitingFile(of: run), by: agent))
      #expect(try recover(queue) == [])
      #expect(try queue.locate(run) == .starting(name))
      #expect(try queue.names(.agents).count == 1)
    }
  }

  @Test("An agent of another boot is dead") func rebooted() throws {
    try withQueue { queue in
      var holder = Holder.current
      holder.boot = "another"
      let agent = try TestAgent(in: queue, holder: holder)
      let run = try queue.launch()
      _ = try queue.claim(try queue.waitingFile(of: run), by: agent)
      #expect(try recover(queue) == [.requeued(run: run)])
    }
  }

  @Test("An agent of another namespace is not judged from here") func contained() throws {
    try withQueue { queue in
      var holder = Holder.current
      holder.namespace = "pid:[1]"
      holder.process = try Processes.deadOne()
      let agent = try TestAgent(in: queue, holder: holder)
      let run = try queue.launch()
      _ = try queue.claim(try queue.waitingFile(of: run), by: agent)
      #expect(try recover(queue) == [])
      #expect(try queue.names(.starting).count == 1)
      #expect(try queue.names(.agents).count == 1)
    }
  }

  // MARK: running/

  @Test("A run whose runner died ends as crashed") func deadRunner() throws {
    try withQueue { queue in
      let attempt = try queue.startRun(by: try TestAgent(in: queue), holder: try Holder.dead())
      let reason = "its runner on \(Host.current.name) died"
      #expect(try queue.check().map(\.kind) == [.mendable])
      #expect(
        try recover(queue) == [.ended(run: attempt.run, state: .crashed, reason: reason)])
      let record = try queue.record(of: attempt.run)
      #expect(record["state"] == "crashed" && record["reason"] == .string(reason))
      #expect(try queue.names(.running) == [])
      #expect(try queue.names(inRun: attempt.run + "/1") == ["end.json", "job.json", "start.json"])
    }
  }

  @Test("A run whose runner died after a kill request ends as killed") func deadAndKilled() throws {
    try withQueue { queue in
      let attempt = try queue.startRun(by: try TestAgent(in: queue), holder: try Holder.dead())
      let request = KillRequest(reason: "enough")
      #expect(try queue.kill(attempt.run, request) == .requested)
      #expect(
        try recover(queue) == [.ended(run: attempt.run, state: .killed, reason: request.words)])
    }
  }

  @Test("A run whose runner lives is not robbed") func liveRunner() throws {
    try withQueue { queue in
      let attempt = try queue.startRun(by: try TestAgent(in: queue))
      #expect(try recover(queue) == [])
      #expect(try queue.locate(attempt.run) == .running(attempt.name))
    }
  }

  @Test("A run outlives its agent") func deadAgentLiveRunner() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue, holder: try Holder.dead())
      let attempt = try queue.startRun(by: agent)
      #expect(try recover(queue) == [])
      #expect(try queue.locate(attempt.run) == .running(attempt.name))
    }
  }

  @Test("A number that another process has now proves death") func reusedNumber() throws {
    try withQueue { queue in
      var holder = Holder.current
      holder.process = ProcessIdentity(
        pid: holder.process.pid, started: holder.process.started - 1)
      let attempt = try queue.startRun(by: try TestAgent(in: queue), holder: holder)
      #expect(try recover(queue).count == 1)
      #expect(try queue.locate(attempt.run) == .done)
    }
  }

  @Test("A runner of another boot is dead, one of another namespace unknown") func elsewhere()
    throws
  {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      var rebooted = Holder.current
      rebooted.boot = "another"
      var contained = Holder.current
      contained.namespace = "pid:[1]"
      let gone = try queue.startRun(named: "gone", by: agent, holder: rebooted)
      let kept = try queue.startRun(named: "kept", by: agent, holder: contained)
      #expect(try recover(queue).count == 1)
      #expect(try queue.locate(gone.run) == .done)
      #expect(try queue.locate(kept.run) == .running(kept.name))
    }
  }

  @Test("An outcome that was not carried on is carried on, not replaced") func outcome() throws {
    try withQueue { queue in
      let dead = try Holder.dead()
      let agent = try TestAgent(in: queue)
      let attempt = try queue.startRun(by: agent, holder: dead)
      try attempt.finish(.finished(), sync: false)
      // As if its runner had died between the outcome and done/.
      try System.rename(
        attempt.folder + "/job.json", queue.path(.running, attempt.name.text))
      try System.unlink(queue.path(.done, attempt.run + ".json"))
      #expect(try queue.check().map(\.kind) == [.mendable])
      #expect(try recover(queue) == [.carriedOn(run: attempt.run)])
      #expect(try queue.record(of: attempt.run)["state"] == "finished")
    }
  }

  @Test("Recovery ends a run although a first outcome let it wait again") func secondAttempt()
    throws
  {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let first = try queue.startRun(by: agent)
      try first.finish(.failed(1, next: .queued), sync: false)
      let file = try queue.waitingFile(of: first.run)
      let second = try queue.start(file, by: agent, holder: try Holder.dead())
      #expect(second.number == 2)
      #expect(try recover(queue).count == 1)
      let record = try queue.record(of: first.run)
      #expect(record["attempt"] == 2 && record["state"] == "crashed")
    }
  }

  @Test("A run without a start record ends as crashed") func noStart() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue, holder: try Holder.dead())
      let attempt = try queue.startRun(by: agent)
      try System.unlink(attempt.folder + "/start.json")
      #expect(try recover(queue).count == 1)
      let record = try queue.record(of: attempt.run)
      #expect(record["state"] == "crashed" && record["attempt"] == 2)
    }
  }

  @Test("A run without a start record ends although ending it failed once") func noStartTwice()
    throws
  {
    try withQueue { queue in
      let agent = try TestAgent(in: queue, holder: try Holder.dead())
      let attempt = try queue.startRun(by: agent)
      try System.unlink(attempt.folder + "/start.json")
      let claim = try #require(attempt.name.claim)
      // What recovery wrote before it found, say, no room for the outcome.
      _ = try #require(
        try queue.replacementStart(attempt.name, claim, QueueSettings()))
      #expect(try recover(queue).count == 1)
      #expect(try queue.locate(attempt.run) == .done)
    }
  }

  @Test("A run without a start record is left to its agent while that lives") func noStartAlive()
    throws
  {
    try withQueue(isSound: false) { queue in
      let attempt = try queue.startRun(by: try TestAgent(in: queue))
      try System.unlink(attempt.folder + "/start.json")
      #expect(try recover(queue) == [])
      #expect(try queue.check().map(\.kind) == [.fault])
    }
  }

  @Test("What a run put in the place of its outcome, or of its record, keeps nobody from ending it")
  func planted() throws {
    try withQueue(isSound: false) { queue in
      let dead = try Holder.dead()
      let agent = try TestAgent(in: queue)
      let bad = try queue.startRun(named: "a", by: agent, holder: dead)
      let worse = try queue.startRun(named: "b", by: agent, holder: dead)
      let good = try queue.startRun(named: "c", by: agent, holder: dead)
      try writeFile(bad.folder + "/end.json", "not an outcome")
      try System.makeDirectory(queue.path(.done, worse.run + ".json"), permissions: 0o700)
      #expect(try recover(queue).count == 3)
      for run in [bad.run, worse.run, good.run] {
        let record = try queue.run(named: run)
        #expect(record.state == .crashed)
        // What has the place of the record is met only when the outcome stands already.
        #expect(record.remarks.isEmpty == (run != bad.run))
      }
    }
  }

  @Test("A typing error in queue.json keeps nobody from recovering") func badSettings() throws {
    try withQueue { queue in
      _ = try queue.startRun(by: try TestAgent(in: queue), holder: try Holder.dead())
      try writeFile(queue.path + "/queue.json", "{\"lease\": \"soon\"}")
      #expect(throws: SpoolError.self) { try queue.readSettings() }
      #expect(try recover(queue).count == 1)
    }
  }

  // MARK: Reservations

  @Test("An empty folder without a run is swept after five minutes") func reservations() throws {
    try withQueue { queue in
      let waiting = try queue.launch(named: "waiting")
      for run in ["old", "young", "filled"] { try #require(try queue.reserve(run)) }
      try writeFile(queue.runPath("filled", "job.json"), Queue.smallJob)
      try queue.drop("dropped.json")
      try #require(try queue.reserve("dropped"))
      let now = Int(Timestamp.now.seconds)
      for run in ["old", "filled", "dropped", waiting] {
        try Platform.setTimes(queue.runPath(run), to: now - 301)
      }
      try Platform.setTimes(queue.runPath("young"), to: now - 100)
      #expect(try queue.check().map(\.path) == ["runs/old"])
      #expect(try queue.sweepReservations() == ["old"])
      #expect(try queue.sweepReservations() == [])
      #expect(try queue.names(.runs) == ["dropped", "filled", waiting, "young"].sorted())
    }
  }
}
