import SpoolProtocol

/// Carries out the requests to the runner of an attempt while its command executes, and keeps the time for which the
/// command was suspended.
struct RequestDesk {
  private let attempt: Attempt
  /// Since when the command is suspended; nil while it goes on.
  private var since: Instant?
  /// How long it was suspended before that.
  private var before = TimeSpan.zero
  private var count = 0

  init(_ attempt: Attempt) { self.attempt = attempt }

  var isSuspended: Bool { since != nil }

  /// For how long the command was suspended in all: so much later is its time limit.
  func standstill(at now: Instant) -> TimeSpan {
    guard let since else { return before }
    return before + (now - since)
  }

  /// For the record; nil if the command was never suspended.
  func remark(at now: Instant) -> String? {
    if count == 0 { return nil }
    let seconds = standstill(at: now).seconds
    let span = DurationText.text(seconds < 10 ? (seconds * 100).rounded() / 100 : seconds.rounded())
    return count == 1
      ? "was suspended for \(span)" : "was suspended \(count) times, for \(span) in all"
  }

  /// Takes a request, carries it out, and answers it. A request that was withdrawn is left alone.
  ///
  /// - Parameters:
  ///   - objection: Why nothing is done any more; nil if the command executes, and is not being stopped.
  ///   - now: The time by the file server's clock.
  mutating func serve(
    _ request: RunRequest, _ command: ProcessTree, objection: String?, at now: Timestamp
  ) throws(SpoolError) {
    guard try attempt.queue.takeRequest(request, run: attempt.run) else { return }
    let answer =
      if let objection { RequestAnswer(.refused, objection) } else {
        carryOut(request, command, at: now)
      }
    try attempt.queue.answer(request, answer, run: attempt.run)
  }

  private mutating func carryOut(
    _ request: RunRequest, _ command: ProcessTree, at now: Timestamp
  ) -> RequestAnswer {
    switch request.verb {
    case .signal(let number):
      if let error = command.pass(number) {
        return RequestAnswer(
          .refused, ProcessFacts(of: command.leader).words(error))
      }
      return RequestAnswer(
        .done,
        isSuspended
          ? "it is suspended, and gets the signal when it goes on"
          : launcher.map { "its launcher \($0) got it, and passes it on or does not" })
    case .suspend:
      // Once more: processes that another program let go on are stopped again.
      let unreached = command.suspend()
      let wasSuspended = isSuspended
      if !wasSuspended {
        since = .now
        count += 1
        var author = attempt.queue.author(of: request, attempt.run)
        author.time = now
        attempt.noteSuspension(author)
      }
      if let unreached { return RequestAnswer(.done, unreached) }
      if wasSuspended { return RequestAnswer(.unchanged) }
      return RequestAnswer(
        .done,
        launcher.map { "its launcher \($0) is stopped; what that has started elsewhere may go on" })
    case .resume:
      let wasSuspended = isSuspended
      let unreached = end(command)
      return RequestAnswer(wasSuspended ? .done : .unchanged, unreached)
    }
  }

  /// Lets the command go on, and its time limit: it was asked for, or the command is told to end.
  ///
  /// - Returns: The processes that could not be reached, in words.
  @discardableResult
  mutating func end(_ command: ProcessTree) -> String? {
    let unreached = command.resume()
    hasEnded()
    return unreached
  }

  /// The command goes on, or has ended.
  mutating func hasEnded() {
    guard let since else { return }
    before = before + (.now - since)
    self.since = nil
    attempt.clearSuspension()
  }

  /// The program of the attempt's launcher; nil if it has none.
  private var launcher: String? { attempt.start.job?.launcher?.first }
}
