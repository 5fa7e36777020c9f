import SpoolTesting
import Testing

@testable import SpoolFiles
@testable import SpoolProtocol
@testable import SpoolQueue
@testable import SpoolSystem

@Suite("What a run may be launched behind")
struct LaunchAfterTests {
  @Test("names are completed, and what can never be met is refused")
  func conditions() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      var ends: [String: String] = [:]
      for (name, outcome) in [("good", Outcome.finished()), ("bad", .failed(1))] {
        let attempt = try queue.startRun(named: name, by: agent)
        try attempt.finish(outcome, sync: false)
        ends[name] = attempt.run
      }
      let good = try #require(ends["good"])
      let bad = try #require(ends["bad"])
      let waiting = try queue.launch(named: "waiting")
      /// What it comes to: the whole name, or what is wrong.
      func resolve(_ set: (inout Dependencies) -> Void) -> String {
        var after = Dependencies()
        set(&after)
        do {
          return try queue.resolve(after).runs.joined(separator: " ")
        } catch {
          return "\(error.kind)"
        }
      }
      #expect(resolve { $0.ok = ["good"] } == good)
      #expect(resolve { $0.ok = ["waiting", String(good.suffix(4))] } == "\(waiting) \(good)")
      #expect(resolve { $0.ok = ["good", good] } == good)
      #expect(resolve { $0.ok = ["bad"] } == "no")
      #expect(resolve { $0.failed = ["bad"] } == bad)
      #expect(resolve { $0.failed = ["good"] } == "no")
      #expect(resolve { $0.any = ["good", "bad", "waiting"] } == "\(good) \(bad) \(waiting)")
      #expect(resolve { $0.failed = ["waiting"] } == waiting)
      #expect(resolve { $0.any = ["nobody"] } == "notFound")
      #expect(resolve { $0.any = [""] } == "notFound")
      #expect(
        resolve {
          $0.ok = ["waiting"]
          $0.failed = ["wait"]
        } == "badInput")
      _ = try queue.launch(named: "wait2")
      #expect(resolve { $0.ok = ["wait"] } == "badInput")
    }
  }
}
