import SpoolQueue
import Testing

@Suite("The example of the repository, in a copy")
struct ExampleTests {
  /// `spool-example`, beside `Tests`.
  private static let source =
    #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/spool-example"

  private func copy(_ source: String, to target: String) throws {
    for name in try System.list(source) {
      let from = source + "/" + name
      let to = target + "/" + name
      if try System.information(from).isDirectory {
        try System.makeDirectory(to, permissions: 0o700)
        try copy(from, to: to)
      } else {
        let bytes = try System.open(from, .reading).readAll()
        try System.create(to, permissions: 0o600).write(bytes)
      }
    }
  }

  @Test("its queue drains, its configuration changes a run of its job, its sweep is ranked")
  func wholeWay() throws {
    try withSpool { spool in
      let root = spool.path("hooks")
      try copy(Self.source, to: root)
      let there = ["--root", root, "-e", "you", "-q", "starter"]
      #expect(try spool.start(["agent", "--drain"] + there).waitForEnd() == 0)
      let list = try spool.output(["list", "--json"] + there).split(separator: "\n")
      let runs = try list.map { try JSON(parsing: Array($0.utf8), dialect: .strict) }
      let failed = runs.filter { $0["state"] != "finished" }.map { $0["run"] }
      #expect(runs.count == 6)
      #expect(failed == ["fails-on-purpose"])
      #expect(try spool.output(["logs", "train"] + there) == "{\"loss\": 0.500}\n")

      let line = ["launch", "-j", "train:first"] + there + ["-c", root + "/config.json"]
      #expect(try spool.output(line).hasPrefix("train-"))
      let id = try spool.output(["sweep", root + "/sweep.json"] + there).dropLast()
      let agent = try spool.start(["agent", "--drain", "--slots", "3"] + there)
      #expect(try agent.waitForEnd() == 0)
      let best =
        try spool.output(["sweep", "show", String(id), "--json"] + there)
        .split(separator: "\n").first ?? ""
      let point = try JSON(parsing: Array(best.utf8), dialect: .strict)
      #expect(point["value"]?.text == "0.050")
      #expect(point["config"]?.text == #"{"learning_rate":0.1,"depth":4}"#)
      #expect(try spool.run(["recover", "--check"] + there).contains("sound"))
    }
  }
}
