import SpoolQueue
import SpoolTesting
import Testing

@Suite("spool why, with agents that live")
struct WhyTests {
  private func cause(_ spool: SpoolUnderTest, _ run: String) throws -> String {
    let text = try spool.output(["why", "--json", run])
    let object = try #require(JSON(parsing: Array(text.utf8), dialect: .strict).objectValue)
    return object["cause"]?.stringValue ?? ""
  }

  @Test("says which run of which other queue has the gpu, though no agent serves both")
  func gpuElsewhere() throws {
    try withTemporaryDirectory { locks in
      try withSpool { spool in
        try withSpool { other in
          func agent(_ spool: SpoolUnderTest) throws -> Program {
            try spool.start(
              ["agent", "--gpus", "1", "--poll", "200ms"], environment: ["SPOOL_GPU_LOCKS": locks])
          }
          let first = try agent(spool)
          try spool.drop(
            "10-first.json",
            #"{"script": "until [ -e $SPOOL_RUN_DIR/../go ]; do sleep 0.05; done", "gpus": 1}"#)
          try first.waitFor("first running")
          let second = try agent(other)
          try other.drop("10-second.json", #"{"command": ["true"], "gpus": 1}"#)
          let words = "1 of 1 gpus (gpu 0: first of lab/tests, by \(Account.current.name))"
          try eventually("the gpu's user") { try other.output(["why", "second"]).contains(words) }
          #expect(try cause(other, "second") == "full")
          try spool.write("runs/go", "")
          try second.waitFor("second finished")
          try System.unlink(spool.path("runs/go"))
          for agent in [first, second] { #expect(try agent.terminate() == 0) }
        }
      }
    }
  }

  @Test("names the true cause while an agent serves the queue, and what became of the run after")
  func causes() throws {
    try withSpool { spool in
      try spool.drop("10-first.json", #"{"script": "until [ -e go ]; do sleep 0.05; done"}"#)
      #expect(try cause(spool, "first") == "no_agent")
      let agent = try spool.start(["agent", "--slots", "2", "--poll", "100ms"])
      try agent.waitFor("first running")
      #expect(try cause(spool, "first") == "running")
      try spool.drop(
        "20-label.json", #"{"command": ["true"], "require": ["nowhere"]}"#)
      try spool.drop(
        "21-launcher.json", #"{"command": ["true"], "launcher": ["no-such-launcher"]}"#)
      try spool.drop("22-after.json", #"{"command": ["true"], "after": {"ok": ["first"]}}"#)
      try spool.drop(
        "23-late.json", #"{"command": ["true"], "not_before": "2999-01-01T00:00:00Z"}"#)
      try spool.drop("30-large.json", #"{"command": ["true"], "slots": 2}"#)
      try spool.drop("31-held.json.held", #"{"command": ["true"]}"#)
      try agent.waitFor("23-late.json waits until")
      #expect(try cause(spool, "label") == "lack")
      try eventually("the launcher in the agent's file") {
        try cause(spool, "launcher") == "launcher"
      }
      #expect(try cause(spool, "after") == "after")
      #expect(try cause(spool, "late") == "not_before")
      #expect(try cause(spool, "held") == "held")
      let large = try spool.output(["why", "large"])
      #expect(
        large.hasPrefix(
          "large waits for room for 2 slots: \(Host.current.name) has 1 of 2 slots in use (first), and 4 runs"
            + " are before it; "), "\(large)")
      try spool.write("queue.json", #"{"leese": 1}"#)
      #expect(try spool.output(["why", "large"]).contains(#"unknown key "leese""#))
      try System.unlink(spool.path("queue.json"))
      try spool.run(["queue", "pause"])
      #expect(try cause(spool, "large") == "paused")
      try spool.run(["queue", "resume"])
      try spool.write("runs/first/go", "")
      try spool.waitForRecord("large")
      #expect(try cause(spool, "large") == "done")
      try spool.run(["why", "nobody"], expecting: 3)
    }
  }

  @Test("an agent that is advised serves the queue that was meant, however that was named")
  func advice() throws {
    try withSpool { spool in
      let root = String(spool.queue.dropLast("/lab/tests".count))
      // What the options say is said again only where this shell does not mean it by itself.
      let elsewhere = ["SPOOL_ROOT": root + "/other"]
      let namings: [([String], [String: String], String)] = [
        ([], [:], "lab/tests"), (["-q", "tests"], [:], "lab/tests"),
        (["-q", spool.queue], [:], "lab/tests"), (["--root", root], [:], "lab/tests"),
        (["-q", "lab/tests"], ["SPOOL_ENTITY": "me"], "lab/tests"),
        (["-q", spool.queue], elsewhere, spool.queue), (["--root", root], elsewhere, spool.queue),
      ]
      for (options, environment, name) in namings {
        let launch = try spool.start(
          ["launch", "--name", "a"] + options + ["--", "true"], environment: environment)
        #expect(try launch.waitForEnd(within: 120) == 0)
        let launched = launch.output
        #expect(
          launched.hasSuffix("spool: no agent serves lab/tests: spool agent -q \(name)\n"),
          "\(launched)")
        let run = String(launched.prefix { $0 != "\n" })
        let why = try spool.start(["why"] + options + [run], environment: environment)
        #expect(try why.waitForEnd(within: 120) == 0)
        #expect(
          why.output
            == "\(run) waits since no live agent serves lab/tests; spool agent -q \(name) starts one\n"
        )
        let agent = try spool.start(
          ["agent", "-q", name, "--drain", "--quiet"], environment: environment)
        #expect(try agent.waitForEnd(within: 120) == 0, "\(agent.output)")
        try spool.run(["wait", run])
      }
    }
  }
}
