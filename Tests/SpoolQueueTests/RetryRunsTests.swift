import SpoolTesting
import Testing

@testable import SpoolFiles
@testable import SpoolProtocol
@testable import SpoolQueue
@testable import SpoolSystem

@Suite struct RetryRunsTests {
  private func end(
    _ queue: Queue, _ run: String, _ agent: TestAgent, _ outcome: Outcome = .failed(1)
  ) throws {
    try queue.start(try queue.waitingFile(of: run), by: agent).finish(outcome, sync: false)
  }

  private func job(_ queue: Queue, _ run: String) throws -> Job {
    try Job(
      parsing: Array(readFile(queue.path(.queued, try queue.waitingFile(of: run))).utf8))
  }

  @Test("A new run has the old one's file, and names it") func content() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let text = #"""
        {  // by hand
          "command": ["echo", "${args}"], "args": ["a b"], "run_config": {"rate": 1.0},
          "tags": ["night"], "env": {"A": "1"}, "cwd": "/tmp", "x-note": [1.50], "retries": 1,
        }
        """#
      try queue.drop("07-hello.json", text)
      try end(queue, "hello", agent)
      #expect(try queue.retry("hello") == "hello-2")
      let name = try #require(QueueFileName(try queue.waitingFile(of: "hello-2")))
      #expect(name.isFull && name.priority == 7)
      var expected = try Job(parsing: Array(text.utf8))
      expected.retryOf = "hello"
      #expect(try job(queue, "hello-2") == expected)
      #expect(try job(queue, "hello-2").json.text.contains(#""x-note":[1.50]"#))
      #expect(try queue.run(named: "hello-2").retryOf == "hello")
      // The old run is as it was.
      #expect(try queue.record(of: "hello")["state"] == "failed")
    }
  }

  @Test("Repeats are counted on, of the run and of its repeats") func names() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let run = try queue.launch(named: "train")
      try end(queue, run, agent)
      #expect(try queue.retry(run) == run + "-2")
      #expect(try queue.retry(run) == run + "-3")
      try end(queue, run + "-3", agent, .finished())
      #expect(try queue.retry(run + "-3") == run + "-4")
      #expect(try job(queue, run + "-4").retryOf == run + "-3")
      // Where that number was only part of a name.
      try queue.drop("v-2.json")
      try end(queue, "v-2", agent)
      #expect(try queue.retry("v-2") == "v-2-2")
      // Its folder was removed to make room; its record has the name still.
      try end(queue, "v-2-2", agent)
      try removeTree(queue.runPath("v-2-2"))
      #expect(try queue.retry("v-2") == "v-2-3")
    }
  }

  @Test("What was repeated is left out of a selection, whichever of its names was meant")
  func newestOnly() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let train = try queue.launch(named: "train")
      let other = try queue.launch(named: "other")
      // A second file of the same name is another run, and no repeat.
      for _ in 0..<2 {
        try queue.drop("hello.json")
        try queue.start("hello.json", by: agent).finish(.failed(1), sync: false)
      }
      for run in [other, train] { try end(queue, run, agent) }
      let all = [other, "hello-2", train, "hello"]
      #expect(try queue.withoutRepeated(all) == all)
      #expect(try queue.retry([train])[0].result.get() == train + "-2")
      try end(queue, train + "-2", agent)
      #expect(try queue.retry([train])[0].result.get() == train + "-3")
      #expect(try queue.withoutRepeated(all) == [other, "hello-2", "hello"])
      #expect(try queue.withoutRepeated([train + "-2", train + "-3", train]) == [train + "-3"])
      // Each once, and not once more.
      let results = try queue.retry(all, newestOnly: true)
      #expect(results.map(\.run).sorted() == ["hello", "hello-2", other])
      #expect(try queue.retry(all, newestOnly: true).isEmpty)
      try killWaiting(queue)
    }
  }

  @Test("A named job stays at the version that ran") func pinned() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      var recipe = Job(command: ["one"])
      _ = try queue.jobs.create("train", recipe)
      try queue.drop("a.json", #"{"job": "train", "args": ["x"]}"#)
      try end(queue, "a", agent)
      recipe.command = ["two"]
      _ = try queue.jobs.create("train", recipe)
      let new = try queue.retry("a")
      #expect(try job(queue, new).job == "train:v0")
      let attempt = try queue.start(try queue.waitingFile(of: new), by: agent)
      #expect(attempt.start.argv == ["one", "x"])
      try attempt.finish(.finished(), sync: false)
    }
  }

  @Test("What is not over, or can only end in the same way, is not repeated") func refused() throws
  {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let waiting = try queue.launch()
      #expect(throws: SpoolError.self) { try queue.retry("nobody") }
      let error = #expect(throws: SpoolError.self) { try queue.retry(waiting) }
      #expect(error?.kind == .no)
      #expect(error?.message == "\(waiting): is not over: it is queued")

      for (file, text, reason) in [
        ("key.json", #"{"comand": ["x"]}"#, #"unknown key "comand""#),
        ("config.json", #"{"command": ["${config.none}"]}"#, "config.none"),
        ("job.json", #"{"job": "no-such-job"}"#, "no-such-job"),
      ] {
        try queue.drop(file, text)
        let attempt = try queue.start(file, by: agent)
        try #require(attempt.objection != nil)
        try attempt.finish(Outcome(state: .crashed, endedAt: .now), sync: false)
        let before = try queue.names(.runs)
        let error = #expect(throws: SpoolError.self) { try queue.retry(attempt.run) }
        #expect(error?.message.contains(reason) == true)
        #expect(try queue.names(.runs) == before && queue.names(.queued).count == 1)
      }
    }
  }

  // MARK: Sweeps

  /// Queues a sweep of five runs, and ends them: failed, killed, finished, running, waiting.
  private func withSweep(_ body: (Queue, Sweep, TestAgent) throws -> Void) throws {
    try withQueue { queue in
      let text = #"""
        {"method": "grid", "name": "lr", "program": "p", "metric": {"name": "loss"},
         "parameters": {"a": {"min": 1, "max": 5}}}
        """#
      var request = try SweepRequest(SweepFile(parsing: Array(text.utf8)))
      request.maxRunning = 2
      let sweep = try queue.enqueue(request).sweep
      let agent = try TestAgent(in: queue)
      let runs = sweep.points.map(\.run)
      try end(queue, runs[0], agent)
      #expect(try queue.kill(runs[1], KillRequest()) == .ended)
      try writeFile(queue.runPath(runs[2], Queue.summaryFile), #"{"loss": 3}"#)
      try end(queue, runs[2], agent, .finished())
      let running = try queue.start(try queue.waitingFile(of: runs[3]), by: agent)
      try body(queue, sweep, agent)
      try running.finish(.finished(), sync: false)
    }
  }

  /// Repeats the points of a sweep, as a selection has them; returns the new names.
  private func retry(
    _ queue: Queue, _ sweep: Sweep, _ states: Set<RunState> = [.killed, .crashed, .failed]
  ) throws -> [String] {
    let results = try queue.retry(try runs(queue, sweep, states), newestOnly: true)
    return try results.map { try $0.result.get() }
  }

  /// The newest run of each point, in their order.
  private func newest(_ queue: Queue, _ sweep: Sweep) throws -> [String] {
    try queue.standings(of: sweep).sorted { $0.number < $1.number }.map(\.point.run)
  }

  private func killWaiting(_ queue: Queue) throws {
    for (run, place) in try queue.select(Selection(states: [.queued])) {
      _ = try queue.kill(run, at: place, KillRequest())
    }
  }

  private func runs(
    _ queue: Queue, _ sweep: Sweep, _ states: Set<RunState> = []
  ) throws -> [String] {
    var selection = Selection(states: states)
    selection.sweeps = [sweep.id]
    return try queue.select(selection).map(\.run)
  }

  @Test("The points that failed are repeated, and each point's newest run counts")
  func failedPoints() throws {
    try withSweep { queue, sweep, agent in
      let id = sweep.id
      #expect(try retry(queue, sweep) == [id + "-0001-2", id + "-0002-2"])
      // What waits now is not repeated again.
      #expect(try retry(queue, sweep).isEmpty)
      let new = try job(queue, id + "-0001-2")
      #expect(new.sweep == id && new.retryOf == id + "-0001")
      #expect(new.runConfig?.text == #"{"a":1}"#)

      try writeFile(queue.runPath(id + "-0001-2", Queue.summaryFile), #"{"loss": 1}"#)
      try end(queue, id + "-0001-2", agent, .finished())
      try end(queue, id + "-0002-2", agent)
      #expect(try retry(queue, sweep) == [id + "-0002-3"])

      let standings = try queue.standings(of: sweep)
      #expect(
        standings.map(\.point.run)
          == [id + "-0001-2", id + "-0003", id + "-0002-3", id + "-0004", id + "-0005"])
      #expect(standings.map(\.number) == [1, 3, 2, 4, 5])
      #expect(standings.map(\.rank) == [1, 2, nil, nil, nil])
      #expect(
        standings.map(\.state) == [.finished, .finished, .queued, .running, .queued])
      #expect(
        try queue.withoutRepeated(runs(queue, sweep)).sorted()
          == [id + "-0001-2", id + "-0002-3", id + "-0003", id + "-0004", id + "-0005"])
      // Its limit holds for repeats too.
      let names = try queue.list(.queued).compactMap { QueueFileName($0)?.base }
      #expect(names.allSatisfy { Sweep.isName($0, ofSweep: id) })
      try killWaiting(queue)
    }
  }

  @Test("Without that word all points that are over are repeated") func allPoints() throws {
    try withSweep { queue, sweep, _ in
      let id = sweep.id
      #expect(
        try retry(queue, sweep, [.killed, .crashed, .failed, .finished])
          == [id + "-0001-2", id + "-0002-2", id + "-0003-2"])
      try killWaiting(queue)
    }
  }

  @Test("An old run of a point is repeated behind the newest one") func oldRun() throws {
    try withSweep { queue, sweep, agent in
      let id = sweep.id
      #expect(try queue.retry(id + "-0001") == id + "-0001-2")
      try end(queue, id + "-0001-2", agent)
      #expect(try queue.retry(id + "-0001-2") == id + "-0001-3")
      try end(queue, id + "-0001-3", agent)
      // The second one was pruned, and its name is free.
      try queue.removeIfThere(queue.path(.done, id + "-0001-2.json"))
      try removeTree(queue.runPath(id + "-0001-2"))
      #expect(try queue.retry(id + "-0001") == id + "-0001-4")
      #expect(try newest(queue, sweep)[0] == id + "-0001-4")
      try killWaiting(queue)
    }
  }

  @Test("A file of somebody else's under such a name is no run of the sweep") func stranger() throws
  {
    try withSweep { queue, sweep, agent in
      let id = sweep.id
      try queue.drop("\(id)-0001-7.json")
      #expect(try newest(queue, sweep)[0] == id + "-0001")
      #expect(try retry(queue, sweep)[0] == id + "-0001-2")
      try end(queue, "\(id)-0001-7", agent)
      #expect(try newest(queue, sweep)[0] == id + "-0001-2")
      try killWaiting(queue)
    }
  }

  @Test(
    "Names of a sweep's runs",
    arguments: [
      ("lr-k2p4-0001", true), ("lr-k2p4-100000", true), ("lr-k2p4-0001-2", true),
      ("lr-k2p4-0001-12", true), ("lr-k2p4-0001-1", false), ("lr-k2p4-0001-02", false),
      ("lr-k2p4-0001-x", false), ("lr-k2p4-0001-", false), ("lr-k2p4-0001-2-2", false),
      ("lr-k2p4-2", false), ("lr-k2p4", false), ("lr-k2p4-x-2", false), ("xlr-k2p4-0001", false),
    ])
  func isName(_ run: String, _ isOne: Bool) {
    #expect(Sweep.isName(run, ofSweep: "lr-k2p4") == isOne)
  }
}
