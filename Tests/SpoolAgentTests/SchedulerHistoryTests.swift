import SpoolQueue
import SpoolTesting
import Testing

@testable import SpoolAgent

@Suite("What an agent never decides, whatever happens") struct SchedulerHistoryTests {
  /// Histories in all.
  private static let histories = 100_000
  private static let parts = 4

  @Test("In random histories all that the scheduler promises holds", arguments: 0..<parts)
  func histories(_ part: Int) {
    for number in 0..<(Self.histories / Self.parts) {
      let seed = UInt64(part * Self.histories / Self.parts + number)
      var history = SchedulerHistory(seed: seed)
      // Many short ones, which find what goes wrong at once, and some that come further.
      let events = number % 20 == 0 ? 20 : 1 + number % 3
      guard let problem = history.play(events) else { continue }
      var again = SchedulerHistory(seed: seed, keepsEvents: true)
      _ = again.play(events)
      Issue.record("seed \(seed): \(problem), after \(again.events ?? [])")
      return
    }
  }

  @Test("In long histories, too, and spool why says the same of each run", arguments: 0..<2)
  func longHistories(_ part: Int) {
    for number in 0..<100 {
      let seed = UInt64(1_000_000 + part * 100 + number)
      var history = SchedulerHistory(seed: seed, asksWhy: true)
      guard let problem = history.play(60) else { continue }
      var again = SchedulerHistory(seed: seed, asksWhy: true, keepsEvents: true)
      _ = again.play(60)
      Issue.record("seed \(seed): \(problem), after \(again.events ?? [])")
      return
    }
  }

  @Test(
    "A large run starts within ten minutes and the time of one run, however many small ones come")
  func patience() {
    let longest = 60.0
    for seed in 0..<60 {
      var dice = SeededGenerator(state: UInt64(seed))
      let slots = Int.random(in: 2...4, using: &dice)
      var scene = SchedulerScene(slots: slots, queues: 2)
      scene.logs = false
      var number = 0
      var ends: [String: Double] = [:]
      var passed = 0
      let large = "50-large.json"
      func isOver() -> Bool { scene.mine.values.contains { $0.file.name == large } }
      while !isOver(), scene.seconds < 1000 {
        // One at a time: it never fits by chance.
        let due = scene.mine.values.filter { ends[$0.run] ?? 0 <= scene.seconds }
        if let run = due.min(by: { $0.since < $1.since }) { scene.endRun(of: run.file.name) }
        // There are always enough of them behind it and in the other queue, and some that fit anywhere.
        while scene.files.reduce(0, { $0 + $1.count }) < 12 {
          number += 1
          let small = scene.files.reduce(0) { $0 + $1.values.count { $0.demand.slots == 1 } }
          ends["s\(number)"] = scene.seconds + Double.random(in: 5...longest, using: &dice)
          scene.drop("60-s\(number).json", in: number % 2) {
            $0.demand.slots = small < 4 ? 1 : Int.random(in: 1..<slots, using: &dice)
          }
        }
        scene.look()
        if scene.seconds == 0 { scene.drop(large) { $0.demand.slots = slots } }
        if scene.seconds < 600 { passed = scene.claims }
        scene.seconds += 1
      }
      #expect(scene.seconds >= 600, "seed \(seed)")
      #expect(scene.seconds <= 600 + longest + 4, "seed \(seed)")
      #expect(passed > 20, "seed \(seed)")
    }
  }
}
