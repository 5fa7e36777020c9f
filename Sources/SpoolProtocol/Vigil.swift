/// What a ``Recoverer`` remembers from one look to the next: of what it saw that proves death only if it
/// stays so.
struct Vigil: Sendable {
  /// What a look has seen of a life.
  enum Sign: Sendable, Equatable {
    /// The last heartbeat, by the file server's clock.
    case heartbeat(Timestamp)
    /// No process holds the lock on the file with that inode.
    case free(inode: UInt64)
    /// The run's folder is gone, and processes of its command are there.
    case missing
    /// It has an outcome, which its runner is about to carry on if it lives.
    case ended
  }

  private struct Observation: Sendable {
    let sign: Sign
    /// When it was first seen so.
    let since: Instant
  }

  /// For how long a lock must be free: longer than the end of a process takes.
  static let pause = TimeSpan.seconds(2)

  private var now: [String: Observation] = [:]
  private var before: [String: Observation] = [:]

  /// Begins a look: lives that are not seen in it are forgotten.
  mutating func beginLook() {
    before = now
    now = [:]
  }

  /// Remembers a sign of one life; returns for how long it has been seen so.
  mutating func watch(_ life: String, _ sign: Sign) -> TimeSpan {
    let time = Instant.now
    var observation = Observation(sign: sign, since: time)
    if let known = now[life] ?? before[life], known.sign == sign { observation = known }
    now[life] = observation
    return time - observation.since
  }

  /// Forgets a life that is over.
  mutating func close(_ life: String) { now[life] = nil }

  /// When the first of the signs that count after a pause will have been seen for long enough; nil if there is
  /// none.
  var nextLook: Instant? {
    now.values.compactMap { observation in
      switch observation.sign {
      case .free, .ended: observation.since + Self.pause
      case .heartbeat, .missing: nil
      }
    }.min()
  }
}
