import SpoolAgent
import SpoolQueue
import SpoolTesting
import Testing

@Suite("Where files wait that cannot be started yet") struct WaitingRoomTests {
  private let seen: FileInformation

  init() throws { seen = try System.information("/") }

  private func time(_ seconds: Int64) -> Timestamp {
    Timestamp(nanoseconds: seconds * 1_000_000_000)
  }

  private func room(_ places: [(String, Demand, Obstacle)]) -> WaitingRoom {
    var room = WaitingRoom()
    for (file, demand, obstacle) in places { room.add(file, seen, demand, obstacle) }
    return room
  }

  private func demand(
    slots: Int = 1, gpus: GPUAmount = 0, since: Int64 = 0, ok: [String] = [], failed: [String] = []
  ) -> Demand {
    var demand = Demand()
    demand.slots = slots
    demand.gpus = gpus
    demand.since = time(since)
    if !ok.isEmpty || !failed.isEmpty {
      var after = Dependencies()
      after.ok = ok
      after.failed = failed
      demand.after = after
    }
    return demand
  }

  @Test("Those that wait for a time come in the order of their times") func times() {
    var room = room([
      ("b.json", demand(), .until(time(20))), ("a.json", demand(), .until(time(30))),
      ("c.json", demand(), .until(time(10))),
    ])
    #expect(room.nextTime == time(10))
    #expect(room.takeDue(at: time(5)) == [])
    #expect(room.takeDue(at: time(20)) == ["c.json", "b.json"])
    #expect(room.nextTime == time(30))
    room.remove("a.json")
    #expect(room.nextTime == nil)
    #expect(room.count == 0)
    #expect(!room.awaitsTimeOrRoom)
  }

  @Test("What is gone from the queue leaves nothing behind, whatever it waited for") func gone() {
    var room = room([
      ("t.json", demand(), .until(time(10))), ("u.json", demand(), .until(time(20))),
      ("x.json", demand(ok: ["a", "b"]), .runs(["a", "b"])),
      ("y.json", demand(ok: ["a"]), .runs(["a"])),
      ("r.json", demand(), .capacity), ("s.json", demand(), .capacity),
      ("l.json", demand(), .lack(.labels(["g"]))),
    ])
    room.keep(only: ["u.json", "y.json", "s.json"].contains)
    #expect(room.count == 3)
    #expect(room.nextTime == time(20))
    #expect(Array(room.awaited) == ["a"])
    #expect(room.takeFitting(Capacity(slots: 9, gpus: 0)) == ["s.json"])
    #expect(room.takeDependents(of: "a", endedAs: .finished) == ["y.json"])
    #expect(room.takeDue(at: time(30)) == ["u.json"])
    #expect(room.count == 0)
  }

  @Test("Those that wait for runs come when the last of them has ended") func dependents() {
    var room = room([
      ("x.json", demand(ok: ["a", "b"]), .runs(["a", "b"])),
      ("y.json", demand(ok: ["a"]), .runs(["a"])),
      ("z.json", demand(ok: ["a"], failed: ["b"]), .runs(["a", "b"])),
    ])
    #expect(Set(room.awaited) == ["a", "b"])
    // z can never start once b has finished, whatever a will do.
    #expect(room.takeDependents(of: "b", endedAs: .finished) == ["z.json"])
    #expect(room.takeDependents(of: "b", endedAs: .finished) == [])
    #expect(Set(room.takeDependents(of: "a", endedAs: .finished)) == ["x.json", "y.json"])
    #expect(room.count == 0)
    #expect(!room.hasDependents)
  }

  @Test("An end that is the wrong one, and a run that is gone, wake them too") func wrongEnd() {
    var room = room([
      ("x.json", demand(ok: ["a", "b"]), .runs(["a", "b"])),
      ("y.json", demand(ok: ["b", "c"]), .runs(["b", "c"])),
    ])
    #expect(room.takeDependents(of: "a", endedAs: .failed) == ["x.json"])
    #expect(room.takeDependents(of: "c", endedAs: nil) == ["y.json"])
    #expect(Array(room.awaited) == [])
  }

