import SpoolQueue
import SpoolTesting
import Testing

@Suite("Shares of gpus")
struct GPUSharesTests {
  private static let wait =
    "echo gpus=$CUDA_VISIBLE_DEVICES; until [ -e $SPOOL_RUN_DIR/../go ]; do sleep 0.05; done"

  @Test("two runs share a gpu, a third waits for room, why tells who has it; show and list say 0.5")
  func share() throws {
    try withTemporaryDirectory { locks in
      try withSpool { spool in
        let agent = try spool.start(
          ["agent", "--gpus", "1", "--slots", "8", "--poll", "200ms"],
          environment: ["SPOOL_GPU_LOCKS": locks])
        let first = try spool.launch(["--gpus", "0.5", "--", "sh", "-c", Self.wait])
        let second = try spool.launch(["--gpus", "0.375", "--", "sh", "-c", Self.wait])
        for run in [first, second] {
          try eventually("the log of \(run)") { try spool.log(run) == "gpus=0\n" }
        }
        let third = try spool.launch(["--gpus", "0.25", "--", "sh", "-c", Self.wait])
        let whole = try spool.launch(["--gpus", "1", "--", "true"])
        try eventually("why") {
          try spool.output(["why", third]).contains(
            "waits for room for 1 slot and 0.25 of a gpu: \(Host.current.name) has 2 of 8 slots in use"
              + " and 0.875 of 1 gpus (")
        }
        let small = try spool.launch(["--gpus", "0.125", "--", "true"])
        try spool.waitForRecord(small)
        #expect(try spool.output(["show", first]).contains("gpus        0.5\n"))
        let file = try JSON(
          parsing: Array(try spool.text("runs/\(first)/1/start.json").utf8), dialect: .strict)
        #expect(file["job"]?["gpus"] == .number("0.5") && file["job"]?["format"] == .number(2))
        #expect(!agent.output.contains("\(whole) running"))
        try spool.write("runs/go", "")
        for run in [first, second, third, whole] { try spool.waitForRecord(run) }
        #expect(try spool.record(whole).state == .finished)
        try System.unlink(spool.path("runs/go"))
      }
    }
  }

  @Test("of agents of several queues none puts more on a gpu than there is room for") func agents()
    throws
  {
    try withTemporaryDirectory { locks in
      try withSpool { spool in
        // Each run adds its eighths to a file that it locks, waits, and takes them away.
        let script =
          "n=$1; f=\(locks)/sum; add() { flock $f sh -c 's=$(cat '$f'); s=$((s+'$1')); echo $s >'$f';"
          + " [ $s -le 8 ] || echo over'; }; add $n; sleep 0.02; add -$n"
        try System.create(locks + "/sum", permissions: 0o600).write(Array("0\n".utf8))
        try spool.run(["queue", "create", "other"])
        for number in 0..<30 {
          let eighths = [1, 2, 3, 4, 5, 8][number % 6]
          _ = try spool.launch([
            "-q", number % 2 == 0 ? "tests" : "other", "--gpus",
            "\(Double(eighths) / 8)", "--", "sh", "-c", script, "sh", "\(eighths)",
          ])
        }
        let programs = try ["tests", "other", "tests", "other"].map { queue in
          try spool.start(
            ["agent", "-q", queue, "--gpus", "1", "--slots", "8", "--drain", "--poll", "100ms"],
            environment: ["SPOOL_GPU_LOCKS": locks + "/locks"])
        }
        for program in programs { #expect(try program.waitForEnd() == 0, "\(program.output)") }
        #expect(try readText(locks + "/sum") == "0\n")
        for queue in ["tests", "other"] {
          let listed = try spool.output(["list", "-q", queue, "--json"])
          #expect(listed.split(separator: "\n").count == 15)
          #expect(!listed.contains(#""state":"crashed""#) && !listed.contains(#""state":"failed""#))
          for line in listed.split(separator: "\n") {
            let run =
              try JSON(parsing: Array(line.utf8), dialect: .strict)["run"]?.stringValue ?? ""
            #expect(try spool.output(["logs", "-q", queue, run]) == "", "\(run)")
          }
        }
      }
    }
  }

  @Test(
    "nonsense is refused, and the values beside it are named",
    arguments: [
      ("0.3", "(0.25 or 0.375)"), ("1.5", "(1 or 2)"), ("0.99", "(0.875 or 1)"), ("-1", "0.875"),
      ("half", "0.875"), ("nan", "0.875"), ("1/2", "0.875"),
    ])
  func refused(text: String, words: String) throws {
    try withSpool { spool in
      let said = try spool.run(["launch", "--gpus=\(text)", "--", "true"], expecting: 2)
      #expect(said.contains("option --gpus: '\(text)' is not a whole number of 0 or more"))
      #expect(said.contains(words))
    }
  }

  @Test("the defaults of a queue may be a share") func everywhere() throws {
    try withSpool { spool in
      try spool.write("queue.json", #"{"defaults": {"gpus": 0.25}}"#)
      let plain = try spool.launch(["--", "sh", "-c", "echo $CUDA_VISIBLE_DEVICES"])
      let agent = try spool.start(
        ["agent", "--gpus", "1", "--slots", "4", "--drain"],
        environment: ["SPOOL_GPU_LOCKS": spool.path("locks")])
      #expect(try agent.waitForEnd() == 0)
      #expect(try spool.log(plain) == "0\n")
      let file = try spool.text("runs/\(plain)/1/start.json")
      #expect(file.contains(#""gpus":0.25"#))
    }
  }
}
