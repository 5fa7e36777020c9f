import SpoolQueue
import SpoolTesting
import Testing

@Suite("What is kept of runs that are over") struct RetentionTests {
  private static let hour = 3600.0
  private static let now = Timestamp(nanoseconds: 1_000 * 3600 * 1_000_000_000)

  /// Runs that ended 1, 2, 3… hours ago, the newest first, of 100 bytes each.
  private static let runs = (1...6).map { hours in
    Retention.Ended(
      run: "r\(hours)",
      endedAt: Timestamp(nanoseconds: now.nanoseconds - Int64(hours) * 3600 * 1_000_000_000),
      bytes: 100)
  }

  static let cases: [(@Sendable (inout Retention) -> Void, String)] = [
    ({ _ in }, ""),
    ({ $0.age = 4 * hour }, "r4 all, r5 all, r6 all"),
    ({ $0.age = 100 * hour }, ""),
    ({ $0.count = 4 }, "r5 all, r6 all"),
    ({ $0.count = 0 }, "r1 all, r2 all, r3 all, r4 all, r5 all, r6 all"),
    ({ $0.logs = 5 * hour }, "r5 folder, r6 folder"),
    ({ $0.logs = 0 }, "r1 folder, r2 folder, r3 folder, r4 folder, r5 folder, r6 folder"),
    ({ $0.bytes = 300 }, "r4 folder, r5 folder, r6 folder"),
    ({ $0.bytes = 0 }, "r1 folder, r2 folder, r3 folder, r4 folder, r5 folder, r6 folder"),
    // What goes whole does not count among the bytes.
    (
      {
        $0.age = 5 * hour; $0.bytes = 250; $0.logs = 2 * hour
      },
      "r2 folder, r3 folder, r4 folder, r5 all, r6 all"
    ),
  ]

