#if os(Linux)
  import SpoolQueue
  import SpoolTesting
  import Testing

  /// Agents in containers, on a queue of the machine's own disk.
  @Suite("Containers on a local queue", .enabled(if: Container.isPossible))
  struct ContainerTests {
    private static let endless = #"{"script": "until [ -e ../../go ]; do sleep 0.05; done"}"#

    /// A run that goes on until the file `go` is there; returns its command's process.
    private func startRun(_ spool: SpoolUnderTest, _ name: String) throws -> Int32 {
      try spool.drop(name + ".json", Self.endless)
      var command: Int32?
      try eventually("\(name)'s command", within: 120) {
        command = Processes.withVariable("SPOOL_RUN_DIR", spool.path("runs/" + name))
          .min()
        return command != nil
      }
      return try #require(command)
    }

    private func isRunning(_ spool: SpoolUnderTest, _ run: String) throws -> Bool {
      try spool.names("running").contains { $0.contains("-\(run)@") }
    }

    @Test("a container that is killed and started again has its slot again, and nothing hangs")
    func restarted() throws {
      try withSpool { spool in
        var container: Program? = try Container.agent(spool)
        _ = try startRun(spool, "first")
        try spool.drop("second.json", #"{"command": ["true"], "unique": "key"}"#)
        container?.killOutright()
        // A request while nobody is there who could obey is obeyed when somebody is.
        container = try Container.agent(spool)
        try spool.waitForRecord("first")
        let first = try spool.record("first")
        #expect(first.state == .crashed && first.reason == "its runner on c1 died")
        try spool.waitForRecord("key-1")
        // The agent's file went with it.
        try eventually("one agent's file") {
          try spool.names("agents").filter { !$0.hasPrefix(".") }.count == 1
        }
        container?.killOutright()
      }
    }

    @Test("recovery by hand, kill, a key and --drain do not wait for a container that is gone")
    func gone() throws {
      try withSpool { spool in
        let container = try Container.agent(spool, slots: 2)
        _ = try startRun(spool, "lost")
        _ = try startRun(spool, "asked")
        container.killOutright()
        try spool.run(["kill", "asked", "--reason", "enough"])
        // Its init is killed by then, and put away soon.
        try eventually("the end of what was lost") {
          _ = try spool.run(["recover"])
          return try spool.exists("done/lost.json")
        }
        #expect(try spool.record("lost").state == .crashed)
        #expect(try spool.record("asked").state == .killed)
        #expect(try spool.names("agents").filter { !$0.hasPrefix(".") }.isEmpty)

        let again = try Container.agent(spool)
        _ = try spool.launch(["--unique", "key", "--", "sleep", "600"])
        try eventually("the key's run") { try isRunning(spool, "key-1") }
        again.killOutright()
        // The next agent may be any, of another name and in no container.
        try spool.drain()
        #expect(try spool.record("key-1").state == .crashed)
        _ = try spool.launch(["--unique", "key", "--", "true"])
        try spool.drain()
        #expect(try spool.record("key-2").state == .finished)
      }
    }

    @Test("without /proc a command says so, and does nothing")
    func noProc() throws {
      try withSpool { spool in
        let program = try spool.start(
          Container.unshare,
          [
            "--mount", "sh", "-c", "mount -t tmpfs none /proc && exec \"$0\" list",
            BuiltProgram.path,
          ], output: "/dev/null")
        #expect(try program.waitForEnd() == 5)
        #expect(program.output.hasPrefix("spool: /proc is not there, "), "\(program.output)")
      }
    }

    @Test("a stopped runner that is seen from another namespace is never judged")
    func stopped() throws {
      try withSpool(settings: #"{"lease": "1s"}"#) { spool in
        let container = try Container.agent(spool, isInit: false)
        let command = try startRun(spool, "run")
        let runner = try #require(Container.parent(of: command))
        let agent = try #require(Container.parent(of: runner))
        TestSignal.stop.send(to: runner)
        TestSignal.kill.send(to: agent)
        // Its agent is dead, its heartbeat stands still, and an agent outside looks again and again.
        let other = try spool.agent()
        try eventually("its agent's file is removed", within: 120) {
          try spool.names("agents").filter { $0.hasPrefix("c1-") }.isEmpty
        }
        for _ in 0..<3 {
          try spool.run(["recover"])
          #expect(try isRunning(spool, "run"))
        }
        #expect(try spool.run(["why", "run"]).contains("runs/run/1/start.json"))
        TestSignal.proceed.send(to: runner)
        try spool.write("go", "")
        try spool.waitForRecord("run")
        #expect(try spool.record("run").state == .finished)
        #expect(try other.terminate() == 0)
        container.killOutright()
      }
    }

    @Test("what a command left behind in a container without an agent is ended from outside")
    func leftovers() throws {
      try withSpool { spool in
        let container = try Container.agent(spool, isInit: false)
        try spool.drop(
          "run.json", #"{"script": "setsid sleep 600 & until [ -e ../../go ]; do sleep 1; done"}"#)
        try eventually("its child", within: 120) {
          Processes.withVariable("SPOOL_RUN", "run").count >= 3
        }
        let text = try spool.text("runs/run/1/start.json")
        let claim = try #require(
          JSON(parsing: Array(text.utf8), dialect: .strict)["claim"]?.stringValue)
        func processes() -> [Int32] { Processes.withVariable("SPOOL_CLAIM", claim) }
        let command = try #require(processes().min())
        let runner = try #require(Container.parent(of: command))
        let agent = try #require(Container.parent(of: runner))
        TestSignal.kill.send(to: agent)
        TestSignal.kill.send(to: runner)
        // A process that was killed holds its lock until the kernel has put it away.
        try eventually("its end") {
          try spool.run(["recover"])
          return try spool.exists("done/run.json")
        }
        #expect(try spool.record("run").state == .crashed)
        #expect(processes().isEmpty)
        container.killOutright()
      }
    }

    @Test("a runner of another time namespace is not taken for another process")
    func timeNamespace() throws {
      guard Container.hasTimeNamespaces else { return }
      try withSpool { spool in
        let agent = try spool.start(
          Container.unshare,
          ["--time", "--boottime", "1000000", "--fork", BuiltProgram.path, "agent"],
          output: "/dev/null")
        try agent.waitFor("serving")
        let command = try startRun(spool, "run")
        for _ in 0..<2 {
          try spool.run(["recover"])
          #expect(try isRunning(spool, "run"))
        }
        let inside = try #require(Container.parent(of: Container.parent(of: command) ?? 0))
        try spool.write("go", "")
        try spool.waitForRecord("run")
        #expect(try spool.record("run").state == .finished)
        TestSignal.term.send(to: inside)
        #expect(try agent.waitForEnd() == 0)
      }
    }

    @Test("a copy of the queue beside the living one is left alone") func copy() throws {
      try withSpool { spool in
        let container = try Container.agent(spool)
        _ = try startRun(spool, "run")
        let copy = spool.queue + "-copy"
        let copying = try spool.start("/bin/cp", ["-a", spool.queue, copy], output: "/dev/null")
        #expect(try copying.waitForEnd() == 0)
        try spool.run(["recover", "-q", copy])
        #expect(try System.list(copy + "/running").count == 1)
        #expect(try isRunning(spool, "run"))
        try spool.write("go", "")
        try spool.waitForRecord("run")
        container.killOutright()
      }
    }
  }

  @Suite("What a command inherits") struct InheritanceTests {
    @Test("neither the command nor what it starts has the lock, or any file of its runner")
    func descriptors() throws {
      try withSpool { spool in
        try spool.drop(
          "run.json",
          #"{"script": "for f in /proc/$$/fd/*; do readlink \"$f\"; done; echo $SPOOL_CLAIM"}"#)
        try spool.drain()
        let lines = try spool.log("run").split(separator: "\n").map { String($0) }
        let claim = try #require(lines.last)
        #expect(ClaimName(claim) != nil)
        // Its input, its log twice, and what the shell itself opened.
        #expect(lines.allSatisfy { !$0.hasSuffix(".json") && !$0.contains("socket:") }, "\(lines)")
        #expect(lines.filter { $0.hasSuffix("/out.log") }.count >= 2)
      }
    }
  }

  /// An agent in namespaces of its own, as in a container; made by `unshare`.
  enum Container {
    static let unshare = "/usr/bin/unshare"

    /// Whether this user may make them.
    static let isPossible = runs(["--pid", "--fork", "--mount-proc", "--uts", "--mount", "true"])
    static let hasTimeNamespaces = runs(["--time", "--boottime", "1000000", "--fork", "true"])

    private static func runs(_ arguments: [String]) -> Bool {
      (try? Program(
        arguments, environment: ["PATH": "/usr/bin:/bin"], log: "/dev/null", executable: unshare
      ).waitForEnd()) == 0
    }

    /// Starts an agent in a container called `c1`, which ends with the program that is returned.
    ///
    /// - Parameter isInit: Whether the container ends with its agent.
    static func agent(
      _ spool: SpoolUnderTest, slots: Int = 1, isInit: Bool = true
    ) throws -> Program {
      let start = isInit ? "exec \"$0\" agent" : "\"$0\" agent"
      let end = isInit ? "" : " & exec sleep 3600"
      let program = try spool.start(
        unshare,
        [
          "--pid", "--fork", "--kill-child", "--mount-proc", "--uts", "--mount", "sh", "-c",
          "hostname c1; \(start) --slots \(slots)" + end, BuiltProgram.path,
        ], output: "/dev/null")
      try program.waitFor("serving")
      return program
    }

    /// The parent of a process, by its number here.
    static func parent(of process: Int32) -> Int32? {
      guard let line = try? readText("/proc/\(process)/stat"), let end = line.lastIndex(of: ")")
      else { return nil }
      return line[end...].split(separator: " ").dropFirst(2).first.flatMap { Int32($0) }
    }
  }
#endif
