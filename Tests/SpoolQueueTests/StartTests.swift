import Dispatch
import SpoolQueue
import SpoolTesting
import Synchronization
import Testing

@Suite struct StartTests {
  @Test("A start record tells everything that recovery needs") func startRecord() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let run = try queue.launch(#"{"command": ["echo", "${run}"], "args": ["a"]}"#, named: "a")
      let file = try queue.waitingFile(of: run)
      let inode = try System.information(queue.path(.queued, file)).inode
      var settings = QueueSettings()
      settings.lease = 12
      settings.defaults.timeout = 60
      let name = try #require(try queue.claim(file, by: agent))
      var attempt = try #require(try queue.makeAttempt(name, settings: settings, slot: 3))
      attempt.start.command = ProcessIdentity.current
      _ = try attempt.publishStart(sync: true)

      let start = try #require(queue.readStart(run, 1))
      #expect(start.claim == name.claim)
      #expect(start.run == run && start.attempt == 1)
      var holder = start.holder
      holder.life = nil
      #expect(holder == .current && holder.process == .current)
      let record = try System.information(queue.runPath(run, "1/start.json"))
      #expect(start.holder.life == .lock(device: record.device, inode: record.inode))
      #expect(start.command == .current)
      #expect(start.inode == inode)
      #expect(start.lease == 12 && start.slot == 3)
      #expect(start.job?.timeout == 60)
      #expect(start.argv == ["echo", run, "a"])
      #expect(start.createdAt.text == attempt.start.createdAt.text)
      #expect(attempt.start.createdAt.stamp == name.stamp)
      #expect(start.job == attempt.start.job)
      let folder = try System.information(attempt.folder)
      #expect(folder.isDirectory && folder.permissions == 0o700)
      #expect(try System.information(attempt.folder + "/start.json").permissions == 0o600)
      #expect(try queue.names(inRun: "\(run)/1") == ["start.json"])
    }
  }

  @Test("A run is in running/ once its start record is there") func running() throws {
    try withQueue { queue in
      let attempt = try queue.startRun(by: try TestAgent(in: queue))
      #expect(try queue.names(.starting) == [])
      #expect(try queue.names(.running) == [attempt.name.text])
      #expect(try queue.locate(attempt.run) == .running(attempt.name))
      let found = try #require(try queue.findAttempt(of: attempt.name))
      #expect(found.start.claim == attempt.start.claim && !found.hasEnded)
    }
  }

  @Test("A claim that was put back has no attempt") func lostClaim() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let run = try queue.launch()
      let name = try #require(try queue.claim(try queue.waitingFile(of: run), by: agent))
      #expect(try queue.giveBack(name))
      #expect(try queue.makeAttempt(name, settings: QueueSettings(), slot: 0) == nil)
      #expect(try queue.names(inRun: run) == [])
    }
  }

  @Test("A claim that is put back before its start enters nothing") func putBackFirst() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let file = try queue.waitingFile(of: try queue.launch())
      let name = try #require(try queue.claim(file, by: agent))
      var attempt = try #require(try queue.makeAttempt(name, settings: QueueSettings(), slot: 0))
      _ = try attempt.publishStart(sync: false)
      #expect(try queue.giveBack(name))
      #expect(try attempt.enterRunning(sync: true) == false)
      #expect(try queue.names(.running) == [])
      #expect(try queue.names(.queued) == [file])
    }
  }

  @Test("A run that has entered cannot be put back") func putBackLate() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let name = try #require(
        try queue.claim(try queue.waitingFile(of: try queue.launch()), by: agent))
      var attempt = try #require(try queue.makeAttempt(name, settings: QueueSettings(), slot: 0))
      _ = try attempt.publishStart(sync: false)
      #expect(try attempt.enterRunning(sync: false))
      #expect(try queue.giveBack(name) == false)
      #expect(try queue.names(.running) == [attempt.name.text])
    }
  }

  @Test("Of a runner that enters and a recoverer that puts back, one wins") func race() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      for _ in 0..<50 {
        let run = try queue.launch()
        let name = try #require(try queue.claim(try queue.waitingFile(of: run), by: agent))
        let prepared = try #require(
          try queue.makeAttempt(name, settings: QueueSettings(), slot: 0))
        _ = try prepared.publishStart(sync: false)
        let won = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 2) { side in
          do {
            var attempt = prepared
            if side == 0, try attempt.enterRunning(sync: false) {
              won.withLock { $0.append("entered") }
            }
            if side == 1, try queue.giveBack(name) { won.withLock { $0.append("put back") } }
          } catch {
            Issue.record(error)
          }
        }
        let winner = won.withLock { $0 }
        #expect(winner.count == 1)
        #expect(try queue.names(.starting) == [])
        switch try queue.locate(run) {
        case .running: #expect(winner == ["entered"])
        case .queued: #expect(winner == ["put back"])
        default: Issue.record("the run is nowhere")
        }
      }
    }
  }

  @Test("A folder that a dead claim left is passed over") func leftFolder() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let run = try queue.launch()
      #expect(try queue.reserveAttempt(run, 1))
      let attempt = try queue.start(try queue.waitingFile(of: run), by: agent)
      #expect(attempt.run == run && attempt.number == 2)
      try attempt.finish(.finished(), sync: false)
      #expect(try queue.record(of: run)["attempt"] == 2)
    }
  }

  @Test("A start that died before its move is no attempt of another claim") func diedStart() throws
  {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let run = try queue.launch()
      let name = try #require(try queue.claim(try queue.waitingFile(of: run), by: agent))
      let dead = try #require(try queue.makeAttempt(name, settings: QueueSettings(), slot: 0))
      _ = try dead.publishStart(sync: false)
      try #require(try queue.giveBack(name))
      let attempt = try queue.start(try queue.waitingFile(of: run), by: agent)
      // The same file is the same run.
      #expect(attempt.run == run && attempt.number == 2)
      #expect(try queue.findAttempt(of: attempt.name)?.start.attempt == 2)
    }
  }

  @Test("Another file under a full name that is taken becomes another run") func takenName() throws
  {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let run = try queue.launch(#"{"command": ["first"]}"#, named: "a")
      let file = try queue.waitingFile(of: run)
      let first = try queue.start(file, by: agent)
      try queue.drop(file, #"{"command": ["second"]}"#)
      let second = try queue.start(file, by: agent)
      #expect(second.run == run + "-2" && second.number == 1)
      #expect(second.name.base == run + "-2" && second.name.stamp == first.name.stamp)
      try first.finish(.finished(), sync: false)
      try queue.drop(file, #"{"command": ["third"]}"#)
      let third = try queue.start(file, by: agent)
      #expect(third.run == run + "-3")
      for attempt in [third, second] { try attempt.finish(.finished(), sync: false) }
      let commands = try [run, run + "-2", run + "-3"].map { try queue.record(of: $0)["command"] }
      #expect(commands == [["first"], ["second"], ["third"]])
    }
  }

  @Test("Two files under one full name that start at once become two runs") func takenAtOnce()
    throws
  {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let run = try queue.launch(named: "a")
      let file = try queue.waitingFile(of: run)
      let first = try #require(try queue.claim(file, by: agent))
      var one = try #require(try queue.makeAttempt(first, settings: QueueSettings(), slot: 0))
      // The first has a folder and no start yet.
      try queue.drop(file)
      let second = try #require(try queue.claim(file, by: agent))
      var two = try #require(try queue.makeAttempt(second, settings: QueueSettings(), slot: 0))
      #expect(one.run == run && two.run == run + "-2")
      for attempt in [one, two] { _ = try attempt.publishStart(sync: false) }
      #expect(try two.enterRunning(sync: false))
      #expect(try one.enterRunning(sync: false))
      #expect(
        try queue.names(.running).compactMap { QueueFileName($0)?.base }.sorted() == [
          run, run + "-2",
        ])
    }
  }

  @Test("A whole name that nobody reserved is reserved at its start") func unreserved() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let file = "50-\(NamesTests.stamp)-byhand.json"
      try queue.drop(file)
      let attempt = try queue.start(file, by: agent)
      #expect(
        attempt.run == "byhand" && attempt.name.text.hasPrefix("50-\(NamesTests.stamp)-byhand@"))
      #expect(try queue.names(.runs) == ["byhand"])
    }
  }

  @Test(
    "What cannot start says why, and goes on to running/ all the same",
    arguments: [
      (#"{"command": ["${config.rate}"]}"#, "rate"), (#"{"comand": ["a"]}"#, "comand"),
      ("{", "line 1"),
    ])
  func objections(_ text: String, _ part: String) throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      try queue.drop("bad.json", text)
      let attempt = try queue.start("bad.json", by: agent)
      let objection = try #require(attempt.objection)
      #expect(objection.contains(part))
      try attempt.finish(
        Outcome(state: .crashed, reason: objection, endedAt: .now), sync: false)
      let record = try queue.record(of: "bad")
      #expect(record["state"] == "crashed" && record["file"] == .string(text))
    }
  }

  @Test(
    "A file that was exchanged for one of a stranger does not run", .enabled(if: Platform.isRoot))
  func exchanged() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let run = try queue.launch()
      let name = try #require(try queue.claim(try queue.waitingFile(of: run), by: agent))
      try Platform.setOwner(queue.path(.starting, name.text), 12_345)
      let attempt = try #require(try queue.makeAttempt(name, settings: QueueSettings(), slot: 0))
      #expect(
        attempt.objection
          == "its owner is 12345, and an agent of root runs only root's files")
    }
  }
}
