import SpoolTesting
import Testing

@testable import SpoolFiles
@testable import SpoolProtocol
@testable import SpoolQueue
@testable import SpoolSystem

/// How much is looked at to find a run.
@Suite struct SightingsTests {
  private static func fill(_ queue: Queue, _ numbers: Range<Int>) throws {
    for number in numbers {
      try writeFile(queue.path(.done, "over-\(number).json"), #"{"run": "x", "state": "failed"}"#)
    }
  }

  #if DEBUG
    @Test("A run is found by its whole name, however many records there are") func exact() throws {
      try withQueue(isSound: false) { queue in
        let agent = try TestAgent(in: queue)
        let running = try queue.startRun(named: "running", by: agent).run
        let waiting = try queue.launch(named: "waiting")
        try queue.drop("dropped.json")
        let looks: [(String, () throws -> Bool)] = [
          ("over", { try queue.run(named: "over-1").state.isDone }),
          ("running", { try queue.run(named: running).state == .running }),
          ("waiting", { try queue.run(named: waiting).state.isWaiting }),
          ("dropped", { try queue.run(named: "dropped").state.isWaiting }),
          ("locate", { try queue.locate("over-1") == .done }),
          ("resolve", { try queue.resolve("over-1") == "over-1" }),
          ("several", { try queue.resolve([running, "over-0", waiting, "dropped"]).count == 4 }),
          ("wait", { try queue.wait(for: "over-1", timeout: 0) != nil }),
          ("kill", { try queue.kill("over-1", KillRequest()) == .wasDone }),
        ]
        try Self.fill(queue, 0..<2)
        var counts: [Int] = []
        for (_, look) in looks {
          let driver = CallDriver()
          #expect(try driver.drive(look))
          counts.append(driver.calls.count)
        }
        try Self.fill(queue, 2..<200)
        for (count, (name, look)) in zip(counts, looks) {
          let driver = CallDriver()
          #expect(try driver.drive(look))
          #expect(driver.calls.count <= count + 5, "\(name)")
        }
      }
    }

    @Test("A name that was used a thousand times is numbered by a few calls") func numbered() throws
    {
      try withQueue { queue in
        for number in 0..<1000 {
          let driver = CallDriver()
          let run = try driver.drive { try queue.reserveNext("a", from: "a") }
          if number == 0 { #expect(run == "a") }
          if (1..<16).contains(number) { #expect(run == "a-\(number + 1)") }
          #expect(driver.calls.count { $0 == .makeDirectory } < 40)
        }
        // All of them, and none that was only tried.
        #expect(try queue.list(.runs).count == 1000)
      }
    }
  #endif

  @Test("A record of any name is found, by a listing") func odd() throws {
    try withQueue(isSound: false) { queue in
      try writeFile(queue.path(.done, "two words.json"), "{}")
      #expect(try queue.locate("two words") == .done)
      #expect(try queue.resolve("two words") == "two words")
      #expect(try queue.wait(for: "two words", timeout: 0)?.state == .crashed)
      #expect(try queue.locate("../done/two words") == nil)
    }
  }

  @Test("Of some names those are met that a run has, wherever it is") func met() throws {
    try withQueue(isSound: false) { queue in
      let agent = try TestAgent(in: queue)
      let running = try queue.startRun(by: agent).run
      let waiting = try queue.launch()
      try queue.drop("two words.json")
      try writeFile(queue.path(.done, "over.json"), "{}")
      let runs: Set = [running, waiting, "two_words", "over"]
      for more in [[], ["", "none", "over.json", "two"], (0..<9).map { "none-\($0)" }] {
        #expect(try queue.sightings.met(of: runs.union(more)) == runs)
      }
      #expect(try queue.sightings.met(of: ["none"]) == [])
    }
  }
}
