import SpoolQueue
import SpoolTesting
import Testing

@testable import SpoolAgent

@Suite("Whether folders stand still") struct StillnessTests {
  /// Looks until they do.
  private func settle(_ folders: inout Stillness, _ queue: Queue) throws {
    try eventually("the folders stand still") { try folders.look(at: queue, .local) }
  }

  @Test("They do once their times were seen for longer than a clock's grain") func still() throws {
    try withQueue { queue in
      var folders = Stillness(of: [.queued, .starting])
      #expect(try !folders.look(at: queue, .local))
      try settle(&folders, queue)
      // Again and again.
      #expect(try folders.look(at: queue, .local))
      #expect(try !folders.look(at: queue, .network))
    }
  }

  @Test("What comes and goes between two looks is seen, and other folders do not matter")
  func changed() throws {
    // A run's name is reserved and never used.
    try withQueue { queue in
      var folders = Stillness(of: [.queued, .starting])
      try settle(&folders, queue)
      try queue.drop("a.json")
      try System.unlink(queue.path(.queued, "a.json"))
      #expect(try !folders.look(at: queue, .local))
      try settle(&folders, queue)
      try System.makeDirectory(queue.path(.starting, "x"), permissions: 0o700)
      try System.removeDirectory(queue.path(.starting, "x"))
      #expect(try !folders.look(at: queue, .local))
      try settle(&folders, queue)
      try System.makeDirectory(queue.path(.running, "x"), permissions: 0o700)
      try System.removeDirectory(queue.path(.running, "x"))
      #expect(try folders.look(at: queue, .local))
    }
  }

  @Test("An agent is alone if nobody else is there, and nobody came and left since its round began")
  func company() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      func begin(_ company: inout Company) throws {
        // The first rounds are too soon to tell.
        try eventually("agents/ stands still") {
          try company.beginRound(agent.name, in: queue, .local)
          return try company.isAlone(agent.name, in: queue, .local)
        }
        try company.beginRound(agent.name, in: queue, .local)
      }
      var company = Company()
      try company.beginRound(agent.name, in: queue, .local)
      #expect(try !company.isAlone(agent.name, in: queue, .local))
      try begin(&company)
      let guest = try TestAgent(in: queue)
      #expect(try !company.isAlone(agent.name, in: queue, .local))
      try queue.unregister(agent: guest.name)
      // It has left; what it claimed meanwhile is in no earlier count.
      #expect(try !company.isAlone(agent.name, in: queue, .local))
      try begin(&company)
      #expect(try company.isAlone(agent.name, in: queue, .local))
    }
  }
}
