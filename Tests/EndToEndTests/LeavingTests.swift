import SpoolQueue
import SpoolTesting
import Testing

@Suite("When agents with --drain and --once leave")
struct LeavingTests {
  #if os(Linux)
    /// Starts an agent that the kernel tells of nothing; nil: no namespaces can be made here.
    private func eventlessAgent(_ spool: SpoolUnderTest, _ arguments: [String]) throws -> Program? {
      let script =
        "unshare --user --map-root-user true 2>/dev/null || exit 77; exec unshare --user --map-root-user sh -c"
        + #" 'echo 0 >/proc/sys/user/max_inotify_watches && exec "$0" "$@"' "$0" "$@""#
      let agent = try spool.start(
        "/bin/sh", ["-c", script, BuiltProgram.path, "agent"] + arguments, output: "/dev/null")
      try eventually("the agent serves, or cannot") {
        agent.output.contains("serving") || agent.hasEnded
      }
      if agent.hasEnded, try agent.waitForEnd() == 77 { return nil }
      return agent
    }

    @Test("an agent that hears of no end in done/ runs what waited for it before it leaves")
    func withoutEvents() throws {
      try withSpool { spool in
        let first = try spool.launch(["--name", "first", "--", "sh", "-c", "sleep 0.1"])
        let second = try spool.launch(["--after", first, "--", "true"])
        let third = try spool.launch(["--after-failed", first, "--", "true"])
        guard let agent = try eventlessAgent(spool, ["--drain", "--slots", "3"]) else { return }
        #expect(try agent.waitForEnd(within: 600) == 0)
        #expect(try spool.record(second).state == .finished)
        #expect(try spool.record(third).state == .crashed)
      }
    }

