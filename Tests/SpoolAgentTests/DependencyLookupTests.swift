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

  @Test("A run that was removed by hand is none, although its name is reserved")
  func removed() throws {
    try withQueue { queue in
      let run = try queue.launch()
      var lookup = DependencyLookup(queue, .local)
      // Its name is enough at first.
      #expect(try lookup.state(of: run) == .underWay)
      #expect(lookup.owesListing)
      #expect(try lookup.states(of: [run]).map { $0.state } == [.underWay])
      #expect(!lookup.owesListing)
      try System.unlink(queue.path(.queued, try queue.waitingFile(of: run)))
      lookup.renew()
      #expect(try lookup.state(of: run) == .underWay)
      #expect(try lookup.states(of: [run]).map { $0.state } == [.unknown])
      // From then on its name is not believed.
      lookup.renew()
      #expect(try lookup.state(of: run) == .unknown)
      _ = try System.removeDirectory(queue.runPath(run))
    }
  }

  @Test("A run of a sweep that is being queued is under way") func ofASweep() throws {
    try withQueue(isSound: false) { queue in
      let file = QueueFileName(
        priority: 50, stamp: "20261122T131501.482913Z", run: "s-abcd-0001"
      ).text
      try System.makeDirectory(queue.path(.sweeps, "s-abcd"), permissions: 0o700)
      try writeFile(queue.path(.sweeps, "s-abcd/" + file), Queue.smallJob)
      var lookup = DependencyLookup(queue, .local)
      #expect(try lookup.states(of: ["s-abcd-0001"]).map { $0.state } == [.underWay])
      #expect(try queue.hasUnqueuedSweep())
      try System.unlink(queue.path(.sweeps, "s-abcd/" + file))
      #expect(try !queue.hasUnqueuedSweep())
      #expect(try lookup.states(of: ["s-abcd-0001"]).map { $0.state } == [.unknown])
    }
  }
}
