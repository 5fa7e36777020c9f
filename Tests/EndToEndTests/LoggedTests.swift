import SpoolQueue
import SpoolTesting
import Testing

@Suite("What a run logs is shown")
struct LoggedTests {
  @Test("spool metric writes whole lines, which show, list, sweep show and --json tell")
  func metric() throws {
    try withSpool { spool in
      let program = BuiltProgram.path
      try spool.write(
        "sweep.yaml",
        """
        method: grid
        metric: {name: loss}
        parameters: {rate: {values: [3, 1, 2]}}
        command: [sh, -c, 'for step in 0 1 2; do \(program) metric loss=$1.$step note="a b" --step $step || exit; done; \(program) metric "final=true"', sh, "${args_no_hyphens}"]
        """.replacing("$1.", with: "${1#rate=}."))
      let sweep = String(
        try spool.output(["sweep", "--name", "s", spool.path("sweep.yaml")]).dropLast())
      try spool.drain(slots: 2)
      let shown = try spool.output(["sweep", "show", sweep]).split(separator: "\n")
      let ranks = shown.suffix(3).map { $0.split(separator: " ").map(String.init) }
      #expect(ranks.map { $0.suffix(2) } == [["1.2", "1"], ["2.2", "2"], ["3.2", "3"]])
      let drawn = try spool.output(["page"])
      #expect(drawn.contains("<figcaption>loss over steps</figcaption>"))
      #expect(drawn.split(separator: "<polyline").count == 4)
      #expect(drawn.contains("<title>\(sweep)-0002: loss 1.2</title>"))
      let run = sweep + "-0001"
      let summary = #"{"loss":3.2,"note":"a b","final":true}"#
      #expect(try spool.record(run).summary?.text == summary)
      #expect(
        try spool.text("runs/\(run)/metrics.jsonl").split(separator: "\n").first
          == #"{"loss":3.0,"note":"a b","step":0}"#)
      let list = try spool.output([
        "list", "--columns", "run,summary.loss", "--sort", "summary.loss",
      ])
      #expect(list.split(separator: "\n").dropFirst().first?.contains("1.2") == true)
      let page = try spool.output(["show", run])
      #expect(page.contains("summary     " + summary))
      #expect(
        page.contains(
          "history     loss  3.2 at 2, 3 values, least 3 at 0, greatest 3.2 at 2  ▁"), "\(page)")
      let json = try JSON(
        parsing: try spool.output(["show", run, "--json"]).rawBytes, dialect: .strict)
      #expect(json.objectValue?["history"]?.text == #"{"loss":[[0,3.0],[1,3.1],[2,3.2]]}"#)
    }
  }

  @Test("several writers at once, and a part of a line that a writer left, cost no line")
  func writers() throws {
    try withSpool { spool in
      let program = BuiltProgram.path
      try spool.drop(
        "a.json",
        #"""
        {"script": "printf '{\"half\": ' > \"$SPOOL_RUN_DIR/metrics.jsonl\"; for i in 1 2 3 4; do (for j in 1 2 3 4 5 6 7 8 9; do \#(program) metric k$i=$j; done) & done; wait"}
        """#)
      try spool.drain()
      let summary = try #require(try spool.record("a").summary?.objectValue)
      #expect(summary.count == 4 && summary.members.allSatisfy { $0.value.intValue == 9 })
      #expect(try spool.text("runs/a/metrics.jsonl").split(separator: "\n").count == 37)
    }
  }

  @Test("a metric outside of a run, or one that is none, is refused")
  func refused() throws {
    try withSpool { spool in
      let outside = try spool.run(["metric", "a=1"], expecting: 2)
      #expect(outside.contains("SPOOL_RUN_DIR"))
      for words in [
        ["metric", "a"], ["metric", "=1"], ["metric", "step=1"], ["metric", "_a=1"],
      ] {
        let told = try spool.run(words, expecting: 2)
        #expect(told.contains("'\(words[1])'"))
      }
    }
  }

  @Test("W&B's files are read while the run goes on, at its end, and of the newest attempt")
  func wandb() throws {
    try withSpool { spool in
      var file = WandbFile()
      file.begin("a", config: [("rate", "0.5"), ("epochs", "3")])
      for step in 0..<3 { file.log([("loss", "0.\(9 - step)"), ("val/acc", "1")], step: step) }
      file.summarize([("loss", "0.25")])
      let first = try System.create(spool.path("first"), .replacing, permissions: 0o600)
      try first.write(file.bytes)
      file.exit(3)
      let second = try System.create(spool.path("second"), .replacing, permissions: 0o600)
      try second.write(file.bytes)
      try spool.drop(
        "a.json",
        #"""
        {"script": "d=$WANDB_DIR/wandb; mkdir -p $d/offline-run-20260101_000000-a $d/run-20260102_000000-a; ln -s / $d/latest-run; cp \#(spool.path("first")) $d/offline-run-20260101_000000-a/run-a.wandb; touch $SPOOL_RUN_DIR/ready; while [ ! -e $SPOOL_RUN_DIR/go ]; do sleep 0.05; done; cp \#(spool.path("second")) $d/run-20260102_000000-a/run-a.wandb; echo '{\"loss\": 0.125}' > $SPOOL_RUN_DIR/summary.json",
         "run_config": {"rate": 0.5}}
        """#)
      let agent = try spool.start(["agent", "--drain"])
      try eventually("the run to log") { try spool.exists("runs/a/ready") }
      let columns = [
        "list", "--columns", "run,summary.loss,config.epochs,logged.exit_code", "--all",
      ]
      func row() throws -> [String] {
        let lines = try spool.output(columns).split(separator: "\n")
        return lines.last?.split(separator: " ").map(String.init) ?? []
      }
      #expect(try row() == ["a", "0.25", "3", "-"])
      try spool.write("runs/a/go", "")
      #expect(try agent.waitForEnd(within: 600) == 0)
      #expect(try row() == ["a", "0.125", "3", "3"])
      let record = try spool.record("a")
      #expect(record.summary?.text == #"{"loss":0.125,"val":{"acc":1}}"#)
      #expect(
        record.json["logged"]?.text == #"{"config":{"rate":0.5,"epochs":3},"exit_code":3}"#)
      let page = try spool.output(["show", "a"])
      #expect(page.contains(#"W&B config  {"rate":0.5,"epochs":3}"#), "\(page)")
      #expect(page.contains("W&B exit    3\n"))
      #expect(page.contains("history     loss     0.7 at 2, 6 values"))
    }
  }

  @Test("whatever a run puts in the place of these files, it ends, and its record is read")
  func hostile() throws {
    try withSpool { spool in
      let scripts = [
        "ln -s /dev/zero metrics.jsonl; ln -s / wandb", "mkfifo metrics.jsonl; mkfifo wandb",
        "mkdir -p metrics.jsonl wandb/run-1-x/run-x.wandb", "truncate -s 90G metrics.jsonl",
        "mkdir -p wandb/run-1-a; truncate -s 90G wandb/run-1-a/run-a.wandb",
        "mkdir -p wandb/run-1-a; mkfifo wandb/run-1-a/run-a.wandb",
        "mkdir -p wandb/run-1-a; head -c 3000000 /dev/urandom > wandb/run-1-a/run-a.wandb",
        "printf '%070000d' 1 > metrics.jsonl; rm -f summary.json",
        "python3 -c 'print(\"[\" * 64 + \"]\" * 64)' > x; (printf '{\"a\":'; cat x; echo '}') > summary.json",
        "python3 -c 'print(\"[\" * 63 + \"]\" * 63)' > x; (printf '{\"a\":'; cat x; echo '}') > summary.json",
      ]
      for (number, script) in scripts.enumerated() {
        var job = Job()
        job.script = "cd $SPOOL_RUN_DIR; " + script
        try spool.drop("a\(number).json", job.json.text)
      }
      try spool.drain(slots: 4)
      for (number, script) in scripts.enumerated() {
        let record = try spool.record("a\(number)")
        #expect(record.state == .finished && record.summary == nil, "\(script)")
        // A debug build takes a minute for the 128 MiB that it would read of these.
        if script.contains("90G") { continue }
        #expect(try spool.output(["show", "a\(number)"]).contains("finished"))
      }
    }
  }
}
