import Dispatch
import SpoolTesting
import Synchronization
import Testing

@testable import SpoolFiles
@testable import SpoolProtocol
@testable import SpoolQueue
@testable import SpoolSystem

#if os(Linux)
  /// Who is dead, where no process is seen: the processes of these records are of another pid namespace.
  @Suite("Life by a lock") struct LifeTests {
    private func elsewhere() throws -> Holder {
      var holder = Holder.current
      holder.namespace = "pid:[1]"
      holder.process = try Processes.deadOne()
      return holder
    }

    /// A run in `running/` whose runner is of another namespace and holds its lock for as long as `held`
    /// is kept.
    private func start(
      _ queue: Queue, by agent: TestAgent, kind: FileSystemKind = .local
    ) throws -> (attempt: Attempt, held: HeldFile) {
      let run = try queue.launch()
      let name = try #require(try queue.claim(try queue.waitingFile(of: run), by: agent))
      var attempt = try #require(try queue.makeAttempt(name, settings: QueueSettings(), slot: 0))
      attempt.start.holder = try elsewhere()
      let held = HeldFile(try attempt.publishStart(sync: false, kind: kind))
      try #require(try attempt.enterRunning(sync: false))
      return (attempt, held)
    }

    private func found(_ attempt: Attempt) throws -> Queue.FoundAttempt {
      try #require(try attempt.queue.findAttempt(of: attempt.name))
    }

    private func verdict(_ attempt: Attempt) throws -> Judge.Verdict {
      attempt.queue.verdict(of: try found(attempt), try Judge(attempt.queue))
    }

    /// Looks until the two looks are far enough apart that a second one counts.
    private func lookTwice(_ recoverer: inout Recoverer) throws -> [Recoverer.Action] {
      let result = try recoverer.runTwice()
      #expect(result.errors.isEmpty)
      return result.actions
    }

    /// Looks until something was mended: a child that another test starts at this moment has a copy of each
    /// descriptor, and with it the lock, until it executes its program.
    private func lookUntilMended(_ recoverer: inout Recoverer) throws -> [Recoverer.Action] {
      var actions: [Recoverer.Action] = []
      try eventually("something is mended") {
        actions = try lookTwice(&recoverer)
        return !actions.isEmpty
      }
      return actions
    }

    @Test("A record says what its writer lives by") func records() throws {
      try withQueue { queue in
        let agent = try TestAgent(in: queue)
        let (attempt, held) = try start(queue, by: agent)
        let information = try held.file.information()
        #expect(
          try found(attempt).start.holder.life
            == .lock(device: information.device, inode: information.inode))
        let (leased, other) = try start(queue, by: agent, kind: .network)
        #expect(try found(leased).start.holder.life == .lease)
        withExtendedLifetime((held, other)) {}
        for run in [attempt, leased] { try run.finish(.finished(), sync: false) }
      }
    }

    @Test(
      "What a record says is read as it was written, and what is not understood proves nothing",
      arguments: [
        (#"{"lock":{"device":18446744073709551615,"inode":7}}"#, Life.lock(device: .max, inode: 7)),
        (#""lease""#, .lease), (#""process""#, .process), (#""later""#, .process),
        (#"{"lock":{"device":-1,"inode":7}}"#, .process), ("17", .process), ("null", .process),
      ])
    func parsing(_ text: String, _ life: Life) throws {
      #expect(Life(try JSON(parsing: Array(text.utf8), dialect: .strict)) == life)
      #expect(Life(try JSON(parsing: life.json.bytes(), dialect: .strict)) == life)
      #expect(Life(nil) == nil)
    }

    @Test("Held is alive, free is dead at the second look, and no sooner") func twoLooks() throws {
      try withQueue { queue in
        let agent = try TestAgent(in: queue)
        var (attempt, held): (Attempt, HeldFile?) = try start(queue, by: agent)
        var recoverer = Recoverer(queue)
        #expect(try verdict(attempt) == .alive)
        #expect(try lookTwice(&recoverer) == [] && recoverer.nextLook == nil)
        withExtendedLifetime(held) {}
        held = nil
        try eventually("the lock of a file that is closed is free") {
          if case .free = try verdict(attempt) { true } else { false }
        }
        let began = Instant.now
        #expect(try recoverer.run().actions == [])
        #expect(try #require(recoverer.nextLook) >= began + Vigil.pause)
        #expect(try recoverer.run().actions == [])
        #expect(try queue.check().map(\.kind) == [.mendable])
        let reason = "its runner on \(Host.current.name) died"
        #expect(
          try lookUntilMended(&recoverer)
            == [.ended(run: attempt.run, state: .crashed, reason: reason)])
        #expect(Instant.now - began >= Vigil.pause)
      }
    }

    @Test("Another's descriptor of the same file neither holds the lock nor loses it") func others()
      throws
    {
      try withQueue { queue in
        let (attempt, held) = try start(queue, by: try TestAgent(in: queue))
        let path = attempt.folder + "/start.json"
        do {
          let reader = try System.open(path, .reading)
          let isReaders = LifeLock.take(reader)
          let writer = try System.openForWriting(path)
          let isAnothers = LifeLock.take(writer)
          #expect(!isReaders && !isAnothers)
        }
        #expect(try verdict(attempt) == .alive)
        withExtendedLifetime(held) {}
        try attempt.finish(.finished(), sync: false)
      }
    }

    @Test("A file that is made anew is alive at every moment") func remade() throws {
      try withQueue { queue in
        let (attempt, held) = try start(queue, by: try TestAgent(in: queue))
        var files = [held]
        for _ in 0..<50 {
          files.append(HeldFile(try attempt.publishStart(sync: false, kind: .local)))
          #expect(try verdict(attempt) == .alive)
          files.removeFirst()
          #expect(try verdict(attempt) == .alive)
        }
        withExtendedLifetime(files) {}
        try attempt.finish(.finished(), sync: false)
      }
    }

    @Test("A copy of a queue beside the living one proves nothing") func copy() throws {
      try withQueue { queue in
        let (attempt, held) = try start(queue, by: try TestAgent(in: queue))
        // As `cp -a` makes it: the same bytes in another file.
        let path = attempt.folder + "/start.json"
        let text = try readFile(path)
        try System.rename(path, path + ".first")
        try writeFile(path, text)
        #expect(try verdict(attempt) == .unknown)
        var recoverer = Recoverer(queue)
        #expect(try lookTwice(&recoverer) == [])
        try System.rename(path + ".first", path)
        #expect(try verdict(attempt) == .alive)
        withExtendedLifetime(held) {}
        try attempt.finish(.finished(), sync: false)
      }
    }

    @Test("The runs of other hosts are judged by their leases, on the file server's own disk too")
    func fileServer() throws {
      try withQueue { queue in
        let (attempt, held) = try start(queue, by: try TestAgent(in: queue), kind: .network)
        withExtendedLifetime(held) {}
        let path = attempt.folder + "/start.json"
        var record = try #require(
          JSON(parsing: Array(try readFile(path).utf8), dialect: .strict).objectValue)
        record["boot"] = "another"
        try writeFile(path, JSON.object(record).text)
        #expect(try verdict(attempt) == .alive)
        var recoverer = Recoverer(queue)
        #expect(try recoverer.run().actions == [])
        let now = Int(Timestamp.now.seconds)
        // A minute of room: a busy machine may take seconds to look.
        try Platform.setTimes(path, to: now - 540)
        #expect(try recoverer.run().actions == [])
        // By 0.1.0's rules for a disk, another boot is over at once.
        record["life"] = nil
        try writeFile(path, JSON.object(record).text)
        #expect(try verdict(attempt) == .dead)
        record["life"] = "lease"
        try writeFile(path, JSON.object(record).text)
        try Platform.setTimes(path, to: now - 601)
        #expect(try recoverer.run().actions.count == 1)
      }
    }

    @Test("A run of another boot is over, by whatever it lived on a disk") func otherBoot() throws {
      try withQueue { queue in
        let (attempt, held) = try start(queue, by: try TestAgent(in: queue))
        withExtendedLifetime(held) {}
        let found = try found(attempt)
        var holder = found.start.holder
        let local = Judge(.local, now: .now)
        let network = Judge(.network, now: .now)
        for life in [holder.life, .process, nil] {
          holder.life = life
          holder.boot = "another"
          #expect(local.verdict(of: holder, heartbeat: .now, lease: 300) == .dead)
          // To a client the server's disk is a network: nothing that it sees of it proves anything.
          #expect(
            network.verdict(of: holder, heartbeat: Timestamp(nanoseconds: 0), lease: 300)
              == (life == nil ? .dead : .unknown))
          holder.boot = ""
          #expect(local.verdict(of: holder, heartbeat: .now, lease: 300) == .unknown)
        }
        try attempt.finish(.finished(), sync: false)
      }
    }

    @Test("Start times of another time namespace are not compared") func times() throws {
      var holder = Holder.current
      try #require(!holder.times.isEmpty)
      holder.process = try Processes.deadOne()
      let judge = Judge(.local, now: .now)
      #expect(judge.verdict(of: holder, heartbeat: .now, lease: 300) == .dead)
      holder.times = "time:[1]"
      #expect(judge.verdict(of: holder, heartbeat: .now, lease: 300) == .unknown)
      // A record that does not say which: as before.
      holder.times = ""
      #expect(judge.verdict(of: holder, heartbeat: .now, lease: 300) == .dead)
    }

    @Test("A run whose agent lives is that agent's to end") func agentBeside() throws {
      try withQueue { queue in
        var (attempt, held): (Attempt, HeldFile?) = try start(queue, by: try TestAgent(in: queue))
        withExtendedLifetime(held) {}
        held = nil
        let name = ClaimName.newAgent()
        let record = AgentRecord(
          name: name, holder: try elsewhere(), slots: 1, lease: 300, startedAt: .now,
          heartbeat: .now)
        var agent = try queue.announce(record)
        try #require(agent != nil)
        var recoverer = Recoverer(queue)
        #expect(try lookTwice(&recoverer) == [])
        #expect(try queue.check().isEmpty)
        #expect(try queue.names(.agents).contains(name + ".json"))
        withExtendedLifetime(agent) {}
        agent = nil
        try eventually("its lock is free") {
          try queue.liveAgents().allSatisfy { $0.name != name }
        }
        #expect(try lookUntilMended(&recoverer).count == 1)
        #expect(try queue.locate(attempt.run) == .done)
        #expect(try !queue.names(.agents).contains(name + ".json"))
        _ = attempt
      }
    }

    @Test("A claim of an agent that is gone waits again, at the second look") func starting() throws
    {
      try withQueue { queue in
        let name = ClaimName.newAgent()
        let record = AgentRecord(
          name: name, holder: try elsewhere(), slots: 1, lease: 300, startedAt: .now,
          heartbeat: .now)
        var agent = try queue.announce(record)
        let run = try queue.launch()
        let file = try queue.waitingFile(of: run)
        let claim = try #require(QueueFileName(file)).claimed(
          by: ClaimName(agent: name, number: 1))
        try #require(try queue.claim(file, as: claim))
        var recoverer = Recoverer(queue)
        #expect(try lookTwice(&recoverer) == [])
        withExtendedLifetime(agent) {}
        agent = nil
        #expect(try recoverer.run().actions == [])
        #expect(try lookUntilMended(&recoverer) == [.requeued(run: run)])
      }
    }

    /// An agent's file, which one thread replaces.
    private final class Announcement: Sendable {
      let held: Mutex<HeldFile>
      init(_ file: HeldFile) { held = Mutex(file) }
    }

    @Test("An agent that announces itself a thousand times while it is judged is never dead")
    func announcing() throws {
      try withQueue { queue in
        let record = AgentRecord(
          name: ClaimName.newAgent(), holder: try elsewhere(), slots: 1, lease: 300,
          startedAt: .now, heartbeat: .now)
        let announcement = Announcement(try #require(try queue.announce(record)))
        let wrong = Mutex(0)
        let judged = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: 2) { thread in
          let judge = Judge(.local, now: .now)
          for _ in 0..<1000 where thread == 0 {
            guard let file = try? queue.register(record) else {
              wrong.withLock { $0 += 1 }
              continue
            }
            announcement.held.withLock { $0 = file }
          }
          for _ in 0..<1000 where thread == 1 {
            // Between the listing and the look the file was replaced, which is no fault.
            guard let agent = queue.readAgent(record.name) else { continue }
            if queue.isGone(agent, judge) { wrong.withLock { $0 += 1 } }
            judged.withLock { $0 += 1 }
          }
        }
        #expect(wrong.withLock { $0 } == 0)
        #expect(judged.withLock { $0 } > 900)
        withExtendedLifetime(announcement) {}
      }
    }
  }
#endif
