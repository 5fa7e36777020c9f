import Dispatch
import SpoolQueue
import SpoolTesting
import Synchronization
import Testing

@Suite struct CheckTests {
  @Test("A new queue is sound, and so is one with runs in every state") func sound() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      _ = try queue.launch()
      _ = try queue.launch(held: true)
      try queue.drop("hello.json")
      try queue.drop("10-hello.json.editing")
      _ = try queue.claim(try queue.waitingFile(of: try queue.launch()), by: agent)
      _ = try queue.startRun(by: agent)
      try queue.startRun(by: agent).finish(.finished(), sync: false)
      try queue.startRun(by: agent).finish(.failed(1, next: .queued), sync: false)
      _ = try queue.kill(try queue.launch(), KillRequest())
      try queue.pause()
      try queue.writeSettings(["lease": 5])
    }
  }

  @Test("What is nobody's business is no finding") func othersFiles() throws {
    try withQueue { queue in
      for name in [".nfs0001", ".hidden.json", "notes.txt", "backup.json~"] {
        try writeFile(queue.path(.queued, name), "")
      }
      try Platform.makeLink(queue.path(.queued, "link"), to: "/nowhere")
      try queue.drop("bad.json", "not a job")
      for folder in Queue.Folder.allCases {
        try writeFile(queue.path(folder, ".nfs0002"), "")
      }
      try writeFile(queue.path + "/README", "")
      // A run may keep in its own folder what it likes.
      let attempt = try queue.startRun(by: try TestAgent(in: queue))
      try attempt.finish(.finished(), sync: false)
      try Platform.makeLink(queue.runPath(attempt.run, "latest"), to: "checkpoint-7")
      try writeFile(attempt.folder + "/out.log", "")
    }
  }

  @Test("A drop under the name of a run that is over is a new run, not that one")
  func droppedAgain()
    throws
  {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let run = try queue.launch()
      let file = try queue.waitingFile(of: run)
      try queue.start(file, by: agent).finish(.finished(), sync: false)
      try queue.drop(file)
      try queue.drop(run + ".json")
      #expect(try queue.check().isEmpty)
      _ = try queue.claim(file, by: agent)
    }
  }

  // MARK: Folders

  @Test("Folders that are missing, open to others, or no folders") func folders() throws {
    try expectFindings(["fault queued", "fault sweeps", "fault hooks"]) { queue, _ in
      try System.setPermissions(queue.path(.queued), 0o777)
      try System.removeDirectory(queue.path(.sweeps))
      try System.removeDirectory(queue.path(.hooks))
      try writeFile(queue.path(.hooks), "")
    }
  }

  @Test("What is not a regular file") func special() throws {
    try expectFindings([
      "fault agents/a.json", "fault running/link.json", "fault done/pipe.json", "fault runs/file",
      "fault runs/link", "fault runs/RUN/kill", "fault runs/RUN/7",
    ]) { queue, attempt in
      try Platform.makeLink(queue.path(.agents, "a.json"), to: "/etc/passwd")
      try Platform.makeLink(queue.path(.running, "link.json"), to: "/etc/passwd")
      try Platform.makePipe(queue.path(.done, "pipe.json"))
      try writeFile(queue.path(.runs, "file"), "")
      try Platform.makeLink(queue.path(.runs, "link"), to: "/tmp")
      try Platform.makeLink(queue.runPath(attempt.run, "kill"), to: "/etc/passwd")
      try writeFile(queue.runPath(attempt.run, "7"), "")
    }
  }

  // MARK: Names

  @Test("Names that no claim gives") func names() throws {
    let stamp = NamesTests.stamp
    let names = [
      "10-a@h-1234.1.json", "50-\(stamp)--a@h-1234.2.json", "50-\(stamp)-a.json", "note.txt",
      "50-\(stamp)-a@h-1234.3.json.held",
    ]
    try expectFindings(names.sorted().map { "fault starting/" + $0 }) { queue, _ in
      for name in names { try writeFile(queue.path(.starting, name), Queue.smallJob) }
    }
  }

  @Test("A run's file under two names") func twoNames() throws {
    try expectFindings(["fault running/FILE"]) { queue, attempt in
      try System.link(
        queue.path(.running, attempt.name.text),
        queue.path(.queued, attempt.name.claimed(by: nil).text))
    }
  }

  @Test("A claim that is used twice") func twoClaims() throws {
    try expectFindings(["fault running/FILE"]) { queue, attempt in
      let copy = QueueFileName(priority: 1, stamp: NamesTests.stamp, run: "copy")
        .claimed(by: attempt.name.claim)
      try writeFile(queue.path(.starting, copy.text), Queue.smallJob)
    }
  }

  @Test("A run that is running under two claims") func twiceRunning() throws {
    try withQueue(isSound: false) { queue in
      let agent = try TestAgent(in: queue)
      let attempt = try queue.startRun(by: agent)
      let other = attempt.name.claimed(by: agent.nextClaim())
      try writeFile(queue.path(.running, other.text), Queue.smallJob)
      let findings = try queue.check()
      #expect(findings.map(\.kind) == [.fault, .fault])
      #expect(findings.map(\.path) == Array(repeating: "running/" + other.text, count: 2))
      #expect(
        findings.first?.message
          == "is the same run as running/\(attempt.name.text), and a run has one claim at a time;"
          + " kill the run, and remove the name that is left")
    }
  }

  @Test("A run that is over and waits again") func doneAndQueued() throws {
    try expectFindings(["fault queued/WAITING"]) { queue, attempt in
      try attempt.finish(.finished(), sync: false)
      try System.rename(
        attempt.folder + "/job.json",
        queue.path(.queued, attempt.name.claimed(by: nil).text))
    }
  }

  @Test("A run that is over and is claimed again") func doneAndStarting() throws {
    try expectFindings(["fault starting/FILE"]) { queue, attempt in
      try attempt.finish(.finished(), sync: false)
      try System.rename(
        attempt.folder + "/job.json", queue.path(.starting, attempt.name.text))
    }
  }
}

/// Does damage to a queue with some runs: what is found must be this and no more.
///
/// - Parameters:
///   - expected: `KIND PATH` each; RUN stands for the name of the run that is given to `damage`,
///     FILE for its file's name in `running/`, WAITING for that in `queued/`.
///   - holder: Whose that run is.
///   - sourceLocation: Where issues are recorded.
///   - damage: Gets the queue, and a run that is in `running/`.
func expectFindings(
  _ expected: [String], holder: Holder = .current,
  sourceLocation: SourceLocation = #_sourceLocation,
  _ damage: (Queue, Attempt) throws -> Void
) throws {
  try withQueue(isSound: false, sourceLocation: sourceLocation) { queue in
    let agent = try TestAgent(in: queue)
    _ = try queue.launch(named: "waiting")
    try queue.startRun(named: "over", by: agent).finish(.finished(), sync: false)
    let attempt = try queue.startRun(named: "run", by: agent, holder: holder)
    try damage(queue, attempt)
    let findings = try queue.check()
    let found = findings.map { "\($0.kind.rawValue) \($0.path)" }
    let wanted = expected.map { line in
      line.replacing("FILE", with: attempt.name.text).replacing("RUN", with: attempt.run)
        .replacing("WAITING", with: attempt.name.claimed(by: nil).text)
    }
    #expect(found == wanted, "\(findings)", sourceLocation: sourceLocation)
    // Looking changes nothing.
    #expect(try queue.check() == findings, sourceLocation: sourceLocation)
  }
}
