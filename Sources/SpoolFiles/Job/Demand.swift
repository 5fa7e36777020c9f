/// What a waiting run needs before it may start: what its file says, whatever the host.
package struct Demand: Sendable, Equatable {
  package var slots = 1
  package var gpus = 0
  /// The labels that its agent must have.
  package var labels: [String] = []
  /// The time before which it may not start, by the file server's clock; nil: none.
  package var notBefore: Timestamp?
  /// The runs that must have ended before.
  package var after: Dependencies?
  /// Since when it could have been started if there had been room, by the file server's clock.
  package var since = Timestamp(nanoseconds: 0)

  /// One slot and nothing else.
  package init() {}

  /// What a job with everything merged asks for.
  ///
  /// - Parameter submittedAt: When the run was queued, by the file server's clock.
  package init(_ job: Job, submittedAt: Timestamp) {
    slots = job.slots ?? 1
    gpus = job.gpus ?? 0
    labels = job.require ?? []
    notBefore = job.notBefore.map { Timestamp(nanoseconds: $0.nanoseconds) }
    if let after = job.after, !after.runs.isEmpty { self.after = after }
    since = Swift.max(submittedAt, notBefore ?? submittedAt)
  }

  /// How long smaller runs pass one that does not fit, in seconds. After that the room which comes
  /// free is kept for it: a queue of small runs must not starve a large one.
  package static let patience = 600.0

  /// Whether others have passed it for long enough.
  package func isOverdue(at now: Timestamp) -> Bool {
    now.seconds(since: since) >= Self.patience
  }
}
