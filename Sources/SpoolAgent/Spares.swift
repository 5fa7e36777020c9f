import SpoolProtocol

/// How many runners wait for runs.
///
/// One always does, so that the next run need not wait for a process. To make one costs more than a short run: so
/// a second one stays for a while once it is there, and the one that a run has taken is replaced only when runs
/// go on. Sporadic runs, and runs of which each starts while the record of the last one is written, make none.
struct Spares: Sendable {
  /// What is to be done.
  struct Plan: Sendable, Equatable {
    /// How many to let go; -1: one is to be made.
    var surplus = 0
    /// When to ask again.
    var next = Instant.last
  }

  /// How long none waits while runs go on.
  static let settling = TimeSpan.seconds(1)
  /// How long a second one stays when nothing more has come.
  static let patience = TimeSpan.seconds(30)

  private var lastTaken = Instant.first
  private var lastFreed = Instant.first
  /// Since when none waits.
  private var goneSince = Instant.first

  /// Takes in that a run has taken a runner.
  ///
  /// - Parameter isLast: Whether that was the last one that waited.
  mutating func wasTaken(at now: Instant, isLast: Bool) {
    lastTaken = now
    if isLast { goneSince = now }
  }

  /// Takes in that a runner's run has ended.
  mutating func wasFreed(at now: Instant) { lastFreed = now }

  /// What to do with so many that wait, beside so many that have runs.
  func plan(waiting: Int, busy: Int, at now: Instant) -> Plan {
    switch waiting {
    case 0:
      let due = busy == 0 ? now : goneSince + Self.settling
      return now >= due ? Plan(surplus: -1) : Plan(next: due)
    case 1: return Plan()
    default:
      let due = Swift.max(lastTaken, lastFreed) + Self.patience
      return now >= due ? Plan(surplus: waiting - 1) : Plan(surplus: waiting - 2, next: due)
    }
  }
}
