import SpoolTesting
import Testing

@testable import SpoolFiles
@testable import SpoolProtocol
@testable import SpoolQueue
@testable import SpoolSystem

// What becomes of a sweep whose making was cut short.
extension SweepQueueTests {
  /// Puts the queue back to where a crash leaves it that comes after some of the runs were queued.
  private func interrupt(_ queue: Queue, _ sweep: Sweep, queued: Int, record: Bool) throws {
    let folder = queue.path(.sweeps, sweep.id)
    try System.makeDirectory(folder, permissions: 0o700)
    if !record {
      try System.rename(folder + ".json", folder + "/" + Queue.sweepFile)
    }
    for name in try waiting(queue).dropFirst(queued) {
      try System.rename(queue.path(.queued, name.text), folder + "/" + name.text)
    }
  }

  private func age(_ path: String, _ seconds: Int) throws {
    try Platform.setTimes(path, to: Int(Timestamp.now.seconds) - seconds)
  }

  /// Makes the process that queued the sweep one that is dead.
  private func loseMaker(of sweep: Sweep, _ file: String) throws {
    let text = try readFile(file)
    let process = sweep.holder.process
    let dead = ProcessIdentity(pid: process.pid, started: process.started + 1)
    try writeFile(
      file, String(text.replacing(process.json.text, with: dead.json.text)))
  }

  @Test func aSweepThatWasNeverDecidedIsSweptAfterAnHour() throws {
    try withQueue { queue in
      let sweep = try queue.enqueue(request()).sweep
      try interrupt(queue, sweep, queued: 0, record: false)
      let making = queue.path(.sweeps, "." + sweep.id)
      try System.rename(queue.path(.sweeps, sweep.id), making)

      #expect(try queue.recoverSweeps(Self.settings(sync: false), patience: 0) == [])
      #expect(try queue.list(.sweeps) == ["." + sweep.id])
      #expect(try queue.sweeps().isEmpty)
      // Its names are not free meanwhile.
      #expect(try queue.runsOfUnqueuedSweeps() == Set(sweep.points.map(\.run)))

      try age(making, 7200)
      #expect(try queue.recoverSweeps(Self.settings(sync: false), patience: 0) == [])
      for folder in [Queue.Folder.queued, .sweeps, .runs] {
        #expect(try queue.list(folder) == [])
      }
      // The maker wakes up.
      #expect(try queue.commitSweep(sweep.id) == false)
    }
  }

  @Test func recoveryThatDiedWhileItSweptIsCarriedOn() throws {
    try withQueue { queue in
      let sweep = try queue.enqueue(request()).sweep
      try interrupt(queue, sweep, queued: 0, record: false)
      try System.rename(
        queue.path(.sweeps, sweep.id), queue.path(.sweeps, Queue.sweptName(sweep.id)))
      #expect(try queue.recoverSweeps(Self.settings(sync: false)) == [])
      #expect(try queue.list(.sweeps) == [])
      #expect(try queue.list(.runs) == [])
    }
  }

  @Test(arguments: [(0, false), (0, true), (1, true), (3, true), (4, true)])
  func recoveryQueuesTheRest(_ queued: Int, _ record: Bool) throws {
    try withQueue { queue in
      let sweep = try queue.enqueue(request()).sweep
      let names = try waiting(queue)
      try interrupt(queue, sweep, queued: queued, record: record)
      #expect(try queue.sweep(named: sweep.id).points == sweep.points)
      let unqueued = try queue.standings(of: sweep).filter(\.isUnqueued)
      #expect(unqueued.count == 4 - queued)

      // One who only looks leaves a sweep alone that may be on its way.
      #expect(try queue.recoverSweeps(Self.settings(sync: false)) == [])
      var recoverer = Recoverer(queue)
      let (actions, errors) = try recoverer.run()
      #expect(errors.isEmpty)
      #expect(actions == (queued == 4 ? [] : [.queued(sweep: sweep.id, runs: 4 - queued)]))
      #expect(try waiting(queue) == names)
      #expect(try queue.list(.sweeps).sorted() == [sweep.id, sweep.id + ".json"])
      #expect(try recoverer.run().actions.isEmpty)

      try age(queue.path(.sweeps, sweep.id), 100_000)
      #expect(try recoverer.run().actions.isEmpty)
      #expect(try queue.list(.sweeps) == [sweep.id + ".json"])
    }
  }

  @Test(arguments: [(0, false), (2, true), (4, true)])
  func theSameCommandAgainQueuesTheRest(_ queued: Int, _ record: Bool) throws {
    try withQueue { queue in
      let sweep = try queue.enqueue(request()).sweep
      let names = try waiting(queue)
      try interrupt(queue, sweep, queued: queued, record: record)
      let file = queue.path(
        .sweeps, record ? sweep.id + ".json" : sweep.id + "/" + Queue.sweepFile)
      try loseMaker(of: sweep, file)

      // Another request is another sweep.
      var other = try request()
      other.maxRunning = 1
      #expect(try queue.interruptedSweep(other.asked) == nil)
      let again = try queue.enqueue(request())
      #expect(again.wasInterrupted)
      #expect(again.sweep.id == sweep.id)
      #expect(try waiting(queue) == names)
      #expect(try queue.list(.sweeps) == [sweep.id + ".json"])
      #expect(try queue.enqueue(request()).wasInterrupted == false)
    }
  }

  @Test func aSweepWhoseMakerLivesIsNotInterrupted() throws {
    try withQueue { queue in
      let sweep = try queue.enqueue(request()).sweep
      try interrupt(queue, sweep, queued: 2, record: true)
      #expect(try queue.interruptedSweep(request().asked) == nil)
      try age(queue.path(.sweeps, sweep.id), 60)
      #expect(try queue.interruptedSweep(request().asked)?.id == sweep.id)
      #expect(try queue.check().map(\.path) == ["sweeps/" + sweep.id])
      #expect(try queue.recoverSweeps(Self.settings(sync: true)).map(\.runs) == [2])
    }
  }

  @Test func aRunThatHasAnAttemptIsNotQueuedAgain() throws {
    try withQueue(isSound: false) { queue in
      let sweep = try queue.enqueue(request()).sweep
      try interrupt(queue, sweep, queued: 0, record: true)
      #expect(try queue.reserveAttempt(sweep.points[1].run, 1))
      #expect(try queue.recoverSweeps(Self.settings(sync: false), patience: 0).map(\.runs) == [3])
      #expect(
        try waiting(queue).map(\.base)
          == [0, 2, 3].map { sweep.points[$0].run })
    }
  }
}

extension SweepQueueTests {
  private static func settings(sync: Bool) -> QueueSettings {
    var settings = QueueSettings()
    settings.sync = sync
    return settings
  }
}
