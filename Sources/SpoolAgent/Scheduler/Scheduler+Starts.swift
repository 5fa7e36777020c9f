import SpoolProtocol

// Starts that fail before their command begins: how long the run and the host wait. See "Starts that fail" in
// Protocol.md.
extension Scheduler {
  /// Why the agent starts no runs at all.
  struct StartTrouble: Sendable, Equatable {
    /// The cause, which is reported once.
    var words: String
    /// The number of failed starts.
    var failures = 0
    /// Whether the agent's own file has it: not before the second failure.
    var isPublished = false
    /// The time from one try to the next.
    var pause: TimeSpan { .seconds(failures >= 7 ? 60 : Double(1 << Swift.max(failures - 1, 0))) }
  }

  /// Whether a start is being tried while the host is in trouble: all others wait for its result.
  var isTryingStart: Bool {
    startTrouble != nil && runs.values.contains { !$0.hasStarted }
  }

  /// The time after which a cause of trouble that has not come again is reported again.
  private static let memory = TimeSpan.seconds(600)

  /// Takes in that no run can be started: the host or the disk is to blame. No run is started for a while.
  ///
  /// - Parameters:
  ///   - words: The cause. It is reported once.
  ///   - key: The same for equal causes: the system's error, or the words.
  ///   - queue: The queue in which the start was tried.
  mutating func startsFail(
    _ words: String, _ key: String, in queue: Int, at moment: Moment
  ) -> [Notice] {
    var notices: [Notice] = []
    let before = startTrouble
    var trouble = before ?? StartTrouble(words: words)
    trouble.words = words
    trouble.failures += 1
    if !isTold(key, at: moment) {
      notices.append(
        .say(
          .trouble(
            queue: queues[queue].name,
            message:
              "cannot start runs: \(words); it is tried again, each time after a longer pause")))
    }
    toldTroubles[key] = moment.instant
    holdUntil = moment + trouble.pause
    let isNews = trouble.failures >= 2 && !(trouble.isPublished && before?.words == words)
    trouble.isPublished = trouble.isPublished || isNews
    startTrouble = trouble
    if isNews { notices.append(.publishTrouble) }
    return notices
  }

  /// Whether a cause was reported, and has come again at least every ten minutes since.
  func isTold(_ key: String, at moment: Moment) -> Bool {
    toldTroubles[key].map { moment.instant < $0 + Self.memory } ?? false
  }

  /// Takes in that a run has started, so that the host can start runs.
  mutating func startsWork() -> [Notice] {
    guard let trouble = startTrouble else { return [] }
    var notices: [Notice] = []
    startTrouble = nil
    holdUntil = .first
    // Trouble that comes and goes is reported only at its beginning.
    if trouble.failures >= 4 {
      toldTroubles = [:]
      notices.append(.say(.startsAgain(queue: queues.first?.name ?? "")))
    }
    if trouble.isPublished { notices.append(.publishTrouble) }
    return notices
  }

  /// Takes in that a claim whose start failed waits again.
  mutating func postpone(_ file: WaitingFile, for pause: TimeSpan, at moment: Moment) {
    queues[file.queue].postpone(file.name, until: moment + pause)
  }

  /// Takes in that a claim went back that no runner has worked on. If there is another run, that is tried next: the
  /// host may have no room for this one.
  mutating func postponeUntouched(_ file: WaitingFile, at moment: Moment) {
    let pause = startTrouble.map { $0.pause * 2 } ?? .seconds(1)
    postpone(file, for: Swift.min(pause, .seconds(60)) + .milliseconds(250), at: moment)
  }
}
