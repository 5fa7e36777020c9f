import SpoolQueue
import Testing

@Suite("A sweep is queued whole, runs within its limit, and is ranked by what its runs wrote")
struct SweepTests {
  /// A sweep file of runs that write their `a` and `b` as a number `loss`.
  private static let squared = """
    // 3 x 3
    {
      "method": "grid", "name": "sq",
      "metric": {"name": "loss", "goal": "maximize"},
      "parameters": {"a": {"values": [1, 2, 3]}, "b": {"values": [1, 2.5, 0.10]}},
      "command": ["/bin/sh", "-c", "echo \\"{\\\\\\"loss\\\\\\": $1$2}\\" >$SPOOL_RUN_DIR/summary.json; echo $*",
        "sh", "${config.a}", "${config.b}", "${args_no_hyphens}"],
    }
    """

  @Test("3 x 3 points, from the file to the ranking")
  func wholeWay() throws {
    try withSpool { spool in
      try spool.write("sweep.json", Self.squared)
      let id = try spool.output(["sweep", spool.path("sweep.json")]).trimmed
      #expect(id.hasPrefix("sq-"))
      #expect(try spool.names("queued").count == 9)
      try spool.drain(slots: 3)
      #expect(try spool.log(id + "-0006") == "2 0.10 a=2 b=0.10\n")
      #expect(try spool.output(["wait", "--sweep", id]).split(separator: "\n").count == 9)

      let lines = try spool.output(["sweep", "show", id, "--json"]).split(separator: "\n")
      let points = try lines.map { try JSON(parsing: Array($0.utf8), dialect: .strict) }
      #expect(points.map { $0["rank"]?.intValue } == Array(1...9))
      #expect(points[0]["value"]?.text == "32.5")
      #expect(points[0]["config"]?.text == #"{"a":3,"b":2.5}"#)
      #expect(points[0]["state"] == "finished")
      #expect(points[8]["value"]?.text == "10.10")
      let list = try spool.output(["sweep", "list", "--json"])
      let sweep = try JSON(parsing: Array(list.trimmed.utf8), dialect: .strict)
      #expect(sweep["best"]?.text == "32.5")
      #expect(sweep["best_run"] == .string(id + "-0008"))
      #expect(sweep["states"]?["finished"]?.intValue == 9)
      // Nothing is left to stop.
      try spool.run(["kill", "--sweep", id], expecting: 1)
    }
  }

