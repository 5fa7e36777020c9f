import SpoolTesting
import Testing

@testable import SpoolFiles
@testable import SpoolProtocol
@testable import SpoolQueue
@testable import SpoolSystem

@Suite("A job file is parked, replaced as a whole and put back")
struct EditTests {
  private static let other = #"{"command": ["echo", "other"]} // mine"#

  @Test("a waiting, a held and a dropped run keep their places", arguments: [false, true])
  func wholeWay(held: Bool) throws {
    try withQueue { queue in
      let run = try queue.launch(held: held)
      try queue.drop("10-hello.json")
      for run in [run, "hello"] {
        let before = try queue.names(.queued)
        let parked = try queue.park(run)
        #expect(try queue.names(.queued).filter { $0.hasSuffix(".json.editing") }.count == 1)
        #expect(try queue.names(.queued) != before)
        #expect(try parked.complaint(about: Self.other) == nil)
        try parked.replace(with: Self.other)
        try parked.putBack()
        #expect(try queue.names(.queued) == before)
        let file = try #require(before.first { QueueFileName($0)?.run == run })
        #expect(try readFile(queue.path(.queued, file)) == Self.other)
      }
      #expect(try System.list(queue.path(.queued)).count == 2)
    }
  }

  @Test("no agent takes it meanwhile; release puts an interrupted edit back")
  func interrupted() throws {
    try withQueue { queue in
      let run = try queue.launch()
      let before = try queue.names(.queued)
      let parked = try queue.park(run)
      #expect(throws: SpoolError.self) { try queue.park(run) }
      // The editor would not know of it.
      #expect(throws: SpoolError.self) { try queue.hold(run) }
      #expect(throws: SpoolError.self) { try queue.move(run, toPriority: 1) }
      try queue.release(run)
      #expect(try queue.names(.queued) == before)
      // Who goes on editing finds that out, and makes no second file.
      let late = #expect(throws: SpoolError.self) { try parked.replace(with: Self.other) }
      #expect(late?.kind == .no)
      #expect(throws: SpoolError.self) { try parked.putBack() }
      #expect(try System.list(queue.path(.queued)) == before)
    }
  }

  @Test("killed while it is edited, it stays killed")
  func killed() throws {
    try withQueue { queue in
      let run = try queue.launch()
      let parked = try queue.park(run)
      #expect(try queue.kill(run, KillRequest()) == .ended)
      #expect(throws: SpoolError.self) { try parked.replace(with: Self.other) }
      #expect(try System.list(queue.path(.queued)).isEmpty)
    }
  }

  @Test("what root edits stays its owner's", .enabled(if: Platform.isRoot))
  func owner() throws {
    try withQueue { queue in
      try queue.drop("a.json")
      try Platform.setOwner(queue.path(.queued, "a.json"), 1)
      let parked = try queue.park("a")
      try parked.replace(with: Self.other)
      try parked.putBack()
      #expect(try System.information(queue.path(.queued, "a.json")).owner == 1)
    }
  }

  @Test("what does not wait, or was started before, is refused")
  func refused() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let attempt = try queue.startRun(by: agent)
      func kind(_ run: String) -> SpoolError.Kind? {
        do {
          _ = try queue.park(run)
          return nil
        } catch { return error.kind }
      }
      #expect(kind(attempt.run) == .no)
      #expect(kind("nobody") == .notFound)
      try attempt.finish(.failed(1, next: .queued), sync: false)
      #expect(try queue.names(.queued).count == 1)
      #expect(kind(attempt.run) == .no)
      #expect(try queue.names(.queued).allSatisfy { $0.hasSuffix(".json") })
      #expect(try queue.kill(attempt.run, KillRequest()) == .ended)
    }
  }

  @Test("a file that does not parse can be mended")
  func mended() throws {
    try withQueue { queue in
      try queue.drop("a.json", #"{"comand": ["true"]}"#)
      let parked = try queue.park("a")
      #expect(parked.text == #"{"comand": ["true"]}"#)
      #expect(try parked.complaint(about: Self.other) == nil)
      try parked.putBack(.held)
      #expect(try queue.names(.queued) == ["a.json.held"])
    }
  }

  @Test("what launch would refuse is no text for a run, nor what its name forbids")
  func complaints() throws {
    try withQueue { queue in
      let first = try queue.launch(#"{"command": ["true"], "unique": "k"}"#)
      let second = try queue.launch(named: "second")
      try queue.drop("third.json", #"{"command": ["true"], "after": {"any": ["\#(first)"]}}"#)
      let parked = try queue.park(first)
      func complaint(_ text: String) throws -> String? { try parked.complaint(about: text) }
      func job(_ rest: String) -> String { #"{"command": ["true"], "unique": "k"\#(rest)}"# }
      #expect(try complaint(job("")) == nil)
      #expect(try complaint("") == "line 1, column 1: the text is empty")
      #expect(
        try complaint(#"{"comand": []}"#)
          == #"line 1, column 2: unknown key "comand" (did you mean "command"?)"#)
      #expect(
        try complaint(Self.other) == #""unique" cannot be changed: the run's name is made of it"#)
      #expect(
        try complaint(job(#", "command2": 1"#))
          == #"line 1, column 38: unknown key "command2" (did you mean "command"?)"#)
      #expect(
        try complaint(job(#", "priority": 100"#))
          == #"line 1, column 50: "priority" must be a whole number from 0 to 99, not 100"#)
      try parked.putBack()

      let other = try queue.park(second)
      func after(_ run: String) throws -> String? {
        try other.complaint(about: #"{"command": ["true"], "after": {"ok": ["\#(run)"]}}"#)
      }
      #expect(try after("nobody") == #""after": there is no run nobody"#)
      #expect(try after(second) == #""after": it cannot wait for itself"#)
      try other.putBack()
      let last = try queue.park(first)
      #expect(
        try last.complaint(about: job(#", "after": {"ok": ["third"]}"#))
          == "\"after\": it would wait for itself: k-1 → third → k-1")
      try last.putBack()
    }
  }
}
