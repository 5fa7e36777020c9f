/// The end of an attempt.
package struct Outcome: Sendable, Equatable {
  package var state: RunState
  /// The command's exit status; nil if it did not exit.
  package var exitCode: Int?
  /// The name of the signal that ended the command: `KILL`.
  package var signal: String?
  package var reason: String?
  /// The start of the command, by the file server's clock; nil if it never started.
  package var startedAt: Timestamp?
  /// The end of the attempt, by the file server's clock.
  package var endedAt: Timestamp
  /// Seconds by a monotonic clock; nil if no command ran, or if its time was not measured.
  package var duration: Double?
  /// The place to which the run goes from here.
  package var next: Next
  /// Whether another attempt would end in the same way, because the run asks for something impossible.
  package var isHopeless: Bool
  /// The processes that the command had left running.
  package var leftBehind: LeftBehind?
  /// Remarks on this end, one sentence each.
  package var remarks: [String] = []

  /// The place of a run after an attempt.
  package enum Next: String, Sendable {
    /// Into `done/`.
    case done
    /// Back into `queued/`, because an attempt is left.
    case queued
  }

  package init(
    state: RunState, exitCode: Int? = nil, signal: String? = nil, reason: String? = nil,
    startedAt: Timestamp? = nil, endedAt: Timestamp, duration: Double? = nil, next: Next = .done,
    isHopeless: Bool = false
  ) {
    self.state = state
    self.exitCode = exitCode
    self.signal = signal
    self.reason = reason
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.duration = duration
    self.next = next
    self.isHopeless = isHopeless
  }
}
