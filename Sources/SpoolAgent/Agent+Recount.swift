import SpoolProtocol

// Limits are counted again after each claim: another agent may have taken the last room at the same
// moment. The rule is told in Protocol.md, and modelled in Tests/Model/slots.pml.
extension Agent {
  /// Milliseconds for which a claim waits for others to go back.
  private static let patience: Int64 = 100

  /// Whether a claim is within all limits; it goes back if not.
  func keeps(
    _ taken: Taken, of queue: ServedQueue, _ settings: QueueSettings
  ) throws(SpoolError) -> Bool {
    if try isAlone() { return true }
    let deadline = now + Self.patience * 1_000_000
    var pause = 2
    while true {
      switch try recount(taken, queue, settings) {
      case .kept: return true
      case .returned: return false
      case .crowded:
        // The others that are to go back may have counted before this claim was made.
        if now >= deadline { return false }
        Clock.pause(milliseconds: pause)
        pause *= 2
      }
    }
  }

  /// Whether nobody else claims in any of the queues, and nobody has since the round began.
  private func isAlone() throws(SpoolError) -> Bool {
    for queue in served where !queue.isAway {
      if try !queue.company.isAlone(name, in: queue.queue, queue.kind) { return false }
    }
    return true
  }

  private func recount(
    _ taken: Taken, _ queue: ServedQueue, _ settings: QueueSettings
  ) throws(SpoolError) -> ClaimVerdict {
    let claims = try Claims(queue.queue)
    var verdict = ClaimVerdict.kept
    if let sweep = taken.sweep, let limit = try queue.sweeps.limit(of: sweep, in: queue.queue) {
      verdict = verdict.and(
        claims.verdict(on: taken.claim, limit: limit) { Sweep.isName($0.base, ofSweep: sweep) })
    }
    if let most = settings.maxRunning {
      verdict = verdict.and(claims.verdict(on: taken.claim, limit: most) { _ in true })
    }
    if verdict == .returned { return verdict }
    return verdict.and(try recountSlots(taken, queue, claims))
  }

  /// The host's slots, in all of its queues.
  private func recountSlots(
    _ taken: Taken, _ queue: ServedQueue, _ claims: Claims
  ) throws(SpoolError) -> ClaimVerdict {
    var starting: [(name: QueueFileName, size: Int)] = []
    var running = 0
    for other in served where !other.isAway {
      let claims = other === queue ? claims : try Claims(other.queue)
      for name in claims.starting where isHere(name, other) {
        starting.append((name, slots(of: name, other, taken)))
      }
      for name in claims.running where isHere(name, other) {
        running = running.adding(clamped: slots(of: name, other, taken))
      }
    }
    return ClaimVerdict(taken.claim, starting: starting, running: running, limit: options.slots)
  }

  private func isHere(_ name: QueueFileName, _ queue: ServedQueue) -> Bool {
    if let claim = name.claim, mine[claim] != nil { return true }
    return namesakes.isHere(name, in: queue.queue)
  }

  private func slots(of name: QueueFileName, _ queue: ServedQueue, _ taken: Taken) -> Int {
    guard let claim = name.claim else { return 0 }
    if claim == taken.claim { return taken.demand.slots }
    if let run = mine[claim] { return run.slots }
    var total = HostUse.Total()
    // What cannot be read now counts for one.
    do throws(SpoolError) {
      try others.add([name], in: queue.queue, queue.settings ?? QueueSettings(), to: &total)
    } catch {
      return 1
    }
    return total.slots
  }

  /// The claimed runs of a queue, as one count has them.
  private struct Claims {
    let starting: [QueueFileName]
    let running: [QueueFileName]

    /// A run that is met twice counts once.
    init(_ queue: Queue) throws(SpoolError) {
      let (before, running) = try queue.sightings.claimed()
      self.running = running
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