    @Test("an agent that hears of nothing reads a waiting file again that was written anew")
    func writtenAnew() throws {
      try withSpool { spool in
        try spool.drop(
          "a.json", #"{"command": ["true"], "not_before": "2999-01-01T00:00:00Z"}"#)
        try spool.drop("b.json", #"{"command": ["true"]}"#)
        guard let agent = try eventlessAgent(spool, ["--poll", "1s"]) else { return }
        // Files are read in the order of their names.
        try eventually("the second one has run") { try spool.exists("done/b.json") }
        try spool.drop("a.json", #"{"command": ["true"]}"#)
        try eventually("the first one has run") { try spool.exists("done/a.json") }
        agent.send(.term)
        _ = try agent.waitForEnd()
      }
    }
  #endif

  @Test("a file that is completed while an agent drains, and cannot run there, does not keep it")
  func completed() throws {
    try withSpool { spool in
      try spool.drop("a.json", #"{"command": ["true"], "require": ["no"#)
      let agent = try spool.start(["agent", "--drain"])
      try eventually("the agent has seen half of it") { agent.output.contains("on its way") }
      try spool.drop("a.json", #"{"command": ["true"], "require": ["nowhere"]}"#)
      #expect(try agent.waitForEnd() == 0)
      #expect(agent.output.contains("1 run stays"))
    }
  }

  @Test("what cannot come to run is left, and told of")
  func staying() throws {
    try withSpool { spool in
      let held = try spool.launch(["--hold", "--", "true"])
      let other = try spool.launch(["--hold", "--", "true"])
      let behind = try spool.launch(["--after", held, "--", "true"])
      let last = try spool.launch(["--after-any", "\(behind),\(other)", "--", "true"])
      let free = try spool.launch(["--", "true"])
      let agent = try spool.start(["agent", "--drain"])
      #expect(try agent.waitForEnd(within: 600) == 0)
      #expect(
        agent.output.contains(" lab/tests: 4 runs stay: 2 held, 2 wait for a held one\n"),
        "\(agent.output)")
      #expect(try spool.names("done") == [free + ".json"])
      try spool.run(["release", held, other])
      try spool.drain()
      #expect(try spool.record(last).state == .finished)
    }
  }

  @Test(
    "a paused queue has no prospects; one whose queue.json was never good is told of as a fault")
  func closed() throws {
    try withSpool { spool in
      _ = try spool.launch(["--", "true"])
      try spool.run(["queue", "pause"])
      let paused = try spool.start(["agent", "--drain"])
      #expect(try paused.waitForEnd(within: 600) == 0)
      #expect(paused.output.contains("1 run stays: the queue is paused"), "\(paused.output)")
      try spool.run(["queue", "resume"])
      try spool.write("queue.json", "{")
      let faulty = try spool.start(["agent", "--drain"])
      #expect(try faulty.waitForEnd(within: 600) == 1)
      #expect(faulty.output.contains("1 run stays: queue.json cannot be used"), "\(faulty.output)")
      try System.unlink(spool.path("queue.json"))
      try spool.drain()
      #expect(try spool.names("done").count == 1)
    }
  }

  @Test(
    "a run that waits for one that was removed by hand ends as crashed, with an agent of any kind")
  func removedByHand() throws {
    try withSpool { spool in
      func remove(_ run: String) throws {
        for file in try spool.names("queued") where file.contains(run) {
          try System.unlink(spool.path("queued/" + file))
        }
      }
      let first = try spool.launch(["--hold", "--", "true"])
      let behind = try spool.launch(["--after-any", first, "--", "true"])
      try remove(first)
      #expect(try spool.output(["why", behind]).contains("there is no such run"))
      try spool.drain()
      #expect(try spool.record(behind).state == .crashed)
      #expect(try spool.record(behind).reason?.contains(first) == true)
      // While an agent is there that knows of it already.
      let second = try spool.launch(["--hold", "--", "true"])
      let waiting = try spool.launch(["--after-any", second, "--", "true"])
      let agent = try spool.agent()
      try agent.waitFor("waits for \(second)")
      try remove(second)
      try spool.waitForRecord(waiting)
      #expect(try spool.record(waiting).state == .crashed)
      #expect(try agent.terminate() == 0)
    }
  }

  @Test("a dropped file whose name somebody has just reserved is waited for, and keeps the name")
  func reservedNames() throws {
    try withSpool { spool in
      for name in ["hello", "k-1"] {
        try System.makeDirectory(spool.path("runs/" + name), permissions: 0o700)
      }
      try spool.drop("hello.json", #"{"command": ["true"]}"#)
      try spool.drop("other.json", #"{"command": ["true"], "unique": "k"}"#)
      let agent = try spool.start(["agent", "--drain"])
      try agent.waitFor("other.json waits for its name")
      try System.removeDirectory(spool.path("runs/k-1"))
      #expect(try agent.waitForEnd(within: 600) == 0)
      // What made the other folder is dead.
      #expect(try spool.names("done").sorted() == ["hello-2.json", "k-1.json"])
    }
  }

  @Test("--once begins all hooks that are due, more than go on at a time")
  func hooks() throws {
    let hook = #"["sh", "-c", "echo $SPOOL_RUN >>../../calls"]"#
    try withSpool(settings: #"{"hooks": {"on_end": \#(hook), "on_empty": \#(hook)}}"#) { spool in
      for number in 1...9 { try spool.drop("r\(number).json", #"{"command": ["true"]}"#) }
      for number in 1...9 { try spool.run(["kill", "r\(number)"]) }
      #expect(try spool.names("hooks").count == 10)
      try spool.run(["agent", "--once"])
      // Each is in the hands of a process of its own, which may have its first turn after the agent's last.
      try eventually("all requests are taken") { try spool.names("hooks").isEmpty }
      try eventually("ten hooks") {
        try spool.exists("calls") && spool.text("calls").split(separator: "\n").count == 10
      }
    }
  }

  @Test(
    "agents that do not stay remove what is not kept before they leave",
    arguments: ["--once", "--drain"])
  func keep(_ option: String) throws {
    try withSpool { spool in
      for number in 1...5 { try spool.drop("r\(number).json", #"{"command": ["true"]}"#) }
      try spool.drain()
      try spool.write("queue.json", #"{"keep": {"count": 2}}"#)
      try spool.run(["agent", option])
      #expect(try spool.names("done").count == 2)
      #expect(try spool.names("runs").count == 2)
    }
  }
}
