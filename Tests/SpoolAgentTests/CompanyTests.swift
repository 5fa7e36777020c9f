import Dispatch
import SpoolTesting
import Testing

@testable import SpoolAgent
@testable import SpoolProtocol

@Suite("Whether other agents claim in a queue") struct CompanyTests {
  private let me = "h-me00"

  @Test("A listing is believed until the kernel reports another agent") func watched() throws {
    try withQueue(isSound: false) { queue in
      let now = Instant.now
      var company = Company()
      company.watched(true)
      #expect(!company.isKnownToBeAlone(at: now))
      try writeFile(queue.path(.agents, me + ".json"), "")
      try writeFile(queue.path(.agents, ".agent.k3f9"), "")
      try company.beginRound(me, in: queue, .local)
      #expect(company.isKnownToBeAlone(at: now))
      #expect(try company.isAlone(me, in: queue, .local))
      try writeFile(queue.path(.agents, "h-you0.json"), "")
      company.heardOfOthers(at: now, beat: .seconds(5))
      // Until it has looked.
      #expect(try !company.isAlone(me, in: queue, .local) && !company.isInCompany)
      for _ in 0..<2 {
        try company.beginRound(me, in: queue, .local)
        #expect(try !company.isAlone(me, in: queue, .local))
        #expect(company.isInCompany && !company.isKnownToBeAlone(at: now + .seconds(60)))
      }
    }
  }

  @Test("An agent without its file is believed to be gone only after a heartbeat") func gone()
    throws
  {
    try withQueue(isSound: false) { queue in
      let now = Instant.now
      var company = Company()
      company.watched(true)
      company.heardOfOthers(at: now, beat: .seconds(5))
      try company.beginRound(me, in: queue, .local)
      #expect(try company.isAlone(me, in: queue, .local))
      #expect(!company.isKnownToBeAlone(at: now + .seconds(5)))
      #expect(company.isKnownToBeAlone(at: now + .seconds(6)))
      company.mayHaveChanged()
      #expect(!company.isKnownToBeAlone(at: now + .seconds(6)))
    }
  }

  @Test("Each agent has another turn at a file, and at another file another one") func turns()
    throws
  {
    try withQueue(isSound: false) { queue in
      let names = (0..<5).map { "h-000\($0)" }
      for name in names { try writeFile(queue.path(.agents, name + ".json"), "") }
      var companies: [Company] = []
      for name in names {
        var company = Company()
        company.watched(true)
        #expect(company.rank(of: name, for: "a.json") == 0)
        try company.beginRound(name, in: queue, .local)
        companies.append(company)
      }
      var firsts: Set<Int> = []
      for number in 0..<40 {
        let ranks = names.indices.map { companies[$0].rank(of: names[$0], for: "\(number).json") }
        #expect(ranks.sorted() == [0, 1, 2, 3, 4])
        firsts.formUnion(ranks.indices.filter { ranks[$0] == 0 })
      }
      #expect(firsts.count == 5)
    }
  }

  #if os(Linux)
    @Test("Changes that were made before the question are in the answer") func prompt() throws {
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
