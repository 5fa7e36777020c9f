import Dispatch
import SpoolTesting
import Testing

@testable import SpoolAgent
@testable import SpoolProtocol

@Suite("Who else claims in a queue") struct CompanyTests {
  @Test("A listing is believed until the kernel tells of another agent") func watched() throws {
    try withQueue(isSound: false) { queue in
      var company = Company()
      company.isWatched = true
      #expect(!company.isKnownToBeAlone)
      try writeFile(queue.path(.agents, "h-me00.json"), "")
      try writeFile(queue.path(.agents, ".agent.k3f9"), "")
      try company.beginRound("h-me00", in: queue, .local)
      #expect(company.isKnownToBeAlone)
      #expect(try company.isAlone("h-me00", in: queue, .local))
      try writeFile(queue.path(.agents, "h-you0.json"), "")
      company.mayHaveChanged()
      // Until it has looked.
      #expect(try !company.isAlone("h-me00", in: queue, .local))
      for _ in 0..<2 {
        try company.beginRound("h-me00", in: queue, .local)
        #expect(try !company.isAlone("h-me00", in: queue, .local))
      }
      try System.unlink(queue.path(.agents, "h-you0.json"))
      company.mayHaveChanged()
      try company.beginRound("h-me00", in: queue, .local)
      #expect(company.isKnownToBeAlone)
    }
  }

  #if os(Linux)
    @Test("What was done before is in the changes") func prompt() throws {
      try withQueue(isSound: false) { queue in
        // Its handler is not called meanwhile.
        let events = DispatchQueue(label: "events")
        events.suspend()
        defer { events.resume() }
        let watcher = try DirectoryWatcher(queue: events) { _ in }
        try watcher.watch(queue.path(.agents), removals: true)
        for number in 0..<100 {
          let file = queue.path(.agents, "h-\(number).json")
          try writeFile(file, "")
          #expect(watcher.changes().contains { $0.name == "h-\(number).json" })
          try System.unlink(file)
          #expect(watcher.changes().contains { $0.name == "h-\(number).json" })
        }
      }
    }
  #endif
}
