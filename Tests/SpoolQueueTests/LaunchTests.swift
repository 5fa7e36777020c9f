import SpoolQueue
import SpoolTesting
import Testing

@Suite struct LaunchTests {
  @Test("A launched run is a file with both prefixes, and its name is reserved") func launch()
    throws
  {
    try withQueue { queue in
      let run = try queue.launch(named: "train", sync: true)
      let files = try queue.names(.queued)
      let name = try #require(files.first.flatMap { QueueFileName($0) })
      #expect(files.count == 1)
      #expect(name.isFull && name.priority == 50 && name.base == run && name.parked == nil)
      #expect(run.hasPrefix("train-") && run.utf8.count == 10)
      // The time of the file itself, by the clock of the file server.
      let file = try System.information(queue.path(.queued, name.text))
      #expect(name.stamp == file.modified.stamp)
      #expect(try queue.names(.runs) == [run])
      #expect(try queue.names(inRun: run) == [])
      #expect(try queue.locate(run) == .queued(name))
    }
  }

  @Test("A launched job file is read back as the same job") func content() throws {
    try withQueue { queue in
      let text = #"{"command": ["a b", "é"], "run_config": {"rate": 1.0}, "x-mine": [1e3]}"#
      let job = try Job(parsing: Array(text.utf8))
      let run = try queue.enqueue(job)
      let file = try queue.waitingFile(of: run)
      guard case .ready(_, let read) = try queue.inspect(file, Trust(queue, QueueSettings())) else {
        Issue.record("\(file) is not ready")
        return
      }
      #expect(read == job)
    }
  }

  @Test("Files are 0600 and folders 0700, as the queue is") func permissionsAlone() throws {
    try withQueue { queue in
      let run = try queue.launch()
      let file = try System.information(queue.path(.queued, try queue.waitingFile(of: run)))
      #expect(file.permissions == 0o600)
      #expect(try System.information(queue.runPath(run)).permissions == 0o700)
    }
  }

  @Test(
    "In a group's queue, files are 0660, root's 0640, and folders 2770, whatever the umask",
    arguments: [0o077, 0o777, 0] as [UInt32])
  func permissionsOfGroup(_ umask: UInt32) throws {
    try withTemporaryDirectory { directory in
      let group = try System.information(directory).group
      let path = directory + "/tester/queue"
      let made = try BuiltProgram.run(
        ["queue", "create", path, "--group", "\(group)"], directory: directory, umask: umask)
      try #require(made.status == 0, "\(made.errors)")
      let queue = try Queue(at: path)
      for folder in Queue.Folder.allCases {
        #expect(try System.information(queue.path(folder)).permissions == 0o2770)
      }
      let launched = try BuiltProgram.run(
        ["launch", "-q", path, "--", "true"], directory: directory, umask: umask)
      let run = try #require(launched.lines.first, "\(launched.errors)")
      let file = try System.information(queue.path(.queued, try queue.waitingFile(of: run)))
      #expect(file.permissions == (Account.isRoot ? 0o640 : 0o660))
      #expect(try System.information(queue.runPath(run)).permissions == 0o2770)
      expectSound(queue)
    }
  }

  @Test("A library's umask is worked around too") func permissionsInProcess() throws {
    try withTemporaryDirectory { directory in
      let group = try System.information(directory).group
      try withQueue(.trustedGroup("\(group)")) { queue in
        let run = try queue.launch()
        let file = try System.information(queue.path(.queued, try queue.waitingFile(of: run)))
        #expect(file.permissions == (Account.isRoot ? 0o640 : 0o660))
        #expect(try System.information(queue.runPath(run)).permissions == 0o2770)
      }
    }
  }

  @Test("A held run is no agent's") func held() throws {
    try withQueue { queue in
      let run = try queue.launch(held: true)
      let file = try queue.waitingFile(of: run)
      #expect(file.hasSuffix(".json.held"))
      #expect(QueueFileName(file)?.parked == .held)
    }
  }

  @Test("Runs are taken by priority, then in the order of their submission") func order() throws {
    try withQueue { queue in
      let job = try Job(parsing: Array(Queue.smallJob.utf8))
      let late = try queue.enqueue(job, named: "late", priority: 99)
      let first = try queue.enqueue(job, named: "z")
      let second = try queue.enqueue(job, named: "a")
      let urgent = try queue.enqueue(job, named: "urgent", priority: 0)
      let order = try queue.names(.queued).compactMap { QueueFileName($0)?.run }
      #expect(order == [urgent, first, second, late])
    }
  }

  @Test("Two launches of the same name are two runs") func sameName() throws {
    try withQueue { queue in
      let runs = try (0..<50).map { _ in try queue.launch(named: "same") }
      #expect(Set(runs).count == 50)
      #expect(try queue.names(.runs) == runs.sorted())
      #expect(try queue.names(.queued).count == 50)
    }
  }

  @Test("A run is named after what it runs") func baseName() throws {
    try withQueue { queue in
      let program = try queue.launch(#"{"command": ["/usr/bin/env", "x"]}"#)
      let named = try queue.launch(#"{"command": ["true"], "name": "try"}"#)
      let given = try queue.launch(named: "-odd/name")
      #expect(program.hasPrefix("env-"))
      #expect(named.hasPrefix("try-"))
      #expect(given.hasPrefix("_odd_name-"))
    }
  }

  @Test("A priority has two digits", arguments: [-1, 100]) func badPriority(_ priority: Int) throws
  {
    try withQueue { queue in
      let job = try Job(parsing: Array(Queue.smallJob.utf8))
      let error = #expect(throws: SpoolError.self) {
        try queue.enqueue(job, priority: priority)
      }
      #expect(error?.kind == .badInput)
      #expect(try queue.names(.queued) == [] && queue.names(.runs) == [])
    }
  }

  @Test("A launch that is refused leaves nothing behind") func refused() throws {
    try withQueue(isSound: false) { queue in
      try System.removeDirectory(queue.path(.queued))
      let error = #expect(throws: SpoolError.self) { try queue.launch() }
      #expect(error?.kind == .system)
      #expect(try queue.names(.runs) == [])
    }
  }

  @Test("A launch that died before its rename left nothing queued") func interrupted() throws {
    try withQueue { queue in
      #expect(try queue.reserve("dead"))
      try writeFile(queue.runPath("dead", Queue.jobFile), Queue.smallJob)
      #expect(try queue.locate("dead") == nil)
      #expect(try queue.allRuns().isEmpty)
      #expect(try queue.reserve("dead") == false)
    }
  }

  @Test("A withdrawn run is not queued; one that was claimed goes on") func withdrawn() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let run = try queue.launch()
      let name = try #require(QueueFileName(try queue.waitingFile(of: run)))
      #expect(try queue.withdraw(name, run))
      #expect(try queue.names(.queued) == [])
      #expect(try queue.names(inRun: run) == [Queue.jobFile])

      let other = try queue.launch()
      let file = try queue.waitingFile(of: other)
      _ = try queue.claim(file, by: agent)
      #expect(try queue.withdraw(try #require(QueueFileName(file)), other) == false)
    }
  }
}
