import SpoolTesting
import Testing

@testable import SpoolFiles
@testable import SpoolProtocol
@testable import SpoolQueue
@testable import SpoolSystem

/// Machines with one name: `ubuntu`, `localhost`.
struct NamesakesTests {
  /// A process of another machine that is called as this one is.
  private var namesake: Holder {
    var holder = Holder.current
    holder.boot = "another"
    holder.machine = "another"
    return holder
  }

  @Test("Another machine is one with another start and another number")
  func tellsMachinesApart() {
    let here = Holder.current
    #expect(!here.isOfAnotherMachine(than: here))
    var other = namesake
    #expect(other.isOfAnotherMachine(than: here) == !here.machine.isEmpty)
    // The same machine, started anew.
    other.machine = here.machine
    #expect(!other.isOfAnotherMachine(than: here))
    // A container, which may have a number of its own.
    other = namesake
    other.boot = here.boot
    #expect(!other.isOfAnotherMachine(than: here))
    // An agent of 0.1.0 does not say.
    other = namesake
    other.machine = ""
    #expect(!other.isOfAnotherMachine(than: here))
  }

  @Test("A claim is here if its agent is, and after that its runner")
  func tellsClaimsApart() throws {
    guard !Host.current.machine.isEmpty else { return }
    try withQueue { queue in
      func isHere(_ attempt: Attempt, _ holder: Holder) -> Bool {
        var namesakes = Namesakes(of: holder)
        return namesakes.isHere(attempt.name, in: queue)
      }
      let mine = try TestAgent(in: queue)
      let others = try TestAgent(in: queue, holder: namesake)
      let here = try queue.startRun(named: "here", by: mine)
      let there = try queue.startRun(named: "there", by: others, holder: namesake)
      #expect(isHere(here, .current) && !isHere(there, .current))
      // The agent has left, and its run goes on.
      try queue.unregister(agent: others.name)
      #expect(!isHere(there, .current))
      #expect(isHere(there, namesake) && !isHere(here, namesake))
      for attempt in [here, there] { try attempt.finish(.finished(), sync: false) }
    }
  }

  @Test("The doctor tells of two machines with one name") func told() throws {
    guard !Host.current.machine.isEmpty else { return }
    try withQueue { queue in
      _ = try TestAgent(in: queue)
      let others = try TestAgent(in: queue, holder: namesake)
      let remarks = try queue.check().filter { $0.kind == .remark }.map { $0.message }
      #expect(remarks.contains { $0.contains("both called \(Host.current.name)") }, "\(remarks)")
      try queue.unregister(agent: others.name)
    }
  }
}
