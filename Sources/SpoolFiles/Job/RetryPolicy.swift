/// Decides whether a run is tried again after an attempt, and when.
///
/// The process that publishes the attempt's outcome decides, and later every agent that reads the
/// waiting file decides again. So the decision depends only on the merged job and on the files on disk.
package struct RetryPolicy: Sendable, Equatable {
  /// The largest number of attempts after the first.
  package let retries: Int
  /// Seconds before the second attempt.
  package let delay: Double
  /// The exit statuses that are tried again; nil if every unfinished attempt is tried again.
  package let statuses: Set<Int>?

  /// The default number of seconds before the second attempt.
  package static let standardDelay = 30.0
  /// The limit of doubling, in seconds. A longer `retry_delay` stays as it is.
  package static let longestDelay = 3600.0

  /// Creates the policy of a merged job; nil, for a file that does not parse, allows no retry.
  package init(_ job: Job?) {
    retries = job?.retries ?? 0
    delay = job?.retryDelay ?? Self.standardDelay
    // An empty list names no statuses and counts as missing.
    statuses = job?.retryOn.flatMap { $0.isEmpty ? nil : Set($0) }
  }

  /// Whether an attempt with this outcome is tried again, as long as an attempt is left.
  ///
  /// A run that finished or was killed is over. A run is also over if no attempt can do better: its
  /// file is wrong. If statuses are named, the command's exit status decides, even after a time limit
  /// or after its runner was told to stop; without an exit status (a signal, a dead runner) the run is over.
  package func covers(_ outcome: Outcome) -> Bool {
    guard retries > 0, !outcome.isHopeless else { return false }
    guard outcome.state == .failed || outcome.state == .crashed else { return false }
    guard let statuses else { return true }
    return outcome.exitCode.map { statuses.contains($0) } ?? false
  }

  /// The place of the run after an attempt.
  ///
  /// - Parameters:
  ///   - earlier: The number of earlier attempts that have an outcome, without this attempt.
  ///   - isKillRequested: Whether there is a request to stop the run; then no other attempt starts.
  package func next(
    after outcome: Outcome, earlier: Int, isKillRequested: Bool
  ) -> Outcome.Next {
    covers(outcome) && !isKillRequested && earlier < retries ? .queued : .done
  }

  /// Seconds from the end of an attempt to the time at which the next may be claimed: the delay,
  /// doubled with each attempt, plus or minus up to a fifth.
  ///
  /// The jitter keeps runs that failed together from being tried together. Every host computes the
  /// same jitter, from the run's name and the attempt's number.
  package func wait(after attempt: Int, of run: String) -> Double {
    let doublings = Swift.min(Swift.max(attempt - 1, 0), 64)
    let doubled = delay * Double(sign: .plus, exponent: doublings, significand: 1)
    return Swift.min(doubled, Swift.max(delay, Self.longestDelay))
      * (0.8 + 0.4 * Self.fraction("\(run)/\(attempt)"))
  }

  /// A number from 0 to below 1: the first number of SplitMix64, seeded with the FNV-1a hash of the text's bytes.
  private static func fraction(_ text: String) -> Double {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    var generator = SweepGenerator(seed: hash)
    return generator.unit()
  }
}
