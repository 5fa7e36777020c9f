import SpoolProtocol

/// The reason why a run does not end: reported once to the agent, left in the run's folder, and kept for
/// its record.
struct StuckNote {
  private var said: String?
  /// The reasons so far, for the record.
  private(set) var remarks: [String] = []

  mutating func say(_ reason: String, of attempt: Attempt, _ link: AgentLink) {
    if reason == said { return }
    said = reason
    if remarks.count < 10 { remarks.append(reason) }
    let sentence = reason + "; its slot stays taken until that ends"
    attempt.noteStuck(sentence)
    link.tell(.trouble("\(attempt.run): \(sentence)"))
  }

  /// Removes the note from the run's folder: the run ends.
  func clear(_ attempt: Attempt) {
    if said != nil { attempt.clearStuck() }
  }
}
