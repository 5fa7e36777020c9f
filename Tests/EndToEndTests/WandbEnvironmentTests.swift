import SpoolQueue
import SpoolTesting
import Testing

@Suite("The variables with which a script for W&B runs unchanged")
struct WandbEnvironmentTests {
  /// The variables of W&B's that a run finds, `NAME=value` in order.
  private func found(by run: String, _ spool: SpoolUnderTest, attempt: Int = 1) throws -> [String] {
    try spool.text("runs/\(run)/\(attempt)/out.log").split(separator: "\n").map(String.init)
      .filter { $0.hasPrefix("WANDB_") }.sorted()
  }

  private func job(_ keys: String) -> String { #"{"command": ["env"], "retries": 0\#(keys)}"# }

  /// Those that a run without a key finds.
  private func usual(_ run: String, _ spool: SpoolUnderTest, and more: String...) -> [String] {
    let usual = [
      "DIR=" + spool.path("runs/" + run), "LAUNCH=True", "LAUNCH_QUEUE_ENTITY=lab",
      "LAUNCH_QUEUE_NAME=tests", "MODE=offline", "NAME=" + run, "RUN_ID=" + run,
      "_TRANSACTION_LOG_FLUSH_INTERVAL=1",
    ]
    return (usual + more).map { "WANDB_" + $0 }.sorted()
  }

  @Test("its configuration, its name, its folder; offline where there is no key")
  func withoutKey() throws {
    try withSpool { spool in
      try spool.drop(
        "a.json", job(#", "run_config": {"rate": 1e-05, "näme": "é😀"}, "project": "p 1""#))
      try spool.drop("b.json", job(""))
      try spool.drop(
        "c.json",
        #"{"script": "env; exit $((2 - SPOOL_ATTEMPT))", "sweep": "s-1", "retries": 1, "#
          + #""retry_delay": "0s"}"#)
      try spool.drain()
      let config = #"CONFIG={"rate":1e-05,"n\u00e4me":"\u00e9\ud83d\ude00"}"#
      #expect(try found(by: "a", spool) == usual("a", spool, and: config, "PROJECT=p 1"))
      #expect(try found(by: "b", spool) == usual("b", spool, and: "CONFIG={}"))
      #expect(
        try found(by: "c", spool) == usual("c", spool, and: "CONFIG={}", "SWEEP_ID=s-1"))
      #expect(
        try found(by: "c", spool, attempt: 2)
          == usual("c", spool, and: "CONFIG={}", "SWEEP_ID=s-1", "RESUME=allow"))
    }
  }

  @Test("a key in the environment or in netrc is used, and a variable of the job counts more")
  func keys() throws {
    try withSpool { spool in
      let home = spool.path("home")
      try Queue.makeDirectories(home, permissions: 0o700)
      try spool.write("home/.netrc", "machine api.wandb.ai\n  login user\n  password k\n")
      try spool.drop("key.json", job(#", "env": {"WANDB_API_KEY": "k"}, "sweep": "s-1""#))
      try spool.drop("netrc.json", job(#", "env": {"HOME": "\#(home)"}"#))
      try spool.drop(
        "server.json",
        job(#", "env": {"HOME": "\#(home)", "WANDB_BASE_URL": "https://w.example.org/x"}"#))
      try spool.drop(
        "own.json",
        job(
          #", "run_config": {"a": 1}, "env": {"WANDB_RUN_ID": "mine", "WANDB_DIR": "/tmp", "#
            + #""WANDB_MODE": "disabled", "WANDB_CONFIG": "{}"}"#))
      try spool.drop("off.json", job(#", "wandb": false"#))
      try spool.drain()
      let key = try found(by: "key", spool)
      #expect(!key.contains { $0.hasPrefix("WANDB_MODE") || $0.hasPrefix("WANDB_SWEEP_ID") })
      // `init` would ignore the project that the script names.
      #expect(!key.contains { $0.hasPrefix("WANDB_LAUNCH=") || $0.hasPrefix("WANDB_CONFIG") })
      #expect(key.contains("WANDB_RUN_GROUP=s-1") && key.contains("WANDB_API_KEY=k"))
      #expect(try !found(by: "netrc", spool).contains("WANDB_MODE=offline"))
      #expect(try found(by: "server", spool).contains("WANDB_MODE=offline"))
      let own = try found(by: "own", spool)
      for variable in ["RUN_ID=mine", "DIR=/tmp", "MODE=disabled", "CONFIG={}", "NAME=own"] {
        #expect(
          own.filter { $0.hasPrefix("WANDB_" + variable.prefix { $0 != "=" } + "=") }
            == ["WANDB_" + variable])
      }
      #expect(try found(by: "off", spool) == [])
    }
  }

  @Test("queue.json turns them off, and a job on again")
  func settings() throws {
    try withSpool(settings: #"{"wandb": false, "defaults": {"project": "night"}}"#) { spool in
      try spool.drop("off.json", job(""))
      try spool.drop("on.json", job(#", "wandb": true"#))
      try spool.drain()
      #expect(try found(by: "off", spool) == [])
      #expect(try found(by: "on", spool).contains("WANDB_PROJECT=night"))
    }
  }

  @Test("a project is of the launch, the configuration or the job, and selects runs")
  func projects() throws {
    try withSpool { spool in
      let one = try spool.launch(["--project", "one", "--", "env"])
      let two = try spool.launch(["-c", #"{"project": "two", "resource": "x"}"#, "--", "env"])
      _ = try spool.launch(["--", "env"])
      let bad = try spool.run(["launch", "--project", "a/b", "--", "env"], expecting: 2)
      #expect(bad.contains("the name of a project"), "\(bad)")
      func names(_ project: String) throws -> [String] {
        try spool.output(["list", "--project", project, "--json"]).split(separator: "\n").map {
          try #require(try JSON(parsing: Array($0.utf8), dialect: .strict)["run"]?.stringValue)
        }
      }
      #expect(try names("one") == [one])
      try spool.drain()
      #expect(try names("one") == [one] && names("two") == [two] && names("three") == [])
      #expect(try found(by: two, spool).contains("WANDB_PROJECT=two"))
      #expect(try spool.output(["show", one]).contains("project     one\n"))
      let again = String(try spool.output(["launch", "--from", one]).dropLast())
      #expect(try spool.output(["show", again]).contains("project     one\n"))
    }
  }

  @Test("a long configuration comes in pieces, and one that the system does not take not at all")
  func pieces() throws {
    try withSpool { spool in
      let long = String(repeating: "ab", count: 50_000)
      try spool.drop("long.json", job(#", "run_config": {"text": "\#(long)"}"#))
      // Six bytes for each letter in ASCII, which are too many beside these words.
      let letters = String(repeating: "é", count: 300_000)
      let words = String(repeating: #", "\#(String(repeating: "x", count: 100_000))""#, count: 4)
      try spool.drop(
        "huge.json",
        #"{"command": ["sh", "-c", "env"\#(words)], "run_config": {"text": "\#(letters)"}}"#)
      try spool.drain()
      let pieces = try found(by: "long", spool).filter { $0.hasPrefix("WANDB_CONFIG") }
      let names = pieces.map { $0.prefix { $0 != "=" } }
      let wanted = (0...3).map { "WANDB_CONFIG_\($0)" }
      #expect(names.map(String.init) == wanted)
      let text = pieces.map { $0.dropFirst("WANDB_CONFIG_0=".count) }.joined()
      let config = try? JSON(parsing: Array(text.utf8), dialect: .strict)
      #expect(config?["text"]?.stringValue == long, "\(text.count) \(text.prefix(60))")
      let huge = usual("huge", spool).filter { $0 != "WANDB_LAUNCH=True" }
      #expect(try found(by: "huge", spool) == huge)
      #expect(try spool.record("huge").state == .finished)
    }
  }
}
