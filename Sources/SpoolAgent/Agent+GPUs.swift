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

  /// The gpus that are free, or of which a part is.
  ///
  /// - Parameter others: The runs of this agent's queues that other agents have claimed.
  func freeGPUs(but others: HostUse.Total) -> [FreeGPU] {
    // Only for a run that waits for room it is worth finding out which run has a gpu.
    let isWanted = scheduler.hasSeekers
    let taken = scheduler.gpusInUse(beside: others)
    // Their runners may not have the locks yet.
    let unlocked = scheduler.gpusInUse(beside: HostUse.Total(), onlyNew: true)
    var free: [FreeGPU] = []
    gpusElsewhere = [:]
    gpusFree = [:]
    gpusInUse = [:]
    let answer = options.gpuUse?.answer
    for gpu in options.gpus ?? [] {
      let known = gpu.eighths(among: taken)
      if known >= GPUAmount.eighthsOfOne { continue }
      // Runs of queues that this agent does not serve are visible only by the lock.
      let byLocks = GPULock.freeEighths(of: gpu.locks)
      let eighths = Swift.min(
        GPUAmount.eighthsOfOne - known, byLocks - gpu.eighths(among: unlocked))
      if eighths == GPUAmount.eighthsOfOne, let user = answer?.user(of: gpu) {
        gpusInUse[gpu.id] = user
        if isWanted { gpusElsewhere[gpu.id] = user }
        continue
      }
      if eighths > 0 { free.append(FreeGPU(gpu: gpu, eighths: eighths)) }
      guard isWanted, byLocks < GPUAmount.eighthsOfOne - known else { continue }
      let users = GPULock.users(of: gpu.locks, butOf: Set(queues.map { $0.name }))
      gpusElsewhere[gpu.id] = users.isEmpty ? "another process" : users
      if eighths > 0 { gpusFree[gpu.id] = eighths }
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
    let whole = scheduler.round.gpus.filter { $0.isWhole }.map { $0.gpu.id }
    let free = Set(whole).union(gpusInUse.keys)
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
    let taken = scheduler.gpusInUse(beside: HostUse.Total())
    for gpu in options.gpus ?? [] where !gpu.isAmong(answer.held) {
      if gpu.eighths(among: taken) > 0 { continue }
      if GPULock.freeEighths(of: gpu.locks) < GPUAmount.eighthsOfOne { continue }
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
