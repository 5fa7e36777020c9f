import SpoolQueue
import SpoolTesting
import Testing

@Suite("job delete and unalias, prune of some runs, and few lines for many runs")
struct RemovalTests {
  @Test("unalias, a version, the job; what is needed stays") func jobs() throws {
    try withSpool { spool in
      for text in ["1", "2", "3"] { try spool.run(["job", "create", "train", "--", "echo", text]) }
      try spool.run(["job", "alias", "train:v0", "prod"])
      #expect(
        try spool.run(["job", "delete", "train:v0"], expecting: 1).contains(
          "train:prod stands for v0 (spool job unalias train:prod ends that)"))
      #expect(
        try spool.run(["job", "unalias", "train:prod"]) == "train:prod: removed; it stood for v0\n")
      #expect(
        try spool.run(["job", "unalias", "train:prod"], expecting: 3).contains("no alias prod"))
      for name in ["train", "train:v1", "train:latest"] {
        try spool.run(["job", "unalias", name], expecting: 2)
      }
      #expect(try spool.run(["job", "delete", "train:v0"]) == "lab/train:v0: deleted\n")
      for name in ["train:v2", "train:latest"] {
        #expect(
          try spool.run(["job", "delete", name], expecting: 1).contains("is the latest version"))
      }
      // A new version does not get an old number.
      #expect(try spool.output(["job", "create", "train", "--", "echo", "4"]) == "train:v3\n")
      let waits = try spool.launch(["-j", "train:v1", "--hold"])
      #expect(
        try spool.run(["job", "delete", "train:v1"], expecting: 1).contains(
          "\(waits) waits in lab/tests and needs train:v1"))
      try spool.run(["job", "delete", "train:v2"])
      try spool.run(["job", "delete", "train"], expecting: 1)
      #expect(
        try spool.run(["job", "delete", "train", "--force"])
          == "lab/train, 2 versions, 0 aliases: deleted\n")
      try spool.run(["job", "show", "train"], expecting: 3)
      try spool.run(["job", "delete", "train"], expecting: 3)
      #expect(try System.list(spool.queue + "/../jobs") == [])
    }
  }

  private func runs(_ spool: SpoolUnderTest) throws -> (good: String, bad: [String]) {
    let good = try spool.launch(["--tag", "x", "--", "true"])
    let bad = try [["--tag", "x"], ["--tag", "y"], []].map { options in
      try spool.launch(options + ["--", "false"])
    }
    #expect(try spool.start(["agent", "--drain", "--slots", "4"]).waitForEnd() == 0)
    return (good, bad)
  }

  @Test("prune: one run, by state and tag, all of a state; not what is not over or is needed")
  func prune() throws {
    try withSpool { spool in
      let (good, bad) = try runs(spool)
      let waits = try spool.launch(["--after-any", good, "--hold", "--", "true"])
      #expect(
        try spool.run(["prune", waits], expecting: 1).contains(
          "\(waits): is idle, and only runs that are over are removed"))
      #expect(try spool.run(["prune", good], expecting: 1).contains("a waiting run waits for it"))
      #expect(
        try spool.run(["prune", "--state", "failed", "--tag", "x", "--dry-run"]).contains(
          "\(bad[0]): the whole run"))
      #expect(
        try spool.run(["prune", "--state", "failed", "--tag", "x"])
          == "lab/tests: 1 run and 0 folders of others removed\n")
      #expect(try !spool.exists("done/\(bad[0]).json") && !spool.exists("runs/\(bad[0])"))
      try spool.run(["prune", bad[1]])
      #expect(try spool.names("done").sorted() == [good + ".json", bad[2] + ".json"].sorted())
      try spool.run(["prune", "--state", "failed", "--keep", "1h"])
      #expect(try spool.exists("done/\(bad[2]).json"))
      try spool.run(["prune", "--state", "failed"])
      #expect(try spool.names("done") == [good + ".json"])
      try spool.run(["prune", "--state", "failed"], expecting: 1)
      try spool.run(["prune", "no-such-run"], expecting: 3)
      try spool.run(["prune", "--state", "queued"], expecting: 2)
      try spool.run(["prune"], expecting: 2)
    }
  }

  @Test("thousands of lines are the first ten and a count") func fewLines() throws {
    try withSpool { spool in
      for number in 10..<35 { try spool.drop("r\(number).json", #"{"command": ["true"]}"#) }
      let held = try spool.run(["hold", "--all"])
      #expect(held.hasPrefix("r10: held\n") && held.hasSuffix("r19: held\nand 15 more: held\n"))
      #expect(held.split(separator: "\n").count == 11)
      let late = try spool.run(["wait", "--all", "--timeout", "0s"], expecting: 1)
      #expect(late.hasSuffix("and 15 more: has not ended in time\n"))
      let killed = try spool.run(["kill", "--all"])
      #expect(killed.hasSuffix(": killed\nand 15 more: killed\n"))
      #expect(killed.split(separator: "\n").count == 11)
      let again = try spool.run(["hold"] + (10..<35).map { "r\($0)" }, expecting: 1)
      #expect(again.split(separator: "\n").count == 11)
      #expect(again.hasSuffix("spool: and 15 more like these\n"))
      // A program reads all of them.
      let all = try spool.output(["wait", "--state", "killed"], expecting: 1)
      #expect(all.split(separator: "\n").count == 25)
      let terminal = try spool.startOnTerminal(["wait", "--state", "killed"])
      try terminal.waitFor("and more: 15 killed")
      #expect(try terminal.waitForEnd() == 1)
    }
  }
}
