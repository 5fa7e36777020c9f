#if DEBUG
  import SpoolQueue
  import SpoolTesting
  import Testing

  /// A file of spool's own that cannot be written whole: nothing of it is seen, and nothing stays.
  @Suite struct FullDiskTests {
    /// Something that writes a file of the queue.
    struct Writing: Sendable, CustomStringConvertible {
      let description: String
      /// Prepares a queue for it, and returns what writes.
      let prepare: @Sendable (Queue) throws -> () throws -> Void

      init(
        _ description: String, _ prepare: @escaping @Sendable (Queue) throws -> () throws -> Void
      ) {
        self.description = description
        self.prepare = prepare
      }
    }

    static let writings = [
      Writing("launch") { queue in { _ = try queue.launch(sync: true) } },
      Writing("finish") { queue in
        let agent = try TestAgent(in: queue)
        let attempt = try queue.startRun(by: agent)
        return {
          try withExtendedLifetime(agent) { _ = try attempt.finish(.failed(1), sync: true) }
        }
      },
      Writing("agent") { queue in
        let agent = try TestAgent(in: queue)
        return { agent.hold(try queue.register(agent.record), of: .current) }
      },
      Writing("announcement") { queue in
        let agent = try TestAgent(in: queue)
        try queue.unregister(agent: agent.name)
        return { agent.hold(try #require(try queue.announce(agent.record)), of: .current) }
      },
      Writing("edit") { queue in
        let run = try queue.launch()
        let edited = try queue.park(run)
        return { try edited.replace(with: #"{"command": ["false"]}"#) }
      },
      Writing("settings") { queue in { try queue.writeSettings(["slots": 7]) } },
      Writing("job") { queue in
        let content = try Job(parsing: Array(Queue.smallJob.utf8))
        // Its folder is made before.
        _ = try queue.jobs.create("train", Job(command: ["false"]))
        return { _ = try queue.jobs.create("train", content) }
      },
      Writing("alias") { queue in
        _ = try queue.jobs.create("train", Job(command: ["false"]))
        let version = try #require(JobReference("train:v0"))
        return { try queue.jobs.alias(version, as: "best") }
      },
      Writing("configuration") { queue in
        { try Configuration(root: "/r").write(to: queue.root + "/config.json") }
      },
    ]

    @Test("A disk that is full in the middle of a file", arguments: writings)
    func full(_ writing: Writing) throws {
      let number = try #require(try calls(of: writing).firstIndex(of: .write))
      try fails(writing) { _, at in
        at == number ? .cut(9) : at == number + 1 ? .refused(.noSpace) : .passed
      }
    }

    @Test("A disk that does not take what was written", arguments: writings)
    func unsynced(_ writing: Writing) throws {
      let calls = try calls(of: writing)
      let written = try #require(calls.firstIndex(of: .write))
      guard let number = calls[written...].firstIndex(of: .sync) else {
        // A crash may take an agent's record.
        #expect(writing.description.hasPrefix("a"))
        return
      }
      try fails(writing) { _, at in at == number ? .refused(.inputOutput) : .passed }
    }

    @Test("A request to stop the run that fills the disk is empty, and is one") func kill() throws {
      try withQueue { queue in
        let agent = try TestAgent(in: queue)
        let attempt = try queue.startRun(by: agent)
        let driver = CallDriver { call, _ in call == .write ? .refused(.noSpace) : .passed }
        let request = KillRequest(reason: "too large", signal: "TERM", grace: 1)
        #expect(try driver.drive { try queue.kill(attempt.run, request) } == .requested)
        #expect(try readFile(queue.runPath(attempt.run, Queue.killFile)) == "")
        #expect(try queue.names(inRun: attempt.run) == ["1", Queue.killFile])
        try attempt.finish(.finished(), sync: false)
        withExtendedLifetime(agent) {}
      }
    }

    private func calls(of writing: Writing) throws -> [SystemCall] {
      try withQueue { queue in
        let driver = CallDriver()
        try driver.drive(try writing.prepare(queue))
        return driver.calls
      }
    }

    /// Expects that it throws and changes nothing, and that it works afterwards.
    private func fails(
      _ writing: Writing, _ fate: @escaping @Sendable (SystemCall, Int) -> CallDriver.Fate
    ) throws {
      try withQueue { queue in
        let write = try writing.prepare(queue)
        let before = try contents(queue.root)
        #expect(throws: SpoolError.self) { try CallDriver(fate).drive(write) }
        #expect(try contents(queue.root) == before)
        try write()
      }
    }

    /// Every file of a directory with its number and size, and every directory.
    private func contents(_ path: String) throws -> [String] {
      try System.list(path).sorted().flatMap { name in
        let found = try System.information(path + "/" + name)
        if found.isDirectory { return [name] + (try contents(path + "/" + name)) }
        return ["\(name) \(found.inode) \(found.size)"]
      }
    }
  }
#endif
