import Testing

@testable import SpoolFiles
@testable import SpoolProtocol
@testable import SpoolQueue
@testable import SpoolSystem

@Suite struct QueueOrderTests {
  private static let ordered = [
    "00-a.json", "10-20261122T131501.482913Z-b.json", "10-20261122T131501.482914Z-a.json",
    "10-z.json", "50-a.json", "50-a.json.held", "98-a.json", "0x-a.json", "10-.json",
    "10-.json.held", "5-a.json", "99-a.json", "hello.json", "zz.json",
  ]

  @Test func aNameWithoutPriorityCountsAsTheLast() {
    #expect(Self.ordered.reversed().sorted(by: QueueFileName.precedes) == Self.ordered)
    for (left, right) in zip(Self.ordered, Self.ordered.dropFirst()) {
      #expect(QueueFileName.precedes(left, right))
      #expect(!QueueFileName.precedes(right, left))
    }
  }

  @Test(arguments: ordered)
  func theOrderIsByThePriorityThatTheNameHas(file: String) throws {
    let name = try #require(QueueFileName(file))
    let lower = "\(name.effectivePriority < 10 ? "0" : "")\(name.effectivePriority)-\u{7f}.json"
    #expect(name.priority == nil || QueueFileName.precedes(file, lower))
  }

  @Test(arguments: [
    "a.json", ".a.json", ".json", "json", "", "a.json.held", "a.json.editing", ".json.held",
    "a.json.held.held", "a.json.editing.held", "a.json.held.editing", "a.txt", "a.json~",
    "50-20261122T131501.482913Z-a.json", "a@host-x9k2.1.json", "é.json", ".nfs00.json",
  ])
  func theBytesSayWhatTheNameSays(file: String) {
    var file = file
    let name = QueueFileName(file)
    file.withUTF8 { bytes in
      #expect(QueueFileName.isJob(bytes) == (name != nil))
      if let name { #expect(QueueFileName.isParked(bytes) == (name.parked != nil)) }
    }
  }

  @Test(arguments: [0, 1, 7, 100, 1000, 5000])
  func aSelectionIsTheBeginningOfTheOrder(limit: Int) {
    // A fixed shuffle, with equals.
    let items = (0..<1000).map { $0 * 7919 % 500 }
    #expect(Foremost.first(limit, of: items, by: <) == Array(items.sorted().prefix(limit)))
  }
}
