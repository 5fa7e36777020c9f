import SpoolProtocol

/// How an agent fares that claims the same runs as others on its host.
///
/// If it was too late for each run of a round, it stands back for a moment, and for longer each time, so that of many
/// agents only those look at a run that come by it. Otherwise each run would cost as much as there are agents.
struct Race {
  /// How late a run may be that is left to this agent in the end.
  private static let longest = TimeSpan.milliseconds(20)
  private static let shortest = TimeSpan.milliseconds(1)

  private var pause = TimeSpan.zero
  private var until = Instant.first
  private var hasRivals = false
  private var won = 0
  private var lost = 0

  /// Whether it was too late for each run of the last round that had some.
  var isLosing: Bool { pause > .zero }

  /// Whether nothing is claimed at that moment.
  func isStandingBack(at now: Instant) -> Bool { now < until }

  /// When it goes on; nil if it does not stand back at that moment.
  func goesOn(after now: Instant) -> Instant? { isStandingBack(at: now) ? until : nil }

  /// Begins a round of claims.
  mutating func begin(hasRivals: Bool) { (self.hasRivals, won, lost) = (hasRivals, 0, 0) }

  /// Takes in that a run was claimed.
  mutating func win() { won += 1 }

  /// Takes in that another took a run.
  mutating func lose() { lost += 1 }

  /// Whether the rest of the round is left to the others.
  var isLost: Bool { hasRivals && lost > 0 && won == 0 }

  /// Ends the round.
  mutating func end(at now: Instant) {
    if isLost {
      pause = Swift.min(Swift.max(pause * 2, Self.shortest), Self.longest)
      until = now + pause
    } else if won > 0 || !hasRivals {
      pause = .zero
    }
  }
}
