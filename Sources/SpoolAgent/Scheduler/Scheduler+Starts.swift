import SpoolProtocol

// Starts that fail before their command begins: who waits for how long. Told in Protocol.md under "Starts that
// fail".
extension Scheduler {
  /// What keeps the agent from starting runs at all.
  struct StartTrouble: Sendable, Equatable {
    /// What is told, once.
    var words: String
    /// How often it was tried in vain.
    var failures = 0
    /// Whether the agent's own file tells of it: not of what the next try mends.
    var isPublished = false
    /// The time from one try to the next.
    var pause: TimeSpan { .seconds(failures >= 7 ? 60 : Double(1 << Swift.max(failures - 1, 0))) }
  }

  /// Whether a start is being tried while the host is in trouble: the others wait for what comes of it.
  var isTryingStart: Bool {
    startTrouble != nil && runs.values.contains { !$0.hasStarted }
  }

  /// The time after which a cause of trouble that has not come again is told anew.
  private static let memory = TimeSpan.seconds(600)

  /// Takes in that no run can be started: the host, or the disk, is to blame. Nothing is started for a while.
  ///
  /// - Parameters:
  ///   - words: The cause. It is told once.
  ///   - key: What makes two causes the same: what the system answered, else the words.
  ///   - queue: In which it was tried.
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

  /// Whether a cause was told, and has come again since at least every ten minutes.
  func isTold(_ key: String, at moment: Moment) -> Bool {
    toldTroubles[key].map { moment.instant < $0 + Self.memory } ?? false
  }

  /// Takes in that a run was started: the host can.
  mutating func startsWork() -> [Notice] {
    guard let trouble = startTrouble else { return [] }
    var notices: [Notice] = []
    startTrouble = nil
    holdUntil = .first
    // What comes and goes, each try another answer, is told at its beginning alone.
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

  /// Takes in that a claim went back that no runner has worked on. Another run is tried next, where there is one:
  /// this one may be what the host has no room for.
  mutating func postponeUntouched(_ file: WaitingFile, at moment: Moment) {
    let pause = startTrouble.map { $0.pause * 2 } ?? .seconds(1)
    postpone(file, for: Swift.min(pause, .seconds(60)) + .milliseconds(250), at: moment)
  }
}
