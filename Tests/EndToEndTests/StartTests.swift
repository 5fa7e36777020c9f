import SpoolQueue
import SpoolTesting
import Testing

@Suite("Starts that fail before their command begins")
struct StartTests {
  /// A job whose runner reads for a while before its command begins, and then refuses it: long enough to
  /// be killed meanwhile.
  private func slowJob(_ spool: SpoolUnderTest) throws -> String {
    let line = "A=" + String(repeating: "x", count: 61) + "\n"
    try spool.write("slow.env", String(repeating: line, count: 16_000))
    let files = Array(repeating: "\"\(spool.path("slow.env"))\"", count: 17)
    return #"{"command": ["true"], "env_file": [\#(files.joined(separator: ", "))]}"#
  }

  private func drop(_ spool: SpoolUnderTest, _ name: String, _ text: String) throws {
    try spool.write("queued/.\(name)", text)
    try System.rename(spool.path("queued/.\(name)"), spool.path("queued/\(name)"))
  }

  /// Kills the runner that brings `run` into its attempt, once it has made that one's folder.
  private func killStart(_ spool: SpoolUnderTest, _ agent: Program, _ run: String, _ attempt: Int)
    throws
  {
    try eventually("attempt \(attempt) of \(run); \(agent.output)", within: 120) {
      let isStarting = try spool.names("starting").contains { $0.contains(run + "@") }
      return try isStarting && spool.exists("runs/\(run)/\(attempt)")
    }
    for child in try agent.children() { TestSignal.kill.send(to: child) }
  }

  @Test("A run whose runner dies three times ends as crashed with the cause; others run meanwhile")
  func three() throws {
    try withSpool { spool in
      try drop(spool, "10-bomb.json", try slowJob(spool))
      let agent = try spool.agent()
      try killStart(spool, agent, "bomb", 1)
      try agent.waitFor("died before the command began: signal KILL; the next try in 2s")
      let good = try spool.launch(["--", "true"])
      try spool.waitForRecord(good)
      #expect(try spool.record(good).state == .finished)
      let why = try spool.output(["why", "bomb"])
      #expect(why.contains("its runner died once before its command began (signal KILL"), "\(why)")
      #expect(try spool.output(["list"]).contains("queued (start failed)"))
      try killStart(spool, agent, "bomb", 2)
      try agent.waitFor("died before the command began: signal KILL; the next try in 16s")
      let page = try spool.output(["show", "bomb"])
      #expect(page.contains("its runner died twice"), "\(page)")
      #expect(page.contains("attempt 1   not started: signal KILL"))
      #expect(page.contains("next try"))
      try killStart(spool, agent, "bomb", 3)
      try spool.waitForRecord("bomb")
      let record = try spool.record("bomb")
      #expect(record.state == .crashed)
      #expect(
        record.reason == "its runner died three times before the command began: signal KILL")
      #expect(try agent.terminate() == 0)
    }
  }

  @Test("A run that is put back after its runner died is ended by kill at once")
  func killed() throws {
    try withSpool { spool in
      try drop(spool, "10-bomb.json", try slowJob(spool))
      let agent = try spool.agent()
      try killStart(spool, agent, "bomb", 1)
      try agent.waitFor("the next try in 2s")
      try spool.run(["kill", "bomb"])
      #expect(try spool.record("bomb").state == .killed)
      #expect(try agent.terminate() == 0)
    }
  }

  @Test("A runner that dies before its first word is the host's trouble: the run is not marked")
  func beforeTheFirstWord() throws {
    try withSpool { spool in
      let agent = try spool.agent()
      try eventually("a waiting runner") { try agent.children().count == 1 }
      // It is handed a run, and cannot take it.
      for child in try agent.children() { TestSignal.stop.send(to: child) }
      try drop(spool, "10-a.json", #"{"command": ["true"]}"#)
      try eventually("the claim") { try spool.names("starting").count == 1 }
      for child in try agent.children() { TestSignal.kill.send(to: child) }
      try spool.waitForRecord("a")
      #expect(try spool.record("a").state == .finished)
      #expect(
        agent.output.contains("cannot start runs: a runner died before its first word: signal KILL")
      )
      #expect(try !spool.exists("runs/a/1/unstarted.json"))
      #expect(try agent.terminate() == 0)
    }
  }

  @Test("Without any inotify an agent and its runs do the same, only more slowly")
  func inotify() throws {
    try withSpool { spool in
      let log = spool.path("agent.log")
      let agent = try spool.start(
        "/bin/sh",
        [
          "-c",
          "exec 2>&1; unshare -U -r true || { echo no such thing; exit 0; };"
            + " exec unshare -U -r sh -c 'echo 0 >/proc/sys/user/max_inotify_instances"
            + " || { echo no such thing; exit 0; }; exec \"$0\" agent --slots 4' \"$0\"",
          BuiltProgram.path,
        ], output: log)
      try eventually("its start", within: 120) {
        try readText(log).contains("serving") || readText(log).contains("no such thing")
      }
      // Where users may have no namespace of their own, or the system is another.
      if try !readText(log).contains("serving") { return }
      #expect(try readText(log).contains("the kernel has no watch left"))
      for name in ["a", "b"] { try drop(spool, "\(name).json", #"{"command": ["true"]}"#) }
      try drop(spool, "long.json", #"{"command": ["sleep", "1000"]}"#)
      for name in ["a", "b"] { try spool.waitForRecord(name) }
      try eventually("the long one") {
        try spool.names("running").contains { $0.contains("long@") }
      }
      try spool.run(["kill", "long"])
      try spool.waitForRecord("long")
      #expect(try spool.record("long").state == .killed)
      #expect(try agent.terminate() == 0)
    }
  }
}
