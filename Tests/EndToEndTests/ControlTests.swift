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
      #expect(words == "spool: a: is over; only what waits can be held\n")
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
      ["kill"], ["hold"], ["release"], ["wait"], ["move", "--priority", "1"],
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
