import SpoolQueue
import Testing

@Suite("The command line, as a user types it")
struct CommandTests {
  @Test("launch prints the run's name, and nothing else, on standard output")
  func launch() throws {
    try withSpool { spool in
      let output = try spool.output(["launch", "--name", "train", "--", "true"])
      let run = String(output.dropLast())
      #expect(output.last == "\n")
      #expect(RunName.isValid(run) && run.hasPrefix("train-") && run.count == 10)
      #expect(try spool.names("queued").first?.hasSuffix("-\(run).json") == true)
    }
  }

  @Test("launch --dry-run prints a job file that can be queued, and queues nothing")
  func dryRun() throws {
    try withSpool { spool in
      let output = try spool.output(["launch", "--dry-run", "--env", "A=1", "--", "echo", "a b"])
      let job = try Job(parsing: Array(output.utf8))
      #expect(job.command == ["echo", "a b"])
      #expect(job.env?["A"] == "1")
      #expect(try spool.names("queued").isEmpty)
      #expect(try spool.names("runs").isEmpty)
    }
  }

  @Test("a run has the time zone of its launch; without one, and dropped, none")
  func timeZone() throws {
    try withSpool { spool in
      let command = ["--", "sh", "-c", "echo ${TZ-none}"]
      func launch(_ zone: String?, _ options: [String] = []) throws -> String {
        let launch = try spool.start(
          ["launch"] + options + command, environment: zone.map { ["TZ": $0] } ?? [:])
        #expect(try launch.waitForEnd(within: 120) == 0)
        return String(launch.output.prefix { $0 != "\n" })
      }
      let runs = [
        (try launch("Europe/Berlin"), "Europe/Berlin\n"), (try launch(nil), "none\n"),
        (try launch(""), "\n"), (try launch("Asia/Tokyo", ["--env", "TZ=UTC0"]), "UTC0\n"),
        (try launch("Asia/Tokyo", ["--env", "TZ"]), "Asia/Tokyo\n"),
      ]
      try spool.drop("a.json", #"{"command": ["sh", "-c", "echo ${TZ-none}"]}"#)
      try spool.drain(environment: ["TZ": "Australia/Sydney"])
      for (run, zone) in runs + [("a", "none\n")] { #expect(try spool.log(run) == zone) }
    }
  }

  @Test("launch --follow shows the log to its end")
  func follow() throws {
    try withSpool { spool in
      let agent = try spool.agent()
      let text = try spool.output(
        ["launch", "--follow", "--", "sh", "-c", "echo one; echo two >&2; echo three"])
      #expect(text.hasSuffix("one\ntwo\nthree\n"))
      _ = agent
    }
  }

  @Test(
    "launch --follow ends with its run, also where that put something in its log's place",
    arguments: ["rm out.log", "rm out.log; mkdir out.log", "rm -r $SPOOL_RUN_DIR"])
  func lostLog(command: String) throws {
    try withSpool { spool in
      let agent = try spool.agent()
      let go = spool.path("go")
      let wait = "until [ -e \(go) ]; do sleep 0.01; done"
      let script =
        "echo one; until [ -e \(go)1 ]; do sleep 0.01; done; cd $SPOOL_RUN_DIR/1; "
        + command + "; \(wait)"
      let program = try spool.start(["launch", "--follow", "--", "sh", "-c", script + "; exit 0"])
      try program.waitFor("one\n")
      try spool.write("go1", "")
      try program.waitFor("out.log: ")
      try spool.write("go", "")
      #expect(try program.waitForEnd() == 0)
      #expect(program.output.hasSuffix(" finished: exit status 0\n"))
      #expect(program.output.split(separator: "\n").count { $0.contains("out.log: ") } == 1)
      #expect(try agent.terminate() == 0)
    }
  }

  @Test("list shows what runs, then what waits in its order, then what ended")
  func list() throws {
    try withSpool { spool in
      try spool.drop("done.json", #"{"script": "exit 2"}"#)
      try spool.drain()
      try spool.drop("20-second.json", #"{"command": ["true"]}"#)
      try spool.drop("10-first.json", #"{"command": ["true"]}"#)
      let lines = try spool.output(["list"]).split(separator: "\n").map { String($0) }
      try #require(lines.count == 4)
      #expect(
        lines[0].split(separator: " ").map { String($0) }
          == ["RUN", "WHAT", "STATUS", "AUTHOR", "CREATED", "STARTED", "DURATION"])
      #expect(lines[1].hasPrefix("first ") && lines[1].contains(" idle "))
      #expect(lines[2].hasPrefix("second "))
      #expect(lines[3].hasPrefix("done ") && lines[3].contains("failed (2)"))
    }
  }

  @Test("list --json prints every key of every run, one object a line")
  func listJSON() throws {
    try withSpool { spool in
      try spool.drop("a.json", #"{"command": ["true"]}"#)
      try spool.drain()
      try spool.drop("b.json", #"{"command": ["true"], "tags": ["x"]}"#)
      let lines = try spool.output(["list", "--json"]).split(separator: "\n")
      try #require(lines.count == 2)
      let keys = try #require(Run(JSONObject([("run", "x"), ("state", "idle")]))).json.keys
      for line in lines {
        let object = try #require(
          try JSON(parsing: Array(line.utf8), dialect: .strict).objectValue)
        #expect(Set(object.keys).isSuperset(of: keys))
      }
    }
  }

  @Test("usage errors exit with 2, what is not there with 3, and say what to do")
  func errors() throws {
    try withSpool { spool in
      func says(_ words: String, _ status: Int32, _ arguments: [String]) throws {
        let text = try spool.run(arguments, expecting: status)
        #expect(text.contains(words), "\(text)")
      }
      try says("did you mean --queue?", 2, ["launch", "--quue", "x", "--", "true"])
      try says("lab/nigth: there is no such queue", 3, ["launch", "-q", "nigth", "--", "true"])
      try says("there is no run nobody", 3, ["show", "nobody"])
      try says("0 to 99", 2, ["launch", "--priority", "100", "--", "true"])
      try says(
        "or critical, high, medium, low", 2, ["launch", "--priority", "urgent", "--", "true"])
      try says("did you mean retry?", 2, ["restart"])
      try says("did you mean queue pause or suspend?", 2, ["pause"])
      #expect(try spool.names("queued").isEmpty)
    }
  }

  @Test("a name that fits several runs is refused with the list; the random part will do")
  func names() throws {
    try withSpool { spool in
      let first = try spool.launch(["--name", "train", "--", "true"])
      let second = try spool.launch(["--name", "train", "--", "true"])
      let text = try spool.run(["show", "train"], expecting: 2)
      #expect(text.contains(first) && text.contains(second))
      let shown = try spool.output(["show", String(first.suffix(4))])
      #expect(shown.contains(first))
    }
  }
}
