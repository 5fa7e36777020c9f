import Dispatch
import SpoolProtocol

extension Agent {
  func leaveIfDone() -> Bool {
    switch options.until {
    case .stopped: return false
    case .once:
      // It starts the hooks that are due; they go on without it.
      guard scheduler.hasClaimedOnce(at: now), !isBusyWithHooks(untilEnded: false), hasPruned()
      else { return false }
      leave(nil)
    case .drained:
      guard isDrained(), !isBusyWithHooks(untilEnded: true), hasPruned() else { return false }
      leave(tellWhatStays())
    }
    return true
  }

  private func isBusyWithHooks(untilEnded: Bool) -> Bool {
    guard let wake = hooks.busy(in: reachable, untilEnded: untilEnded) else { return false }
    // An event reports the end of a hook.
    nextLeaveLook = Swift.min(nextLeaveLook, wake)
    return true
  }

  /// Whether no run is under way in the queues, and none can start: by a fresh look, since events may be late and
  /// known facts old.
  ///
  /// The look shows one moment: the folders' times are the same before and after it. Protocol.md has the definition,
  /// Tests/Model/drain.pml the model.
  private func isDrained() -> Bool {
    if scheduler.knowsWork {
      // No event reports the end of another host's run.
      nextLeaveLook = now + .milliseconds(500)
      drainPause = .zero
      return false
    }
    do throws(SpoolError) {
      if try seesDrained() { return true }
    } catch {
      say(.trouble(queue: queues.first?.name ?? "", message: error.message))
    }
    let shortest = queues.map { Stillness.pause($0.kind) }.max() ?? .zero
    drainPause = Swift.min(
      Swift.max(drainPause * 2, shortest), Swift.max(shortest, .milliseconds(500)))
    nextLeaveLook = now + drainPause
    return false
  }

  private func seesDrained() throws(SpoolError) -> Bool {
    var isStill = true
    for served in queues where try !served.places.look(at: served.queue, served.kind) {
      isStill = false
    }
    for served in queues {
      scan(served, readsAgain: true)
      served.lookup.renew()
    }
    if queues.contains(where: { isAway($0) }) { return false }
    // Claims what fits by now, and reads files again that were left alone.
    claimWhatFits()
    if scheduler.knowsWork { return false }
    for served in queues {
      if try served.queue.hasUnqueuedSweep() {
        // The process that queues it may be dead.
        nextRecovery = Swift.min(nextRecovery, now + .seconds(2))
        return false
      }
      guard scheduler.queues[served.index].isOpen else { continue }
      let files = try served.queue.list(.queued)
      if scheduler.hasProspects(files, in: served.index) { return false }
    }
    for served in queues where try !served.places.look(at: served.queue, served.kind) {
      isStill = false
    }
    return isStill
  }

  /// Reports the runs that an agent with `--drain` leaves in its queues, and why.
  ///
  /// - Returns: An error if the agent should have started some of them.
  private func tellWhatStays() -> SpoolError? {
    var fault: SpoolError?
    for served in queues {
      let farewell = scheduler.farewell(from: served.index) {
        (try? served.queue.list(.queued))?.count { QueueFileName($0) != nil } ?? 0
      }
      guard let farewell else { continue }
      if farewell.isFault {
        fault = SpoolError(.no, "\(served.name): \(farewell.words)")
      } else {
        say(.staying(queue: served.name, words: farewell.words))
      }
    }
    return fault
  }

  func leave(_ error: SpoolError?) {
    if isLeaving { return }
    isLeaving = true
    pruner.stop()
    for served in queues {
      // If its file cannot be removed now, others see that it is dead as soon as this process is gone.
      try? served.queue.unregister(agent: name)
    }
    say(.leaving(runs: mine.count))
    timer?.cancel()
    watcher = nil
    finish?(error)
  }
}
