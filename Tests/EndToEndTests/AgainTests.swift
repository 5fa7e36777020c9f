import SpoolQueue
import SpoolTesting
import Testing

@Suite("A run that is asked for again, with a change")
struct AgainTests {
  /// The job file of a run that waits.
  private func job(_ spool: SpoolUnderTest, _ run: String) throws -> Job {
    let name = try #require(try spool.names("queued").first { $0.contains("-\(run).json") })
    return try Job(parsing: try spool.text("queued/" + name).rawBytes)
  }

  private static let asked = [
    "--name", "t", "--gpus", "1", "--slots", "2", "--timeout", "1h", "--warn", "1m", "--env",
    "FOO=1", "--tag", "x", "--priority", "20", "--retries", "2", "--cwd", "/", "--notes", "n",
    "--author", "ada", "--require", "big", "--split",
  ]

  @Test("launch --from is the whole of what was asked for, wherever it is typed; flags count more")
  func from() throws {
    try withSpool { spool in
      let run = try spool.launch(Self.asked + ["--", "./train", "a", "${args}"])
      let old = try job(spool, run)
      let like = try spool.launch(["--from", run])
      var expected = old
      expected.author = nil
      expected.priority = 20
      #expect(try job(spool, like) == expected)
      #expect(like.hasPrefix("t-") && like != run)
      #expect(try spool.names("queued").allSatisfy { $0.hasPrefix("20-") })
      let program = try spool.start([
        "launch", "--from", run, "--gpus", "0", "--env", "FOO=2", "--tag", "y", "--timeout", "2h",
        "-p", "30", "--set", "lr=0.5", "--dry-run", "--", "./train", "b",
      ])
      #expect(try program.waitForEnd() == 0)
      #expect(program.output.contains("spool: the words given replace the command of \(run)\n"))
      let differences = """
        spool: differs from \(run):
          command ./train a '${args}' -> ./train b
          literal true -> none
          run_config.lr none -> 0.5
          env.FOO "1" -> "2"
          tags ["x"] -> ["y"]
          author "ada" -> none
          priority 20 -> 30
          timeout 1h -> 2h
          gpus 1 -> 0

        """
      #expect(program.output.hasSuffix(differences), "\(program.output)")
      #expect(try spool.names("queued").count == 2)
      try spool.run(["kill", "--all"])
      // The same when it is over.
      let later = try spool.launch(["--from", run, "--hold"])
      #expect(try job(spool, later) == expected)
      try spool.run(["kill", later])
    }
  }

