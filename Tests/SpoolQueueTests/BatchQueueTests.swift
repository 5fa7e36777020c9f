import SpoolTesting
import Synchronization
import Testing

@testable import SpoolFiles
@testable import SpoolProtocol
@testable import SpoolQueue
@testable import SpoolSystem

@Suite struct BatchQueueTests {
  private func plan(_ count: Int) -> SweepPlan {
    SweepPlan(
      .each, base: "lines", asked: JSONObject([("lines", .number(count))]),
      points: (0..<count).map { JSONObject([("line", .number($0))]) }
    ) { number, sweep in
      var job = Job(literal: ["echo", "\(number)"])
      job.sweep = sweep
      return job
    }
  }

  private func waiting(_ queue: Queue) throws -> [QueueFileName] {
    try queue.list(.queued).sorted().compactMap { QueueFileName($0) }
  }

  @Test func queuesTheRunsOfAPlanInTheirOrder() throws {
    try withQueue { queue in
      var plan = plan(1500)
      plan.priorities = (0..<1500).map { $0 == 1499 ? 3 : 60 }
      plan.isHeld = true
      let sweep = try queue.enqueue(plan, settings: queue.settingsOrDefaults()).sweep
      let names = try waiting(queue)
      #expect(names.count == 1500)
      #expect(names[0].base == sweep.id + "-1500" && names[0].priority == 3)
      #expect(names.allSatisfy { $0.parked == .held && $0.isFull })
      #expect(names.dropFirst().map(\.base) == (1...1499).map { sweep.points[$0 - 1].run })
      let read = try #require(queue.sweeps().first)
      #expect(read.method == .each && read.json == sweep.json)
      #expect(try queue.list(.sweeps) == [sweep.id + ".json"])
      #expect(try queue.list(.runs).count == 1500)
    }
  }

  @Test func aJobThatCannotBeWrittenLeavesNothing() throws {
    try withQueue { queue in
      let settings = try queue.settingsOrDefaults()
      var plan = plan(300)
      let job = plan.job
      plan.job = { (number, sweep) throws(SpoolError) in
        if number == 200 { throw SpoolError(.badInput, "no") }
        return try job(number, sweep)
      }
      let failing = plan
      #expect(throws: SpoolError.self) { try queue.enqueue(failing, settings: settings) }
      #expect(try queue.list(.queued).isEmpty && queue.list(.runs).isEmpty)
      #expect(try queue.list(.sweeps).isEmpty)
    }
  }

  @Test func aFullDiskLeavesNothing() throws {
    #if DEBUG
      try withQueue { queue in
        let driver = CallDriver { call, _ in call == .write ? .refused(.noSpace) : .passed }
        let plan = plan(1)
        let settings = try queue.settingsOrDefaults()
        let error = #expect(throws: SpoolError.self) {
          try driver.drive { () throws(SpoolError) in
            try queue.enqueue(plan, settings: settings)
          }
        }
        #expect(error?.errno == .noSpace)
        #expect(try queue.list(.queued).isEmpty && queue.list(.runs).isEmpty)
        #expect(try queue.list(.sweeps).isEmpty)
      }
    #endif
  }

  @Test func aRecordThatCouldNotBeReadIsNotMade() throws {
    // Each byte is six in JSON.
    let line = String(repeating: "\u{1}", count: 20_000)
    let plan = SweepPlan(
      .each, base: "b", asked: JSONObject(),
      points: (0..<2000).map { _ in JSONObject([("line", .string(line))]) }
    ) { _, _ in Job() }
    #expect(throws: SpoolError.self) { try plan.check() }
  }

  @Test func oneSyncServesAllThatCameBeforeIt() {
    let share = SharedSync()
    let syncs = Mutex(0)
    let changed = Atomic(0)
    // What was changed before the last sync began.
    let covered = Atomic(0)
    let isCovered = Parallel.mapWaiting(200, threads: 32) { _ in
      let mine = changed.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue
      share {
        let all = changed.load(ordering: .sequentiallyConsistent)
        syncs.withLock { $0 += 1 }
        covered.store(all, ordering: .sequentiallyConsistent)
      }
      return covered.load(ordering: .sequentiallyConsistent) >= mine
    }
    #expect(isCovered.allSatisfy { $0 })
    #expect(syncs.withLock { $0 } <= 200)
  }

  @Test func aSyncThatFailedServesNobody() throws {
    let share = SharedSync()
    #expect(throws: Errno.self) { try share { () throws(Errno) in throw Errno.noSpace } }
    var count = 0
    share { count += 1 }
    #expect(count == 1)
  }

  @Test func manyWaitingRunsAreKilledWithFewSyncs() throws {
    try withQueue { queue in
      _ = try queue.enqueue(plan(40), settings: queue.settingsOrDefaults())
      let runs = try waiting(queue).map { (run: $0.base, place: Queue.Place?.some(.queued($0))) }
      let results = queue.kill(runs, KillRequest())
      #expect(try results.allSatisfy { try $0.get() == .ended })
      #expect(try queue.list(.done).count == 40 && queue.list(.queued).isEmpty)
      #expect(try queue.list(.running).isEmpty && queue.list(.starting).isEmpty)
      for run in try queue.list(.runs) {
        #expect(try System.list(queue.runPath(run)).contains("kill"))
      }
    }
  }
}
