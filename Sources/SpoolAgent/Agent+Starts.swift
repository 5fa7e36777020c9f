import SpoolProtocol

// Starts that fail before their command begins: whose fault it is, who waits for how long, and when it
// is enough. Told in Protocol.md under "Starts that fail".
extension Agent {
  /// The runner of a claim is gone, and its run was not ended by it.
  func runnerEnded(_ assigned: Assigned, _ claim: ClaimName, _ end: RunnerEnd) {
    let served = assigned.served
    let run = assigned.name.base
    if assigned.isLost {
      forget(claim)
      say(.trouble(queue: served.name, message: "\(run): it is another's now"))
      return recover()
    }
    if let failure = assigned.failure {
      forget(claim)
      let isTold = scheduler.isTold(failure.key, at: moment)
      noteUnstarted(assigned, failure.words, counts: false, quietly: isTold)
      return holdStarts(failure.words, failure.key, served)
    }
    guard assigned.isTaken else {
      forget(claim)
      putBack(assigned.name, served)
      return holdStarts("a runner died before its first word: \(end.text)", end.text, served)
    }
    guard scheduler.runs[claim]?.hasStarted == false, isInStarting(assigned) else {
      // In running/ by then: its command died with the runner, and recovery sees that at once.
      forget(claim)
      say(.trouble(queue: served.name, message: "\(run): its runner died: \(end.text)"))
      restore(assigned)
      return recover()
    }
    // The run's file may be to blame, or the host: another runner, which has not seen the file, tells.
    do throws(SpoolError) {
      try pool.check(RunnerCheck(queue: served.queue.path)) { [weak self] event in
        self?.checked(assigned, claim, end, event)
      }
    } catch {
      forget(claim)
      noteUnstarted(assigned, end.text, counts: false)
      holdStarts(error.message, Self.key(error.errno, error.message), served)
    }
  }

  /// A run may have removed its own file from `running/`: nobody else would know that it is to be ended.
  private func restore(_ assigned: Assigned) {
    do throws(SpoolError) {
      try assigned.served.queue.restoreRunning(
        assigned.name, sync: assigned.served.settings?.sync ?? true)
    } catch {
      say(.trouble(queue: assigned.served.name, message: error.message))
    }
  }

  private func isInStarting(_ assigned: Assigned) -> Bool {
    // What cannot be listed now may be there.
    (try? assigned.served.queue.list(.starting).contains(assigned.name.text)) ?? true
  }

  /// What the fresh runner found.
  private func checked(
    _ assigned: Assigned, _ claim: ClaimName, _ end: RunnerEnd, _ event: RunnerPool.Event
  ) {
    guard mine[claim] != nil else { return }
    switch event {
    case .report(.sound):
      forget(claim)
      noteUnstarted(assigned, end.text, counts: true)
    case .report(.failed(let message, let errno)):
      forget(claim)
      noteUnstarted(assigned, end.text, counts: false)
      holdStarts(message, Self.key(errno, message), assigned.served)
    case .died(let other):
      forget(claim)
      noteUnstarted(assigned, end.text, counts: false)
      holdStarts("a runner died at its check: \(other.text)", other.text, assigned.served)
    case .report: return
    }
    planLook()
  }

  /// Puts a run back whose start failed, with a mark; or ends it, at the third that counts.
  private func noteUnstarted(
    _ assigned: Assigned, _ cause: String, counts: Bool, quietly: Bool = false
  ) {
    let served = assigned.served
    let run = assigned.name.base
    let key = served.queue.path + "/" + run
    do throws(SpoolError) {
      let noted = try served.queue.noteUnstarted(
        assigned.name, cause: cause, counts: counts, seen: seenStarts[key],
        settings: served.settings ?? QueueSettings())
      switch noted {
      case .waits(let pause, let seen):
        // They are on disk as well: to forget them costs a longer way to the same end.
        if seenStarts.count >= 10_000 { seenStarts = [:] }
        seenStarts[key] = seen
        scheduler.postpone(waiting(assigned.name, served), for: .seconds(pause), at: moment)
        if quietly { break }
        let what = counts ? "its runner died before the command began" : "its start failed"
        say(
          .requeued(
            queue: served.name, run: run,
            reason: "\(what): \(cause); the next try in \(DurationText.text(pause))"))
      case .ended(let reason):
        seenStarts[key] = nil
        say(
          .ended(queue: served.name, run: run, state: .crashed, reason: reason, duration: nil))
      case .killed:
        seenStarts[key] = nil
        say(
          .ended(
            queue: served.name, run: run, state: .killed, reason: "killed before it started",
            duration: nil))
      case .movedOn: recover()
      }
      served.needsScan = true
    } catch {
      say(.trouble(queue: served.name, message: error.message))
      nextRecovery = Swift.min(nextRecovery, now + .seconds(2))
    }
  }

  /// Puts a claim back that no runner has worked on.
  func putBack(_ name: QueueFileName, _ served: ServedQueue) {
    do throws(SpoolError) {
      _ = try served.queue.putBack(name)
      served.needsScan = true
    } catch {
      say(.trouble(queue: served.name, message: error.message))
      nextRecovery = Swift.min(nextRecovery, now + .seconds(2))
    }
    scheduler.postponeUntouched(waiting(name, served), at: moment)
  }

  /// The file of a claim once it waits again.
  private func waiting(_ name: QueueFileName, _ served: ServedQueue) -> WaitingFile {
    WaitingFile(queue: served.index, name: name.claimed(by: nil).text)
  }

  // MARK: The host's troubles

  static func key(_ errno: Errno?, _ words: String) -> String {
    errno.map { "errno \($0.rawValue)" } ?? words
  }

  /// Starts nothing for a while: the host, or the disk, is to blame.
  func holdStarts(_ words: String, _ key: String, _ served: ServedQueue) {
    apply(scheduler.startsFail(words, key, in: served.index, at: moment))
    planLook()
  }

  /// A run was started: the host can.
  func startsWork() {
    guard scheduler.startTrouble != nil else { return }
    apply(scheduler.startsWork())
    planLook()
  }

  /// Writes into the agent's own file what keeps it, for `spool why`.
  func publishTrouble() {
    for served in queues where !isAway(served) {
      // On a full disk there is no room for it; `why` then knows less.
      if let file = try? served.queue.register(record(in: served)) { served.announcement = file }
    }
  }
}
