import SpoolQueue
import SpoolTesting
import Testing

@Suite("The program on a spool of an earlier version")
struct ServedFrozenSpoolTests {
  private func output(_ sample: FrozenSpool, _ arguments: [String]) throws -> String {
    let result = try BuiltProgram.run(
      arguments,
      environment: ["SPOOL_ROOT": sample.root, "SPOOL_ENTITY": "lab", "SPOOL_QUEUE": "night"],
      within: 120)
    #expect(result.status == 0, "spool \(arguments.joined(separator: " ")): \(result.errors)")
    return result.output
  }

  private func state(_ prefix: String, _ queue: Queue) throws -> RunState? {
    guard let name = try queue.allRuns().filter({ $0.hasPrefix(prefix) }).min() else { return nil }
    return try queue.run(named: name).state
  }

  @Test("every reader reads it") func read() throws {
    try SpoolTesting.withTemporaryDirectory { directory in
      let sample = try FrozenSpool("0.1.0", in: directory)
      let runs = try sample.queue.allRuns()
      #expect(
        try output(sample, ["list", "--limit", "0", "--json"]).split(separator: "\n").count
          == runs.count)
      for run in runs {
        #expect(try output(sample, ["show", run]).contains(run))
        #expect(try output(sample, ["why", run]).contains(run))
      }
      let later = try #require(runs.first { $0.hasPrefix("later-") })
      #expect(try output(sample, ["why", later]).contains("attempt 1 failed"))
      let grid = try #require(runs.filter { $0.hasPrefix("grid-") }.min()).dropLast(5)
      #expect(try output(sample, ["sweep", "show", String(grid)]).contains("1.5"))
      #expect(try output(sample, ["job", "list"]).contains("prod"))
      #expect(try output(sample, ["stats"]).contains("finished"))
      #expect(try output(sample, ["page", "-o", "-"]).contains("grid-"))
      let good = try #require(runs.first { $0.hasPrefix("good-") })
      #expect(try output(sample, ["logs", good]) == "out\n")
    }
  }

  @Test("an agent mends it and executes what waits in it, as it was asked for") func served() throws
  {
    try SpoolTesting.withTemporaryDirectory { directory in
      let sample = try FrozenSpool("0.1.0", in: directory)
      let queue = sample.queue
      // The hour before its second attempt has passed.
      let later = try #require(try queue.allRuns().first { $0.hasPrefix("later-") })
      try Platform.setTimes(
        queue.path(.runs, later + "/1/end.json"), to: Int(Timestamp.now.seconds) - 7200)
      try BuiltProgram.running(
        ["agent", "--slots", "4"],
        environment: ["SPOOL_ROOT": sample.root, "SPOOL_ENTITY": "lab", "SPOOL_QUEUE": "night"]
      ) { agent in
        let ends: [(String, RunState)] = [
          ("claimed-", .finished), ("waiting-", .finished), ("dropped", .finished),
          ("next-", .finished), ("pinned-", .finished), ("later-", .failed), ("lost-", .crashed),
          ("asked-", .killed),
        ]
        for (run, end) in ends {
          try SpoolTesting.eventually("\(run) is over: \(agent.errors)") {
            try state(run, queue) == end
          }
        }
        #expect(try queue.attempts(of: later).count == 2)
        let stopped = try #require(try queue.allRuns().first { $0.hasPrefix("stopped-") })
        try SpoolTesting.eventually("the hooks that were asked for are begun") {
          let names = try System.list(queue.path(.runs, stopped + "/1"))
          return names.contains("on_end.json") && names.contains("on_failure.json")
        }
        agent.terminateAndWait()
      }
      #expect(try state("held-", queue) == .idle && state("century-", queue) == .idle)
      #expect(try output(sample, ["recover", "--check"]).isEmpty)
    }
  }
}

extension RunningProgram {
  fileprivate func terminateAndWait() {
    do {
      try signal(Signal.terminate)
      #expect(try wait(within: 120).status == 0)
    } catch {
      Issue.record("the agent cannot be ended: \(error)")
    }
  }
}
