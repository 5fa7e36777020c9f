import SpoolTesting
import Testing

@testable import SpoolFiles
@testable import SpoolProtocol
@testable import SpoolQueue
@testable import SpoolSystem

// Which runs are a sweep's, and how many of them may run.
extension SweepQueueTests {
  @Test func runsOfASweepAreToldByTheirNames() {
    #expect(Sweep.runNames("s-abcd", 2) == ["s-abcd-0001", "s-abcd-0002"])
    #expect(Sweep.runNames("s-abcd", 12_345).last == "s-abcd-12345")
    #expect(Sweep.runNames("s-abcd", 12_345).first == "s-abcd-00001")
    #expect(Sweep.isName("s-abcd-0001", ofSweep: "s-abcd"))
    #expect(!Sweep.isName("s-abcd-000x", ofSweep: "s-abcd"))
    #expect(!Sweep.isName("s-abcd-001", ofSweep: "s-abcd"))
    #expect(!Sweep.isName("s-abcde-0001", ofSweep: "s-abcd"))
    #expect(!Sweep.isName("s-abcd", ofSweep: "s-abcd"))
  }

  @Test func aSweepHasItsLimit() throws {
    try withQueue { queue in
      var limited = try request()
      limited.maxRunning = 3
      let sweep = try queue.enqueue(limited).sweep
      let free = try queue.enqueue(request()).sweep
      var limits = SweepLimits()
      #expect(try limits.limit(of: sweep.id, in: queue) == 3)
      #expect(try limits.limit(of: free.id, in: queue) == nil)
      #expect(try limits.limit(of: "none", in: queue) == nil)
      #expect(try limits.limit(of: "../x", in: queue) == nil)
      try queue.removeIfThere(queue.path(.sweeps, sweep.id + ".json"))
      #expect(try limits.limit(of: sweep.id, in: queue) == 3)
    }
  }

  @Test func theClaimsOfASweepAreToldByTheirNames() {
    #expect(SweepLimits.hasRoom(for: "s-abcd", limit: 2, claimed: ["s-abcd-0001", "else-0001"]))
    #expect(!SweepLimits.hasRoom(for: "s-abcd", limit: 1, claimed: ["s-abcd-0001", "else-0001"]))
  }
}
