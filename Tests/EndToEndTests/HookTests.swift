import SpoolQueue
import SpoolTesting
import Testing

@Suite("Hooks")
struct HookEndToEndTests {
  /// A script that says what it was called with, one line a call.
  private static let note =
    #"["sh", "-c", "echo $SPOOL_EVENT $SPOOL_RUN $SPOOL_STATE $SPOOL_EXIT_CODE >>../../calls"]"#

  private func calls(_ spool: SpoolUnderTest) throws -> [String] {
    guard try spool.exists("calls") else { return [] }
    return try spool.text("calls").split(separator: "\n").map { String($0) }.sorted()
  }

  @Test("each end calls its hooks, with the record on standard input")
  func ends() throws {
    let settings = #"""
      {"hooks": {"on_end": ["sh", "-c", "cat >input; echo $SPOOL_EVENT of $WHO; pwd"],
                 "on_failure": \#(Self.note)}, "defaults": {"env": {"WHO": "me"}}}
      """#
    try withSpool(settings: settings) { spool in
      try spool.drop("a.json", #"{"command": ["true"]}"#)
      try spool.drop("b.json", #"{"script": "exit 3"}"#)
      try spool.drop("c.json", #"{"command": ["nosuch"]}"#)
      try spool.drop("d.json", "{")
      try spool.drop("e.json", #"{"command": ["true"]}"#)
      try spool.run(["kill", "e"])
      try spool.drop("f.json", #"{"script": "exit 4", "hooks": {"on_failure": []}}"#)
      try spool.drop("g.json", #"{"command": ["true"], "env_file": ["/nosuch"]}"#)
      try spool.drain()
      #expect(
        try calls(spool) == [
          "on_failure b failed 3", "on_failure c crashed", "on_failure d crashed",
          "on_failure e killed", "on_failure g crashed",
        ])
      for run in ["a", "b", "c", "d", "e", "f", "g"] {
        #expect(try spool.text("runs/\(run)/input") == spool.text("done/\(run).json"))
        let log = try spool.text("runs/\(run)/1/on_end.log")
        #expect(log == "on_end of\(run == "d" ? "" : " me")\n\(spool.path("runs/\(run)"))\n")
      }
      let page = try spool.run(["show", "a"])
      #expect(page.contains("on_end      exit status 0 after "))
      #expect(page.contains("            \(spool.path("runs/a/1/on_end.log")), "))
      #expect(try spool.names("hooks").isEmpty)
    }
  }

  /// A hook that does not do what it should.
  struct Broken: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let command: String
    let reason: String
  }

  static let brokenOnes = [
    Broken(
      testDescription: "missing", command: #"["nosuch"]"#, reason: "hook not found on "),
    Broken(
      testDescription: "no program", command: #"["/etc/passwd"]"#,
      reason: "/etc/passwd: cannot be executed on "),
    Broken(
      testDescription: "fails", command: #"["sh", "-c", "echo oops >&2; exit 3"]"#,
      reason: "exit status 3"),
    Broken(
      testDescription: "is killed", command: #"["sh", "-c", "kill -KILL $$"]"#,
      reason: "signal KILL"),
    Broken(
      testDescription: "hangs", command: #"["sleep", "600"]"#,
      reason: "time limit: 500ms, then signal TERM"),
    Broken(
      testDescription: "hangs with children, deaf to TERM",
      command:
        #"["sh", "-c", "trap : TERM; setsid sleep 600 & sleep 600 & while :; do wait; done"]"#,
      reason: "time limit: 500ms, then signal KILL"),
    Broken(
      testDescription: "prints for ever", command: #"["yes"]"#, reason: "time limit: 500ms, then"),
  ]

  @Test("a broken hook changes nothing of the run, and is recorded and told", arguments: brokenOnes)
  func broken(_ hook: Broken) throws {
    let settings = #"{"hooks": {"on_end": \#(hook.command), "timeout": "500ms"}}"#
    try withSpool(settings: settings) { spool in
      try spool.drop("a.json", #"{"command": ["true"]}"#)
      let said = try spool.run(["agent", "--drain", "--quiet"])
      #expect(try spool.record("a").state == .finished)
      #expect(said.contains("a: on_end hook"))
      #expect(said.contains(hook.reason))
      #expect(try spool.run(["show", "a"]).contains("on_end      \(hook.reason)"))
      let log = try System.information(spool.path("runs/a/1/on_end.log"))
      #expect(log.size <= HookRecord.outputLimit)
      #expect(hook.command != #"["yes"]"# || log.size == HookRecord.outputLimit)
      #expect(try spool.names("hooks").isEmpty)
      let left = Processes.withVariable("SPOOL_EVENT", "on_end").filter { pid in
        (try? readText("/proc/\(pid)/environ"))?.contains(spool.queue + "/runs") == true
      }
      #expect(left.isEmpty)
    }
  }

  @Test("nothing waits for what a hook leaves behind, which may go on for a while: to deliver mail")
  func forksAway() throws {
    let hook = #"["sh", "-c", "setsid sleep 600 >/dev/null 2>&1 & exit 0"]"#
    try withSpool(settings: #"{"hooks": {"on_end": \#(hook)}}"#) { spool in
      try spool.drop("a.json", #"{"command": ["true"]}"#)
      try spool.drain()
      #expect(try spool.run(["show", "a"]).contains("on_end      exit status 0 after "))
      func left() -> [Int32] { Processes.withVariable("SPOOL_RUN_DIR", spool.path("runs/a")) }
      #expect(left().count == 1)
      for pid in left() { TestSignal.term.send(to: pid) }
      try eventually("its end") { left().isEmpty }
    }
  }

  @Test("hooks hold up nothing: with one slot, ten runs end while a hook waits for the last")
  func noWaiting() throws {
    let hook = #"["sh", "-c", "until [ -e ../../done/run9.json ]; do sleep 0.01; done"]"#
    try withSpool(settings: #"{"sync": false}"#) { spool in
      try spool.drop("first.json", #"{"command": ["true"], "hooks": {"on_end": \#(hook)}}"#)
      for number in 0...9 { try spool.drop("run\(number).json", #"{"command": ["true"]}"#) }
      // Only the end of the last run lets the hook end: the agent waits for both.
      try spool.drain()
      #expect(try spool.run(["show", "first"]).contains("on_end      exit status 0 after "))
    }
  }

  @Test("a hook outlives its agent, and records its own end")
  func outlives() throws {
    let hook = #"["sh", "-c", "echo up; until [ -e ../../go ]; do sleep 0.01; done"]"#
    try withSpool(settings: #"{"hooks": {"on_end": \#(hook)}}"#) { spool in
      try spool.drop("a.json", #"{"command": ["true"]}"#)
      let agent = try spool.agent()
      try eventually("the hook") {
        try spool.exists("runs/a/1/on_end.log") && spool.text("runs/a/1/on_end.log") == "up\n"
      }
      agent.killOutright()
      #expect(try spool.run(["show", "a"]).contains("on_end      running on "))
      try spool.write("go", "")
      try eventually("its end") {
        try spool.run(["show", "a"]).contains("on_end      exit status 0 after ")
      }
      // Another agent finds nothing to do.
      try spool.drain()
      #expect(try spool.text("runs/a/1/on_end.log") == "up\n")
    }
  }

  @Test("what was asked for while no agent was there is done by the next one")
  func later() throws {
    try withSpool(settings: #"{"hooks": {"on_failure": \#(Self.note)}}"#) { spool in
      let run = try spool.launch(["--", "true"])
      try spool.run(["kill", run])
      #expect(try spool.names("hooks") == ["\(run).on_failure.json"])
      try spool.run(["agent", "--once"])
      try eventually("the hook") { try calls(spool) == ["on_failure \(run) killed"] }
      try eventually("its end") {
        try spool.run(["show", run]).contains("on_failure  exit status 0 after ")
      }
    }
  }

  @Test(
    "on_empty is called once when two agents have emptied the queue, and once more the next time")
  func empty() throws {
    try withSpool(settings: #"{"hooks": {"on_empty": \#(Self.note)}, "sync": false}"#) { spool in
      for number in 1...20 { try spool.drop("run\(number).json", #"{"command": ["true"]}"#) }
      _ = try spool.launch(["--hold", "--", "true"])
      let agents = [
        try spool.start(["agent", "--slots", "2"]), try spool.start(["agent", "--slots", "2"]),
      ]
      try eventually("the hook") { try calls(spool).count > 0 }
      #expect(try spool.names("done").count == 20)
      // Whatever either of them would still do, it has done when it has run something else.
      try spool.drop("next.json", #"{"command": ["true"]}"#)
      try eventually("the next hook") { try calls(spool).contains("on_empty next finished 0") }
      for agent in agents { _ = try agent.terminate() }
      try spool.drain()
      #expect(try calls(spool).count == 2)
      #expect(try spool.names("hooks").isEmpty)
    }
  }

  @Test("300 short runs, two agents: each end has its hook once")
  func many() throws {
    let hook = #"["sh", "-c", "echo $SPOOL_RUN >>../../calls"]"#
    try withSpool(settings: #"{"hooks": {"on_end": \#(hook)}, "sync": false}"#) { spool in
      for number in 1...300 { try spool.drop("run\(number).json", #"{"command": ["true"]}"#) }
      let agents = try [spool.agent(slots: 2, drain: true), spool.agent(slots: 2, drain: true)]
      for agent in agents { #expect(try agent.waitForEnd(within: 600) == 0) }
      let calls = try calls(spool)
      #expect(calls.count == 300)
      #expect(Set(calls).count == 300)
      #expect(try spool.names("hooks").isEmpty)
    }
  }
}
