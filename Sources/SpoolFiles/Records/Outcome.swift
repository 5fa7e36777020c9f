/// How an attempt ended.
package struct Outcome: Sendable, Equatable {
  package var state: RunState
  /// The command's exit status; nil if it did not exit.
  package var exitCode: Int?
  /// The name of the signal that ended the command: `KILL`.
  package var signal: String?
  package var reason: String?
  /// When the command was let go, by the file server's clock; nil if it never was.
  package var startedAt: Timestamp?
  /// By the file server's clock.
  package var endedAt: Timestamp
  /// Seconds by a clock that only goes forward; nil if no command ran, or if its time was not measured.
  package var duration: Double?
  /// Where the run goes from here.
  package var next: Next
  /// Whether another attempt would end alike, because what the run asks for can never be done.
  package var isHopeless: Bool
  /// What the command had left running.
  package var leftBehind: LeftBehind?
  /// Remarks on this end, a sentence each.
  package var remarks: [String] = []

  /// Where a run goes after an attempt.
  package enum Next: String, Sendable {
    /// Into `done/`.
    case done
    /// Back into `queued/`: an attempt is left.
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
