import SpoolQueue
import SpoolTesting
import Testing

@Suite("Signals to runs, and runs that are suspended")
struct SuspendTests {
  /// A command with a child of its own and one in a session of its own.
  private static let family =
    #"{"script": "setsid sleep 1001 & sleep 1002 & echo begun; until [ -e ../../go ]; do sleep 0.01; done"}"#

  private func processes(_ spool: SpoolUnderTest, _ run: String) -> [Int32] {
    Processes.withVariable("SPOOL_RUN_DIR", spool.path("runs/" + run))
  }

  /// The states of a run's processes, as letters.
  private func states(_ spool: SpoolUnderTest, _ run: String) -> Set<Character> {
    Set(
      processes(spool, run).compactMap { pid in
        guard let line = try? readText("/proc/\(pid)/stat"), let end = line.lastIndex(of: ")")
        else { return nil }
        return line[end...].dropFirst(2).first
      })
  }

  private func begin(_ spool: SpoolUnderTest, _ run: String, _ job: String) throws {
    try spool.drop(run + ".json", job)
    try eventually("\(run) begun") { try spool.log(run).contains("begun\n") }
  }

  @Test("suspend stops every process of a run until resume, and everybody can see it")
  func whole() throws {
    try withSpool { spool in
      let agent = try spool.agent()
      try begin(spool, "a", Self.family)
      try eventually("all of it") { processes(spool, "a").count >= 3 }
      #expect(try spool.run(["suspend", "--reason", "dinner", "a"]) == "a: suspended\n")
      #expect(states(spool, "a") == ["T"])
      #expect(try spool.run(["suspend", "a"]) == "a: was suspended already\n")
      #expect(try spool.output(["list"]).contains("running (suspended)"))
      #expect(try spool.output(["list", "--json"]).contains(#""suspended":true"#))
      #expect(try spool.output(["show", "a"]).contains(": dinner, since"))
      #expect(try spool.output(["why", "a"]).contains("spool resume a lets it go on"))
      #expect(try spool.output(["page", "-o", "-"]).contains("running (suspended)"))
      try spool.write("go", "")
      // Another run needs a slot, and does not get it.
      try spool.drop("b.json", #"{"command": ["true"]}"#)
      #expect(try spool.names("running").count == 1)
      #expect(try spool.run(["resume", "a"]) == "a: resumed\n")
      for run in ["a", "b"] { try spool.waitForRecord(run) }
      let record = try spool.record("a")
      #expect(record.state == .finished)
      #expect(
        record.json["remarks"]?.arrayValue?.first?.stringValue?.hasPrefix("was suspended") == true)
      #expect(record.json["suspended"] == nil)
      #expect(try !spool.exists("runs/a/1/suspended"))
      _ = agent
    }
  }

