import SpoolQueue

@testable import SpoolAgent

// What must hold after each event.
extension SchedulerHistory {
  /// Looks until there is nothing to do.
  mutating func settle() {
    // A look without a decision may put a run of a full sweep aside that room was kept for: the next one gives
    // that room away.
    // And the answer whether processes of no run use the gpus is an event of its own.
    let most = (sweepLimit == nil ? 2 : 3) + (scene.isUnsureOfGPUs ? 1 : 0)
    var idle = 0
    var looks = 0
    while idle < most {
      beginRound()
      guard let decisions = scene.look() else { return verdict.note("a round does not end") }
      checkHost()
      if decisions > 0, idle == most - 1 { verdict.note("there is work without events") }
      idle = decisions == 0 ? idle + 1 : 0
      looks += 1
      if looks > 9 { return verdict.note("there is always work") }
    }
    checkNothingIsLeft()
  }

  private mutating func beginRound() {
    verdict.last = [:]
    verdict.turn = nil
    verdict.idle = []
    // Of each queue the first that others have passed for too long, and of these the one that has waited longest.
    let now = SchedulerScene.time(scene.seconds)
    var kept: (file: WaitingFile, demand: Demand)?
    for queue in scene.files.indices where scene.scheduler.queues[queue].isOpen {
      let waitingRoom = scene.scheduler.queues[queue].waitingRoom
      if !waitingRoom.hasSeekers { continue }
      let overdue = waitingRoom.seen.map { $0.file }.filter { file in
        guard let place = waitingRoom[file], place.obstacle == .capacity else { return false }
        return now.seconds(since: place.demand.since) >= 600
      }
      guard let file = overdue.min(by: { QueueFileName.precedes($0, $1) }),
        let demand = waitingRoom[file]?.demand
      else { continue }
      if let other = kept, other.demand.since <= demand.since { continue }
      kept = (WaitingFile(queue: queue, name: file), demand)
    }
    verdict.kept = nil
    if kept == nil { return }
    // One that has waited longer, and is read in this round, takes its place.
    let isOldest = scene.files.allSatisfy { files in
      files.allSatisfy { other in
        kept.map { other.key == $0.file.name || $0.demand.since < other.value.demand.since } ?? true
      }
    }
    verdict.kept = isOldest ? kept : nil
  }

  static func check(_ claim: Claim, _ scene: SchedulerScene, _ verdict: Verdict) {
    let (queue, name) = (claim.file.queue, claim.file.name)
    let known = scene.scheduler.queues[queue]
    guard let facts = scene.files[queue][name] else { return verdict.note("\(name) is gone") }
    if known.isPaused || known.isAway || !known.isUsable { verdict.note("\(name): queue is shut") }
    if QueueFileName(name)?.parked != nil { verdict.note("\(name) is held") }
    if scene.seconds < scene.heldUntil { verdict.note("\(name): claims are held") }
    if scene.scheduler.startTrouble != nil, scene.mine.values.contains(where: { !$0.hasStarted }) {
      verdict.note("\(name): another start is being tried")
    }
    if facts.putOffUntil > scene.seconds { verdict.note("\(name) was put off") }
    if facts.kind == .job { checkJob(claim, facts, scene, verdict) }

    let claimed = scene.counted(in: queue)
    let others = scene.others.count { $0.queue == queue }
    if let most = known.maxRunning, claimed.count + others >= most {
      verdict.note("\(name): max_running")
    }
    // What cannot be read is of no sweep.
    if let limit = facts.limit, claim.sweep != nil,
      claimed.count(where: { $0.facts.sweep == facts.sweep }) >= limit
    {
      verdict.note("\(name): its sweep is full")
    }
    if let last = verdict.last[queue], !QueueFileName.precedes(last, name) {
      verdict.note("\(name) is claimed after \(last)")
    }
    // A queue that had nothing at its turn has nothing in this round.
    if verdict.idle.contains(queue) { verdict.note("\(name): its queue was passed over") }
    if facts.claim == .won {
      if verdict.turn == queue { verdict.idle = Set(scene.files.indices).subtracting([queue]) }
      verdict.turn = queue
    }
    checkRoom(claim, scene, verdict)
    if verdict.asksWhy {
      let cause = scene.cause(of: claim.file, facts)
      let isCircle = claim.objection?.hasPrefix("it waits for itself") == true
      let isDoomed = claim.objection != nil || facts.kind != .job
      if cause != (isCircle ? .after : isDoomed ? .doomed : .next) {
        verdict.note("\(name) is claimed, and \(cause)")
      }
    }
    verdict.last[queue] = name
    if verdict.kept?.file == claim.file { verdict.kept = nil }
  }

