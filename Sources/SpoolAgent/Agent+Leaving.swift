import Dispatch
import SpoolProtocol

extension Agent {
  func leaveIfDone(_ round: Round) -> Bool {
    switch options.until {
    case .stopped: return false
    case .once:
      // Claims are in safe hands once their runs are in running/. A claim that went back, since another
      // agent made one at the same moment, is tried again.
      guard !round.isCut, mine.values.allSatisfy({ $0.hasStarted }), !triesAgain(round) else {
        return false
      }
      // Hooks that are due are begun, and go on without it.
      guard !isBusyWithHooks(untilEnded: false), hasPruned() else { return false }
      leave(nil)
    case .drained:
      guard isDrained(round), !isBusyWithHooks(untilEnded: true), hasPruned() else { return false }
      leave(tellWhatStays())
    }
    return true
  }

  private func isBusyWithHooks(untilEnded: Bool) -> Bool {
    guard let wake = hooks.busy(in: served, untilEnded: untilEnded) else { return false }
    // The end of a hook is told.
    nextLeaveLook = Swift.min(nextLeaveLook, wake)
    return true
  }

  /// Whether an agent with `--once` looks once more: not for ever, since what keeps it may stay.
  private func triesAgain(_ round: Round) -> Bool {
    guard now < holdUntil, round.isWaiting, holds < 3 else { return false }
    holds += 1
    return true
  }

  /// Something is known that is to be done, or to be waited for.
  private func knowsWork(_ round: Round) -> Bool {
    round.isBusy || round.isWaiting
      || served.contains { $0.isAway || $0.isOpen && $0.hasUnfinished }
  }

  /// Whether nothing is under way in the queues, and nothing in them can come to run: told by a fresh
  /// look, since events may be late and what is remembered may be over.
  ///
  /// The look is one moment: the folders' times are the same before and after it. Protocol.md has the
  /// definition, Tests/Model/drain.pml the model.
  private func isDrained(_ round: Round) -> Bool {
    if knowsWork(round) {
      // Other hosts' runs end without a word.
      nextLeaveLook = now + seconds(0.5)
      drainPause = 0
      return false
    }
    do throws(SpoolError) {
      if try seesDrained() { return true }
    } catch {
      say(.trouble(queue: served.first?.name ?? "", message: error.message))
    }
    let shortest = served.map { Stillness.pause($0.kind) }.max() ?? 0
    drainPause = Swift.min(Swift.max(drainPause * 2, shortest), Swift.max(shortest, seconds(0.5)))
    nextLeaveLook = now + drainPause
    return false
  }

  private func seesDrained() throws(SpoolError) -> Bool {
    var isStill = true
    for queue in served where try !queue.places.look(at: queue.queue, queue.kind) {
      isStill = false
    }
    for queue in served {
      scan(queue, readsAgain: true)
      queue.lookup.renew()
    }
    if served.contains(where: { $0.isAway }) { return false }
    // What became free meanwhile is claimed; what is left alone is read again.
    if knowsWork(claimWhatFits()) { return false }
    for queue in served {
      if try queue.queue.hasUnqueuedSweep() {
        // Its maker may be dead.
        nextRecovery = Swift.min(nextRecovery, now + seconds(2))
        return false
      }
      guard queue.isOpen else { continue }
      let prospects = Prospects(of: try queue.queue.list(.queued), in: queue.room) {
        queue.isOnItsWay($0)
      }
      if prospects.hasAny { return false }
      queue.prospects = prospects
    }
    for queue in served where try !queue.places.look(at: queue.queue, queue.kind) {
      isStill = false
    }
    return isStill
  }

  /// Says what an agent that drains leaves in its queues, and why.
  ///
  /// - Returns: An error where runs stay that an agent should have run.
  private func tellWhatStays() -> SpoolError? {
    var fault: SpoolError?
    for queue in served {
      var words = queue.prospects?.words
      if !queue.isOpen {
        let count = (try? queue.queue.list(.queued))?.count { QueueFileName($0) != nil } ?? 0
        if count == 0 { continue }
        let stay = counted(count, "run stays", "runs stay")
        if queue.isPaused {
          words = stay + ": the queue is paused"
        } else {
          fault = SpoolError(.no, "\(queue.name): \(stay): queue.json cannot be used")
        }
      }
      if let words { say(.staying(queue: queue.name, words: words)) }
    }
    return fault
  }

  func leave(_ error: SpoolError?) {
    if isLeaving { return }
    isLeaving = true
    pruner.stop()
    for queue in served {
      // One that cannot be removed now is taken for dead as soon as this process is gone.
      try? queue.queue.unregister(agent: name)
    }
    say(.leaving(runs: mine.count))
    timer?.cancel()
    watcher = nil
    finish?(error)
  }
}
