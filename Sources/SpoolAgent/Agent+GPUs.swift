import SpoolProtocol

extension Agent {
  /// Takes note of gpus that came, or went, with `--gpus auto`: what waits for some is looked at again.
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
        // What cannot be written now is written with the next heartbeat that finds it missing.
        if !isAway(served), let file = try? served.queue.register(record(in: served)) {
          served.announcement = file
        }
      }
    }
    // While there is none nothing else may wake the agent for a long time.
    return options.gpus?.isEmpty == true ? now + GPUWatch.interval : .last
  }

  /// The gpus that nobody uses.
  ///
  /// - Parameter taken: Those that runs of this agent's queues have.
  func freeGPUs(but taken: Set<String>) -> [GPU] {
    // Who waits for room shall be told who has it; all others need not know.
    let isWanted = scheduler.hasSeekers
    var free: [GPU] = []
    gpusElsewhere = [:]
    for gpu in options.gpus ?? [] where !gpu.isAmong(taken) {
      // The lock is asked last: runs of queues that this agent does not serve show in it alone.
      guard let lock = gpu.locks.first(where: { GPULock.isTaken($0) }) else {
        free.append(gpu)
        continue
      }
      if isWanted { gpusElsewhere[gpu.id] = GPULock.user(of: lock)?.words ?? "another process" }
    }
    return free
  }
}