  @Test("Each limit, and several", arguments: cases.indices) func rule(_ index: Int) {
    let (change, expected) = Self.cases[index]
    var rule = Retention()
    change(&rule)
    let chosen = rule.choose(Self.runs, now: Self.now)
    #expect(
      chosen.map { "\($0.run.run) \($0.part.rawValue)" }.joined(separator: ", ") == expected)
    #expect(rule.keepsAll == (index == 0))
  }

  @Test(
    "Amounts of data",
    arguments: [
      ("0", 0), ("500", 500), ("1kB", 1000), ("1.5MB", 1_500_000), ("2GiB", 2_147_483_648),
      ("10G", 10_737_418_240), ("1TB", 1_000_000_000_000),
    ])
  func amounts(text: String, bytes: Int) { #expect(ByteText.bytes(text) == bytes) }

  @Test("What is no amount", arguments: ["", "x", "-1", "1 GB", ".5MB", "5.", "1XB", "9999999TB"])
  func noAmounts(text: String) { #expect(ByteText.bytes(text) == nil) }

  @Test func forPeople() {
    #expect(ByteText.text(999) == "999 bytes")
    #expect(ByteText.text(1500) == "1.5 kB")
    #expect(ByteText.text(2_000_000_000) == "2 GB")
  }
}

@Suite("Pruning a queue") struct PruneTests {
  private func everything() -> Retention {
    var rule = Retention()
    rule.count = 0
    return rule
  }

  /// A run that is over.
  private func endedRun(_ queue: Queue, _ base: String, _ agent: TestAgent) throws -> String {
    let attempt = try queue.startRun(named: base, by: agent)
    try attempt.finish(Outcome(state: .finished, endedAt: .now), sync: false)
    return attempt.run
  }

  @Test("Whole runs go, and what lives stays") func whole() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let ended = try endedRun(queue, "ended", agent)
      let running = try queue.startRun(named: "running", by: agent)
      let waiting = try queue.launch(named: "waiting")
      let plan = try queue.prunable(by: everything())
      #expect(plan.map(\.run) == [ended])
      #expect(try queue.prune(plan[0]))
      #expect(try queue.names(.done) == [])
      #expect(try queue.names(.runs).sorted() == [running.run, waiting].sorted())
      #expect(try queue.list(.runs).allSatisfy { !$0.hasPrefix(".") })
      // Again, and by another who planned the same.
      #expect(try queue.prunable(by: everything()) == [])
      _ = try queue.prune(plan[0])
      try running.finish(Outcome(state: .finished, endedAt: .now), sync: false)
    }
  }

  @Test("A folder goes, the record and the name stay") func folder() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let run = try endedRun(queue, "hello", agent)
      var rule = Retention()
      rule.logs = 0
      let plan = try queue.prunable(by: rule)
      #expect(plan.map(\.isWhole) == [false])
      #expect(try queue.prune(plan[0]))
      #expect(try queue.names(.runs) == [])
      #expect(try queue.run(named: run).state == .finished)
      // Nothing is left to do, and nobody gets the name.
      #expect(try queue.prunable(by: rule) == [])
      try queue.drop(run + ".json")
      let claimed = try #require(try queue.claim(run + ".json", by: agent))
      #expect(claimed.base == run + "-2")
      _ = try queue.giveBack(claimed)
    }
  }

  @Test("Never what a waiting run names, nor one whose hook is still to begin") func needed() throws
  {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let named = try endedRun(queue, "named", agent)
      let repeated = try endedRun(queue, "repeated", agent)
      let other = try endedRun(queue, "other", agent)
      var job = Job(command: ["true"])
      job.after = Dependencies()
      job.after?.any = [named]
      job.retryOf = repeated
      let waiting = try queue.enqueue(job)
      #expect(try queue.prunable(by: everything()).map(\.run) == [other])
      try queue.hold(waiting)
      #expect(try queue.prunable(by: everything()).map(\.run) == [other])
    }
  }

  @Test("Links in a run's folder are removed, and nothing behind them") func links() throws {
    try withTemporaryDirectory { outside in
      try System.create(outside + "/precious", permissions: 0o600).write([1])
      try withQueue { queue in
        let agent = try TestAgent(in: queue)
        let run = try endedRun(queue, "links", agent)
        try Platform.makeLink(queue.runPath(run, "directory"), to: outside)
        try Platform.makeLink(queue.runPath(run, "file"), to: outside + "/precious")
        try System.makeDirectory(queue.runPath(run, "deep"), permissions: 0o700)
        try System.makeDirectory(queue.runPath(run, "deep/er"), permissions: 0o700)
        try System.create(queue.runPath(run, "deep/er/file"), permissions: 0o600).write(
          Array(repeating: 7, count: 5000))
        #expect(System.sizeOfTree(queue.runPath(run)) >= 5000)
        for chosen in try queue.prunable(by: everything()) { _ = try queue.prune(chosen) }
        #expect(try queue.list(.runs) == [])
        #expect(try System.list(outside) == ["precious"])
      }
    }
  }

  @Test("Folders that are deep or read-only go too") func stubborn() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let run = try endedRun(queue, "stubborn", agent)
      var deep = queue.runPath(run)
      for _ in 1...450 {
        deep += "/d"
        try System.makeDirectory(deep, permissions: 0o700)
      }
      try System.create(deep + "/file", permissions: 0o400).write([1])
      for (name, permissions) in [("cache", 0o500), ("shut", 0)] as [(String, UInt32)] {
        let path = queue.runPath(run, name)
        try System.makeDirectory(path, permissions: 0o700)
        try System.create(path + "/file", permissions: 0o400).write([1])
        try System.setPermissions(path, permissions)
      }
      let chosen = try #require(try queue.prunable(by: everything()).first)
      #expect(try queue.prune(chosen))
      #expect(try queue.list(.runs) == [])
    }
  }

  @Test("What an interrupted prune left is removed by the next; a sweep's record with its last run")
  func leftovers() throws {
    try withQueue { queue in
      try System.makeDirectory(queue.path(.runs, ".pruned.x.1"), permissions: 0o700)
      try System.create(queue.path(.runs, ".pruned.x.1/out.log"), permissions: 0o600).write([1])
      try System.create(queue.path(.sweeps, "lr-abcd.json"), permissions: 0o600).write([1])
      var rule = everything()
      rule.age = 3600
      try queue.sweepPruned(by: rule)
      #expect(try queue.list(.runs) == [])
      // Too young.
      #expect(try queue.list(.sweeps) == ["lr-abcd.json"])
      rule.age = 0.000_001
      try queue.sweepPruned(by: rule)
      #expect(try queue.list(.sweeps) == [])
    }
  }
}
