import SpoolQueue
import SpoolTesting
import Testing

@Suite("What stands in the way of a waiting run") struct ScheduleTests {
  private static let host = HostOffer(slots: 4, gpus: 2, labels: ["cuda12", "box"])
  private static let now = Timestamp(nanoseconds: 1_000_000_000_000)

  private func demand(_ change: (inout Demand) -> Void) -> Demand {
    var demand = Demand()
    demand.since = Self.now
    change(&demand)
    return demand
  }

  private func obstacle(
    _ change: (inout Demand) -> Void, free: Capacity = Capacity(slots: host.slots, gpus: host.gpus),
    keeping kept: Demand? = nil,
    states: [String: DependencyState] = [:]
  ) throws -> Obstacle? {
    try demand(change).obstacle(
      on: Self.host, free: free, keeping: kept, now: Self.now,
      state: { (run) throws(SpoolError) in states[run] ?? .unknown })
  }

  @Test("Nothing, where it fits") func fits() throws {
    #expect(try obstacle { _ in } == nil)
    #expect(
      try obstacle {
        $0.slots = 4; $0.gpus = 2; $0.labels = ["cuda12", "box"]
      } == nil)
    #expect(try obstacle({ _ in }, free: Capacity(slots: 1, gpus: 0)) == nil)
    #expect(try obstacle { $0.notBefore = Self.now } == nil)
  }

  @Test("What the host will never have") func lacks() throws {
    #expect(
      try obstacle { $0.labels = ["cuda12", "big", "fast"] } == .lack(.labels(["big", "fast"])))
    #expect(try obstacle { $0.slots = 5 } == .lack(.slots(needed: 5, offered: 4)))
    #expect(try obstacle { $0.gpus = 3 } == .lack(.gpus(needed: 3, offered: 2)))
  }

  @Test("Room that is taken") func room() throws {
    #expect(try obstacle({ _ in }, free: Capacity(slots: 0, gpus: 2)) == .capacity)
    #expect(try obstacle({ $0.slots = 3 }, free: Capacity(slots: 2, gpus: 2)) == .capacity)
    #expect(try obstacle({ $0.gpus = 1 }, free: Capacity(slots: 4, gpus: 0)) == .capacity)
    // More in use than there is: other agents have larger limits.
    #expect(try obstacle({ _ in }, free: Capacity(slots: -2, gpus: -1)) == .capacity)
  }

  @Test("Its time") func time() throws {
    let later = Timestamp(nanoseconds: Self.now.nanoseconds + 1)
    #expect(try obstacle { $0.notBefore = later } == .until(later))
    // Room is not asked for before the time has come, but what is lacking is told at once.
    #expect(
      try obstacle({ $0.notBefore = later }, free: Capacity(slots: 0, gpus: 0)) == .until(later))
    #expect(
      try obstacle {
        $0.notBefore = later; $0.gpus = 9
      } == .lack(.gpus(needed: 9, offered: 2)))
  }

  @Test(
    "Room that is kept for another run holds up who needs what that one lacks, and nobody else",
    arguments: [
      // kept slots and gpus, free slots and gpus, wanted slots and gpus, whether it may start
      (3, 0, 2, 2, 1, 0, false),
      (3, 0, 4, 2, 1, 0, true),
      (3, 0, 4, 2, 2, 0, false),
      (1, 2, 3, 1, 1, 0, true),
      (1, 2, 3, 1, 2, 0, true),
      (1, 2, 3, 1, 3, 0, false),
      (1, 2, 3, 1, 1, 1, false),
      (1, 1, 3, 2, 1, 1, true),
    ])
  func keeping(
    keptSlots: Int, keptGPUs: Int, freeSlots: Int, freeGPUs: Int, slots: Int, gpus: Int,
    mayStart: Bool
  ) throws {
    var kept = Demand()
    (kept.slots, kept.gpus) = (keptSlots, GPUAmount(keptGPUs))
    let found = try obstacle(
      {
        $0.slots = slots; $0.gpus = GPUAmount(gpus)
      }, free: Capacity(slots: freeSlots, gpus: freeGPUs), keeping: kept)
    #expect(found == (mayStart ? nil : .capacity))
  }

  @Test("Others pass a run for ten minutes from when it could have started") func patience() {
    let demand = demand { $0.since = Timestamp(nanoseconds: 0) }
    #expect(!demand.isOverdue(at: Timestamp(nanoseconds: 599_000_000_000)))
    #expect(demand.isOverdue(at: Timestamp(nanoseconds: 600_000_000_000)))
    var job = Job(command: ["true"])
    job.notBefore = ZonedTime("2026-11-22T13:15:01Z")
    let early = Timestamp(nanoseconds: 0)
    #expect(Demand(job, submittedAt: early).since.text == "2026-11-22T13:15:01.000Z")
    job.notBefore = nil
    #expect(Demand(job, submittedAt: early).since == early)
  }

  private func after(_ ok: [String] = [], any: [String] = [], failed: [String] = []) -> Dependencies
  {
    var after = Dependencies()
    after.ok = ok
    after.any = any
    after.failed = failed
    return after
  }

  @Test("Runs that it waits for") func dependencies() throws {
    let states: [String: DependencyState] = [
      "good": .ended(.finished), "bad": .ended(.failed), "shot": .ended(.killed),
      "fallen": .ended(.crashed), "busy": .underWay, "slow": .underWay,
    ]
    let cases: [(Dependencies, Dependencies.Standing)] = [
      (after(), .met),
      (after(["good"]), .met),
      (after(["good", "busy"]), .waiting(for: ["busy"])),
      (after(["busy", "slow"], any: ["busy"]), .waiting(for: ["busy", "slow"])),
      (after(any: ["good", "bad", "shot", "fallen"]), .met),
      (after(failed: ["bad", "shot", "fallen"]), .met),
      (after(["bad"]), .impossible("it waits for bad to finish, and that failed")),
      (after(["shot"]), .impossible("it waits for shot to finish, and that was killed")),
      (after(["fallen"]), .impossible("it waits for fallen to finish, and that crashed")),
      (after(failed: ["good"]), .impossible("it waits for good to fail, and that finished")),
      // What can never be met counts before what is not over, and before what is not there yet.
      (after(["busy", "bad"]), .impossible("it waits for bad to finish, and that failed")),
      (after(["nobody", "bad"]), .impossible("it waits for bad to finish, and that failed")),
      (after(["busy"], any: ["nobody"]), .unknown("nobody")),
    ]
    for (dependencies, expected) in cases {
      let found = try dependencies.standing { (run) throws(SpoolError) in
        states[run] ?? .unknown
      }
      #expect(found == expected, "\(dependencies)")
    }
  }

  @Test("Dependencies come before everything that is the host's") func order() throws {
    let waits = after(["busy"])
    #expect(
      try obstacle(
        {
          $0.after = waits; $0.gpus = 9
        }, states: ["busy": .underWay])
        == .runs(["busy"]))
    #expect(
      try obstacle(
        {
          $0.after = waits; $0.gpus = 9
        }, states: ["busy": .ended(.failed)])
        == .impossible("it waits for busy to finish, and that failed"))
    #expect(
      try obstacle(
        {
          $0.after = waits; $0.gpus = 9
        }, states: ["busy": .ended(.finished)])
        == .lack(.gpus(needed: 9, offered: 2)))
  }

  @Test("In words") func words() {
    #expect(Obstacle.Lack.labels(["a"]).words == "lacks the label a")
    #expect(Obstacle.Lack.labels(["a", "b"]).words == "lacks the labels a, b")
    #expect(
      Obstacle.Lack.slots(needed: 3, offered: 1).words == "has 1 slot in all, and it needs 3")
    #expect(
      Obstacle.Lack.gpus(needed: 2, offered: 0).words == "hands out 0 gpus, and it needs 2")
  }
}

@Suite("How a run that is over ended, by its record") struct EndStateTests {
  @Test("The state in the record; what is no record counts as crashed") func states() throws {
    try withQueue(isSound: false) { queue in
      #expect(try queue.endState(of: "none") == nil)
      for (run, text) in [
        (
          "good",
          #"{"run":"good","state":"finished","args":["\#(String(repeating: "x", count: 70_000))"]}"#
        ),
        ("bad", #"{"run":"bad","state":"failed"}"#), ("odd", "[]"),
        ("other", #"{"state":"running"}"#),
      ] {
        try System.create(queue.path(.done, run + ".json"), permissions: 0o600).write(
          Array(text.utf8))
      }
      #expect(try queue.endState(of: "good") == .finished)
      #expect(try queue.endState(of: "bad") == .failed)
      #expect(try queue.endState(of: "odd") == .crashed)
    }
  }
}
