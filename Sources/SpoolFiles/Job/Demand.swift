/// The needs of a waiting run before it may start, according to its file, whatever the host.
package struct Demand: Sendable, Equatable {
  package var slots = 1
  package var gpus: GPUAmount = 0
  /// The labels that its agent must have.
  package var labels: [String] = []
  /// The time before which it may not start, by the file server's clock; nil for no such time.
  package var notBefore: Timestamp?
  /// The runs that must have ended before it.
  package var after: Dependencies?
  /// The earliest time at which it could have started if there had been room, by the file server's clock.
  package var since = Timestamp(nanoseconds: 0)

  /// Creates a demand of one slot and nothing else.
  package init() {}

  /// Creates the demand of a job with everything merged.
  ///
  /// - Parameter submittedAt: The submission time of the run, by the file server's clock.
  package init(_ job: Job, submittedAt: Timestamp) {
    slots = job.slots ?? 1
    gpus = job.gpus ?? 0
    labels = job.require ?? []
    notBefore = job.notBefore.map { Timestamp(nanoseconds: $0.nanoseconds) }
    if let after = job.after, !after.runs.isEmpty { self.after = after }
    since = Swift.max(submittedAt, notBefore ?? submittedAt)
  }

  /// How long smaller runs may pass a run that does not fit, in seconds. After that, room that becomes
  /// free is kept for it: a queue of small runs must not starve a large run.
  package static let patience = 600.0

  /// Whether other runs have passed it for long enough.
  package func isOverdue(at now: Timestamp) -> Bool {
    now.seconds(since: since) >= Self.patience
  }
}
