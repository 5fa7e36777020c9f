package import SpoolQueue
package import Testing

/// Waits until `condition` holds, and records an issue when it has not within a deadline.
///
///     eventually("the run is done") { try queue.locate(run) == .done }
///
/// - Parameters:
///   - seconds: The deadline: far more than it takes, since it only matters to a test that fails.
///   - what: What is waited for, as in "waited 60 s for: the run is done".
///   - sourceLocation: Where the issue is recorded.
///   - condition: Looked at every few milliseconds, at least once.
/// - Returns: Whether it came to hold.
@discardableResult
package func eventually(
  within seconds: Double = 300, _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation, _ condition: () throws -> Bool
) rethrows -> Bool {
  let deadline = Instant.now + .seconds(seconds)
  var pause = 2
  while true {
    if try condition() { return true }
    if .now >= deadline {
      Issue.record("waited \(seconds) s for: \(what)", sourceLocation: sourceLocation)
      return false
    }
    Platform.nap(milliseconds: pause)
    pause = min(pause + 1, 10)
  }
}

extension Instant {
  /// The start of the machine, where the clocks of tests begin.
  package static let boot = Instant(nanoseconds: 0)
}
