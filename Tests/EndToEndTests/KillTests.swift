import SpoolQueue
import SpoolTesting
import Testing

@Suite("Whatever is killed, the run ends once, with one outcome")
struct KillTests {
  /// A command with a child of its own, one in a session of its own, and one that ignores TERM.
  private static let family =
    #"{"script": "setsid sleep 1001 & sleep 1002 & trap '' TERM; echo begun; sleep 1003; sleep 1004"}"#

  @Test("kill ends a waiting run at once, a held one and a dropped one too")
  func waiting() throws {
    try withSpool { spool in
      let run = try spool.launch(["--name", "w", "--", "touch", spool.path("ran")])
      let held = try spool.launch(["--hold", "--name", "h", "--", "touch", spool.path("ran")])
      try spool.drop("dropped.json", #"{"command": ["touch", "../../ran"]}"#)
      try spool.run(["kill", "--reason", "not needed", run, held, "dropped"])
      for run in [run, held, "dropped"] {
        let record = try spool.record(run)
        #expect(record.state == .killed)
        #expect(record.reason?.hasSuffix("not needed") == true)
        #expect(record.startedAt == nil)
      }
      try spool.drain()
      #expect(try !spool.exists("ran"))
    }
  }

  @Test("kill ends a running command, its children, and those that left its session")
  func running() throws {
    try withSpool { spool in
      let agent = try spool.agent()
      try spool.drop("family.json", Self.family)
      try eventually("the command begun") { try spool.log("family") == "begun\n" }
      func begun() -> [Int32] { Processes.withVariable("SPOOL_RUN_DIR", spool.path("runs/family")) }
      try eventually("four processes of the run") { begun().count >= 4 }
      try spool.run(["kill", "--grace", "100ms", "family"])
      try spool.waitForRecord("family")
      #expect(try spool.record("family").state == .killed)
      #expect(begun().isEmpty)
      _ = agent
    }
  }

  @Test("without a grace the command gets the signal that was asked for, and then KILL")
  func graceOfNothing() throws {
    try withSpool { spool in
      let agent = try spool.agent()
      try spool.drop("quick.json", #"{"script": "echo begun; exec sleep 1001"}"#)
      try eventually("the command begun") { try spool.log("quick") == "begun\n" }
      try spool.run(["kill", "--signal", "INT", "--grace", "0s", "quick"])
      try spool.waitForRecord("quick")
      #expect(try spool.record("quick").signal == "INT")
      _ = agent
    }
  }

  @Test("descendants are gone when the command ends by itself")
  func descendants() throws {
    try withSpool { spool in
      try spool.drop("leaver.json", #"{"script": "setsid sleep 1001 & sleep 1002 & exit 0"}"#)
      try spool.drain()
      #expect(try spool.record("leaver").state == .finished)
      func left() -> [Int32] { Processes.withVariable("SPOOL_RUN_DIR", spool.path("runs/leaver")) }
      #expect(left().isEmpty)
    }
  }

  @Test("an agent killed outright leaves its runs running, and they are recorded")
  func agentKilled() throws {
    try withSpool { spool in
      let agent = try spool.agent(slots: 2)
      try spool.drop("a.json", Self.untilGo)
      try spool.drop("b.json", Self.untilGo)
      try eventually("both running") { try spool.names("running").count == 2 }
      agent.killOutright()
      // A new agent finds them and counts them: its two slots are taken.
      let second = try spool.agent(slots: 2)
      try spool.drop("c.json", #"{"command": ["true"]}"#)
      try second.waitFor("serving")
      try eventually("the new agent looked") { try spool.names("agents").count == 1 }
      #expect(try spool.names("queued") == ["c.json"])
      try spool.write("go", "")
      for run in ["a", "b", "c"] {
        try spool.waitForRecord(run)
        #expect(try spool.record(run).state == .finished)
      }
    }
  }

  /// Waits for a file `go` in the queue's directory.
  private static let untilGo =
    #"{"script": "until [ -e ../../go ]; do sleep 0.01; done"}"#

  @Test("TERM to the agent: it leaves at once, its run goes on and is recorded")
  func agentTold() throws {
    try withSpool { spool in
      let agent = try spool.agent()
      try spool.drop("a.json", Self.untilGo)
      try eventually("it runs") { try spool.names("running").count == 1 }
      #expect(try agent.terminate() == 0)
      #expect(agent.output.contains("leaving; 1 run goes on"))
      #expect(try spool.names("agents").isEmpty)
      try spool.write("go", "")
      try spool.waitForRecord("a")
      #expect(try spool.record("a").state == .finished)
    }
  }

  @Test("a runner killed outright: crashed, with nothing of its command left")
  func runnerKilled() throws {
    try withSpool { spool in
      let agent = try spool.agent()
      try spool.drop("family.json", Self.family)
      try eventually("the command begun") { try spool.log("family") == "begun\n" }
      func processes() -> [Int32] {
        Processes.withVariable("SPOOL_RUN_DIR", spool.path("runs/family"))
      }
      try spool.killRunner(of: "family")
      try spool.waitForRecord("family")
      let record = try spool.record("family")
      #expect(record.state == .crashed)
      #expect(record.reason?.hasSuffix("died") == true)
      #expect(processes().isEmpty)
      _ = agent
    }
  }

  @Test("a runner that is told to end stops its command and says so")
  func runnerTold() throws {
    try withSpool { spool in
      let agent = try spool.agent()
      try spool.drop("a.json", #"{"script": "echo begun; sleep 1000"}"#)
      try eventually("the command begun") { try spool.log("a") == "begun\n" }
      try spool.killRunner(of: "a", signal: .term)
      try spool.waitForRecord("a")
      #expect(try spool.record("a").state == .crashed)
      #expect(try spool.record("a").reason?.hasPrefix("told to stop") == true)
      _ = agent
    }
  }

  @Test("both killed outright: recover ends the run as crashed")
  func bothKilled() throws {
    try withSpool { spool in
      let agent = try spool.agent()
      try spool.drop("a.json", #"{"script": "echo begun; sleep 1000"}"#)
      try eventually("the command begun") { try spool.log("a") == "begun\n" }
      agent.killOutright()
      try spool.killRunner(of: "a")
      try eventually("recovered") {
        try spool.run(["recover"])
        return try spool.names("running").isEmpty
      }
      #expect(try spool.record("a").state == .crashed)
    }
  }

  @Test("a time limit: TERM, KILL after the grace, failed")
  func timeLimit() throws {
    try withSpool { spool in
      try spool.drop("long.json", #"{"command": ["sleep", "1000"], "timeout": "50ms"}"#)
      try spool.drain()
      let record = try spool.record("long")
      #expect(record.state == .failed)
      #expect(record.reason == "time limit: 50ms, then signal TERM")
      #expect(record.signal == "TERM")
    }
  }
}
