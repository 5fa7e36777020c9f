import SpoolQueue
import Testing

@Suite("What a command leaves running")
struct LeftoverTests {
  /// In the background; it says when it can be told to end, and what it does then.
  private static func background(_ onTerm: String) -> String {
    """
    (trap '\(onTerm)' TERM; echo ready >$SPOOL_RUN_DIR/ready; while :; do sleep 0.1; done) &
    until [ -e $SPOOL_RUN_DIR/ready ]; do sleep 0.1; done

    """
  }

  private func drop(_ spool: SpoolUnderTest, _ script: String) throws {
    try spool.drop("it.json", JSONObject([("script", .string(script))]).text)
  }

  private func setHook(_ spool: SpoolUnderTest, _ script: String) throws {
    let hooks = JSONObject([("on_end", .strings(["sh", "-c", script]))])
    try spool.write("queue.json", JSONObject([("hooks", .object(hooks))]).text)
  }

  @Test("is told to end, and has the time to tidy up")
  func term() throws {
    try withSpool { spool in
      try drop(
        spool, Self.background(#"sleep 1; echo tidy >$SPOOL_RUN_DIR/tidy; exit"#) + "exit 3")
      try spool.drain()
      #expect(try spool.exists("runs/it/tidy"))
      let record = try spool.record("it")
      #expect(record.exitCode == 3)
      let left = try #require(record.leftBehind)
      // The shell that waits, and perhaps its sleep.
      #expect(left.processes.contains { $0.name == "sh" && $0.end == .term }, "\(left)")
      #expect(try spool.output(["show", "it"]).contains("left behind"))
    }
  }

  @Test("is killed where it does not end, and holds the slot until then")
  func kill() throws {
    try withSpool { spool in
      try drop(spool, Self.background(""))
      let began = Instant.now
      try spool.drain()
      #expect(Instant.now - began >= .seconds(5))
      let record = try spool.record("it")
      #expect(record.state == .finished)
      #expect(record.leftBehind?.processes.contains { $0.end == .kill } == true)
    }
  }

  @Test("is not told of where it ends by itself at once, and nothing is where nothing is left")
  func nothing() throws {
    try withSpool { spool in
      try drop(spool, "true")
      try spool.drain()
      #expect(try spool.record("it").leftBehind == nil)
      #expect(try !spool.text("done/it.json").contains("left_behind"))
    }
  }

  @Test("of a hook is let alone, and neither the agent nor its queue waits for it")
  func hook() throws {
    try withSpool { spool in
      // As a mail that is delivered in the background.
      let script = """
        (until [ -e $SPOOL_RUN_DIR/go ]; do sleep 0.1; done; echo sent >$SPOOL_RUN_DIR/sent) &
        """
      try setHook(spool, script)
      try drop(spool, "true")
      try spool.drain()
      #expect(try spool.output(["show", "it"]).contains("on_end      exit status 0"))
      #expect(try !spool.exists("runs/it/sent"))
      try spool.write("runs/it/go", "")
      try eventually("what the hook left in the background did its work") {
        try spool.exists("runs/it/sent")
      }
    }
  }

  @Test("of a hook is ended when the hook's process is told to, and told of in the hook's record")
  func hookIsToldToEnd() throws {
    try withSpool { spool in
      let script = "echo $PPID >$SPOOL_RUN_DIR/pid; sleep 1000 &"
      try setHook(spool, script)
      try drop(spool, "true")
      try spool.drain()
      let pid = try spool.text("runs/it/pid").filter { $0 != "\n" }
      TestSignal.term.send(to: try #require(Int32(pid)))
      try eventually("what was left is told of") {
        try spool.output(["show", "it"]).contains("left behind: 1 process: sleep")
      }
    }
  }
}
