import SpoolTesting
import Testing

@testable import SpoolAgent
@testable import SpoolProtocol

@Suite("The waiting files in their order") struct BacklogTests {
  @Test("Names come out in order, whenever they were put in", arguments: [0, 1, 3000])
  func order(listed: Int) {
    var generator = Sequence(state: 7 + UInt64(listed))
    func name() -> String {
      let priority = generator.next() % 3 == 0 ? "" : "\(10 + generator.next() % 80)-"
      return "\(priority)r\(generator.next() % 100_000).json"
    }
    var names = Set((0..<listed).map { _ in name() })
    var backlog = Backlog()
    backlog.replace(with: Array(names) + ["10-held.json.held", ".hidden.json", "note.txt"])
    for step in 0..<1500 {
      if step % 3 == 2 {
        let first = names.min { QueueFileName.precedes($0, $1) }
        #expect(backlog.next == first)
        backlog.removeNext()
        if let first { names.remove(first) }
        continue
      }
      let new = step % 100 == 0 ? names.first ?? name() : name()
      let isThere = backlog.contains(new)
      #expect(isThere == names.contains(new))
      backlog.insert(new)
      names.insert(new)
    }
    #expect(backlog.count == names.count)
    for name in names.sorted(by: { QueueFileName.precedes($0, $1) }) {
      #expect(backlog.next == name)
      backlog.removeNext()
    }
    #expect(backlog.isEmpty && backlog.count == 0 && backlog.next == nil)
  }

  /// The same numbers in each test run.
  private struct Sequence {
    var state: UInt64

    mutating func next() -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33)
    }
  }
}
