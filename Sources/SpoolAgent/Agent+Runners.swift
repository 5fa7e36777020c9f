import SpoolProtocol

// The reports of runners about the claims that were handed to them.
extension Agent {
  func heard(_ event: RunnerPool.Event, _ claim: ClaimName) {
    guard let assigned = mine[claim] else { return }
    let served = assigned.served
    switch event {
    case .report(.taken):
      mine[claim]?.isTaken = true
      return
    case .report(.settled):
      guard served.kind == .local, let runner = assigned.runner, let run = assigned.run else {
        return
      }
      // The run may have removed its folder, so that this one is new.
      forgetFolder(assigned)
      let folder = served.queue.runPath(run)
      mine[claim]?.folder = folder
      folders.watch(folder, for: runner)
      return
    case .report(.sound): return
    case .report(.running(let run, let attempt, let pid)):
      scheduler.noteStart(of: claim)
      mine[claim]?.run = run
      if !seenStarts.isEmpty { seenStarts[served.queue.path + "/" + run] = nil }
      startsWork()
      say(.running(queue: served.name, run: run, attempt: attempt, pid: pid))
      if options.until == .once { planLook() }
      return
    case .report(.trouble(let message)):
      say(.trouble(queue: served.name, message: message))
      return
    case .report(.over): scheduler.noteOver(of: claim, at: moment)
    case .report(.ended(let run, let outcome)):
      // What it took was free before: nothing is to be claimed that could not be.
      let wasFree = isFree(claim)
      if scheduler.runs[claim]?.hasStarted == false { startsWork() }
      forgetFolder(assigned)
      if outcome.next == .queued {
        // It waits again. The kernel's report of that may come later than this one, and an agent with `--drain`
        // must not leave in between.
        served.needsScan = true
        say(.requeued(queue: served.name, run: run, reason: outcome.reason ?? ""))
      } else {
        say(
          .ended(
            queue: served.name, run: run, state: outcome.state, reason: outcome.reason ?? "",
            duration: outcome.duration))
      }
      forget(claim, isOver: true)
      if wasFree, outcome.next == .done, !mine.isEmpty { return }
    case .report(.lost):
      mine[claim]?.isLost = true
      return
    case .report(.failed(let message, let errno)):
      // Its runner ends now. Until then it may still move the file.
      let words =
        message.hasPrefix("\(assigned.name.base): ")
        ? String(message.dropFirst(assigned.name.base.count + 2)) : message
      mine[claim]?.failure = (words, Self.key(errno, words))
      return
    case .died(let end):
      forgetFolder(assigned)
      runnerEnded(assigned, claim, end)
    }
    planLook()
  }

  /// A claim is over, whatever became of its run.
  ///
  /// - Parameter isOver: Whether its file has left `running/`. If not, its run still counts.
  func forget(_ claim: ClaimName, isOver: Bool = false) {
    if !isOver { mine[claim]?.served.foreign = nil }
    if let assigned = mine[claim], assigned.isBack { assigned.served.needsScan = true }
    mine[claim] = nil
    scheduler.noteEnd(of: claim)
    leanAt = now + Self.repose
  }

  private func forgetFolder(_ assigned: Assigned) {
    if let folder = assigned.folder, let runner = assigned.runner {
      folders.unwatch(folder, for: runner)
    }
  }
}
