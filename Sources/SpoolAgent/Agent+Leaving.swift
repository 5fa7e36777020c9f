import Dispatch
import SpoolProtocol

extension Agent {
  func leaveIfDone() -> Bool {
    switch options.until {
    case .stopped: return false
    case .once:
      // Hooks that are due are begun, and go on without it.
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
    // The end of a hook is told.
    nextLeaveLook = Swift.min(nextLeaveLook, wake)
    return true
  }

  /// Whether nothing is under way in the queues, and nothing in them can come to run: told by a fresh
  /// look, since events may be late and what is remembered may be over.
  ///
  /// The look is one moment: the folders' times are the same before and after it. Protocol.md has the
  /// definition, Tests/Model/drain.pml the model.
  private func isDrained() -> Bool {
    if scheduler.knowsWork {
      // Other hosts' runs end without a word.
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
    // What became free meanwhile is claimed; what is left alone is read again.
    claimWhatFits()
    if scheduler.knowsWork { return false }
    for served in queues {
      if try served.queue.hasUnqueuedSweep() {
        // Its maker may be dead.
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

  /// Says what an agent that drains leaves in its queues, and why.
  ///
  /// - Returns: An error where runs stay that an agent should have run.
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
      // One that cannot be removed now is taken for dead as soon as this process is gone.
      try? served.queue.unregister(agent: name)
    }
    say(.leaving(runs: mine.count))
    timer?.cancel()
    watcher = nil
    finish?(error)
  }
}
