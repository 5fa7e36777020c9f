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
    gpusInUse = [:]
    let answer = options.gpuUse?.answer
    for gpu in options.gpus ?? [] where !gpu.isAmong(taken) {
      // Runs of queues that this agent does not serve are visible only by the lock.
      guard let lock = gpu.locks.first(where: { GPULock.isTaken($0) }) else {
        if let user = answer?.user(of: gpu) {
          gpusInUse[gpu.id] = user
          if isWanted { gpusElsewhere[gpu.id] = user }
        } else {
          free.append(gpu)
        }
        continue
      }
      if isWanted { gpusElsewhere[gpu.id] = GPULock.user(of: lock)?.words ?? "another process" }
    }
    return free
  }

  // MARK: Processes that are of no run

  /// Whether it is not known now if other processes use the gpus that no run has.
  var isUnsureOfGPUs: Bool {
    guard let use = options.gpuUse, options.gpus?.isEmpty == false else { return false }
    return now >= use.answer.until
  }

  /// Asks which gpus other processes use: if a run is about to get one, or waits while such processes have some.
  func askAboutGPUs() {
    guard let use = options.gpuUse,
      scheduler.round.asksAboutGPUs || (!gpusInUse.isEmpty && scheduler.hasSeekers)
    else { return }
    let free = Set(scheduler.round.gpus.map { $0.id }).union(gpusInUse.keys)
    let held = (options.gpus ?? []).flatMap { free.contains($0.id) ? [] : [$0.id] }
    use.ask(held: Set(held), on: confined) { [weak self] before in
      self?.heardOfGPUs(after: before)
    }
  }

  /// Reports the difference between two answers, and looks again.
  private func heardOfGPUs(after before: GPUUseWatch.Answer) {
    guard let use = options.gpuUse, !isLeaving else { return }
    let name = queues.first?.name ?? ""
    let answer = use.answer
    if let trouble = answer.trouble, trouble != before.trouble {
      say(
        .trouble(
          queue: name,
          message: trouble + ", so that gpus count as free even if processes outside of spool use"
            + " them"))
    }
    let taken = scheduler.gpusInUse(beside: HostUse.Total()).union(answer.held)
    for gpu in options.gpus ?? [] where !gpu.isAmong(taken) {
      if gpu.locks.contains(where: { GPULock.isTaken($0) }) { continue }
      let (old, new) = (gpusSaid[gpu.id], answer.user(of: gpu))
      if old == new { continue }
      gpusSaid[gpu.id] = new
      say(
        new.map { .gpuUsed(queue: name, gpu: gpu.id, by: $0) }
          ?? .gpuUnused(
            queue: name, gpu: gpu.id))
    }
    look()
  }
}
