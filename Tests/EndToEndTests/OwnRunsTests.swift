import SpoolQueue
import SpoolTesting
import Testing

@Suite("Whose runs a selection means in a queue of several people")
struct OwnRunsTests {
  /// A queue that its group may write, with two runs of somebody else's, one of which names this
  /// user as its author, and one run of this user's, whose author is somebody else.
  private func withShared(
    _ body: (SpoolUnderTest, _ own: String, _ others: [String]) throws -> Void
  ) throws {
    try withSpool { spool in
      for folder in [""] + Queue.Folder.allCases.map({ "/" + $0.rawValue }) {
        try System.setPermissions(spool.queue + folder, 0o770)
      }
      let own = try spool.launch(["--author", "somebody", "--tag", "x", "--", "true"])
      let me = try #require(Selection.ownNames.first)
      let others = try [me, "somebody"].map { author in
        let run = try spool.launch(["--author", author, "--tag", "x", "--", "true"])
        let file = try spool.names("queued").first { $0.contains(run) }
        try Platform.setOwner(spool.path("queued/" + (try #require(file))), 65_534)
        return run
      }
      try body(spool, own, others)
    }
  }

  private func waiting(_ spool: SpoolUnderTest, held: Bool = false) throws -> Set<String> {
    Set(
      try spool.names("queued").compactMap { QueueFileName($0) }
        .filter { !held || $0.parked != nil }.map { $0.run })
  }

  @Test(
    "one's own, by the owner of the file; --everyone and --author say more",
    .enabled(if: Platform.isRoot))
  func own() throws {
    try withShared { spool, own, others in
      let words = try spool.run(["hold", "--tag", "x"])
      #expect(try waiting(spool, held: true) == [own])
      #expect(
        words
          == "spool: lab/tests: 2 runs of others fit too, and are left alone: --everyone selects"
          + " them\n\(own): held\n")
      try spool.run(["release", "--all"])
      try spool.run(["move", "--all", "--priority", "7"])
      #expect(try spool.names("queued").count { $0.hasPrefix("07-") } == 1)
      try spool.run(["kill", "--all"])
      #expect(try waiting(spool) == Set(others))
      let none = try spool.run(["kill", "--tag", "x"], expecting: 1)
      #expect(
        none
          == "spool: there is no such run of yours: --tag x (2 runs of others fit too, and are left"
          + " alone: --everyone selects them)\n")
      #expect(try spool.run(["wait", "--all"]).contains("2 runs of others"))
      try spool.run(["wait", "--tag", "y"], expecting: 3)
      // Everybody sees everybody's.
      #expect(try spool.output(["list", "--json"]).split(separator: "\n").count == 3)
      try spool.run(["kill", others[0]])
      try spool.run(["kill", "--author", "somebody", "--state", "queued"])
      #expect(try waiting(spool).isEmpty)
      // What is over: retry and prune.
      #expect(try spool.output(["retry", "--state", "killed"]) == "\(own)-2\n")
      #expect(
        try spool.output(["retry", "--state", "killed", "--everyone"]).split(separator: "\n").count
          == 2)
      try spool.run(["kill", "--all", "--everyone"])
      try spool.run(["prune", "--keep", "0s"])
      // Of what root repeats the owner stays the owner.
      #expect(
        Set(try spool.names("done").compactMap { Queue.recordName($0) })
          == Set(others + others.map { $0 + "-2" }))
      try spool.run(["prune", "--keep", "0s", "--everyone"])
      #expect(try spool.names("done").isEmpty)
    }
  }

  @Test(
    "in a queue that only its owner can write, root too means all", .enabled(if: Platform.isRoot))
  func privateQueue() throws {
    try withSpool { spool in
      for name in ["a", "b"] { try spool.drop(name + ".json", #"{"command": ["true"]}"#) }
      try Platform.setOwner(spool.path("queued/a.json"), 65_534)
      #expect(try spool.run(["kill", "--all"]) == "b: killed\na: killed\n")
    }
  }
}

@Suite("The question before many runs are changed")
struct ConfirmationTests {
  @Test("a terminal is asked above five runs, and only yes changes them")
  func terminal() throws {
    try withSpool { spool in
      for number in 1...6 { _ = try spool.launch(["--name", "r\(number)", "--", "true"]) }
      func answer(_ words: [String], _ keys: String, _ verb: String) throws -> Int32 {
        let terminal = try spool.startOnTerminal(words)
        try terminal.waitFor("\(verb) 6 runs of lab/tests: all yours (y or n) [n]: ")
        terminal.type(keys)
        return try terminal.waitForEnd()
      }
      #expect(try answer(["hold", "--all"], "\r", "hold") == 1)
      #expect(try answer(["kill", "--all"], "n\r", "kill") == 1)
      #expect(try answer(["move", "--all", "--priority", "3"], "\u{4}", "move") == 1)
      #expect(try spool.names("queued").allSatisfy { $0.hasPrefix("50-") && $0.hasSuffix(".json") })
      #expect(try answer(["kill", "--state", "queued"], "y\r", "kill") == 0)
      #expect(try spool.names("queued").isEmpty)
      #expect(try answer(["prune", "--keep", "0s"], "no\r", "prune") == 1)
      #expect(try spool.names("done").count == 6)
      #expect(try answer(["retry", "--all"], "y\r", "retry") == 0)
      // Nobody is asked who says it, who names each, or where it is a handful.
      for words in [["hold", "--all", "--yes"], ["release", "--all", "-y"]] {
        #expect(try spool.startOnTerminal(words).waitForEnd() == 0)
      }
      let names = try spool.names("queued").compactMap { QueueFileName($0)?.run }
      #expect(try spool.startOnTerminal(["hold"] + names).waitForEnd() == 0)
      #expect(try spool.startOnTerminal(["kill", names[0]]).waitForEnd() == 0)
      #expect(try spool.startOnTerminal(["release", "--all"]).waitForEnd() == 0)
      #expect(try spool.startOnTerminal(["kill", "--all"]).waitForEnd() == 0)
      #expect(try spool.names("queued").isEmpty)
    }
  }

  @Test("without a terminal nobody is asked") func noTerminal() throws {
    try withSpool { spool in
      for number in 1...6 { _ = try spool.launch(["--name", "r\(number)", "--", "true"]) }
      try spool.run(["kill", "--all"])
      #expect(try spool.names("queued").isEmpty)
    }
  }
}