  @Test("a dropped file has its own directory and variables again, and a sweep's run its macros")
  func dropped() throws {
    try withSpool { spool in
      try spool.drop("d.json", #"{"script": "pwd; echo $LANG"}"#)
      try spool.write(
        "s.json",
        #"{"method": "grid", "parameters": {"a": {"values": [1]}}, "command": ["echo", "${args}"]}"#
      )
      let sweep = String(try spool.output(["sweep", spool.path("s.json")]).dropLast())
      try spool.drain()
      let program = try spool.start(["launch", "--from", "d"], environment: ["LANG": "xx"])
      #expect(try program.waitForEnd() == 0)
      let like = String(program.output.prefix { $0 != "\n" })
      let point = try spool.launch(["--from", "\(sweep)-0001", "--set", "a=2"])
      try spool.drain()
      let text = try spool.log("d")
      #expect(text.hasPrefix("\(spool.queue)/runs/d\n") && !text.contains("xx"))
      #expect(try spool.log(like) == text.replacing("/runs/d\n", with: "/runs/\(like)\n"))
      #expect(try spool.log(point) == "--a=2\n")
      #expect(try spool.output(["sweep", "show", sweep]).contains(point) == false)
    }
  }

  @Test("retry takes the flags of launch, on one run and on a selection, and holds")
  func retry() throws {
    try withSpool { spool in
      let runs = try ["a", "b"].map { name in
        try spool.launch(["--name", name, "--tag", "x", "-p", "20", "--", "sh", "-c", "exit 1"])
      }
      try spool.drain()
      let text = try spool.output([
        "retry", "--failed", "--tag", "x", "--set", "lr=0.1", "--dry-run", "--gpus", "0",
      ])
      #expect(
        text == runs.map { "\($0):\n  run_config.lr none -> 0.1\n  gpus none -> 0\n" }.joined())
      #expect(
        try spool.output(["retry", "--failed", "--dry-run"]).contains("\(runs[0]): as it was"))
      #expect(try spool.names("queued").isEmpty)
      let new = try spool.output([
        "retry", "--failed", "--set", "lr=0.1", "--env", "A=1", "--new-tag", "y", "-p", "5",
        "--hold", "--timeout", "5m", "--new-author", "ada", "--", "true",
      ])
      #expect(new == runs.map { $0 + "-2\n" }.joined())
      for run in runs {
        let job = try job(spool, run + "-2")
        #expect(job.command == ["true"] && job.runConfig?.text == #"{"lr":0.1}"#)
        #expect(job.env?["A"] == "1" && job.tags == ["y"] && job.timeout == 300)
        #expect(job.json["retry_of"]?.stringValue == run && job.json["author"] == "ada")
      }
      #expect(
        try spool.names("queued").allSatisfy { $0.hasPrefix("05-") && $0.hasSuffix(".json.held") })
      try spool.run(["release", "--all"])
      try spool.drain()
      #expect(try spool.record(runs[0] + "-2").state == .finished)
      // Another name makes it a run of its own, which still says where it comes from.
      let named = try spool.output(["retry", runs[0], "--name", "other"])
      #expect(named.hasPrefix("other-"))
      let other = String(named.dropLast())
      #expect(try job(spool, other).json["retry_of"]?.stringValue == runs[0])
      try spool.run(["retry", runs[0], "--gpus", "x"], expecting: 2)
      try spool.run(["retry", runs[0], "--new-job", "nosuch"], expecting: 3)
      try spool.run(["kill", other])
    }
  }

  @Test("a graph is repeated with a change, and --after replaces what was waited for")
  func graph() throws {
    try withSpool { spool in
      let first = try spool.launch(["--name", "first", "--", "sh", "-c", "exit $((1 - ${OK:-0}))"])
      let second = try spool.launch(["--name", "second", "--after", first, "--", "true"])
      try spool.drain()
      #expect(try spool.record(second).state == .crashed)
      let text = try spool.output(["retry", "--failed", "--env", "OK=1", "--dry-run"])
      #expect(
        text
          == "\(first):\n  env.OK none -> \"1\"\n\(second):\n  env.OK none -> \"1\"\n"
          + "  after.ok [\"\(first)\"] -> [\"\(first)-…\"]\n")
      let alone = try spool.output(["retry", second, "--after-any", first, "--hold"])
      #expect(
        try job(spool, String(alone.dropLast())).after == Dependencies(any: [first]))
      try spool.run(["kill", "--all"])
      try spool.run(["retry", first, second, "--env", "OK=1"])
      try spool.drain()
      #expect(try spool.record(first + "-2").state == .finished)
      #expect(try spool.record(second + "-3").state == .finished)
    }
  }

  @Test("--edit opens the new file; a wrong text is told of with its place, and kept")
  func editing() throws {
    try withSpool { spool in
      let run = try spool.launch(["--name", "e", "--", "sh", "-c", "echo before; exit 1"])
      try spool.drain()
      func retry(_ line: String, _ more: [String] = [], expecting: Int32 = 0) throws -> String {
        try spool.write("editor", "#!/bin/sh\n\(line)\n")
        try System.setPermissions(spool.path("editor"), 0o700)
        let program = try spool.start(
          ["retry", run, "--edit"] + more,
          environment: ["EDITOR": spool.path("editor"), "TMPDIR": spool.queue])
        #expect(try program.waitForEnd() == expecting, "\(program.output)")
        return program.output
      }
      let wrong = try retry(#"sed -i 's/"command"/"comand"/' "$1""#, expecting: 2)
      #expect(
        wrong.contains(#"line 2, column 3: unknown key "comand" (did you mean "command"?)"#))
      #expect(wrong.contains("\(run): cannot be repeated: your text is in \(spool.queue)/spool-"))
      let copies = try System.list(spool.queue).filter { $0.hasPrefix("spool-") }
      #expect(copies.count == 1)
      #expect(try spool.text(copies[0]).contains("comand"))
      try System.unlink(spool.path(copies[0]))
      #expect(try retry("exit 3", expecting: 2).contains("nothing was changed"))
      #expect(try spool.names("queued").isEmpty)
      let good = try retry(
        #"sed -i 's/before; exit 1/after/; s/"retry_of".*/"notes": "n"/' "$1""#, ["--set", "a=1"])
      #expect(good.hasPrefix("\(run)-2\n"))
      #expect(try job(spool, run + "-2").json["retry_of"]?.stringValue == run)
      // A text that is left as it is repeats the run as it was.
      #expect(try retry("true").hasPrefix("\(run)-3\n"))
      try spool.drain()
      #expect(try spool.log(run + "-2") == "after\n")
      #expect(try spool.record(run + "-2").runConfig?.text == #"{"a":1}"#)
      #expect(try spool.log(run + "-3") == "before\n")
      #expect(try System.list(spool.queue).filter { $0.hasPrefix("spool-") }.isEmpty)
    }
  }

  @Test("edit changes values of a waiting run without an editor, and says which")
  func values() throws {
    try withSpool { spool in
      let run = try spool.launch(["--name", "w", "--hold", "--", "./train", "a"])
      let text = try spool.run([
        "edit", run, "--set", "lr=0.1", "--timeout", "1h", "--", "./train", "b",
      ])
      #expect(
        text == """
          \(run): changed, and still held
            command ./train a -> ./train b
            run_config.lr none -> 0.1
            timeout none -> 1h

          """)
      #expect(try job(spool, run).timeout == 3600)
      #expect(
        try spool.run(["edit", run, "--timeout", "1h"])
          == "\(run): nothing was changed\n")
      let bad = try spool.run(["edit", run, "--warn", "2h"], expecting: 2)
      #expect(bad.contains("\"warn\""), "\(bad)")
      try spool.run(["edit", run, "--after", run], expecting: 2)
      #expect(try spool.names("queued").allSatisfy { $0.hasSuffix(".json.held") })
      try spool.run(["kill", run])
    }
  }
}
