import SpoolQueue
import SpoolTesting
import Synchronization
import Testing

@Suite("The ends of runs, as an asynchronous sequence") struct RunEndsTests {
  /// Gives `body` a queue of its own, and removes it afterwards.
  private func withQueue(_ body: (Queue) async throws -> Void) async throws {
    let directory = try makeTemporaryDirectory()
    do {
      try await body(try Queue.create(at: directory + "/tester/queue"))
    } catch {
      try removeTree(directory)
      throw error
    }
    try removeTree(directory)
  }

  private func launch(_ queue: Queue, _ names: String...) throws -> [String] {
    try names.map { try queue.launch(named: $0) }
  }

  private func end(_ run: String, in queue: Queue) throws {
    #expect(try queue.kill(run, KillRequest(reason: "enough")) == .ended)
  }

  @Test("each run comes once, in the order of the ends, and then the sequence is over")
  func order() async throws {
    try await withQueue { queue in
      let runs = try launch(queue, "a", "b", "c")
      try end(runs[1], in: queue)
      var ends = queue.ends(of: runs + runs).makeAsyncIterator()
      let first = try #require(try await ends.next())
      #expect(first.run == runs[1] && first.state == .killed)
      try end(runs[2], in: queue)
      #expect(try await ends.next()?.run == runs[2])
      try end(runs[0], in: queue)
      #expect(try await ends.next()?.run == runs[0])
      #expect(try await ends.next() == nil)
      #expect(try await ends.next() == nil)
    }
  }

  @Test("runs that ended before the start come in the order of their ends; others do not come")
  func before() async throws {
    try await withQueue { queue in
      let agent = try TestAgent(in: queue)
      var runs: [String] = []
      for (name, end) in [("z", 100.0), ("m", 200.0), ("a", 300.0)] {
        let attempt = try queue.startRun(named: name, by: agent)
        var outcome = Outcome.failed(3)
        outcome.endedAt = Timestamp(nanoseconds: Int64(end * 1e9))
        try attempt.finish(outcome, sync: false)
        runs.append(attempt.run)
      }
      let other = try launch(queue, "other")
      try end(other[0], in: queue)
      let ends = queue.ends(of: runs.reversed())
      for _ in 1...2 {
        var seen: [String] = []
        for try await run in ends {
          seen.append(run.run)
          #expect(run.state == .failed && run.exitCode == 3)
        }
        #expect(seen == runs)
      }
      for try await run in queue.ends(of: []) { Issue.record("\(run.run) was not asked for") }
    }
  }

  @Test("runs that end while their ends are waited for, from several tasks")
  func meanwhile() async throws {
    try await withQueue { queue in
      let runs = try launch(queue, "a", "b", "c")
      let counts = try await withThrowingTaskGroup(of: [String: Int].self) { group in
        for _ in 1...3 {
          group.addTask {
            var counts: [String: Int] = [:]
            for try await run in queue.ends(of: runs) { counts[run.run, default: 0] += 1 }
            return counts
          }
        }
        for run in runs { try end(run, in: queue) }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      let once = Dictionary(uniqueKeysWithValues: runs.map { ($0, 1) })
      #expect(counts == [once, once, once])
    }
  }

  /// Begins to wait for two runs, of which the first is over; returns once it has come.
  private func waiting(
    _ queue: Queue, for runs: [String]
  ) async -> Task<[String], any Error> {
    let (signals, signal) = AsyncStream<Void>.makeStream()
    let task = Task {
      defer { signal.finish() }
      var seen: [String] = []
      for try await run in queue.ends(of: runs) {
        seen.append(run.run)
        signal.yield()
      }
      return seen
    }
    for await _ in signals { break }
    return task
  }

  @Test("a cancelled task stops to wait, and leaves no descriptor behind")
  func cancellation() async throws {
    try await withQueue { queue in
      let runs = try launch(queue, "a", "b")
      try end(runs[0], in: queue)
      let task = await waiting(queue, for: runs)
      task.cancel()
      #expect(try await task.value == [runs[0]])
      #if os(Linux)
        let folder = "/proc/\(ProcessIdentity.current.pid)/fd/"
        let open = try System.list(folder).compactMap { try? System.readLink(folder + $0) }
        #expect(open.filter { $0.hasPrefix(queue.path) } == [])
      #endif
      // A task that is cancelled before the first look gets nothing.
      let late = Task {
        while !Task.isCancelled { await Task.yield() }
        return try await queue.ends(of: runs).first { _ in true }?.run
      }
      late.cancel()
      #expect(try await late.value == nil)
    }
  }

  @Test(
    "a queue that goes away, and a run that is not there, are errors, and the iteration is over")
  func away() async throws {
    try await withQueue { queue in
      let runs = try launch(queue, "a", "b")
      try end(runs[0], in: queue)
      let task = await waiting(queue, for: runs)
      try removeTree(queue.path)
      let error = await #expect(throws: SpoolError.self) { try await task.value }
      #expect(error?.errno == .notFound)
    }
    try await withQueue { queue in
      var ends = queue.ends(of: ["nobody"]).makeAsyncIterator()
      do {
        _ = try await ends.next()
        Issue.record("there is no run nobody")
      } catch {
        #expect((error as? SpoolError)?.kind == .notFound)
      }
      let next = try await ends.next()
      #expect(next == nil)
    }
  }
}
