import SpoolProtocol

// Limits are counted again after each claim: another agent may have taken the last slot at the same moment. The
// rule is described in Protocol.md, and modelled in Tests/Model/slots.pml.
extension Agent {
  /// How long a claim waits for others to go back.
  private static let patience = TimeSpan.milliseconds(100)

  /// Whether a claim is within all limits; it goes back if not.
  func keeps(
    _ name: QueueFileName, _ claim: Claim, of served: ServedQueue
  ) throws(SpoolError) -> Bool {
    if try isAlone() { return true }
    let deadline = now + Self.patience
    var pause = TimeSpan.milliseconds(2)
    while true {
      switch try recount(name, claim, served) {
      case .kept: return true
      case .returned: return false
      case .crowded:
        // Other claims, which must go back, may have counted before this one was made.
        if now >= deadline { return false }
        pause.pause()
        pause = pause * 2
      }
    }
  }

  /// Whether no other agent serves any of the queues, and none has since the round began.
  private func isAlone() throws(SpoolError) -> Bool {
    hearOfAgents()
    for served in queues where !isAway(served) {
      if try !served.isAlone(name) { return false }
    }
    return true
  }

  private func recount(
    _ name: QueueFileName, _ claim: Claim, _ served: ServedQueue
  ) throws(SpoolError) -> ClaimVerdict {
    guard let own = name.claim else { return .returned }
    let claims = try count(served.queue)
    var verdict = ClaimVerdict.kept
    if let sweep = claim.sweep,
      let limit = try served.sweepLimits.limit(of: sweep, in: served.queue)
    {
      verdict = verdict.and(
        claims.verdict(on: own, limit: limit) { Sweep.isName($0.base, ofSweep: sweep) })
    }
    if let most = served.settings?.maxRunning {
      verdict = verdict.and(claims.verdict(on: own, limit: most) { _ in true })
    }
    if verdict == .returned { return verdict }
    return verdict.and(try recountSlots(own, claim.demand.slots, served, claims))
  }

  /// The host's slots, in all of its queues.
  private func recountSlots(
    _ own: ClaimName, _ size: Int, _ served: ServedQueue, _ claims: Claims
  ) throws(SpoolError) -> ClaimVerdict {
    var starting: [(name: QueueFileName, size: Int)] = []
    var running = 0
    for other in queues where !isAway(other) {
      let claims = other === served ? claims : try count(other.queue)
      for name in claims.starting where isHere(name, other) {
        starting.append((name, name.claim == own ? size : slots(of: name, other)))
      }
      for name in claims.running where isHere(name, other) {
        running = running.adding(clamped: name.claim == own ? size : slots(of: name, other))
      }
    }
    return ClaimVerdict(own, starting: starting, running: running, limit: options.slots)
  }

  /// The claims of a queue. Those of this agent that take nothing are left out: no other agent knows of them.
  private func count(_ queue: Queue) throws(SpoolError) -> Claims {
    try Claims(queue) { $0.claim.map { self.isFree($0) } ?? false }
  }

  private func isHere(_ name: QueueFileName, _ served: ServedQueue) -> Bool {
    if let claim = name.claim, mine[claim] != nil { return true }
    return namesakes.isHere(name, in: served.queue)
  }

  private func slots(of name: QueueFileName, _ served: ServedQueue) -> Int {
    guard let claim = name.claim else { return 0 }
    if let run = scheduler.runs[claim] { return run.slots }
    var total = HostUse.Total()
    // A run that cannot be read now counts as one slot.
    do throws(SpoolError) {
      try hostUse.add([name], in: served.queue, served.settings ?? QueueSettings(), to: &total)
    } catch {
      return 1
    }
    return total.slots
  }

  /// The claimed runs of a queue in one count.
  private struct Claims {
    let starting: [QueueFileName]
    let running: [QueueFileName]

    /// A run that is met twice counts once.
    init(_ queue: Queue, but isFree: (QueueFileName) -> Bool) throws(SpoolError) {
      let (before, running) = try queue.sightings.claimed()
      self.running = running.filter { !isFree($0) }
      let moved = Set(running.map { $0.claim })
      starting = before.filter { !moved.contains($0.claim) }
    }

    func verdict(
      on claim: ClaimName, limit: Int, counting counts: (QueueFileName) -> Bool
    ) -> ClaimVerdict {
      ClaimVerdict(
        claim, starting: starting.filter(counts).map { ($0, 1) },
        running: running.count(where: counts),
        limit: limit)
    }
  }
}
