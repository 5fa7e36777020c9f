import SpoolProtocol

// Starts that fail before their command begins: whose fault it is, who waits for how long, and when it
// is enough. Told in Protocol.md under "Starts that fail".
extension Agent {
  /// What keeps this agent from starting runs at all.
  struct StartTrouble {
    /// What is told, once.
    var words: String
    /// What makes two causes the same: what the system answered, else the words.
    var key: String
    /// How often it was tried in vain.
    var failures: Int
    /// Whether the agent's own file tells of it: not of what the next try mends.
    var isPublished = false
    /// Seconds from one try to the next.
    var pause: Double { failures >= 7 ? 60 : Double(1 << Swift.max(failures - 1, 0)) }
  }

  /// Whether a start is being tried while the host is in trouble: the others wait for what comes of it.
  var isTryingStart: Bool {
    startTrouble != nil && mine.values.contains { !$0.hasStarted }
  }

  /// The runner of a claim is gone, and its run was not ended by it.
  func runnerEnded(_ assigned: Assigned, _ claim: ClaimName, _ end: RunnerEnd) {
    let queue = assigned.queue
    let run = assigned.name.base
    if assigned.isLost {
      mine[claim] = nil
      say(.trouble(queue: queue.name, message: "\(run): it is another's now"))
      return recover()
    }
    if let failure = assigned.failure {
      mine[claim] = nil
      noteUnstarted(assigned, failure.words, counts: false, quietly: isTold(failure.key))
      return holdStarts(failure.words, failure.key, queue)
    }
    guard assigned.isTaken else {
      mine[claim] = nil
      putBack(assigned)
      return holdStarts("a runner died before its first word: \(end.text)", end.text, queue)
    }
    guard !assigned.hasStarted, isInStarting(assigned) else {
      // In running/ by then: its command died with the runner, and recovery sees that at once.
      mine[claim] = nil
      say(.trouble(queue: queue.name, message: "\(run): its runner died: \(end.text)"))
      restore(assigned)
      return recover()
    }
    // The run's file may be to blame, or the host: another runner, which has not seen the file, tells.
    do throws(SpoolError) {
      try pool.check(RunnerCheck(queue: queue.queue.path)) { [weak self] event in
        self?.checked(assigned, claim, end, event)
      }
    } catch {
      mine[claim] = nil
      noteUnstarted(assigned, end.text, counts: false)
      holdStarts(error.message, Self.key(error.errno, error.message), queue)
    }
  }

  /// A run may have removed its own file from `running/`: nobody else would know that it is to be ended.
  private func restore(_ assigned: Assigned) {
    do throws(SpoolError) {
      try assigned.queue.queue.restoreRunning(
        assigned.name, sync: assigned.queue.settings?.sync ?? true)
    } catch {
      say(.trouble(queue: assigned.queue.name, message: error.message))
    }
  }

  private func isInStarting(_ assigned: Assigned) -> Bool {
    // What cannot be listed now may be there.
    (try? assigned.queue.queue.list(.starting).contains(assigned.name.text)) ?? true
  }

  /// What the fresh runner found.
  private func checked(
    _ assigned: Assigned, _ claim: ClaimName, _ end: RunnerEnd, _ event: RunnerPool.Event
  ) {
    guard mine[claim] != nil else { return }
    switch event {
    case .report(.sound):
      mine[claim] = nil
      noteUnstarted(assigned, end.text, counts: true)
    case .report(.failed(let message, let errno)):
      mine[claim] = nil
      noteUnstarted(assigned, end.text, counts: false)
      holdStarts(message, Self.key(errno, message), assigned.queue)
    case .died(let other):
      mine[claim] = nil
      noteUnstarted(assigned, end.text, counts: false)
      holdStarts("a runner died at its check: \(other.text)", other.text, assigned.queue)
    case .report: return
    }
    planLook()
  }

