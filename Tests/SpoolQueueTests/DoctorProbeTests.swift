import SpoolTesting
import Testing

@testable import SpoolFiles
@testable import SpoolProtocol
@testable import SpoolQueue
@testable import SpoolSystem

@Suite("Trying a directory")
struct DoctorProbeTests {
  @Test func everythingIsTriedAndNothingStays() throws {
    try withQueue { queue in
      let before = try System.list(queue.path).sorted()
      let facts = try DoctorProbe.facts(of: queue.path)
      let tried = facts.steps.map(\.step)
      #expect(Set(tried) == Set(DoctorFacts.Step.allCases))
      #expect(facts.steps.allSatisfy { $0.outcome == .works }, "\(facts.steps)")
      #expect(try System.list(queue.path).sorted() == before)
      #expect(facts.queues.map(\.reference) == ["tester/queue"])
      #expect(facts.queues.first?.missing == [])
      #expect(facts.listingDelay != nil)
      #expect(abs(facts.clockOffset ?? 100) < 5)
      #expect(facts.space != nil)
    }
  }

  @Test func aRootAndAnEntityHaveTheirQueues() throws {
    try withQueue { queue in
      _ = try Queue.create(at: queue.root + "/other/night")
      let root = try DoctorProbe.facts(of: queue.root)
      #expect(root.queues.map(\.reference) == ["other/night", "tester/queue"])
      let entity = try DoctorProbe.facts(of: queue.root + "/tester")
      #expect(entity.queues.map(\.reference) == ["tester/queue"])
    }
  }

  @Test func whatAKilledDoctorLeftIsRemovedAfterAnHour() throws {
    try withTemporaryDirectory { directory in
      for name in [".doctor.old", ".doctor.new"] {
        try System.makeDirectory(directory + "/" + name, permissions: 0o700)
        try writeFile(directory + "/\(name)/a", "x")
      }
      try Platform.setTimes(directory + "/.doctor.old", to: Int(Timestamp.now.seconds) - 4000)
      _ = try DoctorProbe.facts(of: directory)
      #expect(try System.list(directory) == [".doctor.new"])
    }
  }

  @Test func whatIsNotThereIsNoFault() throws {
    try withTemporaryDirectory { directory in
      try writeFile(directory + "/file", "")
      for name in ["none", "file", "file/below"] {
        let error = #expect(throws: SpoolError.self) {
          try DoctorProbe.facts(of: directory + "/" + name)
        }
        #expect(error?.kind == .notFound)
      }
    }
  }

  @Test func crashesAndDeadAgentsAreTold() throws {
    try withQueue(isSound: false) { queue in
      try writeFile(queue.path(.done, "broken.json"), "{")
      try writeFile(queue.path + "/queue.json", "{ nonsense")
      let found = try #require(try DoctorProbe.facts(of: queue.path).queues.first)
      #expect(
        found.unsound == [
          "done/broken.json: is not the record of a run: it does not parse; move it away"
        ])
      #expect(
        found.settingsError
          == queue.path + "/queue.json: line 1, column 3: expected a key in double quotes")
    }
  }
}
