import SpoolQueue
import SpoolTesting
import Testing

@Suite("A misspelt entity or queue")
struct MisspeltTests {
  private static let reading: [[String]] = [
    ["list"], ["list", "--json"], ["list", "--watch"], ["list", "--all"], ["show", "a"],
    ["logs", "a"], ["report", "a"],
    ["why", "a"], ["stats"], ["stats", "--all"], ["watch"], ["page"], ["page", "--all"], ["doctor"],
    ["wait", "--all"], ["kill", "a"], ["hold", "a"], ["release", "--all"],
    ["move", "-p", "1", "a"],
    ["edit", "a"], ["retry", "a"], ["prune", "--keep", "1d"], ["recover"], ["sweep", "list"],
    ["sweep", "show", "a"], ["queue", "show"], ["queue", "pause"], ["queue", "resume"],
    ["job", "list"],
    ["job", "show", "train"], ["job", "alias", "train:v0", "prod"],
    ["launch", "--dry-run", "--", "true"], ["launch", "--dry-run", "-j", "train"],
  ]
  private static let writing: [[String]] = [
    ["launch", "--", "true"], ["agent", "--once"],
    ["job", "create", "train", "--", "true"],
  ]

  private func names(_ spool: SpoolUnderTest) throws -> [String] {
    let root = try Queue(at: spool.queue).root
    return try System.list(root).filter { !$0.hasPrefix("log") && !$0.hasPrefix("output") }.sorted()
      + System.list(root + "/lab").sorted()
  }

  @Test("is told of, with what was meant, and makes nothing", arguments: reading + writing)
  func entity(_ words: [String]) throws {
    try withSpool { spool in
      let before = try names(spool)
      // Behind the command's name, which has two words here.
      let name = ["sweep", "queue", "job"].contains(words[0]) ? 2 : 1
      let text = try spool.run(
        words.prefix(name) + ["-e", "labb"] + words.dropFirst(name), expecting: 3)
      #expect(text.contains("there is no entity labb in ") && text.contains("(did you mean lab?)"))
      #expect(try names(spool) == before)
    }
  }

  @Test("of a queue that is not there, the queue is named that was meant, and how it is made")
  func queue() throws {
    try withSpool { spool in
      let root = try Queue(at: spool.queue).root
      let before = try names(spool)
      #expect(
        try spool.run(["list", "-q", "test"], expecting: 3)
          == "spool: lab/test: there is no such queue in \(root) (did you mean lab/tests?); spool queue"
          + " create lab/test makes it\n")
      #expect(
        try spool.run(["launch", "-q", "starter", "-e", "lba", "--", "true"], expecting: 3)
          == "spool: there is no entity lba in \(root) (did you mean lab?); spool queue create"
          + " lba/starter makes the queue\n")
      #expect(try names(spool) == before)
    }
  }

  @Test("One's own starter queue is made by the first launch, and by nothing that looks")
  func starter() throws {
    try withSpool { spool in
      let me = ["SPOOL_ENTITY": "me", "SPOOL_QUEUE": ""]
      let before = try names(spool)
      for (words, status) in [
        (["list"], 0), (["list", "--json"], 0), (["stats"], 3), (["why", "a"], 3),
      ] {
        let look = try spool.start(words, environment: me)
        #expect(try look.waitForEnd(within: 120) == Int32(status))
        #expect(look.output.isEmpty || look.output.contains("me/starter: "))
      }
      // What is refused has queued nothing.
      try spool.write(
        "sweep.json", #"{"method": "grid", "parameters": {"a": {"value": 1}}, "job": "x"}"#)
      for words in [
        ["launch", "-j", "x"], ["launch", "--from", "x"], ["launch", "--after", "x", "--", "true"],
        ["sweep", spool.path("sweep.json")],
      ] {
        let refused = try spool.start(words, environment: me)
        #expect([2, 3].contains(try refused.waitForEnd(within: 120)), "\(refused.output)")
        #expect(try names(spool) == before, "\(words)")
      }
      let completions = try spool.start(
        ["_complete", "zsh", "--", "spool", "show", ""], environment: me)
      _ = try completions.waitForEnd(within: 120)
      #expect(try names(spool) == before)
      let launch = try spool.start(["launch", "--", "true"], environment: me)
      #expect(try launch.waitForEnd(within: 120) == 0)
      #expect(try names(spool) == (before + ["me"]).sorted())
    }
  }
}
