import Dispatch
import SpoolQueue
import SpoolTesting
import Synchronization
import Testing

@Suite struct CheckRunsTests {
  /// The record of a run that is over, with something changed, under another run's name.
  private func writeRecord(
    _ queue: Queue, _ file: String, from run: String, _ change: (inout JSONObject) -> Void
  ) throws {
    var record = try queue.record(of: run)
    change(&record)
    try writeFile(queue.path(.done, file), record.text)
  }

  // MARK: done/

  @Test("Files in done/ that are no records") func noRecords() throws {
    try expectFindings([
      "fault done/a b.json", "fault done/empty.json", "fault done/note.txt", "fault done/text.json",
    ]) { queue, _ in
      try writeFile(queue.path(.done, "a b.json"), "{}")
      try writeFile(queue.path(.done, "empty.json"), "")
      try writeFile(queue.path(.done, "note.txt"), "")
      try writeFile(queue.path(.done, "text.json"), "finished")
    }
  }

  @Test("Records of another run, of one that is not over, or of no attempt") func wrongRecords()
    throws
  {
    try expectFindings([
      "fault done/going.json", "fault done/numberless.json", "fault done/other.json",
      "fault done/waiting.json",
    ]) { queue, attempt in
      try attempt.finish(.finished(), sync: false)
      try writeRecord(queue, "other.json", from: attempt.run) { _ in }
      try writeRecord(queue, "going.json", from: attempt.run) {
        $0["run"] = "going"
        $0["state"] = "running"
      }
      try writeRecord(queue, "waiting.json", from: attempt.run) {
        $0["run"] = "waiting"
        $0["next"] = "queued"
      }
      try writeRecord(queue, "numberless.json", from: attempt.run) {
        $0["run"] = "numberless"
        $0["attempt"] = nil
      }
    }
  }

  @Test("A record that is not the outcome of its attempt") func exchangedRecord() throws {
    try expectFindings(["fault done/RUN.json"]) { queue, attempt in
      try attempt.finish(.finished(), sync: false)
      let record = try queue.record(of: attempt.run)
      try System.unlink(queue.path(.done, attempt.run + ".json"))
      try writeFile(queue.path(.done, attempt.run + ".json"), record.text)
    }
  }

  @Test("A record whose outcome is gone; one whose whole folder was pruned is sound")
  func lostOutcome() throws {
    try expectFindings(["fault done/RUN.json"]) { queue, attempt in
      try attempt.finish(.finished(), sync: false)
      try System.unlink(attempt.folder + "/end.json")
    }
    try expectFindings([]) { queue, attempt in
      try attempt.finish(.finished(), sync: false)
      try removeTree(queue.runPath(attempt.run))
    }
  }

  // MARK: runs/

  @Test("An outcome whose run is nowhere") func lostResult() throws {
    try expectFindings(["fault runs/RUN/1/end.json"]) { queue, attempt in
      try attempt.finish(.finished(), sync: false)
      try System.unlink(queue.path(.done, attempt.run + ".json"))
    }
  }

  @Test("Two outcomes that end one run") func twoOutcomes() throws {
    try expectFindings(["fault runs/RUN/2/end.json"]) { queue, attempt in
      try attempt.finish(.finished(), sync: false)
      try #require(try queue.reserveAttempt(attempt.run, 2))
      for file in ["start.json", "end.json"] {
        try writeFile(
          queue.runPath(attempt.run, "2/" + file), try readFile(attempt.folder + "/" + file))
      }
    }
  }

