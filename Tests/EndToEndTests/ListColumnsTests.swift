import SpoolQueue
import Testing

@Suite("A list that compares runs")
struct ListColumnsTests {
  /// Three runs with other rates, which write what they found; the last without a result.
  private func makeRuns(_ spool: SpoolUnderTest) throws {
    for (name, rate, loss) in [
      ("a", "0.1", "0.5"), ("b", "0.2", "0.30000000000000004"), ("c", "0.3", ""),
    ] {
      let script =
        loss.isEmpty ? "exit 3" : #"echo '{"loss": \#(loss)}' >$SPOOL_RUN_DIR/summary.json"#
      try spool.drop(
        "\(name).json",
        #"{"script": "\#(script.replacing("\"", with: "\\\""))", "run_config": {"lr": \#(rate)}, "notes": "x, \"y\"\nz"}"#
      )
    }
    try spool.drain()
  }

  @Test(
    "columns are names of --json, a value sorts the runs, and those without it stand at the end")
  func columns() throws {
    try withSpool { spool in
      try makeRuns(spool)
      func lines(_ arguments: [String]) throws -> [String] {
        try spool.output(["list", "--columns", "run,status,config.lr,summary.loss"] + arguments)
          .split(separator: "\n").map {
            $0.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
          }
      }
      let title = "RUN STATUS CONFIG.LR SUMMARY.LOSS"
      let (a, b, c) = ("a finished 0.1 0.5", "b finished 0.2 0.3", "c failed (3) 0.3 -")
      #expect(try lines(["--sort", "summary.loss"]) == [title, b, a, c])
      #expect(try lines(["--sort=-summary.loss"]) == [title, a, b, c])
      #expect(try lines(["--sort", "-config.lr"]) == [title, c, b, a])
      #expect(try lines(["--sort", "run", "--state", "finished"]) == [title, a, b])
      // All are sorted before some are shown.
      let first = try spool.run(["list", "--columns", "run", "--sort", "summary.loss", "-n", "1"])
      #expect(first == "RUN\nb\nlab/tests: 2 more (--limit 0 shows all)\n")
      let json = try spool.output(["list", "--json", "--sort", "-config.lr"])
      #expect(
        json.split(separator: "\n").map { $0.prefix(10) } == [
          "{\"run\":\"c\"", "{\"run\":\"b\"", "{\"run\":\"a\"",
        ])
      #expect(
        try spool.output(["list", "--sort", "run"]).split(separator: "\n").map { $0.first } == [
          "R", "a", "b", "c",
        ])
    }
  }

  @Test("CSV is after RFC 4180, with whole values")
  func csv() throws {
    try withSpool { spool in
      try makeRuns(spool)
      let text = try spool.output([
        "list", "--format", "csv", "--columns", "run,summary.loss,notes,exit_code,config", "--sort",
        "run",
      ])
      #expect(
        text == "run,summary.loss,notes,exit_code,config\r\n"
          + "a,0.5,\"x, \"\"y\"\"\nz\",0,\"{\"\"lr\"\":0.1}\"\r\n"
          + "b,0.30000000000000004,\"x, \"\"y\"\"\nz\",0,\"{\"\"lr\"\":0.2}\"\r\n"
          + "c,,\"x, \"\"y\"\"\nz\",3,\"{\"\"lr\"\":0.3}\"\r\n")
      let all = try spool.output(["list", "--format=csv"])
      #expect(all.hasPrefix("run,queue,entity,state,exit_code,"))
      #expect(all.split(separator: "\r\n").count == 4)
      let queues = try spool.output(["list", "--all", "--format=csv", "--columns=queue,run"])
      #expect(queues.split(separator: "\r\n").first == "queue,run" && !queues.contains(":"))
    }
  }

  @Test("a name that runs do not have is told of, with what was meant")
  func wrong() throws {
    try withSpool { spool in
      func says(_ words: String, _ arguments: [String]) throws {
        let text = try spool.run(["list"] + arguments, expecting: 2)
        #expect(text.contains(words), "\(text)")
      }
      try says("--columns: runs have no 'hosts' (did you mean host?)", ["--columns", "run,hosts"])
      try says("--sort: runs have no 'zzzzzz'; there are run ", ["--sort", "-zzzzzz"])
      try says("--columns: runs have no ''", ["--columns", "run,"])
      try says("'xml' is none of table, csv, json", ["--format", "xml"])
      try says("a line of JSON has every value", ["--json", "--columns", "run"])
      let words = try spool.output([
        "_complete", "zsh", "--", "list", "--columns", "run,ho",
      ])
      #expect(words.contains("run,host"))
    }
  }

  @Test("what waits behind a window's width is cut in its middle there, and nowhere else")
  func width() throws {
    try withSpool { spool in
      let long = String(repeating: "x", count: 200)
      try spool.run(["launch", "--hold", "--", "echo", long, "end"])
      #expect(try spool.output(["list"]).contains("echo \(long) end"))
      let terminal = try spool.startOnTerminal(
        ["list"], environment: ["TERM": "xterm", "COLUMNS": "120", "NO_COLOR": "1"])
      #expect(try terminal.waitForEnd() == 0)
      let row = try #require(terminal.screen.split(separator: "\n").dropFirst().first)
      #expect(row.contains("echo xxx") && row.contains("…") && row.contains("x end  "))
      #expect(row.count <= 120 && row.count > 100, "\(row.count)")
    }
  }
}
