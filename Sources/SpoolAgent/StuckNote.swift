import SpoolProtocol

/// Why a run does not end: said once to the agent, left in the run's folder, and told in its record.
final class StuckNote {
  private let attempt: Attempt
  private var said: String?
  /// What was said, for the record.
  private(set) var remarks: [String] = []

  init(_ attempt: Attempt) { self.attempt = attempt }

  func say(_ sentence: String, _ tell: (RunnerReport) -> Void) {
    if sentence == said { return }
    said = sentence
    if remarks.count < 10 { remarks.append(sentence) }
    attempt.noteStuck(sentence + "; its slot stays taken until that ends")
    tell(.trouble("\(attempt.run): \(sentence); its slot stays taken until that ends"))
  }

  /// The run goes on to its end.
  func clear() {
    if said != nil { attempt.clearStuck() }
  }
}
