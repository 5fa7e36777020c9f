import SpoolQueue
import SpoolTesting
import Testing

@Suite struct TrustTests {
  /// A user that nobody is.
  static let stranger: UInt32 = 12_345

  /// What an agent of this user objects to in a waiting file.
  private func objection(_ queue: Queue, _ file: String) throws -> String? {
    let settings = try queue.readSettings()
    switch try queue.inspect(file, Trust(queue, settings)) {
    case .untrusted(let reason): return reason
    case .ready: return nil
    default: return "not a job at all"
    }
  }

  /// A queue that others can reach, of the group that temporary files have.
  private func withGroupQueue(_ body: (Queue, UInt32) throws -> Void) throws {
    try withTemporaryDirectory { directory in
      let group = try System.information(directory).group
      try withQueue(.trustedGroup("\(group)")) { queue in try body(queue, group) }
    }
  }

  @Test(
    "A file of one's own in a private queue is trusted, whatever its permissions",
    arguments: [
      0o600, 0o644, 0o666, 0o400,
    ] as [UInt32])
  func own(_ permissions: UInt32) throws {
    try withQueue { queue in
      try queue.drop("a.json")
      try System.setPermissions(queue.path(.queued, "a.json"), permissions)
      #expect(try objection(queue, "a.json") == nil)
    }
  }

  @Test("A file of a stranger is not run, and its owner is told why", .enabled(if: Platform.isRoot))
  func stranger() throws {
    try withQueue { queue in
      try queue.drop("a.json")
      try Platform.setOwner(queue.path(.queued, "a.json"), Self.stranger)
      let reason = "its owner is 12345, and an agent of root runs only root's files"
      #expect(try objection(queue, "a.json") == reason)
      // Nobody makes root run a stranger's file, not even the settings.
      try queue.writeSettings(["allow_users": ["12345"]])
      #expect(try objection(queue, "a.json") == reason)
    }
  }

  @Test("A file with two names is not run: its owner may not have put it here") func hardLink()
    throws
  {
    try withQueue { queue in
      try queue.drop("a.json")
      try System.link(queue.path(.queued, "a.json"), queue.root + "/a.json")
      #expect(
        try objection(queue, "a.json")
          == "it has 2 names (hard links), so its owner may not have put it here")
      try System.unlink(queue.root + "/a.json")
      #expect(try objection(queue, "a.json") == nil)
    }
  }

  @Test("Where others can reach it, a file that everybody can write is not run")
  func worldWritable()
    throws
  {
    try withGroupQueue { queue, _ in
      try queue.drop("a.json")
      #expect(try objection(queue, "a.json") == nil)
      try System.setPermissions(queue.path(.queued, "a.json"), 0o602)
      #expect(try objection(queue, "a.json") == "everybody can write it (chmod o-w)")
      try System.setPermissions(queue.path(.queued, "a.json"), 0o604)
      #expect(try objection(queue, "a.json") == nil)
    }
  }

  @Test("A file that its group can write is run if the group is named in allow_groups")
  func groupWritable() throws {
    try withGroupQueue { queue, group in
      try queue.drop("a.json")
      try System.setPermissions(queue.path(.queued, "a.json"), 0o660)
      #expect(try queue.readSettings().allowGroups == ["\(group)"])
      #expect(try objection(queue, "a.json") == nil)
      try queue.writeSettings([:])
      #expect(
        try objection(queue, "a.json")
          == (Platform.isRoot && group != 0
            ? "its group can write it, and an agent of root runs only what nobody else can write"
              + " (chmod g-w)"
            : "its group can write it and is not named in allow_groups of queue.json (chmod g-w)"))
    }
  }

  @Test("A launched run is trusted in every set-up") func launched() throws {
    try withGroupQueue { queue, _ in
      let run = try queue.launch()
      #expect(try objection(queue, try queue.waitingFile(of: run)) == nil)
    }
    try withQueue { queue in
      let run = try queue.launch()
      #expect(try objection(queue, try queue.waitingFile(of: run)) == nil)
    }
  }
}
