import SpoolQueue
import SpoolTesting
import Testing

/// A program may hand on as a run's name whatever it was given.
@Suite("Texts that no run can have as a name") struct NamesFromOutsideTests {
  /// Each function of the library that takes a run's name.
  private static let verbs: [(name: String, call: @Sendable (Queue, String) throws -> Void)] = [
    ("run", { _ = try $0.run(named: $1) }),
    ("job", { _ = try $0.job(of: $1) }),
    ("explanation", { _ = try $0.explanation(of: $1) }),
    ("hold", { try $0.hold($1) }),
    ("release", { try $0.release($1) }),
    ("move", { try $0.move($1, toPriority: 3) }),
    ("kill", { _ = try $0.kill($1, KillRequest()) }),
    ("retry", { _ = try $0.retry($1) }),
    ("wait", { _ = try $0.wait(for: $1, timeout: 0) }),
    ("resolve", { _ = try $0.resolve($1) }),
    (
      "enqueue",
      {
        var job = Job(command: ["true"])
        job.after = Dependencies(ok: [$1])
        _ = try $0.enqueue(job)
      }
    ),
  ]

  @Test(
    "are the names of no run, and nothing is read or changed anywhere",
    arguments: [
      "..", "../queue", "../../tester/other/runs/RUN", "../../other/runs/RUN", "a/b", "/etc/passwd",
      ".hidden", "two words", "a\u{0}b", "-x", "ü", String(repeating: "x", count: 129),
    ])
  func foreign(text: String) throws {
    try withQueue { queue in
      let other = try Queue.create(at: queue.root + "/tester/other")
      let agent = try TestAgent(in: other)
      let attempt = try other.startRun(by: agent)
      let second = try TestAgent(in: queue)
      let here = try queue.startRun(by: second)
      let text = text.split(separator: "RUN", omittingEmptySubsequences: false)
        .joined(separator: attempt.run)
      let before = try files(in: queue.root)
      for (name, call) in Self.verbs {
        let error = #expect(throws: SpoolError.self, "\(name)") { try call(queue, text) }
        #expect(
          error?.kind == .notFound || error?.kind == .badInput,
          "\(name): \(String(describing: error))")
      }
      #expect(try queue.attempts(of: text).isEmpty)
      #expect(try files(in: queue.root) == before)
      for (attempt, queue) in [(attempt, other), (here, queue)] {
        #expect(try queue.attempts(of: attempt.run).count == 1)
        try attempt.finish(.finished(), sync: false)
      }
    }
  }

  /// The paths of everything below a directory.
  private func files(in directory: String) throws -> [String] {
    try System.list(directory).sorted().flatMap { name in
      let path = directory + "/" + name
      return try System.information(path).isDirectory ? [path] + files(in: path) : [path]
    }
  }
}
