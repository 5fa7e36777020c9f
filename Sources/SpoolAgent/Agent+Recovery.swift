import SpoolProtocol

extension Agent {
  /// Repairs the queues after crashes. The next time is in two seconds if this host's kernel can judge runners of
  /// other agents' runs, otherwise after half a lease.
  func recover() {
    let lease = queues.compactMap { $0.settings?.lease }.min() ?? QueueSettings().lease
    var interval = Swift.max(.seconds(lease / 2), TimeSpan.milliseconds(100))
    for served in queues where !isAway(served) {
      do throws(SpoolError) {
        let result = try served.recoverer.run(sparing: Set(mine.keys))
        for action in result.actions {
          say(action.event(served.name))
          served.needsScan = true
        }
        for error in result.errors { say(.trouble(queue: served.name, message: error.message)) }
        let others = try othersHere(served)
        if others > 0 || served.recoverer.nextLook != nil {
          interval = Swift.min(interval, .seconds(2))
        }
      } catch {
        isUnreachable(served, error)
      }
    }
    nextRecovery = now + interval
  }

  /// The number of runs that another or an earlier agent claimed, and that can be judged at once: on a local file
  /// system all of them, on a network file system those of this host.
  func othersHere(_ served: ServedQueue) throws(SpoolError) -> Int {
    try claimedRuns(served).count { claim, name in
      mine[claim] == nil && (served.kind == .local || namesakes.isHere(name, in: served.queue))
    }
  }

  /// The files that any host has in `starting/` and `running/`, by their claims.
  func claimedRuns(_ served: ServedQueue) throws(SpoolError) -> [ClaimName: QueueFileName] {
    var runs: [ClaimName: QueueFileName] = [:]
    let (starting, running) = try served.queue.sightings.claimed()
    for name in starting + running {
      if let claim = name.claim { runs[claim] = name }
    }
    return runs
  }
}

extension Recoverer.Action {
  fileprivate func event(_ queue: String) -> AgentEvent {
    switch self {
    case .requeued(let run):
      .recovered(queue: queue, run: run, what: "its agent died before it started; it waits again")
    case .carriedOn(let run): .recovered(queue: queue, run: run, what: "its outcome carried on")
    case .ended(let run, let state, let reason):
      .recovered(queue: queue, run: run, what: "\(state.rawValue): \(reason)")
    case .queued(let sweep, let runs):
      .recovered(
        queue: queue, run: sweep, what: "\(runs) of the sweep's runs were not queued yet; they wait"
      )
    }
  }
}