  @Test("Those that wait for room come in the queue's order, as far as they fit") func seekers() {
    var room = room([
      ("60-big.json", demand(slots: 3), .capacity), ("50-gpu.json", demand(gpus: 1), .capacity),
      ("70-small.json", demand(), .capacity), ("50-big.json", demand(slots: 3), .capacity),
    ])
    #expect(room.takeFitting(Capacity(slots: 0, gpus: 4)) == [])
    #expect(room.takeFitting(Capacity(slots: 2, gpus: 0)) == ["70-small.json"])
    // Beside one another: the first takes all of it.
    #expect(room.takeFitting(Capacity(slots: 3, gpus: 1)) == ["50-big.json"])
    #expect(
      room.takeFitting(Capacity(slots: 4, gpus: 1), keeping: { _ in demand(gpus: 1) })
        == ["60-big.json"])
    #expect(room.takeFitting(Capacity(slots: 1, gpus: 1)) == ["50-gpu.json"])
    #expect(!room.hasSeekers)
  }

  @Test("The first that was passed for too long has room kept for it") func overdue() {
    let room = room([
      ("50-new.json", demand(slots: 3, since: 1000), .capacity),
      ("60-old.json", demand(slots: 2, since: 100), .capacity),
      ("70-older.json", demand(slots: 4, since: 50), .capacity),
    ])
    #expect(room.overdue(at: time(600)) == nil)
    #expect(room.overdue(at: time(649)) == nil)
    #expect(room.overdue(at: time(650))?.file == "70-older.json")
    #expect(room.overdue(at: time(699))?.file == "70-older.json")
    #expect(room.overdue(at: time(700))?.file == "60-old.json")
    #expect(room.overdue(at: time(1600))?.file == "50-new.json")
  }

  @Test("A file that is added again is judged anew; one that left is forgotten") func again() {
    var room = room([("a.json", demand(ok: ["r"]), .runs(["r"]))])
    room.add("a.json", seen, demand(slots: 2), .capacity)
    #expect(room.takeDependents(of: "r", endedAs: .finished) == [])
    #expect(room.takeFitting(Capacity(slots: 2, gpus: 0)) == ["a.json"])
    room.add("a.json", seen, demand(), .until(time(1)))
    room.add("b.json", seen, demand(), .lack(.labels(["x"])))
    room.keep { $0 == "b.json" }
    #expect(room.takeDue(at: time(2)) == [])
    #expect(room["b.json"]?.obstacle == .lack(.labels(["x"])))
    #expect(!room.awaitsTimeOrRoom)
  }

  @Test("All of them are looked at in turn, some at a time") func turns() {
    var room = room((1...10).map { ("\($0).json", demand(), .lack(.labels(["x"]))) })
    var looked: Set<String> = []
    for _ in 1...4 { looked.formUnion(room.nextToCheck(3).map { $0.file }) }
    #expect(looked.count == 10)
    #expect(!room.nextToCheck(3).isEmpty)
  }

  @Test("A circle of runs that wait for one another is found") func circle() {
    let room = room([
      ("10-b.json", demand(ok: ["a"]), .runs(["a"])),
      ("20-c.json", demand(ok: ["b"]), .runs(["b"])),
      ("30-d.json", demand(ok: ["c", "x"]), .runs(["c", "x"])),
    ])
    #expect(room.circle(of: "a", waitingFor: ["a"]) == ["a", "a"])
    #expect(room.circle(of: "a", waitingFor: ["b"]) == ["a", "b", "a"])
    #expect(room.circle(of: "a", waitingFor: ["x", "d"]) == ["a", "d", "c", "b", "a"])
    #expect(room.circle(of: "x", waitingFor: ["a", "b"]) == nil)
    #expect(room.circle(of: "new", waitingFor: ["a", "b", "c", "d"]) == nil)
    var changed = room
    changed.remove("20-c.json")
    #expect(changed.circle(of: "a", waitingFor: ["d"]) == nil)
    changed.keep { $0 != "30-d.json" }
    changed.add("31-d.json", seen, demand(ok: ["c"]), .runs(["c"]))
    changed.add("21-c.json", seen, demand(ok: ["b"]), .runs(["b"]))
    #expect(changed.circle(of: "a", waitingFor: ["d"]) == ["a", "d", "c", "b", "a"])
  }

  @Test("A circle of thousands is found, and a circle that does not lead back is no circle")
  func longCircle() {
    var room = WaitingRoom()
    for number in 1...5000 {
      // Each of them is waited for, so that each is asked about.
      let next = "r\(number + 1)"
      #expect(room.circle(of: "r\(number)", waitingFor: [next]) == nil)
      room.add("r\(number).json", seen, demand(ok: [next]), .runs([next]))
    }
    #expect(room.circle(of: "r5001", waitingFor: ["r1"])?.count == 5002)
    room.add("r5001.json", seen, demand(ok: ["r4000"]), .runs(["r4000"]))
    #expect(room.circle(of: "r3", waitingFor: ["r4"]) == nil)
    room.add("x.json", seen, demand(ok: ["y"]), .runs(["y"]))
    #expect(room.circle(of: "y", waitingFor: ["r1"]) == nil)
  }

  @Test("Thousands that wait in a chain are added and freed without a look at the others")
  func chain() {
    var room = WaitingRoom()
    for number in 1...5000 {
      room.add("r\(number).json", seen, demand(ok: ["r\(number - 1)"]), .runs(["r\(number - 1)"]))
    }
    for number in 1...5000 {
      #expect(
        room.takeDependents(of: "r\(number - 1)", endedAs: .finished) == ["r\(number).json"])
    }
    #expect(room.count == 0)
  }
}
