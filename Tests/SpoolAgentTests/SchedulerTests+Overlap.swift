import SpoolQueue
import Testing

@testable import SpoolAgent

extension SchedulerTests {
  private static func claim(_ number: Int) -> ClaimName {
    ClaimName(agent: "box-aaaa", number: number)
  }

  @Test("A run whose command is gone takes no slot, no number and no gpu") func overlap() {
    var scene = SchedulerScene(slots: 1, gpus: 1)
    for name in ["10-a", "20-b"] { scene.drop(name + ".json") { $0.demand.gpus = 1 } }
    scene.look()
    scene.over(Self.claim(1))
    scene.look()
    #expect(
      scene.log.filter { $0.hasPrefix("claim") } == [
        "claim 10-a.json as 0 with gpu 0", "claim 20-b.json as 0 with gpu 0",
      ])
    #expect(scene.scheduler.runs.count == 2)
    // Nothing comes free by its end.
    scene.drop("30-c.json")
    scene.endRun(of: "10-a.json")
    let decisions = scene.look()
    #expect(decisions == 0)
  }

  @Test("It does not count for max_running either") func overlapOfLimits() {
    var scene = SchedulerScene(slots: 4)
    scene.scheduler.queues[0].use(maxRunning: 1)
    scene.drop("10-a.json")
    scene.drop("20-b.json")
    scene.look()
    #expect(scene.mine.count == 1)
    scene.over(Self.claim(1))
    scene.look()
    #expect(scene.mine.count == 2)
  }

  @Test(
    "Where no record can be written, one runner more for each slot is the most, for two seconds")
  func overlapOnFullDisk() {
    var scene = SchedulerScene(slots: 2)
    for number in 1...9 { scene.drop("\(number)0-r.json") }
    scene.look()
    #expect(scene.mine.count == 2)
    for number in 1...9 {
      scene.over(Self.claim(number))
      scene.look()
    }
    // Two take nothing, and two take the slots.
    #expect(scene.mine.count == 4)
    scene.seconds = 2
    scene.look()
    #expect(scene.mine.count == 4)
    // These count again; only when none of the four is left but two is there room.
    for number in 1...2 { scene.endRun(of: "\(number)0-r.json") }
    scene.look()
    #expect(scene.mine.count == 2)
    scene.endRun(of: "30-r.json")
    scene.look()
    #expect(scene.mine.count == 2 && scene.claims == 5)
  }
}
