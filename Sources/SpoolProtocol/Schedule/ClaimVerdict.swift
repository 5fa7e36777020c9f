/// The result of the count that follows a claim. Such a count is needed because others may have claimed at the same
/// moment.
///
/// A claim is kept only by a count that is within the limit. Of claims that exist together, the claim that was made
/// last sees all the others, so too many are never kept.
package enum ClaimVerdict: Sendable, Equatable {
  /// There is room for all claims.
  case kept
  /// There are too many claims, and this claim is one of the last by name: it goes back at once.
  case returned
  /// There are too many claims, and others must go back: this claim is counted again.
  case crowded

  /// Judges a claim by the names that were listed after it.
  ///
  /// - Parameters:
  ///   - starting: The names in `starting/` that count, and how much each takes.
  ///   - running: How much the runs that count elsewhere take.
  ///   - limit: How much all of them may take.
  package init(
    _ claim: ClaimName, starting: [(name: QueueFileName, size: Int)], running: Int, limit: Int
  ) {
    var excess = starting.reduce(running) { $0.adding(clamped: $1.size) }
      .subtracting(clamped: limit)
    guard excess > 0 else {
      self = .kept
      return
    }
    self = .crowded
    for (name, size) in starting.sorted(by: { $0.name.text > $1.name.text }) {
      if excess <= 0 { return }
      if name.claim == claim {
        self = .returned
        return
      }
      excess = excess.subtracting(clamped: size)
    }
  }

  /// The worse of two verdicts: a claim must be within all limits.
  package func and(_ other: ClaimVerdict) -> ClaimVerdict {
    if self == .returned || other == .returned { return .returned }
    return self == .crowded ? self : other
  }
}
