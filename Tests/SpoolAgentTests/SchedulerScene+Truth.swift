import SpoolQueue

@testable import SpoolAgent

extension SchedulerScene {
  /// Where the runs stand that a file waits for.
  func standing(of facts: Facts) -> Dependencies.Standing {
    let standing = try? facts.demand.after?.standing { (run) throws(SpoolError) in
      states[run] ?? .unknown
    }
    return standing ?? .met
  }

  /// What `spool why` says of a file.
  func cause(of file: WaitingFile, _ facts: Facts) -> Explanation.Cause {
    let queue = scheduler.queues[file.queue]
    var known = WaitingFacts(run: file.name, queue: "me/q", now: Self.time(seconds))
    known.parked = QueueFileName(file.name)?.parked
    if queue.isPaused { known.pause = Queue.Pause(owner: "ana", since: .now, reason: nil) }
    switch facts.kind {
    case .job: known.file = .ready
    case .unclear, .wrong, .incomplete: known.file = .wrong("it is no job")
    case .leftAlone, .refused, .vanished, .broken: known.file = .leftAlone("it cannot be read")
    }
    known.dependencies = standing(of: facts)
    known.demand = facts.demand
    if let until = facts.failedUntil, until > seconds {
      let mark = UnstartedMark(
        claim: ClaimName(agent: "box-aaaa", number: 1), host: Self.host, inode: 1, counts: true,
        cause: "killed")
      known.unstarted = UnstartedStarts(last: mark, at: Self.time(seconds))
    }
    if let until = facts.retryUntil, until > seconds { known.retry = (Self.time(until), "failed") }
    known.launcher = facts.missing
    let offer = scheduler.offer
    known.agents = [
      WaitingFacts.Agent(
        host: Self.host, offer: offer, free: free,
        missing: facts.missing.map { [$0] } ?? [])
    ]
    let claimed = counted(in: file.queue)
    known.maxRunning = queue.maxRunning
    known.claimed = claimed.count + others.count { $0.queue == file.queue }
    if let sweep = facts.sweep, let limit = facts.limit {
      known.sweep = (sweep, limit, claimed.count { $0.facts.sweep == sweep })
    }
    if let kept = scheduler.round.kept, let demand = kept.demand(for: file),
      !free.fits(facts.demand, keeping: demand)
    {
      known.kept = kept.file.name
    }
    return known.explanation.cause
  }

  /// What is free of the host.
  var free: Capacity {
    let slots =
      mine.values.reduce(scheduler.offer.slots) { isFree($1) ? $0 : $0 - $1.demand.slots }
      - others.reduce(0) { $0 + $1.demand.slots }
    return Capacity(slots: slots, gpus: GPURoom(eighths: freeGPUs.map { $0.eighths }))
  }

  /// The gpus that are free, or of which a part is.
  var freeGPUs: [FreeGPU] {
    gpus.compactMap { gpu in
      if lockedGPUs.contains(gpu.id) { return nil }
      var eighths = 8 - (lockedParts[gpu.id] ?? 0)
      for run in mine.values where !run.isOver && run.gpus.contains(gpu.id) {
        eighths -= run.demand.gpus.eighthsOfEach
      }
      return eighths > 0 ? FreeGPU(gpu: gpu, eighths: eighths) : nil
    }
  }

  /// Whether a file could be claimed if there were room.
  func canStart(_ name: String, _ facts: Facts) -> Bool {
    facts.kind == .job && facts.claim == .won && facts.missing == nil
      && facts.putOffUntil <= seconds && facts.failedUntil ?? 0 <= seconds
      && facts.retryUntil ?? 0 <= seconds && facts.demand.labels != ["big"]
      && !name.hasSuffix(".held") && standing(of: facts) == .met
      && facts.demand.notBefore.map { $0 <= Self.time(seconds) } ?? true
  }
}
