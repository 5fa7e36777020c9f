import SpoolQueue
import SpoolTesting
import Testing

@Suite("What nobody should do to a queue, and somebody does")
struct HostileTests {
  @Test("an agent leaves no zombies of the runners that it needs no more")
  func zombies() throws {
    try withSpool { spool in
      let agent = try spool.agent(slots: 4)
      for number in 1...4 { try spool.drop("job\(number).json", #"{"command": ["sleep", "0.1"]}"#) }
      for number in 1...4 { try spool.waitForRecord("job\(number)") }
      try eventually("two waiting runners alone") { try agent.children().count <= 2 }
    }
  }

  @Test("a file that everybody can write is left alone, and taken as soon as that is mended")
  func mendedPermissions() throws {
    try withSpool { spool in
      // Else nobody but its owner gets to it.
      try System.setPermissions(spool.path("."), 0o755)
      try System.setPermissions(spool.path("queued"), 0o755)
      // Only the kernel's word can be what tells the agent.
      let agent = try spool.start(["agent", "--poll", "1h"])
      try agent.waitFor("serving")
      try spool.drop(".open", #"{"command": ["true"]}"#)
      try System.setPermissions(spool.path("queued/.open"), 0o666)
      try System.rename(spool.path("queued/.open"), spool.path("queued/open.json"))
      try agent.waitFor("open.json left alone")
      try System.setPermissions(spool.path("queued/open.json"), 0o600)
      try spool.waitForRecord("open")
      #expect(try agent.terminate() == 0)
      for directory in [".", "queued"] { try System.setPermissions(spool.path(directory), 0o700) }
    }
  }

  @Test("a run that removes its own folder ends with its outcome, and can be killed")
  func ownFolder() throws {
    try withSpool { spool in
      try spool.drop("gone.json", #"{"script": "rm -rf \"$SPOOL_RUN_DIR\"; exit 3"}"#)
      try spool.drain()
      #expect(try spool.record("gone").exitCode == 3)
      try spool.drop("stays.json", #"{"script": "rm -rf \"$SPOOL_RUN_DIR\"; sleep 1000"}"#)
      let agent = try spool.agent()
      try eventually("its folder gone") {
        try spool.names("running").count == 1 && !spool.exists("runs/stays")
      }
      try spool.run(["kill", "stays"])
      try spool.waitForRecord("stays")
      #expect(try spool.record("stays").state == .killed)
      _ = agent
    }
  }

  @Test("a socket in the place of queue.json is a wrong file, and no disk that is away")
  func socketForSettings() throws {
    try withSpool { spool in
      let socket = Descriptor(try Platform.makeSocket(spool.path("queue.json")))
      defer { _ = socket }
      _ = try spool.launch(["--", "true"])
      let agent = try spool.start(["agent", "--drain"])
      // What it could claim it never learned.
      #expect(try agent.waitForEnd(within: 120) == 1, "\(agent.output)")
      #expect(agent.output.contains("queue.json: cannot read: it is a socket"), "\(agent.output)")
    }
  }

  @Test("a record whose run's folder was removed is not overwritten by a drop of that name")
  func keptRecord() throws {
    try withSpool { spool in
      try spool.drop("same.json", #"{"script": "exit 1"}"#)
      try spool.drain()
      try spool.run(["launch", "--", "rm", "-rf", spool.path("runs/same")])
      try spool.drain()
      try spool.drop("same.json", #"{"script": "exit 2"}"#)
      try spool.drop("50-20261122T131501.482913Z-same.json", #"{"script": "exit 2"}"#)
      try spool.drain()
      #expect(try spool.record("same").exitCode == 1)
      #expect(try spool.record("same-2").exitCode == 2)
      #expect(try spool.record("same-3").exitCode == 2)
    }
  }

  @Test("the file of a run that is over, put back by hand, is another run")
  func putBack() throws {
    try withSpool { spool in
      let run = try spool.launch(["--name", "again", "--", "sh", "-c", "exit 1"])
      let file = try #require(try spool.names("queued").first)
      try spool.drain()
      let first = try spool.text("done/\(run).json")
      try System.rename(spool.path("runs/\(run)/1/job.json"), spool.path("queued/" + file))
      try spool.drain()
      #expect(try spool.text("done/\(run).json") == first)
      #expect(try spool.record(run + "-2").exitCode == 1)
    }
  }

  @Test("a file in the place of a run's folder holds up nobody")
  func fileForFolder() throws {
    try withSpool { spool in
      try spool.write("runs/taken", "")
      try spool.drop("taken.json", #"{"command": ["true"]}"#)
      try spool.drop("50-20261122T131501.482913Z-taken.json", #"{"command": ["true"]}"#)
      try spool.drain()
      #expect(try spool.names("done").sorted() == ["taken-2.json", "taken-3.json"])
      try System.unlink(spool.path("runs/taken"))
    }
  }

  @Test(
    "where standard descriptors were closed, nothing else gets their numbers",
    .enabled(if: (try? System.informationFollowing("/proc/self/fd")) != nil, "there is no /proc"))
  func closed() throws {
    try withSpool { spool in
      let run = try spool.launch(["--", "true"])
      let script = "echo $$ >\(spool.path("pid")); exec \"$@\" <&- >&- 2>&-"
      let agent = try spool.start(
        "/bin/sh", ["-c", script, "sh", BuiltProgram.path, "agent"], output: "/dev/null")
      try spool.waitForRecord(run)
      #expect(try spool.record(run).state == .finished)
      let pid = try spool.text("pid").filter { $0 != "\n" }
      for number in 0...2 {
        #expect(try System.readLink("/proc/\(pid)/fd/\(number)") == "/dev/null")
      }
      #expect(try agent.terminate() == 0)
      try System.unlink(spool.path("pid"))
    }
  }
}
