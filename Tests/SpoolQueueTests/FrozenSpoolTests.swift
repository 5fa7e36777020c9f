import SpoolQueue
import SpoolTesting
import Testing

@Suite("A spool of an earlier version, in every state")
struct FrozenSpoolTests {
  private func withSample(
    change: (_ path: String, _ text: String) -> String = { $1 },
    _ body: (FrozenSpool) throws -> Void
  ) throws {
    try withTemporaryDirectory { directory in
      try body(try FrozenSpool("0.1.0", in: directory, change: change))
    }
  }

  /// What a run's name begins with, and where it stands.
  private static let states: [(String, RunState)] = [
    ("again-", .failed), ("asked-", .running), ("bad-", .failed), ("century-", .idle),
    ("claimed-", .starting), ("dropped", .idle), ("good-", .finished), ("grid-", .finished),
    ("held-", .idle), ("later-", .idle), ("lost-", .running), ("new-", .finished),
    ("next-", .idle), ("old-", .finished), ("once-a-day-1", .finished), ("pinned-", .idle),
    ("stopped-", .killed), ("waiting-", .idle), ("wrong", .crashed),
  ]

  private func name(_ prefix: String, in queue: Queue) throws -> String {
    try #require(try queue.allRuns().filter { $0.hasPrefix(prefix) }.min(), "\(prefix)")
  }

  private func run(_ prefix: String, of queue: Queue) throws -> Run {
    try queue.run(named: try name(prefix, in: queue))
  }

  @Test("Each run is read as what it is") func read() throws {
    try withSample { sample in
      let queue = sample.queue
      #expect(try queue.allRuns().count == Self.states.count + 3)
      for (prefix, state) in Self.states {
        #expect(try run(prefix, of: queue).state == state, "\(prefix)")
      }
      #expect(try run("held-", of: queue).held)
      let good = try run("good-", of: queue)
      #expect(good.host == "h1" && good.exitCode == 0 && good.tags == ["nightly"])
      #expect(good.summary?["loss"]?.doubleValue == 1.0)
      #expect(try run("wrong", of: queue).reason?.contains(#"unknown key "comand""#) == true)
      let again = try name("again-", in: queue)
      #expect(try queue.attempts(of: again).count == 2)
      let counts = try queue.counts()
      #expect(counts.queued == 7 && counts.held == 1 && counts.running == 2 && counts.starting == 1)
      #expect(try queue.agents().map(\.holder.host) == ["h1"])
    }
  }

  /// That machine is over: its boot is not this one.
  @Test("What crashes left of it is mended, and it is sound then") func recovered() throws {
    try withSample { sample in
      let queue = sample.queue
      #expect(try queue.check().allSatisfy { $0.kind == .mendable })
      var recoverer = Recoverer(queue)
      let result = try recoverer.run()
      #expect(result.errors.isEmpty && result.actions.count == 3)
      #expect(try run("claimed-", of: queue).state == .idle)
      let lost = try run("lost-", of: queue)
      #expect(lost.state == .crashed && lost.reason == "its runner on h1 died")
      let asked = try run("asked-", of: queue)
      #expect(asked.state == .killed && asked.reason == "killed by root on h1: wrong data")
      #expect(try queue.names(.agents).isEmpty)
      expectSound(queue)
    }
  }

  /// As if it had been left a moment ago on this very host.
  private func isHere(_ process: ProcessIdentity) -> (String, String) -> String {
    { path, text in
      guard path.hasSuffix("/start.json") || path.contains("/agents/"),
        var record = (try? JSON(parsing: Array(text.utf8), dialect: .strict))?.objectValue
      else { return text }
      record["boot"] = .string(Host.current.boot)
      record["namespace"] = .string(Host.current.processNamespace)
      record[path.contains("/agents/") ? "process" : "runner"] = process.json
      return JSON.object(record).text
    }
  }

  @Test("On the host itself its processes decide: dead ones at once, and one that lives keeps all")
  func sameBoot() throws {
    try withSample(change: isHere(try Processes.deadOne())) { sample in
      var recoverer = Recoverer(sample.queue)
      let result = try recoverer.run()
      #expect(result.actions.count == 3)
      expectSound(sample.queue)
    }
    try withSample(change: isHere(.current)) { sample in
      var recoverer = Recoverer(sample.queue)
      let result = try recoverer.run()
      #expect(result.actions.isEmpty && result.errors.isEmpty)
      #expect(try sample.queue.names(.running).count == 2)
      #expect(try sample.queue.names(.starting).count == 1)
      #expect(try sample.queue.names(.agents).count == 1)
    }
  }
}
