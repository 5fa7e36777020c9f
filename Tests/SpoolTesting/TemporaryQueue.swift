package import SpoolQueue
package import Testing

/// Gives `body` a queue of its own, `ROOT/tester/queue` in a temporary directory, and removes it
/// afterwards, whatever happened.
///
/// At the end the queue must be sound: ``Queue/check()`` must find nothing.
///
/// - Parameters:
///   - setUp: Who may do what with it.
///   - isSound: Whether it must be sound at the end.
///   - sourceLocation: Where issues are recorded.
///   - body: The test; `queue.root` is the root of the spool it is in.
package func withQueue<Result>(
  _ setUp: Queue.SetUp = .alone, isSound: Bool = true,
  sourceLocation: SourceLocation = #_sourceLocation, _ body: (Queue) throws -> Result
) throws -> Result {
  try withTemporaryDirectory(sourceLocation: sourceLocation) { directory in
    let queue = try Queue.create(at: directory + "/tester/queue", setUp)
    defer {
      if isSound { expectSound(queue, sourceLocation: sourceLocation) }
      endRuns(of: queue)
    }
    return try body(queue)
  }
}

/// Records an issue for everything that ``Queue/check()`` finds.
package func expectSound(_ queue: Queue, sourceLocation: SourceLocation = #_sourceLocation) {
  do {
    for finding in try queue.check() {
      Issue.record(
        "\(finding.kind.rawValue): \(finding.path): \(finding.message)",
        sourceLocation: sourceLocation)
    }
  } catch {
    Issue.record("the queue cannot be checked: \(error)", sourceLocation: sourceLocation)
  }
}

/// A failed test leaves no command behind. Their runners see that they are gone, and leave too.
private func endRuns(of queue: Queue) {
  #if os(Linux)
    for pid in Processes.withVariable("SPOOL_ROOT", queue.root) {
      Platform.signal(Signal.kill, to: pid)
    }
  #endif
}
