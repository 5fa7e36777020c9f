/// Whether a run is tried again after an attempt, and when.
///
/// Decided by whoever publishes the attempt's outcome, and again by every agent that comes upon the
/// waiting file: so all of it follows from the merged job and from what is on disk.
package struct RetryPolicy: Sendable, Equatable {
  /// How many more attempts there may be after the first.
  package let retries: Int
  /// Seconds before the second attempt.
  package let delay: Double
  /// The exit statuses that are tried again; nil: whatever did not finish is.
  package let statuses: Set<Int>?

  /// Seconds before the second attempt, where nobody said otherwise.
  package static let standardDelay = 30.0
  /// Seconds that doubling does not go beyond. A longer `retry_delay` stays as it is.
  package static let longestDelay = 3600.0

  /// What a job asks for, everything merged; nil: its file does not parse, and nothing is repeated.
  package init(_ job: Job?) {
    retries = job?.retries ?? 0
    delay = job?.retryDelay ?? Self.standardDelay
    // None are named by an empty list: one that is not there.
    statuses = job?.retryOn.flatMap { $0.isEmpty ? nil : Set($0) }
  }

  /// Whether an outcome is one that is tried again, as long as an attempt is left.
  ///
  /// A run that finished or was killed is over. So is one that no attempt can do better: its file is
  /// wrong. Where statuses are named, the command's exit status decides, past a time limit and after
  /// its runner was told to stop too; without an exit status (a signal, a dead runner) it is over.
  package func covers(_ outcome: Outcome) -> Bool {
    guard retries > 0, !outcome.isHopeless else { return false }
    guard outcome.state == .failed || outcome.state == .crashed else { return false }
    guard let statuses else { return true }
    return outcome.exitCode.map { statuses.contains($0) } ?? false
  }

  /// Where the run goes after an attempt.
  ///
  /// - Parameters:
  ///   - earlier: How many attempts have an outcome already, this one not counted.
  ///   - isKillRequested: Whether somebody asked to stop the run: then no other attempt starts.
  package func next(
    after outcome: Outcome, earlier: Int, isKillRequested: Bool
  ) -> Outcome.Next {
    covers(outcome) && !isKillRequested && earlier < retries ? .queued : .done
  }

  /// Seconds from the end of an attempt to the moment at which the next may be claimed: the delay,
  /// doubled with each attempt, and up to a fifth more or less of it.
  ///
  /// The jitter keeps runs that failed together from being tried together. Every host computes the
  /// same one, from the run's name and the attempt's number.
  package func wait(after attempt: Int, of run: String) -> Double {
    let doublings = Swift.min(Swift.max(attempt - 1, 0), 64)
    let doubled = delay * Double(sign: .plus, exponent: doublings, significand: 1)
    return Swift.min(doubled, Swift.max(delay, Self.longestDelay))
      * (0.8 + 0.4 * Self.fraction("\(run)/\(attempt)"))
  }

  /// From 0, included, to 1, not included: the first number of SplitMix64, begun with the FNV-1a
  /// hash of the text's bytes.
  private static func fraction(_ text: String) -> Double {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    var generator = SweepGenerator(seed: hash)
    return generator.unit()
  }
}
