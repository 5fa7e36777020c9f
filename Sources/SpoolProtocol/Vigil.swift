/// The memory of a ``Recoverer`` from one look to the next. It holds the signs that prove death only if they stay
/// the same.
struct Vigil: Sendable {
  /// A sign of life or death that a look has seen.
  enum Sign: Sendable, Equatable {
    /// The last heartbeat, by the file server's clock.
    case heartbeat(Timestamp)
    /// No process holds the lock on the file with that inode.
    case free(inode: UInt64)
    /// The run's folder is gone, and processes of its command exist.
    case missing
    /// The attempt has an outcome, which its runner is about to carry on if it lives.
    case ended
  }

  private struct Observation: Sendable {
    let sign: Sign
    /// The time when this sign was seen first.
    let since: Instant
  }

  /// How long a lock must be free: longer than the end of a process takes.
  static let pause = TimeSpan.seconds(2)

  private var now: [String: Observation] = [:]
  private var before: [String: Observation] = [:]

  /// Begins a look. Lives that are not seen in it are forgotten.
  mutating func beginLook() {
    before = now
    now = [:]
  }

  /// Remembers a sign of one life. Returns how long the same sign has been seen.
  mutating func watch(_ life: String, _ sign: Sign) -> TimeSpan {
    let time = Instant.now
    var observation = Observation(sign: sign, since: time)
    if let known = now[life] ?? before[life], known.sign == sign { observation = known }
    now[life] = observation
    return time - observation.since
  }

  /// Forgets a life that is over.
  mutating func close(_ life: String) { now[life] = nil }

  /// The time when the first of the signs that need a pause has been seen for long enough. Nil if there is none.
  var nextLook: Instant? {
    now.values.compactMap { observation in
      switch observation.sign {
      case .free, .ended: observation.since + Self.pause
      case .heartbeat, .missing: nil
      }
    }.min()
  }
}