  @Test("the time limit stands still while a run is suspended, and counts again afterwards")
  func timeLimit() throws {
    try withSpool { spool in
      let agent = try spool.agent(slots: 2)
      let job = #", "script": "trap 'echo warned' USR1; echo begun; while :; do sleep 0.01; done"}"#
      try begin(spool, "a", #"{"timeout": "5s", "warn": "1s""# + job)
      try spool.run(["suspend", "a"])
      // A clock: another run takes longer than the limit.
      try spool.drop("clock.json", #"{"command": ["sleep", "6"]}"#)
      try spool.waitForRecord("clock")
      #expect(states(spool, "a").contains("T"))
      try spool.run(["resume", "a"])
      try spool.waitForRecord("a")
      let record = try spool.record("a")
      #expect(record.reason?.hasPrefix("time limit: 5s") == true)
      #expect(try spool.log("a").contains("warned"))
      #expect((record.duration ?? 0) > 10.5)
      _ = agent
    }
  }

  @Test("kill ends a suspended run: it goes on, handles TERM, and leaves nothing") func killed()
    throws
  {
    try withSpool { spool in
      let agent = try spool.agent()
      try begin(
        spool, "a",
        #"{"script": "trap 'echo bye; exit 3' TERM; setsid sleep 1001 & echo begun; while :; do sleep 0.01; done"}"#
      )
      try spool.run(["suspend", "a"])
      try spool.run(["kill", "--grace", "5m", "a"])
      try spool.waitForRecord("a")
      #expect(try spool.record("a").state == .killed)
      #expect(try spool.record("a").exitCode == 3)
      #expect(try spool.log("a").contains("bye\n"))
      #expect(processes(spool, "a").isEmpty)
      _ = agent
    }
  }

  @Test("a signal arrives once for each request, and the run goes on") func signals() throws {
    try withSpool { spool in
      let agent = try spool.agent()
      try begin(
        spool, "a",
        #"{"script": "trap 'echo got' USR1; echo begun; until [ -e ../../go ]; do sleep 0.01; done"}"#
      )
      func count() throws -> Int {
        try spool.log("a").split(separator: "\n").filter { $0 == "got" }.count
      }
      for number in 1...3 {
        #expect(try spool.run(["signal", "usr1", "a"]) == "a: USR1 was sent\n")
        try eventually("signal \(number)") { try count() >= number }
      }
      // While it is suspended, the signal waits.
      try spool.run(["suspend", "a"])
      #expect(try spool.run(["signal", "10", "a"]).contains("gets the signal when it goes on"))
      #expect(try count() == 3)
      #expect(try spool.output(["resume", "--all", "--json"]).contains(#""result":"done""#))
      try eventually("the last one") { try count() == 4 }
      try spool.write("go", "")
      try spool.waitForRecord("a")
      #expect(try count() == 4)
      #expect(try spool.names("runs/a") == ["1"])
      _ = agent
    }
  }

  @Test("what cannot be asked is told, with the command that is meant") func refusals() throws {
    try withSpool { spool in
      let waiting = try spool.launch(["--name", "w", "--", "true"])
      #expect(try spool.run(["suspend", waiting], expecting: 1).contains("spool hold"))
      #expect(try spool.run(["signal", "KILL", waiting], expecting: 2).contains("spool kill"))
      #expect(try spool.run(["signal", "STOP", waiting], expecting: 2).contains("spool suspend"))
      #expect(try spool.run(["signal", "X", waiting], expecting: 2).contains("no such signal"))
      #expect(try spool.run(["resume"], expecting: 2).contains("spool queue resume"))
      #expect(try spool.run(["resume", "--all"], expecting: 1).contains("no such run"))
      #expect(try spool.run(["pause"], expecting: 2).contains("queue pause or suspend"))
      try spool.drain()
      #expect(try spool.run(["signal", "HUP", waiting], expecting: 1).contains("is over"))
    }
  }

  @Test("a runner that is killed beside its suspended command: crashed, and nothing is left")
  func runnerKilled() throws {
    try withSpool { spool in
      let agent = try spool.agent()
      try begin(spool, "a", Self.family)
      try spool.run(["suspend", "a"])
      try spool.killRunner(of: "a")
      try spool.waitForRecord("a")
      #expect(try spool.record("a").state == .crashed)
      try eventually("all gone") { processes(spool, "a").isEmpty }
      #expect(try spool.run(["resume", "a"], expecting: 1).contains("is over"))
      _ = agent
    }
  }

  @Test("without its agent a runner finds requests, too, and a reboot ends a suspended run")
  func agentGone() throws {
    try withSpool { spool in
      let agent = try spool.agent()
      try begin(spool, "a", Self.family)
      #expect(try agent.terminate() == 0)
      try spool.run(["suspend", "a"])
      #expect(states(spool, "a") == ["T"])
      try spool.killRunner(of: "a", signal: .term)
      try spool.waitForRecord("a")
      #expect(try spool.record("a").reason?.hasPrefix("told to stop") == true)
      #expect(try spool.record("a").signal == "TERM")
    }
  }

  @Test("below a launcher it is said what was reached") func launcher() throws {
    try withSpool(settings: #"{"launcher": ["env", "A=b"]}"#) { spool in
      let agent = try spool.agent()
      try begin(
        spool, "a",
        #"{"script": "trap : HUP; echo begun; until [ -e ../../go ]; do sleep 0.01; done"}"#)
      #expect(try spool.run(["signal", "HUP", "a"]).contains("its launcher env got it"))
      #expect(try spool.run(["suspend", "a"]).contains("its launcher env is stopped"))
      try spool.write("go", "")
      try spool.run(["resume", "a"])
      try spool.waitForRecord("a")
      _ = agent
    }
  }

  @Test("hostile files beside the requests do no harm, and the requests are carried out")
  func hostile() throws {
    try withSpool { spool in
      let agent = try spool.agent()
      try begin(spool, "a", Self.family)
      let start = try JSON(
        parsing: Array(try spool.text("runs/a/1/start.json").utf8), dialect: .strict)
      let claim = try #require(start["claim"]?.stringValue)
      let folder = spool.path("runs/a/")
      // A directory and a link are taken and answered like any request; other names are left alone.
      try System.makeDirectory(folder + "request@\(claim)@suspend@aaaaaaaa", permissions: 0o700)
      try Platform.makeLink(folder + "request@\(claim)@resume@bbbbbbbb", to: "/dev/zero")
      try spool.write("runs/a/request@\(claim)@KILL@cccccccc", "")
      try spool.write("runs/a/request@\(claim)@STOP@dddddddd", "")
      try spool.write("runs/a/request@other-0000.1@suspend@eeeeeeee", "")
      for number in 10...90 {
        try spool.write("runs/a/request@\(claim)@WINCH@xxxxxx\(number)", "{{{{")
      }
      try eventually("all are answered") {
        try spool.names("runs/a").filter { $0.hasPrefix("answer@") }.count == 83
      }
      try spool.run(["suspend", "a"])
      #expect(states(spool, "a") == ["T"])
      try spool.run(["resume", "a"])
      try spool.write("go", "")
      try spool.waitForRecord("a")
      #expect(try spool.record("a").state == .finished)
      #expect(try spool.names("runs/a").filter { $0.hasPrefix("request@") }.count == 3)
      _ = agent
    }
  }
}
