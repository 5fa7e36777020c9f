import SpoolQueue
import SpoolTesting
import Testing

@Suite("Launchers")
struct LauncherTests {
  /// What a launcher is put before, and how the run ends.
  struct Case: Sendable, CustomTestStringConvertible {
    let launcher: String
    let script: String
    let output: String
    let reason: String
    var testDescription: String { "\(launcher): \(script)" }
  }

  static let cases = [
    Case(
      launcher: #"["env", "WHO=launcher"]"#, script: #"echo $WHO $SPOOL_RUN"#,
      output: "launcher a\n", reason: "exit status 0"),
    Case(
      launcher: #"["nice", "-n", "5"]"#, script: "nice", output: "5\n", reason: "exit status 0"),
    Case(
      launcher: #"["timeout", "60"]"#, script: "exit 3", output: "", reason: "exit status 3"),
    // A command that is ended below its launcher: what the launcher makes of that is its own.
    Case(
      launcher: #"["sh", "-c", "\"$@\"; exit $?", "sh"]"#, script: "kill -KILL $$", output: "",
      reason: "exit status 137"),
    Case(launcher: "[]", script: "exit 0", output: "", reason: "exit status 0"),
  ]

  @Test("exit status and output come through", arguments: cases)
  func through(_ run: Case) throws {
    try withSpool(settings: #"{"launcher": \#(run.launcher)}"#) { spool in
      try spool.drop("a.json", #"{"script": "\#(run.script)"}"#)
      try spool.drain()
      let record = try spool.record("a")
      #expect(record.reason == run.reason)
      #expect(try spool.log("a").contains(run.output))
      // The record has the command as it was asked for; the attempt has it as it was executed.
      #expect(record.command == ["/bin/sh", "-c", run.script])
    }
  }

  @Test(
    "the job's launcher replaces the queue's, the flag replaces the job's, an empty one is none")
  func precedence() throws {
    try withSpool(
      settings: #"{"launcher": ["env", "BY=queue"], "defaults": {"tags": ["t"]}}"#
    ) { spool in
      let script = #""script": "echo by ${BY:-nobody}""#
      try spool.drop("queue.json", "{\(script)}")
      try spool.drop("job.json", #"{"launcher": ["env", "BY=job"], \#(script)}"#)
      try spool.drop("none.json", #"{"launcher": [], \#(script)}"#)
      try spool.write("file", #"{"launcher": ["env", "BY=file"], \#(script)}"#)
      let file = ["--file", spool.path("file")]
      let flag = try spool.launch(file + ["--launcher", "env BY='the flag'"])
      let off = try spool.launch(file + ["--launcher", ""])
      try spool.drain()
      #expect(try spool.log("queue") == "by queue\n")
      #expect(try spool.log("job") == "by job\n")
      #expect(try spool.log("none") == "by nobody\n")
      #expect(try spool.log(flag) == "by the flag\n")
      #expect(try spool.log(off) == "by nobody\n")
      #expect(try spool.run(["show", flag]).contains("launcher    env 'BY=the flag'\n"))
    }
  }

  @Test("dry-run and show tell it before anything runs")
  func shown() throws {
    try withSpool(settings: #"{"launcher": ["nice", "-n", "5"]}"#) { spool in
      let text = try spool.run(["launch", "--dry-run", "--", "echo", "a b"])
      #expect(text.contains("would execute: nice -n 5 echo 'a b'"))
      // It is the queue's: a job that waits gets what the queue says when it starts.
      #expect(!text.contains("launcher"))
      let run = try spool.launch(["--", "true"])
      #expect(try spool.run(["show", run]).contains("launcher    nice -n 5\n"))
      let wrong = try spool.run(["launch", "--launcher", "env 'A", "--", "true"], expecting: 2)
      #expect(wrong.contains("--launcher: 'env 'A' is not words with every quote closed"))
    }
  }

  @Test("kill and a time limit end what the launcher started", arguments: ["kill", "limit"])
  func ended(_ how: String) throws {
    // One that ignores TERM is killed with the rest; what it took out of the group is found.
    let trap = how == "kill" ? "trap : TERM; " : ""
    let launcher = #"["sh", "-c", "\#(trap)\"$@\" & wait; wait", "sh", "setsid"]"#
    try withSpool(settings: #"{"launcher": \#(launcher)}"#) { spool in
      let limit = how == "limit" ? #""timeout": "200ms","# : ""
      try spool.drop("a.json", #"{\#(limit) "script": "echo up; sleep 600 & sleep 600"}"#)
      let agent = try spool.agent()
      if how == "kill" {
        try eventually("the command") { try spool.log("a") == "up\n" }
        try spool.run(["kill", "--grace", "200ms", "a"])
      }
      try spool.waitForRecord("a")
      let record = try spool.record("a")
      #expect(record.state == (how == "kill" ? .killed : .failed))
      func left() -> [Int32] { Processes.withVariable("SPOOL_RUN_DIR", spool.path("runs/a")) }
      #expect(left().isEmpty)
      _ = try agent.terminate()
    }
  }

  @Test(
    "without the launcher's program here the run waits, with that reason, for a host that has it")
  func missing() throws {
    try withSpool { spool in
      let script = #"{"launcher": ["nosuch"], "env": {"PATH": "\#(spool.path("tools")):/bin"}, "#
      try spool.drop("a.json", script + #""script": "exit 0"}"#)
      // One that is named by a path, and one of a named job, are looked for as well.
      try spool.drop("b.json", #"{"launcher": ["/nosuch/launcher"], "command": ["true"]}"#)
      try spool.drop("c.json", #"{"job": "far"}"#)
      try spool.write("far", script + #""script": "exit 0"}"#)
      try spool.run(["job", "create", "far", "--file", spool.path("far")])
      let left = try spool.run(["agent", "--drain"])
      let host = Host.current.name
      #expect(
        left.contains(
          "a.json left alone: launcher nosuch: not found on \(host) in \(spool.path("tools")):/bin")
      )
      #expect(left.contains("b.json left alone: launcher /nosuch/launcher: not found on \(host)\n"))
      #expect(left.contains("c.json left alone: launcher nosuch: not found on \(host) in "))
      #expect(try spool.names("queued").sorted() == ["a.json", "b.json", "c.json"])
      // It is looked for again at each scan.
      try System.makeDirectory(spool.path("tools"), permissions: 0o700)
      try spool.write("tools/nosuch", "#!/bin/sh\nexec \"$@\"\n")
      try System.setPermissions(spool.path("tools/nosuch"), 0o700)
      try spool.drain()
      #expect(try spool.record("a").state == .finished)
      #expect(try spool.record("c").state == .finished)
      #expect(try spool.names("queued") == ["b.json"])
    }
  }
}
