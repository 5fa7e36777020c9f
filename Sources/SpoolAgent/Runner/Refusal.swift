import SpoolProtocol

/// A process that does not end although it should.
struct Refusal: Sendable, Equatable {
  /// The first process whose signal was refused, or else the first one that outlives KILL.
  let pid: Int32
  /// Whether its signal was refused.
  let isRefused: Bool
  /// How many other processes do not end either.
  let others: Int

  /// Finds out, at once if a signal was refused, otherwise a second after the first KILL, which process does not end.
  /// Returns nil if there is no sign of any.
  ///
  /// - Parameters:
  ///   - living: The processes that should end.
  ///   - refused: Those that could not be signalled.
  ///   - span: The time since the first KILL; nil before it.
  init?(_ living: [Int32], refused: Set<Int32>, killedFor span: TimeSpan?) {
    let isLate = span.map { $0 >= .seconds(1) } ?? false
    let stuck = living.filter { isLate || refused.contains($0) }.sorted()
    guard let pid = stuck.first(where: { refused.contains($0) }) ?? stuck.first else { return nil }
    self.pid = pid
    isRefused = refused.contains(pid)
    others = stuck.count - 1
  }
}