  @Test("An outcome that spool did not write") func foreignOutcome() throws {
    try expectFindings(["fault runs/RUN/1/end.json"]) { _, attempt in
      try writeFile(attempt.folder + "/end.json", #"{"next": "somewhere"}"#)
    }
  }

  @Test("Records that a power cut emptied") func empty() throws {
    try expectFindings(["fault running/FILE", "fault runs/RUN/1/start.json"]) { _, attempt in
      try writeFile(attempt.folder + "/start.json", "")
    }
    try expectFindings(["fault done/RUN.json", "fault runs/RUN/1/end.json"]) { _, attempt in
      try attempt.finish(.finished(), sync: false)
      // The record in done/ is the same file.
      try writeFile(attempt.folder + "/end.json", "")
    }
  }

  // MARK: What recovery mends

  @Test("A run whose runner died") func deadRunner() throws {
    try expectFindings(["mendable running/FILE"], holder: try Holder.dead()) { _, _ in }
  }

  @Test("A run that is over, and whose file was not put away") func notRetired() throws {
    try expectFindings(["mendable running/FILE"], holder: try Holder.dead()) { queue, attempt in
      try attempt.finish(.finished(), sync: false)
      try System.rename(attempt.folder + "/job.json", queue.path(.running, attempt.name.text))
    }
  }

  @Test("A runner that lives is still carrying its outcome on") func onItsWay() throws {
    try expectFindings([]) { queue, attempt in
      try attempt.finish(.finished(), sync: false)
      try System.rename(attempt.folder + "/job.json", queue.path(.running, attempt.name.text))
    }
  }

  @Test("A run that is over and running, without an outcome that led there") func doneAndRunning()
    throws
  {
    try expectFindings(["fault running/FILE", "fault done/RUN.json"]) { queue, attempt in
      try attempt.finish(.finished(), sync: false)
      try System.rename(attempt.folder + "/job.json", queue.path(.running, attempt.name.text))
      try System.unlink(attempt.folder + "/end.json")
    }
  }

  @Test("An outcome that lets a run wait again, not carried on") func notRequeued() throws {
    try expectFindings(["mendable running/FILE"], holder: try Holder.dead()) { queue, attempt in
      try attempt.finish(.failed(1, next: .queued), sync: false)
      try System.rename(
        queue.path(.queued, attempt.name.claimed(by: nil).text),
        queue.path(.running, attempt.name.text))
    }
  }

  @Test("What recovery mends is sound afterwards") func mended() throws {
    try withQueue { queue in
      let dead = try Holder.dead()
      let agent = try TestAgent(in: queue, holder: dead)
      _ = try queue.claim(try queue.waitingFile(of: try queue.launch()), by: agent)
      _ = try queue.startRun(by: agent, holder: dead)
      let attempt = try queue.startRun(by: agent, holder: dead)
      try attempt.finish(.finished(), sync: false)
      try System.rename(attempt.folder + "/job.json", queue.path(.running, attempt.name.text))
      try #require(try queue.reserve("abandoned"))
      try Platform.setTimes(queue.runPath("abandoned"), to: 1_000_000_000)
      #expect(try queue.check().map(\.kind) == Array(repeating: .mendable, count: 4))
      var recoverer = Recoverer(queue)
      #expect(try recoverer.run().actions.count == 3)
      #expect(try queue.sweepReservations() == ["abandoned"])
    }
  }

  // MARK: While runs move

  @Test("A queue is sound while agents work on it") func moving() throws {
    try withQueue { queue throws in
      let isOver = Atomic(false)
      DispatchQueue.concurrentPerform(iterations: 2) { side in
        do {
          if side == 0 {
            defer { isOver.store(true, ordering: .releasing) }
            let agent = try TestAgent(in: queue)
            for number in 0..<100 {
              let run = try queue.launch()
              let file = try queue.waitingFile(of: run)
              if number % 3 == 0 {
                let name = try #require(try queue.claim(file, by: agent))
                try #require(try queue.giveBack(name))
              }
              let first = try queue.start(file, by: agent)
              if number % 2 == 0 {
                try first.finish(.failed(1, next: .queued), sync: false)
                try queue.start(file, by: agent).finish(.finished(), sync: false)
              } else {
                try first.finish(.finished(), sync: false)
              }
            }
          } else {
            while !isOver.load(ordering: .acquiring) { expectSound(queue) }
          }
        } catch {
          Issue.record(error)
        }
      }
      #expect(try queue.names(.done).count == 100)
    }
  }
}
