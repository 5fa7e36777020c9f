import SpoolProtocol

extension Agent {
  /// With `--gpus auto`, notes gpus that came or went: files that wait for gpus are judged again.
  ///
  /// - Returns: When to look again.
  func lookForGPUs() -> Instant {
    guard let watch = options.gpuWatch, let known = options.gpus else { return .last }
    let found = watch.news(beside: known, on: confined) { [weak self] in self?.look() }
    if let found {
      options.handOut(found)
      scheduler.offers(gpus: found.count)
      for served in queues {
        say(.gpus(queue: served.name, ids: found.map { $0.id }))
        served.needsScan = true
        // After a failure the next heartbeat writes the file, if it is missing.
        if !isAway(served), let file = try? served.queue.register(record(in: served)) {
          served.announcement = file
        }
      }
    }
    // Without any gpu no other event may wake the agent for a long time.
    return options.gpus?.isEmpty == true ? now + GPUWatch.interval : .last
  }

  /// The gpus that are free.
  ///
  /// - Parameter taken: Those of the runs of this agent's queues.
  func freeGPUs(but taken: Set<String>) -> [GPU] {
    // Only for a run that waits for room it is worth finding out which run has a gpu.
    let isWanted = scheduler.hasSeekers
    var free: [GPU] = []
    gpusElsewhere = [:]
    for gpu in options.gpus ?? [] where !gpu.isAmong(taken) {
      // Runs of queues that this agent does not serve are visible only by the lock.
      guard let lock = gpu.locks.first(where: { GPULock.isTaken($0) }) else {
        free.append(gpu)
        continue
      }
      if isWanted { gpusElsewhere[gpu.id] = GPULock.user(of: lock)?.words ?? "another process" }
    }
    return free
  }
}
