import SpoolQueue
import SpoolTesting
import Testing

@testable import SpoolAgent

@Suite("What a scan of a queue reads again") struct ServedQueueTests {
  /// A served queue in which so many files wait, each of which was written anew since it was read.
  private func withChanged(
    _ count: Int, _ body: (ServedQueue, inout WaitingQueue) throws -> Void
  ) throws {
    try withQueue { queue in
      let served = ServedQueue(queue, at: 0, agent: "box-aaaa", poll: nil)
      served.isWatched = true
      var waiting = WaitingQueue("q")
      try served.scan(&waiting) { _ in }
      for number in 1...count {
        let file = "\(number).json"
        try queue.drop(file)
        let seen = try System.information(queue.path(.queued, file))
        waiting.waitingRoom.add(file, seen, Demand(), .capacity)
        try System.unlink(queue.path(.queued, file))
        try queue.drop(file, #"{"command": ["false"]}"#)
      }
      try body(served, &waiting)
    }
  }

  @Test("Some of the files that were written anew are met at each scan, whatever the kernel tells")
  func inTurn() throws {
    try withChanged(40) { served, waiting in
      try served.scan(&waiting) { _ in }
      #expect(waiting.waitingRoom.count == 8)
      try served.scan(&waiting) { _ in }
      #expect(waiting.waitingRoom.count == 0)
    }
  }

  @Test("All of them are, once the kernel could not tell of the files by their names")
  func lostNames() throws {
    try withChanged(40) { served, waiting in
      served.lostNames = true
      try served.scan(&waiting) { _ in }
      #expect(waiting.waitingRoom.count == 0)
      #expect(!served.lostNames)
    }
  }
}
