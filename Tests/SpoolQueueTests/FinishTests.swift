import Dispatch
import SpoolQueue
import SpoolTesting
import Synchronization
import Testing

@Suite struct FinishTests {
  /// What others read; the order is part of the format.
  static let keys = [
    "run", "name", "queue", "entity", "state", "held", "paused", "job", "author", "owner",
    "command", "args", "run_config", "tags", "notes", "created_at", "started_at", "ended_at",
    "duration_s", "exit_code", "signal", "reason", "host", "agent", "attempt", "attempts",
    "priority", "after", "unique", "retry_of", "sweep", "progress", "summary", "file",
  ]

  @Test("A record in done/ has every key, and the job file's bytes") func record() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let text = """
        {  // by hand
          "command": ["python3", "train.py"], "args": ["-v"], "run_config": {"rate": 1.0},
          "tags": ["a"], "notes": "é", "author": "Ada", "retries": 2,
        }
        """
      try queue.drop("07-train.json", text)
      let attempt = try queue.start("07-train.json", by: agent)
      #expect(try attempt.finish(.failed(3), sync: true))

      let record = try queue.record(of: "train")
      #expect(Array(record.keys.prefix(Self.keys.count)) == Self.keys)
      #expect(record["run"] == "train")
      #expect(record["queue"] == "queue" && record["entity"] == "tester")
      #expect(record["state"] == "failed" && record["exit_code"] == 3)
      #expect(record["held"] == false && record["paused"] == false)
      #expect(record["command"] == ["python3", "train.py"] && record["args"] == ["-v"])
      #expect(record["run_config"] == ["rate": .number("1.0")])
      #expect(record["tags"] == ["a"] && record["notes"] == "é" && record["author"] == "Ada")
      #expect(record["attempt"] == 1 && record["attempts"] == 3 && record["priority"] == 7)
      #expect(record["agent"] == .string(agent.name))
      #expect(record["host"] == .string(Host.current.name))
      #expect(record["reason"] == "exit status 3" && record["signal"] == .null)
      #expect(record["duration_s"] == .number(0.5))
      #expect(record["file"] == .string(text))
      #expect(record["next"] == "done")
      for key in ["created_at", "started_at", "ended_at"] {
        #expect(record[key]?.stringValue.flatMap { Timestamp($0) } != nil)
      }
      let run = try #require(Run(record))
      #expect(run.state == .failed && run.file == text)
    }
  }

  @Test("A run that ended is in done/ alone, and its attempt keeps everything") func files() throws
  {
    try withQueue { queue in
      let attempt = try queue.startRun(by: try TestAgent(in: queue))
      try attempt.finish(.finished(), sync: true)
      #expect(try queue.locate(attempt.run) == .done)
      for folder in [Queue.Folder.queued, .starting, .running] {
        #expect(try queue.names(folder) == [])
      }
      #expect(try queue.names(inRun: "\(attempt.run)/1") == ["end.json", "job.json", "start.json"])
      #expect(
        try readFile(attempt.folder + "/job.json") == String(decoding: attempt.file, as: UTF8.self))
      let record = try System.information(queue.path(.done, attempt.run + ".json"))
      let outcome = try System.information(attempt.folder + "/end.json")
      #expect(record.inode == outcome.inode && record.links == 2)
      #expect(record.permissions == 0o600)
      #expect(try readFile(attempt.folder + "/end.json").filter { $0 == "\n" }.isEmpty)
    }
  }

  @Test("The first outcome stands") func firstOutcome() throws {
    try withQueue { queue in
      let attempt = try queue.startRun(by: try TestAgent(in: queue))
      #expect(try attempt.finish(.finished(), sync: false))
      #expect(try attempt.finish(.failed(1), sync: false) == false)
      #expect(try queue.record(of: attempt.run)["state"] == "finished")
      #expect(try queue.names(inRun: "\(attempt.run)/1") == ["end.json", "job.json", "start.json"])
    }
  }

  @Test("Of several who end a run at once, one has the outcome") func race() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      for _ in 0..<20 {
        let attempt = try queue.startRun(by: agent)
        let won = Mutex<[Int]>([])
        let begin = Instant.now
        DispatchQueue.concurrentPerform(iterations: 4) { status in
          do {
            if try attempt.finish(.failed(status), sync: false) {
              won.withLock { $0.append(status) }
            }
          } catch {
            Issue.record(error)
          }
        }
        let winners = won.withLock { $0 }
        #expect(winners.count == 1)
        #expect(try queue.record(of: attempt.run)["exit_code"]?.intValue == winners.first)
        // A process that stood still for two seconds may leave a hidden name.
        let names = try queue.names(inRun: "\(attempt.run)/1")
        let isSlow = Instant.now - begin >= .seconds(2)
        let left = names.filter { !isSlow || $0.utf8.first != UInt8(ascii: ".") }
        #expect(left == ["end.json", "job.json", "start.json"])
        #expect(try queue.names(.running) == [])
      }
    }
  }

  @Test("An outcome may be carried on any number of times") func carriedOn() throws {
    try withQueue { queue in
      let attempt = try queue.startRun(by: try TestAgent(in: queue))
      #expect(try queue.carryOn(attempt.name, attempt: 1, sync: true) == false)
      try attempt.finish(.finished(), sync: false)
      for _ in 0..<3 { #expect(try queue.carryOn(attempt.name, attempt: 1, sync: true)) }
      #expect(try queue.names(.done) == [attempt.run + ".json"])
      #expect(try queue.names(inRun: "\(attempt.run)/1") == ["end.json", "job.json", "start.json"])
    }
  }

  @Test("An outcome is carried on from wherever its writer died") func interrupted() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      for step in 1...3 {
        let attempt = try queue.startRun(by: agent)
        // What finish does, up to a point.
        try attempt.finish(.failed(step), sync: false)
        let put = attempt.folder + "/job.json"
        try System.rename(put, queue.path(.running, attempt.name.text))
        if step < 3 { try System.unlink(queue.path(.done, attempt.run + ".json")) }
        if step == 1 {
          try System.link(attempt.folder + "/end.json", attempt.folder + "/.end.aside")
        }
        #expect(try queue.carryOn(attempt.name, attempt: 1, sync: false))
        #expect(try queue.record(of: attempt.run)["exit_code"]?.intValue == step)
        #expect(try queue.names(.running) == [])
      }
    }
  }

  @Test("An outcome that spool did not write is not carried on") func foreignOutcome() throws {
    try withQueue(isSound: false) { queue in
      let attempt = try queue.startRun(by: try TestAgent(in: queue))
      try writeFile(attempt.folder + "/end.json", "{}")
      let error = #expect(throws: SpoolError.self) {
        try queue.carryOn(attempt.name, attempt: 1, sync: false)
      }
      #expect(
        error?.message
          == attempt.folder
          + "/end.json: is not an outcome that spool wrote; look at it and move it"
          + " away")
      #expect(try queue.names(.running) == [attempt.name.text])
    }
  }

  @Test("A run with an attempt left waits again under its name") func requeued() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let run = try queue.launch(#"{"command": ["false"], "retries": 1}"#)
      let file = try queue.waitingFile(of: run)
      let first = try queue.start(file, by: agent)
      #expect(try first.finish(.failed(1, next: .queued), sync: true))
      #expect(try queue.names(.queued) == [file])
      #expect(try queue.names(.running) == [] && queue.names(.done) == [])
      #expect(try queue.names(inRun: "\(run)/1") == ["end.json", "start.json"])
      // Carried on again, it changes nothing: neither now nor when the second attempt runs.
      #expect(try queue.carryOn(first.name, attempt: 1, sync: false))
      let second = try queue.start(file, by: agent)
      #expect(second.run == run && second.number == 2)
      #expect(try queue.carryOn(first.name, attempt: 1, sync: false))
      #expect(try queue.locate(run) == .running(second.name))
      #expect(try queue.findAttempt(of: second.name)?.start.attempt == 2)
      #expect(try second.finish(.finished(), sync: true))
      let record = try queue.record(of: run)
      #expect(record["attempt"] == 2 && record["attempts"] == 2 && record["state"] == "finished")
    }
  }

  @Test("A dropped file that is tried again is the same run") func droppedAgain() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      try queue.drop("hello.json")
      try queue.start("hello.json", by: agent).finish(.failed(1, next: .queued), sync: false)
      // A new drop of the old name in the meantime.
      try queue.drop("hello.json")
      let other = try queue.start("hello.json", by: agent)
      #expect(other.run == "hello-2")
      let again = try queue.start(try queue.waitingFile(of: "hello"), by: agent)
      #expect(again.run == "hello" && again.number == 2)
      try again.finish(.finished(), sync: false)
      try other.finish(.finished(), sync: false)
    }
  }

  @Test("A runner that lost its run to another's outcome leaves no trace") func lateRunner() throws
  {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let attempt = try queue.startRun(by: agent)
      // Recovery was first, and the run is on its way again.
      try attempt.finish(.failed(1, next: .queued), sync: false)
      let second = try queue.start(try queue.waitingFile(of: attempt.run), by: agent)
      #expect(try attempt.finish(.finished(), sync: false) == false)
      #expect(try queue.names(.done) == [])
      #expect(try queue.locate(attempt.run) == .running(second.name))
    }
  }
}
