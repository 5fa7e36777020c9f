import SpoolQueue
import SpoolTesting
import Testing

#if DEBUG
  /// Which syncs the steps of a run make, and between which changes of names.
  @Suite struct SyncTests {
    /// The calls that matter here: `s` a sync, `r` a rename, `l` a link.
    private static func order(_ body: () throws -> Void) throws -> String {
      let driver = CallDriver()
      try driver.drive { () throws(any Error) in try body() }
      return String(
        driver.calls.compactMap { call -> Character? in
          switch call {
          case .sync: "s"
          case .rename: "r"
          case .link: "l"
          default: nil
          }
        })
    }

    private func start(
      _ sync: Sync, in queue: Queue, by agent: TestAgent, withCommand: Bool = true
    ) throws -> (Attempt, String) {
      let run = try queue.launch()
      let name = try #require(try queue.claim(try queue.waitingFile(of: run), by: agent))
      var attempt = try #require(try queue.makeAttempt(name, settings: QueueSettings(), slot: 0))
      if withCommand { attempt.start.command = .current }
      let order = try Self.order {
        agent.hold(HeldFile(try attempt.publishStart(sync: sync)), of: .current)
        try #require(try attempt.enterRunning(sync: sync))
      }
      return (attempt, order)
    }

    @Test(
      "A start has its bytes on disk before their name, and the move before the gate",
      arguments: [
        (Sync.none, true, "rr"), (.bytes, true, "srr"), (.ordered, true, "srrs"),
        (.ordered, false, "srr"),
        (.full, true, "srssrss"), (.full, false, "srssrss"),
      ])
    func start(_ sync: Sync, _ withCommand: Bool, _ expected: String) throws {
      try withQueue { queue in
        let agent = try TestAgent(in: queue)
        let (attempt, order) = try start(sync, in: queue, by: agent, withCommand: withCommand)
        #expect(order == expected)
        try attempt.finish(.finished(), sync: false)
      }
    }

    @Test(
      "An outcome is on disk before it is shown",
      arguments: [
        (Sync.none, Outcome.Next.done, "lrr"), (.bytes, .done, "slrr"), (.ordered, .done, "slsrr"),
        (.full, .done, "slsrsr"),
        (.none, .queued, "lr"), (.ordered, .queued, "slsr"), (.full, .queued, "slsrss"),
      ])
    func end(_ sync: Sync, _ next: Outcome.Next, _ expected: String) throws {
      try withQueue { queue in
        let agent = try TestAgent(in: queue)
        let attempt = try start(false, in: queue, by: agent).0
        let outcome = next == .done ? Outcome.finished() : .failed(1, next: next)
        let order = try Self.order { _ = try attempt.finish(outcome, sync: sync) }
        #expect(order == expected)
      }
    }

    @Test(
      "Whoever carries an outcome on syncs it first: its writer may have died before",
      arguments: [(Sync.none, "lr"), (.ordered, "slr"), (.full, "slrs")])
    func carriedOn(_ sync: Sync, _ expected: String) throws {
      try withQueue { queue in
        let attempt = try start(false, in: queue, by: try TestAgent(in: queue)).0
        try attempt.finish(.finished(), sync: false)
        // Its writer died before the record.
        try System.rename(
          attempt.folder + "/job.json", queue.path(.running, attempt.name.text))
        try System.unlink(queue.path(.done, attempt.run + ".json"))
        let order = try Self.order {
          try #require(try queue.carryOn(attempt.name, attempt: 1, sync: sync))
        }
        #expect(order == expected + "r")
      }
    }

    @Test("A launch syncs the file before its name, and the name before it is told")
    func launch() throws {
      try withQueue { queue in
        let order = try Self.order { _ = try queue.launch(sync: true) }
        #expect(order == "srs")
      }
    }
  }
#endif

@Suite("A disk that keeps the order of changes") struct DiskOrderTests {
  private static let options = "rw\ndelalloc\njournal_checksum\nerrors=continue\n"
  private static let noFastCommits = "fc stats:\n0 commits\n0 ineligible\n0 numblks\n"

  @Test(
    "Of ext4 it is one with data=ordered and no fast commits",
    arguments: [
      (options + "data=ordered\n", noFastCommits, true),
      (options + "data=ordered\n", nil, true),
      (options + "data=writeback\n", noFastCommits, false),
      (options + "data=journal\n", noFastCommits, false),
      // Without a journal.
      (options, noFastCommits, false),
      (options + "fc_debug_force\ndata=ordered\n", noFastCommits, false),
      (options + "data=ordered\n", "fc stats:\n10 commits\n0 ineligible\n", false),
      (options + "data=ordered\n", "fc stats:\n0 commits\n10 ineligible\n", false),
      ("", "", false),
    ])
  func ext4(_ options: String, _ fastCommits: String?, _ expected: Bool) {
    #expect(Disk.ext4KeepsOrder(options: options, fastCommits: fastCommits) == expected)
  }

  @Test("What is synced follows the settings and the disk") func sync() throws {
    var settings = QueueSettings()
    let ordered = Disk(kind: .local, keepsOrder: true)
    #expect(Sync(settings, ordered) == .ordered)
    #expect(Sync(settings, Disk(kind: .local, keepsOrder: false)) == .full)
    let server = Sync(settings, Disk(kind: .network, keepsNames: true))
    #expect(server == .bytes && server.isOn && !server.hasNames)
    settings.sync = false
    #expect(Sync(settings, ordered) == .none && !Sync.none.isOn)
    #if os(Linux)
      // A file system of the kernel's own is a network, and keeps no order.
      #expect(try Disk(of: "/proc") == Disk(kind: .network, keepsOrder: false))
      #expect(try Disk(of: "/tmp").kind == FileSystemKind(of: "/tmp"))
    #endif
  }
}
