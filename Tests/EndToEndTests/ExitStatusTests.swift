import SpoolQueue
import Testing

@Suite("The exit status of commands that wait for a run")
struct ExitStatusTests {
  @Test(
    "it is the command's where a single run is waited for, as from a shell",
    arguments: [
      ("exit 0", 0), ("exit 7", 7), ("exit 255", 255), ("kill -9 $$", 137), ("kill -TERM $$", 143),
    ] as [(String, Int32)])
  func ends(script: String, status: Int32) throws {
    try withSpool { spool in
      let agent = try spool.agent()
      let command = ["--", "sh", "-c", script]
      let text = try spool.output(["launch", "--wait"] + command, expecting: status)
      let run = String(text.prefix { $0 != "\n" })
      let word = status == 0 ? "finished" : "failed"
      #expect(try spool.output(["wait", run], expecting: status) == "\(run) \(word)\n")
      try spool.run(["launch", "--follow"] + command, expecting: status)
      let plain: Int32 = status == 0 ? 0 : 1
      try spool.run(["launch", "--wait", "--status", "0/1"] + command, expecting: plain)
      try spool.run(["wait", run, "--status=0/1"], expecting: plain)
      // Of several there is no such status.
      try spool.run(["wait", run, run], expecting: plain)
      #expect(try agent.terminate() == 0)
    }
  }

  @Test("commands that do not come to run have the statuses that a shell has for them")
  func crashes() throws {
    try withSpool { spool in
      let agent = try spool.agent()
      try spool.run(["launch", "--wait", "--", "no-such-program"], expecting: 127)
      try spool.run(["launch", "--wait", "--", "/dev/null"], expecting: 126)
      try spool.run(["launch", "--wait", "--cwd", "/no/such", "--", "true"], expecting: 126)
      try spool.run(
        ["launch", "--wait", "--timeout", "50ms", "--", "sh", "-c", "sleep 60"], expecting: 124)
      // Whatever the command makes of TERM, it was not a good end.
      try spool.run(
        [
          "launch", "--wait", "--timeout", "50ms", "--", "sh", "-c",
          "trap 'exit 0' TERM; while :; do sleep 0.01; done",
        ], expecting: 124)
      let held = try spool.launch(["--hold", "--", "true"])
      try spool.run(["wait", held, "--timeout", "20ms"], expecting: 124)
      try spool.run(["wait", held, "--timeout", "20ms", "--status", "0/1"], expecting: 1)
      try spool.run(["kill", held])
      try spool.run(["wait", held], expecting: 125)
      #expect(try agent.terminate() == 0)
    }
  }

  @Test("spool's own troubles are 125 where another status would be a command's")
  func troubles() throws {
    try withSpool { spool in
      let text = try spool.run(["wait", "nobody"], expecting: 125)
      #expect(text.contains("there is no run nobody"))
      try spool.run(["wait", "nobody", "--status", "0/1"], expecting: 3)
      try spool.run(["wait", "nobody", "nothing"], expecting: 3)
      try spool.run(["launch", "--wait", "--after", "nobody", "--", "true"], expecting: 125)
      try spool.run(["launch", "--wait", "--priority", "100", "--", "true"], expecting: 125)
      try spool.run(["launch", "--after", "nobody", "--", "true"], expecting: 3)
      try spool.run(["launch", "--status", "0/1", "--", "true"], expecting: 2)
      try spool.run(["wait", "--all", "--status", "command"], expecting: 2)
    }
  }

  @Test(
    "^C ends the waiting and says that the run is not stopped",
    arguments: [["launch", "--wait"], ["launch", "--follow"], ["wait"], ["logs", "--follow"]])
  func interruption(command: [String]) throws {
    try withSpool { spool in
      let agent = try spool.agent()
      let script = ["sh", "-c", "echo here; until [ -e \(spool.path("go")) ]; do sleep 0.01; done"]
      let isLaunch = command[0] == "launch"
      let known = isLaunch ? nil : try spool.launch(["--"] + script)
      let terminal = try spool.startOnTerminal(
        command + (known.map { [$0] } ?? ["--"] + script), environment: ["TERM": "xterm"])
      try eventually("a run") { try !spool.names("running").isEmpty }
      let run = try known ?? #require(spool.names("runs").first)
      // By then it waits: it shows the log, or its line.
      let isFollowing = command.contains("--follow")
      try terminal.waitFor(isFollowing ? "here\n" : "\(run) runs")
      terminal.type("\u{3}")
      #expect(try terminal.waitForEnd() == 130)
      #expect(terminal.screen.contains("spool: \(run) was not stopped; spool kill \(run) stops it"))
      try spool.write("go", "")
      try spool.waitForRecord(run)
      #expect(try spool.record(run).state == .finished)
      #expect(try agent.terminate() == 0)
    }
  }

  @Test("logs of a run whose command never started says why there is nothing")
  func emptyLog() throws {
    try withSpool { spool in
      let agent = try spool.agent()
      let text = try spool.run(["launch", "--follow", "--", "no-such-program"], expecting: 127)
      let run = try #require(spool.names("runs").first)
      let words = "spool: \(run): the log is empty: it is crashed: command not found on "
      #expect(text.contains(words))
      #expect(try spool.run(["logs", run]).hasPrefix(words))
      #expect(try spool.output(["logs", run]) == "")
      let quiet = try spool.launch(["--", "true"])
      try spool.waitForRecord(quiet)
      #expect(try spool.run(["logs", quiet]) == "")
      #expect(try agent.terminate() == 0)
    }
  }
}
