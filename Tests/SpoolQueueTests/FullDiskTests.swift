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
      guard let number = try calls(of: writing).firstIndex(of: .sync) else {
        #expect(writing.description == "agent", "a record that a crash may take")
        return
      }
      try fails(writing) { _, at in at == number ? .refused(.inputOutput) : .passed }
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
        let before = try contents(queue.path)
        #expect(throws: SpoolError.self) { try CallDriver(fate).drive(write) }
        #expect(try contents(queue.path) == before)
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
