import Dispatch
import SpoolTesting
import Synchronization
import Testing

@testable import SpoolFiles
@testable import SpoolProtocol
@testable import SpoolQueue
@testable import SpoolSystem

@Suite("Once only: of the runs with one key no two are on their way")
struct UniqueTests {
  private static let job = #"{"command": ["true"], "unique": "k"}"#

  /// The run that is in the way; nil: it was queued.
  private func refusal(_ queue: Queue) throws -> String? {
    do {
      _ = try queue.launch(Self.job)
      return nil
    } catch let error as SpoolError {
      #expect(error.kind == .no, "\(error)")
      return error.run ?? "nobody"
    }
  }

  @Test("a run waits, is held, is claimed, runs: none beside it; it is over: the next one")
  func life() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      #expect(try queue.launch(Self.job) == "k-1")
      #expect(try refusal(queue) == "k-1")
      try queue.hold("k-1")
      #expect(try refusal(queue) == "k-1")
      try queue.release("k-1")
      let claimed = try #require(try queue.claim(try queue.waitingFile(of: "k-1"), by: agent))
      #expect(try refusal(queue) == "k-1")
      #expect(try queue.giveBack(claimed))
      let attempt = try queue.start(try queue.waitingFile(of: "k-1"), by: agent)
      #expect(attempt.objection == nil)
      #expect(try refusal(queue) == "k-1")
      try attempt.finish(.failed(1), sync: false)
      #expect(try queue.launch(Self.job) == "k-2")
      #expect(try queue.kill("k-2", KillRequest()) == .ended)
      #expect(try queue.launch(Self.job) == "k-3")
    }
  }

  @Test("other keys, and runs whose names only look like it, are in nobody's way")
  func others() throws {
    try withQueue { queue in
      #expect(try queue.launch(#"{"command": ["true"], "unique": "k-1"}"#) == "k-1-1")
      #expect(try queue.launch(#"{"command": ["true"], "unique": "kk"}"#) == "kk-1")
      try queue.drop("50-20261122T131501.482913Z-k-7.json")
      try queue.drop("k-8.json")
      // The number goes on behind every name there is.
      _ = try queue.reserve("k-9")
      try System.makeDirectory(queue.runPath("k-9", "1"), permissions: 0o700)
      #expect(try queue.launch(Self.job) == "k-10")
    }
  }

  @Test("a reservation counts for five minutes, and is then taken away")
  func reservation() throws {
    try withQueue { queue in
      #expect(try queue.reserve("k-1"))
      try writeFile(queue.runPath("k-1", "job.json"), Self.job)
      #expect(try refusal(queue) == "k-1")
      try Platform.setTimes(queue.runPath("k-1"), to: 1_000_000_000)
      #expect(try queue.launch(Self.job) == "k-2")
      #expect(try queue.runDirectory("k-1").names() == nil)
      // Its maker, which only slept, does not get it into the queue any more.
      let name = QueueFileName(priority: 50, stamp: "20261122T131501.482913Z", run: "k-1")
      #expect(throws: SpoolError.self) { try queue.submit("k-1", as: name) }
    }
  }

  @Test("a folder of another run's launch is no reservation of the key")
  func foreignReservation() throws {
    try withQueue { queue in
      #expect(try queue.reserve("k-1"))
      try writeFile(queue.runPath("k-1", "job.json"), Queue.smallJob)
      #expect(try queue.launch(Self.job) == "k-2")
      try System.unlink(queue.runPath("k-1", "job.json"))
    }
  }

  @Test("of many that race exactly one wins, whether launched or dropped", arguments: 0..<8)
  func race(round: Int) throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue).name
      let won = Mutex<[String]>([])
      let lost = Mutex<[String]>([])
      try queue.drop("a.json", Self.job)
      try queue.drop("b.json", Self.job)
      let files = ["a.json", "b.json"]
      DispatchQueue.concurrentPerform(iterations: 16) { number in
        do {
          guard number < 2 else {
            let run = try queue.launch(Self.job)
            won.withLock { $0.append(run) }
            return
          }
          let file = files[number]
          let information = try System.information(queue.path(.queued, file))
          let claim = ClaimName(agent: agent, number: number + 1)
          guard let name = try queue.claim(file, information, for: claim) else { return }
          let isKey = Queue.isName(name.base, ofKey: "k")
          if isKey {
            won.withLock { $0.append(name.base) }
          } else {
            lost.withLock { $0.append(name.base) }
          }
        } catch let error as SpoolError where error.kind == .no {
          lost.withLock { $0.append(error.run ?? "nobody") }
        } catch {
          Issue.record("\(error)")
        }
      }
      #expect(won.withLock { $0 } == ["k-1"])
      #expect(lost.withLock { $0 }.allSatisfy { $0 != "nobody" })
    }
  }

  @Test("a dropped file gets a name of its key; a second one ends as crashed, and names the other")
  func dropped() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      for file in ["a.json", "b.json", "k.json", "k-1.json"] { try queue.drop(file, Self.job) }
      let first = try queue.start("a.json", by: agent)
      #expect(first.run == "k-1")
      #expect(first.objection == nil)
      for (file, run) in [
        ("b.json", "b"), ("k.json", "k-refused"), ("k-1.json", "k-1-refused"),
      ] {
        let other = try queue.start(file, by: agent)
        #expect(other.run == run)
        #expect(other.objection == "unique k: k-1 is running")
        try other.finish(.failed(1), sync: false)
      }
      try queue.drop("late.json", Self.job)
      let claimed = try #require(try queue.claim("late.json", by: agent))
      try first.finish(.finished(), sync: false)
      let late = try #require(try queue.makeAttempt(claimed, settings: QueueSettings(), slot: 0))
      #expect(late.run == "late")
      #expect(late.objection == "unique k: k-1 was not done when this was claimed")
      try queue.drop("next.json", Self.job)
      #expect(try queue.claim("next.json", by: agent)?.base == "k-2")
    }
  }

  @Test("while its key is only reserved a dropped file waits")
  func droppedBehindReservation() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      try queue.drop("a.json", Self.job)
      #expect(try queue.reserve("k-1"))
      #expect(try queue.claim("a.json", by: agent) == nil)
      #expect(try queue.names(.queued) == ["a.json"])
      try Platform.setTimes(queue.runPath("k-1"), to: 1_000_000_000)
      #expect(try queue.claim("a.json", by: agent)?.base == "k-2")
    }
  }

  @Test("a whole name that somebody wrote by hand must be one of the key")
  func wholeName() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let file = "50-20261122T131501.482913Z-hand.json"
      try queue.drop(file, Self.job)
      let attempt = try queue.start(file, by: agent)
      #expect(attempt.objection?.hasPrefix("unique k: hand is not a name of that key") == true)
      try attempt.finish(.failed(1), sync: false)
    }
  }

  @Test("the longest key has room for its number")
  func longKey() throws {
    try withQueue { queue in
      let key = String(repeating: "k", count: 118)
      let job = #"{"command": ["true"], "unique": "\#(key)"}"#
      let run = try queue.launch(job)
      #expect(run == key + "-1")
      let error = #expect(throws: SpoolError.self) { try queue.launch(job) }
      #expect(error?.run == run)
    }
  }
}
