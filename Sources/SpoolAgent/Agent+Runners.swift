import SpoolProtocol

// What runners say of the claims that were handed to them.
extension Agent {
  func heard(_ event: RunnerPool.Event, _ claim: ClaimName) {
    guard let assigned = mine[claim] else { return }
    let queue = assigned.queue
    switch event {
    case .report(.taken):
      mine[claim]?.isTaken = true
      return
    case .report(.settled):
      guard queue.kind == .local, let runner = assigned.runner, let run = assigned.run else {
        return
      }
      // Another may be in its place: the run had removed it.
      forgetFolder(assigned)
      let folder = queue.queue.runPath(run)
      mine[claim]?.folder = folder
      folders.watch(folder, for: runner)
      return
    case .report(.sound): return
    case .report(.running(let run, let attempt, let pid)):
      mine[claim]?.hasStarted = true
      mine[claim]?.run = run
      if !seenStarts.isEmpty { seenStarts[queue.queue.path + "/" + run] = nil }
      startsWork()
      say(.running(queue: queue.name, run: run, attempt: attempt, pid: pid))
      if options.until == .once { planLook() }
      return
    case .report(.trouble(let message)):
      say(.trouble(queue: queue.name, message: message))
      return
    case .report(.ended(let run, let outcome)):
      if !assigned.hasStarted { startsWork() }
      forgetFolder(assigned)
      if outcome.next == .queued {
        // It waits again, and the kernel's word of that may come later than this one: an agent that
        // drains must not leave in between.
        queue.needsScan = true
        say(.requeued(queue: queue.name, run: run, reason: outcome.reason ?? ""))
      } else {
        say(
          .ended(
            queue: queue.name, run: run, state: outcome.state, reason: outcome.reason ?? "",
            duration: outcome.duration))
      }
      mine[claim] = nil
    case .report(.lost):
      mine[claim]?.isLost = true
      return
    case .report(.failed(let message, let errno)):
      // Its runner ends now, and is waited for: it may still have the file on its way.
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

  private func forgetFolder(_ assigned: Assigned) {
    if let folder = assigned.folder, let runner = assigned.runner {
      folders.unwatch(folder, for: runner)
    }
  }
}