  private static func checkJob(
    _ claim: Claim, _ facts: SchedulerScene.Facts, _ scene: SchedulerScene, _ verdict: Verdict
  ) {
    let name = claim.file.name
    if facts.failedUntil ?? 0 > scene.seconds { verdict.note("\(name): its start failed") }
    if facts.retryUntil ?? 0 > scene.seconds { verdict.note("\(name): its retry has a delay") }
    let standing = scene.standing(of: facts)
    guard claim.objection == nil else {
      switch standing {
      case .impossible, .unknown: return
      // A circle.
      case .waiting(let runs): if runs.contains(where: { $0.hasPrefix("r") }) { return }
      case .met: break
      }
      return verdict.note("\(name) need not end")
    }
    if standing != .met { verdict.note("\(name) waits for others") }
    if let time = facts.demand.notBefore, SchedulerScene.time(scene.seconds) < time {
      verdict.note("\(name): its time has not come")
    }
    if facts.demand.labels == ["big"] { verdict.note("\(name): the host lacks a label") }
    if facts.missing != nil { verdict.note("\(name): its launcher is missing") }
  }

  private static func checkRoom(_ claim: Claim, _ scene: SchedulerScene, _ verdict: Verdict) {
    let free = scene.free
    if !free.fits(claim.demand) { verdict.note("\(claim.file.name) does not fit") }
    if scene.isUnsureOfGPUs, !scene.scheduler.round.sure.gpus.fits(claim.demand.gpus) {
      verdict.note("\(claim.file.name) gets a gpu that others may use")
    }
    // What is claimed to end has a slot for a moment.
    guard let kept = verdict.kept, kept.file != claim.file, claim.objection == nil,
      scene.files[claim.file.queue][claim.file.name]?.kind == .job
    else { return }
    let isBehind =
      kept.file.queue != claim.file.queue
      || QueueFileName.precedes(kept.file.name, claim.file.name)
    if isBehind, !free.fits(claim.demand, keeping: kept.demand) {
      verdict.note("\(claim.file.name) takes the room of \(kept.file.name)")
    }
  }

  private func checkHost() {
    let runs = scene.scheduler.runs.values
    let offer = scene.scheduler.offer
    if runs.count != scene.mine.count { verdict.note("a claim is counted that does not live") }
    // Those whose command is gone take no gpu and no number, and as many as there are slots none of those.
    let now = scene.moment.instant
    let free = scene.scheduler.runs.filter { $0.value.isFree(at: now) }.keys
    if free.count > offer.slots { verdict.note("\(free.count) runs take nothing") }
    for claim in free where scene.mine[claim].map({ scene.isFree($0) }) != true {
      verdict.note("\(claim) takes nothing")
    }
    let living = runs.filter { !$0.isOver }
    let used = scene.scheduler.gpusInUse(beside: HostUse.Total())
    if used.count > offer.gpus || used.contains(where: { $1 + (scene.lockedParts[$0] ?? 0) > 8 }) {
      verdict.note("gpus are used twice: \(used)")
    }
    if Set(living.map { $0.slot }).count != living.count { verdict.note("a slot has two runs") }
    if let one = runs.first(where: { $0.slots > offer.slots }) {
      verdict.note("\(one.slots) slots of \(offer.slots)")
    }
  }

  /// What could be started and fits must have been claimed.
  private func checkNothingIsLeft() {
    let scheduler = scene.scheduler
    if scheduler.isHeld(at: scene.moment.instant) { return }
    let free = scene.free
    if free.slots <= 0 { return }
    for queue in scene.files.indices where scheduler.queues[queue].isOpen {
      let claimed = scene.counted(in: queue)
      let count = claimed.count + scene.others.count { $0.queue == queue }
      if let most = scheduler.queues[queue].maxRunning, count >= most { continue }
      for (name, facts) in scene.files[queue] where scene.canStart(name, facts) {
        if let limit = facts.limit, claimed.count(where: { $0.facts.sweep == facts.sweep }) >= limit
        {
          continue
        }
        if !scheduler.round.sure.gpus.fits(facts.demand.gpus) {
          if free.fits(facts.demand), !scheduler.round.asksAboutGPUs {
            verdict.note("\(name) waits, and no question is asked")
          }
          continue
        }
        let kept = scheduler.round.kept?.demand(for: WaitingFile(queue: queue, name: name))
        // Beside a run that waits for the answer about a gpu, a share waits for it as well.
        if scheduler.round.asksAboutGPUs,
          !scheduler.round.sure.fits(facts.demand, keeping: kept)
        {
          continue
        }
        if free.fits(facts.demand, keeping: kept) { verdict.note("\(name) is left") }
        if verdict.asksWhy, scene.cause(of: WaitingFile(queue: queue, name: name), facts) == .next {
          verdict.note("\(name) is next, and left")
        }
      }
    }
  }
}
