import SpoolQueue
import SpoolTesting
import Testing

@testable import SpoolAgent

@Suite("Which waiting files can still come to run") struct ProspectsTests {
  private let seen: FileInformation

  init() throws { seen = try System.information("/") }

  /// Files that wait for the runs behind them, each with the condition that they finish.
  private func room(
    _ waiting: [String: [String]], _ others: [String: Obstacle] = [:]
  ) -> WaitingRoom {
    var room = WaitingRoom()
    for (file, runs) in waiting {
      var demand = Demand()
      demand.after = Dependencies()
      demand.after?.ok = runs
      room.add(file, seen, demand, .runs(runs))
    }
    for (file, obstacle) in others { room.add(file, seen, Demand(), obstacle) }
    return room
  }

  private func prospects(
    _ room: WaitingRoom, _ others: [String] = [], onTheirWay: Set<String> = []
  ) -> Prospects {
    Prospects(of: room.seen.map { $0.file } + others, in: room) { onTheirWay.contains($0) }
  }

  @Test("What waits for a time, for room, or is on its way has; and so has what waits for it")
  func some() {
    let times = Obstacle.until(Timestamp(nanoseconds: 1))
    #expect(prospects(room([:], ["a.json": times])).hasAny)
    #expect(prospects(room([:], ["a.json": .capacity])).hasAny)
    #expect(prospects(room([:]), ["a.json"], onTheirWay: ["a.json"]).hasAny)
    let chain = prospects(room(["b.json": ["a"], "c.json": ["b", "a"]], ["a.json": .capacity]))
    #expect(chain.hasAny)
    #expect(chain.words == nil)
  }

  @Test("What waits for a run that is not in the queue is read again: it is over, or there is none")
  func unknown() {
    #expect(prospects(room(["b.json": ["gone"]])).hasAny)
    // Not while another run keeps it.
    #expect(!prospects(room(["b.json": ["gone", "a"]]), ["a.json.held"]).hasAny)
  }

  @Test("What is held, edited, left alone or impossible here has none, nor what waits for it")
  func none() {
    let lack = Obstacle.lack(.labels(["x"]))
    let waiting = [
      "b.json": ["a"], "c.json": ["b"], "f.json": ["e"], "g.json": ["l"], "h.json": ["n", "l"],
    ]
    let all = prospects(
      room(waiting, ["n.json": lack]), ["a.json.held", "e.json.editing", "l.json", ".x.json", "y"])
    #expect(!all.hasAny)
    #expect(
      all.words
        == "9 runs stay: 1 held, 1 being edited, 1 left alone, 1 that this host cannot run,"
        + " 2 wait for a held one, 1 waits for one that is being edited,"
        + " 2 wait for one that is left alone")
    #expect(
      prospects(room(["b.json": ["a"]]), ["a.json.held"]).words
        == "2 runs stay: 1 held, 1 waits for a held one")
    #expect(prospects(room([:]), ["a.json.held"]).words == "1 run stays: 1 held")
    #expect(prospects(room([:])).words == nil)
  }

  @Test("Of several files of one name any may be the run") func twins() {
    let twins = prospects(
      room(["b.json": ["a"]], ["50-a.json": .capacity]), ["20-a.json.held"])
    #expect(twins.hasAny)
    #expect(twins.words == "1 run stays: 1 held")
  }

  @Test("A circle has none, and does not keep others from theirs") func circle() {
    let circle = ["a.json": ["b"], "b.json": ["a"], "c.json": ["b"]]
    #expect(!prospects(room(circle)).hasAny)
    #expect(prospects(room(circle, ["d.json": .capacity])).hasAny)
  }

  @Test("Chains of thousands are followed") func long() {
    var waiting: [String: [String]] = [:]
    for number in 1...20_000 { waiting["r\(number).json"] = ["r\(number - 1)"] }
    #expect(!prospects(room(waiting), ["r0.json.held"]).hasAny)
    #expect(
      prospects(room(waiting), ["r0.json.held"]).words
        == "20001 runs stay: 1 held, 20000 wait for a held one")
    let alive = prospects(room(waiting, ["r0.json": .capacity]))
    #expect(alive.hasAny)
    #expect(alive.words == nil)
  }
}
