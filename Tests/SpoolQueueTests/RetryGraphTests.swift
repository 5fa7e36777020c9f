import SpoolTesting
import Testing

@testable import SpoolFiles
@testable import SpoolProtocol
@testable import SpoolQueue
@testable import SpoolSystem

@Suite("What is repeated together waits for one another, as the old runs did")
struct RetryGraphTests {
  private func launch(
    _ queue: Queue, _ name: String, _ condition: String = "ok", after runs: [String] = []
  ) throws -> String {
    let list = runs.map { "\"\($0)\"" }.joined(separator: ", ")
    let after = runs.isEmpty ? "" : #", "after": {"\#(condition)": [\#(list)]}"#
    return try queue.launch(#"{"command": ["true"]\#(after)}"#, named: name)
  }

  private func end(
    _ queue: Queue, _ run: String, _ agent: TestAgent, _ outcome: Outcome = .failed(1)
  ) throws {
    try queue.start(try queue.waitingFile(of: run), by: agent).finish(outcome, sync: false)
  }

  private func crash(_ queue: Queue, _ run: String, _ agent: TestAgent) throws {
    try end(queue, run, agent, Outcome(state: .crashed, reason: "it waited", endedAt: .now))
  }

  private func after(_ queue: Queue, _ run: String) throws -> Dependencies? {
    let file = queue.path(.queued, try queue.waitingFile(of: run))
    return try Job(parsing: Array(readFile(file).utf8)).after
  }

  private func killWaiting(_ queue: Queue) throws {
    for (run, place) in try queue.select(Selection(states: [.queued])) {
      _ = try queue.kill(run, at: place, KillRequest())
    }
  }

  @Test("A chain of three, whatever the order in which they are named")
  func chain() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let first = try launch(queue, "first")
      let second = try launch(queue, "second", after: [first])
      let third = try launch(queue, "third", "any", after: [second, first])
      try end(queue, first, agent)
      try crash(queue, second, agent)
      try crash(queue, third, agent)
      let results = try queue.retry([third, second, first])
      #expect(results.map(\.run) == [third, second, first])
      #expect(try results.map { try $0.result.get() } == [third, second, first].map { $0 + "-2" })
      #expect(try after(queue, second + "-2")?.ok == [first + "-2"])
      #expect(try after(queue, third + "-2")?.any == [second + "-2", first + "-2"])
      // What others wait for was queued before them.
      let order = try queue.names(.queued).compactMap { QueueFileName($0)?.run }
      #expect(order == [first, second, third].map { $0 + "-2" })
      try killWaiting(queue)
    }
  }

  @Test("What waits for the newest repeat: once more, and after a repeat that was made before")
  func newest() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let first = try launch(queue, "first")
      let second = try launch(queue, "second", after: [first])
      try end(queue, first, agent)
      try crash(queue, second, agent)
      // Alone it could only end in the same way.
      let error = #expect(throws: SpoolError.self) { try queue.retry(second) }
      #expect(error?.kind == .no)
      #expect(
        error?.message
          == "\(second): would end in the same way: it waits for \(first) to finish, and that failed;"
          + " repeat both together")
      #expect(try queue.names(.queued).isEmpty)
      // The first of two repeats fails too.
      #expect(try queue.retry(first) == first + "-2")
      try end(queue, first + "-2", agent)
      let both = try queue.retry([first, second, first + "-2"], newestOnly: true)
      #expect(Set(both.map(\.run)) == [second, first + "-2"])
      #expect(try after(queue, second + "-2")?.ok == [first + "-3"])
      // One that follows later waits for what is there by then.
      _ = try queue.kill(second + "-2", KillRequest())
      #expect(try queue.retry(second + "-2") == second + "-3")
      #expect(try after(queue, second + "-3")?.ok == [first + "-3"])
      try killWaiting(queue)
    }
  }

  @Test("A part of a graph keeps what has ended as it should")
  func part() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let good = try launch(queue, "good")
      let bad = try launch(queue, "bad")
      let both = try launch(queue, "both", after: [good, bad])
      let mend = try launch(queue, "mend", "failed", after: [bad])
      try end(queue, good, agent, .finished())
      try end(queue, bad, agent)
      try crash(queue, both, agent)
      try end(queue, mend, agent)
      #expect(
        try queue.retry([both, bad, mend]).map { try $0.result.get() }
          == [both, bad, mend].map { $0 + "-2" })
      #expect(try after(queue, both + "-2")?.ok == [good, bad + "-2"])
      #expect(try after(queue, mend + "-2")?.failed == [bad + "-2"])
      try killWaiting(queue)
    }
  }

  @Test("What a run waited for and is gone is waited for no more, if it was started then")
  func pruned() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let first = try launch(queue, "first")
      let second = try launch(queue, "second", after: [first])
      let never = try launch(queue, "never", after: [first])
      try end(queue, first, agent, .finished())
      try end(queue, second, agent)
      try crash(queue, never, agent)
      try queue.removeIfThere(queue.path(.done, first + ".json"))
      try removeTree(queue.runPath(first))
      #expect(try queue.retry(second) == second + "-2")
      #expect(try after(queue, second + "-2") == nil)
      let error = #expect(throws: SpoolError.self) { try queue.retry(never) }
      #expect(
        error?.message
          == "\(never): would end in the same way: it waits for \(first), and there is no such run")
      try killWaiting(queue)
    }
  }

  @Test("A circle of dropped files is refused, and nothing is queued") func circle() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      for (name, other) in [("a", "b"), ("b", "a")] {
        try queue.drop(name + ".json", #"{"command": ["true"], "after": {"ok": ["\#(other)"]}}"#)
      }
      for name in ["a", "b"] { try crash(queue, name, agent) }
      for (run, result) in try queue.retry(["a", "b"]) {
        let error = #expect(throws: SpoolError.self) { try result.get() }
        let other = run == "a" ? "b" : "a"
        #expect(error?.message.hasSuffix("; \(other) is not repeated either") == true)
      }
      try queue.drop("c.json", #"{"command": ["true"], "after": {"any": ["c"], "ok": ["c"]}}"#)
      try crash(queue, "c", agent)
      let error = #expect(throws: SpoolError.self) { try queue.retry("c") }
      #expect(error?.message.hasSuffix("; no run can wait for itself") == true)
      #expect(try queue.names(.queued).isEmpty)
    }
  }

  @Test("Runs of a key: a repeat is one of the run that it names, and not of the others")
  func unique() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let text = #"{"command": ["true"], "unique": "u"}"#
      #expect(try queue.launch(text) == "u-1")
      try end(queue, "u-1", agent)
      #expect(try queue.launch(text) == "u-2")
      try end(queue, "u-2", agent)
      #expect(try queue.retry("u-2") == "u-3")
      let last = try launch(queue, "last", after: ["u-3"])
      try end(queue, "u-3", agent)
      try crash(queue, last, agent)
      #expect(try queue.withoutRepeated(["u-1", "u-2", "u-3"]) == ["u-1", "u-3"])
      #expect(try queue.retry("u-3") == "u-4")
      #expect(try queue.retry(last) == last + "-2")
      #expect(try after(queue, last + "-2")?.ok == ["u-4"])
      try killWaiting(queue)
    }
  }

  @Test("A chain of 300 runs is repeated from its end") func longChain() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      var runs: [String] = []
      for number in 0..<300 {
        let after = runs.last.map { #", "after": {"any": ["\#($0)"]}"# } ?? ""
        try queue.drop("r\(number).json", #"{"command": ["true"]\#(after)}"#)
        try crash(queue, "r\(number)", agent)
        runs.append("r\(number)")
      }
      let results = try queue.retry(runs.reversed())
      #expect(try results.map { try $0.result.get() } == runs.reversed().map { $0 + "-2" })
      for number in [1, 150, 299] {
        #expect(try after(queue, "r\(number)-2")?.any == ["r\(number - 1)-2"])
      }
      try killWaiting(queue)
    }
  }
}
