import SpoolQueue
import Testing

@Suite("Holding, releasing and moving what waits")
struct ControlTests {
  @Test("a held run waits until it is released, whatever agent comes")
  func hold() throws {
    try withSpool { spool in
      let run = try spool.launch(["--", "true"])
      try spool.run(["hold", run])
      try spool.drain()
      #expect(try spool.names("queued").allSatisfy { $0.hasSuffix(".json.held") })
      try spool.run(["release", run])
      try spool.drain()
      #expect(try spool.record(run).state == .finished)
    }
  }

  @Test("move changes the order, of dropped files too")
  func move() throws {
    try withSpool { spool in
      for name in ["a", "b"] {
        try spool.drop("50-\(name).json", #"{"script": "echo \#(name) >>../../order"}"#)
      }
      try spool.drop("c.json", #"{"script": "echo c >>../../order"}"#)
      try spool.run(["move", "--priority", "7", "c"])
      try spool.run(["move", "--priority", "60", "a"])
      #expect(try spool.names("queued").sorted() == ["07-c.json", "50-b.json", "60-a.json"])
      try spool.drain()
      #expect(try spool.text("order") == "c\nb\na\n")
    }
  }

  @Test("what does not wait is refused, with what it does instead")
  func refused() throws {
    try withSpool { spool in
      try spool.drop("a.json", #"{"command": ["true"]}"#)
      try spool.drain()
      let words = try spool.run(["hold", "a"], expecting: 1)
      #expect(words == "spool: a: is over; only a waiting run can be held\n")
      try spool.run(["hold", "nobody"], expecting: 3)
    }
  }

  @Test("a move never replaces another file")
  func taken() throws {
    try withSpool { spool in
      try spool.drop("10-a.json", #"{"command": ["true"]}"#)
      try spool.drop("20-a.json", #"{"command": ["false"]}"#)
      try spool.run(["move", "--priority", "20", "a"], expecting: 1)
      #expect(try spool.names("queued").count == 2)
    }
  }
}

@Suite("RUN… may always be a selection")
struct SelectionEndToEndTests {
  @Test("kill --state queued --all stops all that waits and nothing that runs")
  func killQueued() throws {
    try withSpool { spool in
      let agent = try spool.agent()
      try spool.drop("a.json", #"{"script": "until [ -e ../../go ]; do sleep 0.01; done"}"#)
      try eventually("it runs") { try spool.names("running").count == 1 }
      let waiting = try (1...3).map { try spool.launch(["--name", "w\($0)", "--", "true"]) }
      try spool.run(["kill", "--state", "queued", "--all", "--reason", "not today"])
      for run in waiting {
        #expect(try spool.record(run).state == .killed)
        #expect(try spool.record(run).reason?.hasSuffix(": not today") == true)
      }
      #expect(try spool.names("running").count == 1)
      // Nothing is left that waits.
      try spool.run(["kill", "--state", "queued", "--all"], expecting: 1)
      try spool.write("go", "")
      try spool.waitForRecord("a")
      #expect(try spool.record("a").state == .finished)
      _ = agent
    }
  }

  @Test("hold, release and move take filters, which combine, and narrow what is named")
  func filters() throws {
    try withSpool { spool in
      let both = try spool.launch(["--tag", "x", "--author", "ana", "--", "true"])
      let tagged = try spool.launch(["--tag", "x", "--author", "bob", "--", "true"])
      let other = try spool.launch(["--author", "ana", "--", "true"])
      func held() throws -> Set<String> {
        Set(
          try spool.names("queued").filter { $0.hasSuffix(".held") }
            .compactMap { QueueFileName($0)?.base })
      }
      try spool.run(["hold", "--tag", "x", "--author", "ana"])
      #expect(try held() == [both])
      try spool.run(["hold", tagged, other, "--tag", "x"], expecting: 1)
      #expect(try held() == [both, tagged])
      try spool.run(["move", "--all", "--priority", "7", "--since", "1h"])
      #expect(try spool.names("queued").allSatisfy { $0.hasPrefix("07-") })
      // Those that wait already are no concern of release.
      let words = try spool.run(["release", "--all"])
      #expect(words.split(separator: "\n").count == 2)
      #expect(try held().isEmpty)
      try spool.run(["release", "--all"], expecting: 1)
    }
  }

  @Test(
    "to mean every run is to say so, and what cannot be meant is wrong usage",
    arguments: [
      ["kill"], ["hold"], ["release"], ["move", "--priority", "1"],
      ["kill", "--all", "a"], ["kill", "--state", "failed"], ["hold", "--state", "running"],
      ["list", "--since", "soon"], ["list", "--job", "a b"], ["list", "--state", "asleep"],
      ["list", "--all", "--sweep", "a"],
    ])
  func usage(_ arguments: [String]) throws {
    try withSpool { spool in
      let run = try spool.launch(["--", "true"])
      try spool.run(arguments, expecting: 2)
      #expect(try spool.names("queued").count == 1)
      try spool.run(["kill", run])
    }
  }

  @Test("list selects by all of them")
  func list() throws {
    try withSpool { spool in
      try spool.run(["job", "create", "train", "--", "true"])
      try spool.run(["job", "alias", "train:v0", "prod"])
      let job = try spool.launch(["-j", "train", "--tag", "x"])
      let failing = try spool.launch(["--author", "ana", "--tag", "x", "--", "false"])
      try spool.drain()
      let waiting = try spool.launch(["--tag", "x", "--", "true"])
      func list(_ arguments: String...) throws -> [String] {
        try spool.output(["list", "--json"] + arguments).split(separator: "\n").map { line in
          try JSON(parsing: Array(line.utf8), dialect: .strict)["run"]?.stringValue ?? ""
        }
      }
      #expect(try Set(list("--tag", "x")) == [job, failing, waiting])
      for reference in ["train", "train:v0", "train:prod", "train:latest", "lab/train"] {
        #expect(try list("--job", reference) == [job])
      }
      #expect(try list("--job", "train:v1").isEmpty)
      #expect(try list("--author", "ana") == [failing])
      #expect(try list("--state", "failed", "--tag", "x", "--since", "1h") == [failing])
      #expect(try list("--state", "failed", "--state", "queued") == [waiting, failing])
      #expect(try list("--since", "2999-01-01").isEmpty)
      try spool.run(["kill", waiting])
    }
  }

  @Test("wait takes a selection, and says by its status how it went")
  func wait() throws {
    try withSpool { spool in
      try spool.run(["wait", "--all"])
      try spool.run(["wait", "--tag", "x"], expecting: 3)
      let good = try spool.launch(["--tag", "good", "--", "true"])
      let bad = try spool.launch(["--tag", "bad", "--", "false"])
      let held = try spool.launch(["--tag", "held", "--hold", "--", "true"])
      try spool.run(["wait", "--tag", "good", "--timeout", "50ms"], expecting: 1)
      try spool.drain()
      #expect(try spool.output(["wait", "--tag", "good"]) == "\(good) finished\n")
      #expect(try spool.output(["wait", "--tag", "bad"], expecting: 1) == "\(bad) failed\n")
      #expect(
        try spool.output(["wait", "--any", "--since", "1h", good, held]) == "\(good) finished\n")
      try spool.run(["wait", "--all", "--timeout", "50ms"], expecting: 1)
      try spool.run(["kill", "--tag", "held"])
      try spool.run(["wait", "--all"])
      try spool.run(["wait", good, "nobody"], expecting: 3)
    }
  }
}

@Suite("When and where a run may start, said at its launch")
struct ScheduleFlagTests {
  /// The job file that a dry run prints; it may go on to say that it cannot be done yet.
  private func file(_ spool: SpoolUnderTest, _ arguments: [String]) throws -> JSON {
    let output = spool.path("dry")
    let program = try spool.start(
      ["launch", "--dry-run"] + arguments + ["--", "true"], output: output)
    _ = try program.waitForEnd()
    defer { try? System.unlink(output) }
    return try JSON(parsing: Array(try readText(output).utf8), dialect: .strict)
  }

  @Test("each flag is a key of the file, the names of runs are whole")
  func keys() throws {
    try withSpool { spool in
      let first = try spool.launch(["--name", "first", "--hold", "--", "true"])
      let second = try spool.launch(["--name", "second", "--hold", "--", "true"])
      let job = try file(
        spool,
        [
          "--not-before", "2026-11-28T07:30:00+01:00", "--slots", "2", "--gpus", "1", "--require",
          "a100", "--require", "fast", "--unique", "k", "--after", "first,second", "--after-any",
          "sec", "--after-any", String(first.suffix(4)),
        ])
      #expect(job["not_before"] == "2026-11-28T06:30:00.000Z")
      #expect(job["slots"] == 2)
      #expect(job["gpus"] == 1)
      #expect(job["require"] == ["a100", "fast"])
      #expect(job["unique"] == "k")
      #expect(job["after"]?["ok"] == .strings([first, second]))
      #expect(job["after"]?["any"] == .strings([second, first]))
      let other = try file(spool, ["--after-failed", "first"])
      #expect(other["after"]?.text == "{\"failed\":[\"\(first)\"]}")
      try spool.run(["kill", "--all"])
    }
  }

  @Test("what is launched behind a run starts when that has ended as it should, or crashes")
  func behind() throws {
    try withSpool { spool in
      func script(_ text: String) -> [String] {
        ["--", "sh", "-c", "\(text); echo \"$0\" >>\(spool.path("order"))"]
      }
      let first = try spool.launch(["--name", "first"] + script("sleep 0.2") + ["first"])
      let second = try spool.launch(
        ["--name", "second", "-p", "0", "--after", "first"] + script(":") + ["second"])
      let third = try spool.launch(["--after-failed", first, "-p", "0"] + script(":") + ["third"])
      #expect(try spool.output(["show", second]).contains("after       \(first)\n"))
      try spool.drain(slots: 3)
      #expect(try spool.text("order") == "first\nsecond\n")
      #expect(try spool.record(third).state == .crashed)
      #expect(try spool.record(third).reason?.contains(first) == true)
    }
  }

  @Test("--in counts from now")
  func delay() throws {
    try withSpool { spool in
      let before = Timestamp.now
      let job = try file(spool, ["--in", "2h"])
      let time = try #require(job["not_before"]?.stringValue.flatMap { Timestamp($0) })
      #expect(time.seconds(since: before) > 7190)
      #expect(time.seconds(since: .now) < 7210)
    }
  }

  @Test(
    "what cannot be is refused, and queues nothing",
    arguments: [
      (["--after", "nobody"], 3), (["--after-any", "done,nobody"], 3), (["--after", ""], 2),
      (["--after", "bad"], 1), (["--after-failed", "done"], 1),
      (["--after", "done", "--after-failed", "done"], 2), (["--in", "soon"], 2),
      (["--not-before", "25:00"], 2), (["--in", "1h", "--not-before", "22:00"], 2),
      (["--slots", "0"], 2), (["--gpus", "-1"], 2), (["--unique", "a b"], 2),
      (["--require", ""], 2),
    ] as [([String], Int32)])
  func refused(_ arguments: [String], _ status: Int32) throws {
    try withSpool { spool in
      try spool.drop("done.json", #"{"command": ["true"]}"#)
      try spool.drop("bad.json", #"{"command": ["false"]}"#)
      try spool.drain()
      for rest in [["--", "true"], ["--dry-run", "--", "true"]] {
        try spool.run(["launch"] + arguments + rest, expecting: status)
      }
      #expect(try spool.names("queued").isEmpty)
    }
  }
}