  /// Puts a run back whose start failed, with a mark; or ends it, at the third that counts.
  private func noteUnstarted(
    _ assigned: Assigned, _ cause: String, counts: Bool, quietly: Bool = false
  ) {
    let queue = assigned.queue
    let run = assigned.name.base
    let key = queue.queue.path + "/" + run
    do throws(SpoolError) {
      let noted = try queue.queue.noteUnstarted(
        assigned.name, cause: cause, counts: counts, seen: seenStarts[key],
        settings: queue.settings ?? QueueSettings())
      switch noted {
      case .waits(let pause, let seen):
        // They are on disk as well: to forget them costs a longer way to the same end.
        if seenStarts.count >= 10_000 { seenStarts = [:] }
        seenStarts[key] = seen
        queue.postpone(assigned.name.claimed(by: nil).text, for: pause)
        if quietly { break }
        let what = counts ? "its runner died before the command began" : "its start failed"
        say(
          .requeued(
            queue: queue.name, run: run,
            reason: "\(what): \(cause); the next try in \(DurationText.text(pause))"))
      case .ended(let reason):
        seenStarts[key] = nil
        say(
          .ended(queue: queue.name, run: run, state: .crashed, reason: reason, duration: nil))
      case .killed:
        seenStarts[key] = nil
        say(
          .ended(
            queue: queue.name, run: run, state: .killed, reason: "killed before it started",
            duration: nil))
      case .movedOn: recover()
      }
      queue.needsScan = true
    } catch {
      say(.trouble(queue: queue.name, message: error.message))
      nextRecovery = Swift.min(nextRecovery, now + seconds(2))
    }
  }

  /// Puts a claim back that nobody has worked on.
  func putBack(_ assigned: Assigned) {
    let queue = assigned.queue
    do throws(SpoolError) {
      _ = try queue.queue.putBack(assigned.name)
      queue.needsScan = true
    } catch {
      say(.trouble(queue: queue.name, message: error.message))
      nextRecovery = Swift.min(nextRecovery, now + seconds(2))
    }
    // Another run is tried next, where there is one: this one may be what the host has no room for.
    let pause = startTrouble.map { $0.pause * 2 } ?? 1
    queue.postpone(assigned.name.claimed(by: nil).text, for: Swift.min(pause, 60) + 0.25)
  }

  // MARK: The host's troubles

  static func key(_ errno: Errno?, _ words: String) -> String {
    errno.map { "errno \($0.rawValue)" } ?? words
  }

  /// Starts nothing for a while: the host, or the disk, is to blame. Told once for each cause.
  func holdStarts(_ words: String, _ key: String, _ queue: ServedQueue) {
    var trouble = startTrouble ?? StartTrouble(words: words, key: key, failures: 0)
    trouble.words = words
    trouble.key = key
    trouble.failures += 1
    if !isTold(key) {
      say(
        .trouble(
          queue: queue.name,
          message: "cannot start runs: \(words); it is tried again, each time after a longer pause")
      )
    }
    toldTroubles[key] = now
    holdUntil = now + seconds(trouble.pause)
    let isNews =
      trouble.failures >= 2 && !(trouble.isPublished && startTrouble?.words == words)
    trouble.isPublished = trouble.isPublished || isNews
    startTrouble = trouble
    if isNews { publishTrouble() }
    planLook()
  }

  /// Whether a cause was told, and has come again since at least every ten minutes.
  private func isTold(_ key: String) -> Bool {
    toldTroubles[key].map { now - $0 < seconds(600) } ?? false
  }

  /// A run was started: the host can.
  func startsWork() {
    guard let trouble = startTrouble else { return }
    startTrouble = nil
    holdUntil = 0
    // What comes and goes, each try another answer, is told at its beginning alone.
    if trouble.failures >= 4 {
      toldTroubles = [:]
      say(.startsAgain(queue: served.first?.name ?? ""))
    }
    if trouble.isPublished { publishTrouble() }
    planLook()
  }

  /// Writes into the agent's own file what keeps it, for `spool why`.
  private func publishTrouble() {
    for queue in served where !queue.isAway {
      // On a full disk there is no room for it; `why` then knows less.
      if let file = try? queue.queue.register(record(in: queue)) { queue.announcement = file }
    }
  }
}
