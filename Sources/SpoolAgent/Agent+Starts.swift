import SpoolProtocol

// Starts that fail before their command begins: whether the host or the run is to blame, how long each waits, and
// which try is the last. See "Starts that fail" in Protocol.md.
extension Agent {
  /// The runner of a claim has ended without having ended its run.
  func runnerEnded(_ assigned: Assigned, _ claim: ClaimName, _ end: RunnerEnd) {
    let served = assigned.served
    let run = assigned.name.base
    if assigned.isLost {
      forget(claim)
      say(.trouble(queue: served.name, message: "\(run): another agent has it now"))
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
      // Its file is in running/: its command died with the runner, and recovery notices that at once.
      forget(claim)
      say(.trouble(queue: served.name, message: "\(run): its runner died: \(end.text)"))
      restore(assigned)
      return recover()
    }
    // The run's file or the host may be to blame: another runner, which has not seen the file, finds out.
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

  /// Restores the file in `running/`, if the run has removed it: without it no process would end the run.
  private func restore(_ assigned: Assigned) {
    do throws(SpoolError) {
      try assigned.served.queue.restoreRunning(
        assigned.name, sync: assigned.served.settings?.sync ?? true)
    } catch {
      say(.trouble(queue: assigned.served.name, message: error.message))
    }
  }

  private func isInStarting(_ assigned: Assigned) -> Bool {
    // If the folder cannot be listed now, it may be there.
    (try? assigned.served.queue.list(.starting).contains(assigned.name.text)) ?? true
  }

  /// Handles the answer of the fresh runner.
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

  /// Marks a failed start and puts the run back, or ends it after the third start that counts.
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
        // They are on disk as well: forgetting them only costs a longer way to the same end.
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

  /// Starts no run for a while: the host or the disk is to blame.
  func holdStarts(_ words: String, _ key: String, _ served: ServedQueue) {
    apply(scheduler.startsFail(words, key, in: served.index, at: moment))
    planLook()
  }

  /// A run has started, so that the host can start runs.
  func startsWork() {
    guard scheduler.startTrouble != nil else { return }
    apply(scheduler.startsWork())
    planLook()
  }

  /// Writes into the agent's own file why it starts no runs, for `spool why`.
  func publishTrouble() {
    for served in queues where !isAway(served) {
      // On a full disk that fails, and `why` knows less.
      if let file = try? served.queue.register(record(in: served)) { served.announcement = file }
    }
  }
}
