import Dispatch
import SpoolQueue

extension Agent {
  func leaveIfDone(_ round: Round) -> Bool {
    switch options.until {
    case .stopped: return false
    case .once:
      // Claims are in safe hands once their runs are in running/.
      guard !round.isCut, mine.values.allSatisfy({ $0.hasStarted }) else { return false }
    case .drained:
      let isPaused = served.allSatisfy { $0.isPaused }
      // Nobody knows what waits in a queue that is away.
      if round.isBusy || served.contains(where: { $0.isAway })
        || !isPaused
          && (round.isWaiting || served.contains { $0.unfinishedCount > 0 })
      {
        // Other hosts' runs end without a word.
        nextDrainLook = now + seconds(0.5)
        return false
      }
      // The end of a hook is told.
      if hooks.isBusy(in: served.map { $0.queue }) { return false }
    }
    leave(nil)
    return true
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
