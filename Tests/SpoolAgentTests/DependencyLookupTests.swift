import SpoolQueue
import SpoolTesting
import Testing

@testable import SpoolAgent

@Suite("Where the runs stand that others wait for") struct DependencyLookupTests {
  @Test("On a network file system what is listed but not found counts as under way")
  func listed() throws {
    // A record without its run, which nobody makes.
    try withQueue(isSound: false) { queue in
      let record = queue.path(.done, "a.json")
      try System.create(record, permissions: 0o600).write(Array(#"{"state": "finished"}"#.utf8))
      var lookup = DependencyLookup(queue, .network)
      // Lists done/, with the record.
      #expect(try lookup.state(of: "b") == .unknown)
      // As a client finds it that remembers its absence.
      try System.unlink(record)
      #expect(try lookup.state(of: "a") == .underWay)
      lookup.renew()
      #expect(try lookup.state(of: "a") == .unknown)
      try System.create(record, permissions: 0o600)
        .write(Array(#"{"run": "a", "state": "finished"}"#.utf8))
      lookup.renew()
      #expect(try lookup.state(of: "a") == .ended(.finished))
    }
  }
}