  @Test("sweeps, job files and configurations are read from YAML")
  func yaml() throws {
    try withSpool { spool in
      try spool.write(
        "sweep.yaml",
        """
        method: grid   # both
        parameters:
          lr: {values: [1e-5, 0.1]}
          warm: {value: no}
        command: [/bin/sh, -c, 'echo "$@"', sh, "${args_append_hydra}"]
        """)
      let talk = try spool.run(["sweep", spool.path("sweep.yaml"), "--dry-run"])
      #expect(talk.contains("spool: line 4, column 17: no is text, and to W&B false"))
      let sweep = try spool.output(["sweep", spool.path("sweep.yaml")]).trimmed
      try spool.write("job.yaml", "command: [echo, '${config.lr}']\nrun_config:\n  lr: 1e-5\n")
      let run = try spool.output(["launch", "--file", spool.path("job.yaml")]).trimmed
      try spool.write("job.yaml", "command: [echo, '${config.lr}']\n")
      let other = try spool.output([
        "launch", "--file", spool.path("job.yaml"), "-c", "run_config:\n  lr: .5",
      ]).trimmed
      try spool.drain(slots: 2)
      #expect(try spool.log(sweep + "-0001") == "+lr=1e-5 +warm=no\n")
      #expect(try spool.log(run) == "1e-5\n")
      #expect(try spool.log(other) == "0.5\n")

      try spool.write("job.yaml", "command:\n- echo\ncwd: 5\n")
      let refused = try spool.run(["launch", "--file", spool.path("job.yaml")], expecting: 2)
      #expect(
        refused.contains("job.yaml: line 3, column 6: \"cwd\" must be a string, not a number"))
    }
  }

  @Test(
    "killed in the middle, it is queued not at all, or the same command queues the rest",
    arguments: [(20, 0), (250, 0), (0, 1), (0, 60), (0, 200)])
  func interrupted(_ written: Int, _ queued: Int) throws {
    try withSpool(settings: #"{"sync": false}"#) { spool in
      try spool.write(
        "sweep.json",
        #"{"method":"grid","program":"p","parameters":{"a":{"min":1,"max":300}}}"#)
      let command = ["sweep", spool.path("sweep.json")]
      let first = try spool.start(command)
      try eventually("the sweep to be that far") {
        if try spool.names("queued").count >= Swift.max(queued, 1) { return true }
        guard queued == 0, let making = try spool.names("sweeps").first(where: { $0.first == "." })
        else { return false }
        // Gone between the two looks: it is decided.
        return ((try? spool.names("sweeps/" + making)) ?? []).count >= written
      }
      first.killOutright()
      // Too late to kill it in the middle: its user has been told, and a second one is a second one.
      if try spool.names("sweeps").allSatisfy({ $0.hasSuffix(".json") }) {
        #expect(first.output.hasPrefix("p-"))
        return
      }
      let isDecided = try spool.names("sweeps").contains { $0.first != "." }
      #expect(try isDecided || spool.names("queued").isEmpty)

      let id = try spool.output(command).trimmed
      let names = try spool.names("queued").compactMap { QueueFileName($0) }
      #expect(Set(names.map(\.base)).count == 300)
      #expect(names.allSatisfy { $0.base.hasPrefix(id + "-") })
      let configs = try Set(
        spool.names("queued").map { name in
          try JSON(parsing: Array(spool.text("queued/" + name).utf8))["run_config"]
        })
      #expect(configs.count == 300)
      #expect(try spool.names("sweeps").filter { $0.first != "." } == [id + ".json"])
    }
  }

  @Test("kill --sweep stops what waits and what runs, and no other run")
  func killed() throws {
    try withSpool { spool in
      try spool.write(
        "sweep.json",
        #"{"method":"grid","command":["sleep","1000"],"parameters":{"a":{"min":1,"max":5}}}"#)
      let id = try spool.output(["sweep", spool.path("sweep.json"), "--name", "k"]).trimmed
      let other = try spool.launch(["--hold", "--", "true"])
      let agent = try spool.agent(slots: 2)
      try eventually("two runs") { try spool.names("running").count == 2 }
      try spool.run(["kill", "--sweep", "k", "--grace", "1s"])
      for number in 1...5 { try spool.waitForRecord("\(id)-000\(number)") }
      for number in 1...5 {
        #expect(try spool.record("\(id)-000\(number)").state == .killed)
      }
      #expect(try spool.names("queued").count == 1)
      try spool.run(["kill", other])
      _ = agent
    }
  }

  @Test("--max-running holds over all agents, and lets those behind pass")
  func maxRunning() throws {
    try withSpool { spool in
      // Each says how many of the sweep it meets.
      try spool.write(
        "sweep.json",
        #"""
        {"method":"grid", "parameters":{"a":{"min":1,"max":8}}, "command":["/bin/sh","-c",
          "cd $SPOOL_RUN_DIR/..; touch ../on.$SPOOL_RUN; ls -d ../on.* 2>/dev/null | wc -l; sleep 0.3; rm ../on.$SPOOL_RUN"]}
        """#)
      let sweep = ["sweep", spool.path("sweep.json"), "--max-running", "2", "--name", "m"]
      let id = try spool.output(sweep).trimmed
      let behind = try spool.launch(["--", "true"])
      let first = try spool.start(["agent", "--drain", "--slots", "4"])
      let second = try spool.start(["agent", "--drain", "--slots", "4"])
      try spool.waitForRecord(behind)
      #expect(try spool.names("done").count < 9)
      #expect(try first.waitForEnd() == 0)
      #expect(try second.waitForEnd() == 0)
      for number in 1...8 {
        let count = try spool.log("\(id)-000\(number)").trimmed
        #expect(["1", "2"].contains(count), "run \(number) met \(count)")
      }
    }
  }
}

extension String {
  /// Without the line break at the end.
  fileprivate var trimmed: String {
    String(reversed().drop { $0 == "\n" || $0 == " " }.reversed())
  }
}
