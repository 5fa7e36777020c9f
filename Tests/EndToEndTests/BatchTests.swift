import SpoolQueue
import SpoolTesting
import Testing

@Suite("A run for each line of a file: all are queued or none, and one name means them all")
struct BatchTests {
  @Test("the line, its fields and its number go into the command, and no shell looks at them")
  func wholeWay() throws {
    try withSpool { spool in
      try spool.write("lines", "one $HOME\n\n  two;b  c\r\nthree 'x")
      let file = spool.path("lines")
      let command = ["--", "printf", "%s|%s|%s", "{#}", "{1}", "<{}>"]
      let id = try spool.output(["launch", "--each", file, "--name", "b"] + command).trimmed
      #expect(id.hasPrefix("b-"))
      #expect(try spool.names("queued").count == 3)
      #expect(
        try spool.output(["launch", "--each", file, "--dry-run"] + command)
          == "printf '%s|%s|%s' 1 one '<one $HOME>'\nprintf '%s|%s|%s' 3 'two;b' '<  two;b  c>'\n"
          + "printf '%s|%s|%s' 4 three '<three '\\''x>'\n")
      try spool.drain(slots: 2)
      #expect(try spool.log(id + "-0001") == "1|one|<one $HOME>")
      #expect(try spool.log(id + "-0002") == "3|two;b|<  two;b  c>")
      #expect(try spool.log(id + "-0003") == "4|three|<three 'x>")
      #expect(try spool.output(["wait", id]).split(separator: "\n").count == 3)
      #expect(
        try spool.output(["list", "--sweep", id, "--json"]).split(separator: "\n").count == 3)
      let show = try spool.output(["sweep", "show", id, "--json"]).split(separator: "\n")
      let points = try show.map { try JSON(parsing: Array($0.utf8), dialect: .strict) }
      #expect(points.map { $0["config"]?["line"] } == ["one $HOME", "  two;b  c", "three 'x"])
      #expect(try spool.output(["sweep", "list"]).contains("each"))
    }
  }

  @Test("one name means all of them: hold, release, after, kill, retry, wait")
  func oneName() throws {
    try withSpool { spool in
      try spool.write("lines", "1\n2\n3\n")
      let id = try spool.output([
        "launch", "--each", spool.path("lines"), "--hold", "-p", "7", "--", "sh", "-c", "exit $0",
      ]).trimmed
      #expect(try spool.names("queued").allSatisfy { $0.hasPrefix("07-") && $0.hasSuffix(".held") })
      let last = try spool.launch(["--after-any", id, "--", "true"])
      try spool.run(["release", id])
      try spool.run(["hold", id])
      #expect(try spool.names("queued").count { $0.hasSuffix(".held") } == 3)
      try spool.run(["release", id])
      try spool.drain(slots: 2)
      #expect(try spool.record(last).state == .finished)
      #expect(try spool.record(id + "-0002").exitCode == 2)
      try spool.run(["wait", id], expecting: 1)
      try spool.run(["retry", id, "--yes"])
      #expect(try spool.names("queued").count == 3)
      try spool.run(["kill", id, "--yes"])
      #expect(try spool.names("queued").isEmpty)
      #expect(try spool.record(id + "-0001-2").state == .killed)
      try spool.run(["kill", "nothing-like-it"], expecting: 3)
    }
  }

  @Test("without a place the line is the last word; without a command it is one for a shell")
  func forms() throws {
    try withSpool { spool in
      try spool.write("lines", "a b\n")
      let file = spool.path("lines")
      let last = try spool.output(["launch", "--each", file, "--", "printf", "<%s>"]).trimmed
      try spool.write("commands", "echo $((1 + 1)) | tr 2 3; exit 4\n")
      let shell = try spool.output(["launch", "--each", spool.path("commands")]).trimmed
      try spool.write("job.json", #"{"command": ["echo", "job"]}"#)
      try spool.run(["job", "create", "j", "--file", spool.path("job.json")])
      let job = try spool.output(["launch", "--each", file, "-j", "j"]).trimmed
      try spool.drain(slots: 2)
      #expect(try spool.log(last + "-0001") == "<a b>")
      #expect(try spool.log(shell + "-0001") == "3\n")
      #expect(try spool.record(shell + "-0001").exitCode == 4)
      #expect(try spool.log(job + "-0001") == "job a b\n")
    }
  }

  @Test("a file with a job on each line")
  func jobs() throws {
    try withSpool { spool in
      try spool.write(
        "jobs.jsonl",
        """
        {"command": ["echo", "${config.a}"], "run_config": {"a": 1}, "priority": 3}
        // another

        {"script": "echo two", "tags": ["x"]}
        """)
      let file = spool.path("jobs.jsonl")
      let id = try spool.output(["launch", "--file", file, "--timeout", "1h"]).trimmed
      let names = try spool.names("queued").sorted()
      #expect(names.map { $0.prefix(3) } == ["03-", "50-"])
      try spool.drain(slots: 2)
      #expect(try spool.log(id + "-0001") == "1\n")
      #expect(try spool.log(id + "-0002") == "two\n")
      for (text, message) in [
        (
          "{\"command\": [\"a\"]}\n{\"comand\": []}\n",
          "line 2, column 2: unknown key \"comand\""
        ),
        (
          "{\"command\": [\"a\"]}\n{\"command\": [\"a\"], \"unique\": \"u\"}\n",
          "line 2: \"unique\" is for a single run"
        ),
        (
          "{\"command\": [\"a\"]}\n{\"command\": [\"a\", \"${args}\", \"b\"], \"args\": [\"c\"]}\n",
          "line 2: its command has a macro"
        ),
        ("{\"command\": [\"a\"]}\n{\"command\"\n", "line 2, column "),
      ] {
        try spool.write("jobs.jsonl", text)
        let said = try spool.run(["launch", "--file", file], expecting: 2)
        #expect(said.contains("jobs.jsonl: " + message), "\(said)")
      }
      #expect(try spool.names("queued").isEmpty)
      #expect(try spool.names("sweeps") == [id + ".json"])
    }
  }

  @Test(
    "what cannot be a command queues nothing",
    arguments: [
      ("", ["--", "a"], "has no line that asks for a run"),
      ("a\nb\0c\n", ["--", "a"], "line 2 has a NUL character"),
      ("a b\nc\n", ["--", "a", "{2}"], "line 2 has 1 field, and the command asks for {2}"),
      ("a\n", ["--wait", "--", "a"], "--wait is for a single run"),
      ("a\n", ["--unique", "u", "--", "a"], "--each and --unique: give one of them"),
      (String(repeating: "x", count: 200_000), ["--", "a"], "line 1: "),
    ])
  func refusals(_ lines: String, _ options: [String], _ message: String) throws {
    // Who waits for a command must tell its statuses from those of spool.
    let status: Int32 = options.contains("--wait") ? 125 : 2
    try withSpool { spool in
      try spool.write("lines", lines)
      let said = try spool.run(
        ["launch", "--each", spool.path("lines")] + options, expecting: status)
      #expect(said.contains(message), "\(said)")
      #expect(try spool.names("queued").isEmpty && spool.names("runs").isEmpty)
      #expect(try spool.names("sweeps").isEmpty)
    }
  }

  @Test("few descriptors are enough, and words that are not UTF-8 arrive")
  func limits() throws {
    try withSpool { spool in
      let script = """
        ulimit -n 64
        i=0; while [ $i -lt 700 ]; do i=$((i+1)); printf 'v\\377 %s\\n' $i; done |
          "$0" launch --each - --name few -- printf '%s' '{1}'
        """
      let output = spool.path("output")
      let shell = try spool.start("/bin/sh", ["-c", script, BuiltProgram.path], output: output)
      #expect(try shell.waitForEnd() == 0, "\(shell.output)")
      #expect(try spool.names("queued").count == 700)
      try spool.run(["kill", spool.text("output").trimmed, "--yes"])
      #expect(try spool.names("done").count == 700)
    }
  }

  @Test(
    "killed in the middle, no run is queued, or the same command queues the rest",
    arguments: [(1, 0), (200, 0), (0, 1), (0, 150)])
  func interrupted(_ written: Int, _ queued: Int) throws {
    try withSpool(settings: #"{"sync": false}"#) { spool in
      try spool.write("lines", (1...1000).map { "\($0)\n" }.joined())
      let command = ["launch", "--each", spool.path("lines"), "--", "echo", "{}"]
      let first = try spool.start(command)
      try eventually("it to be that far") {
        if try spool.names("queued").count >= Swift.max(queued, 1) { return true }
        guard queued == 0, let making = try spool.names("sweeps").first(where: { $0.first == "." })
        else { return false }
        return ((try? spool.names("sweeps/" + making)) ?? []).count >= written
      }
      first.killOutright()
      if try spool.names("sweeps").allSatisfy({ $0.hasSuffix(".json") }) {
        #expect(first.output.hasPrefix("echo-"))
        return
      }
      let isDecided = try spool.names("sweeps").contains { $0.first != "." }
      #expect(try isDecided || spool.names("queued").isEmpty)
      let id = try spool.output(command).trimmed
      let names = try spool.names("queued").compactMap { QueueFileName($0) }
      #expect(Set(names.map(\.base)).count == 1000)
      #expect(names.allSatisfy { $0.base.hasPrefix(id + "-") })
    }
  }

  @Test("a sweep in words needs no file")
  func words() throws {
    try withSpool { spool in
      let id = try spool.output([
        "sweep", "lr=1e-3,1e-2", "seed=1..3", "--max-running", "2", "--", "echo",
      ]).trimmed
      let placed = try spool.output([
        "sweep", "m.x=a,b", "--launch", #"{"tags": ["t"]}"#, "--", "echo", "<{m.x}>",
      ]).trimmed
      try spool.drain(slots: 2)
      #expect(try spool.log(id + "-0005") == "--lr=1e-2 --seed=2\n")
      #expect(try spool.log(placed + "-0002") == "<b>\n")
      #expect(try spool.record(placed + "-0002").tags == ["t"])
      let random = [
        "sweep", "lr=1e-4..1e-1:log", "--method", "random", "--count", "3", "--seed", "7",
        "--dry-run", "--", "echo",
      ]
      #expect(try spool.output(random) == spool.output(random))
      #expect(try spool.output(random).split(separator: "\n").count == 3)
      try spool.run(["sweep", "a=1"], expecting: 2)
      try spool.run(["sweep", "a=1..", "b", "--", "echo"], expecting: 2)
      try spool.run(["sweep", "--", "echo"], expecting: 2)
      try spool.run(["sweep", spool.path("queue.json"), "--", "echo"], expecting: 2)
    }
  }
}

extension String {
  /// Without the line break at the end.
  fileprivate var trimmed: String {
    String(reversed().drop { $0 == "\n" || $0 == " " }.reversed())
  }
}
