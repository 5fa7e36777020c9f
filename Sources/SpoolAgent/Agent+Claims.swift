import SpoolProtocol

// What an agent takes, and what it leaves for later: see ``Demand/obstacle(on:free:keeping:now:state:)``
// for the reasons.
extension Agent {
  /// What a round of claims ended with.
  struct Round {
    /// When there is something to look at again.
    var lookAgain = Int64.max
    /// Runs that could be claimed if there were room.
    var isWaiting = false
    /// Runs of any host in `starting/` and `running/`, and files on their way.
    var isBusy = false
    /// How many files it has read, and when others of the agent's duties have their turn again.
    var filesRead = 0
    var readUntil = Int64.max
    /// Whether it ended there: files are left that nobody has looked at.
    var isCut = false
    /// What nobody uses of the host.
    var free = Capacity(slots: 0, gpus: 0)
    /// The gpus that nobody uses.
    var gpus: [GPU] = []
    /// A run that others have passed for too long: what comes free is kept for it.
    var kept: Kept?
    /// Runs that other agents of this host have.
    var others = HostUse.Total()
  }

  /// A run that room is kept for.
  struct Kept {
    let queue: ServedQueue
    let file: String
    let demand: Demand

    /// What is kept when that file is looked at: nothing where it goes before, or is the run itself.
    func room(for file: String, of queue: ServedQueue) -> Capacity? {
      if queue === self.queue, !QueueFileName.precedes(self.file, file) { return nil }
      return Capacity(demand)
    }
  }

  /// What this host has, all in all.
  var offer: HostOffer {
    HostOffer(
      slots: options.slots, gpus: options.gpus?.count ?? 0, labels: Set(options.labels + [host]))
  }

  func claimWhatFits() -> Round {
    var round = Round()
    if now < holdUntil || isTryingStart {
      if now < holdUntil { round.lookAgain = holdUntil }
      round.isWaiting = true
      return round
    }
    let hasWork = served.contains { $0.canClaim || $0.isOpen && $0.room.awaitsTimeOrRoom }
    guard hasWork || options.until == .drained else { return round }
    do throws(SpoolError) {
      try survey(&round)
      admitSeekers(&round)
      // In turn: each queue that has something gives one run before any gives two.
      var idleTurns = 0
      round.readUntil = now + Self.readingTime
      while round.free.slots > 0, idleTurns < served.count, now >= holdUntil,
        !isTryingStart
      {
        let queue = served[turn % served.count]
        turn += 1
        if try claimOne(queue, &round) { idleTurns = 0 } else { idleTurns += 1 }
      }
      for queue in served where queue.canClaim { round.isWaiting = true }
      for queue in served where queue.isOpen && queue.room.awaitsTimeOrRoom {
        round.isWaiting = true
      }
      planNextRound(&round)
      try publishFindings()
    } catch {
      say(.trouble(queue: served.first?.name ?? "", message: error.message))
      holdClaims()
      round.lookAgain = holdUntil
      // What was not claimed for that still waits, or is claimed and nobody works on it.
      round.isWaiting = true
      nextRecovery = Swift.min(nextRecovery, holdUntil)
    }
    round.isBusy = round.isBusy || !mine.isEmpty
    return round
  }

  /// Looks what is in use of the host, and by whom.
  private func survey(_ round: inout Round) throws(SpoolError) {
    var seen: Set<ClaimName> = []
    for queue in served where !queue.isAway {
      try queue.company.beginRound(queue.queue, queue.kind)
      let runs = try claimedRuns(queue)
      round.isBusy = round.isBusy || !runs.isEmpty
      queue.claimed = runs.count
      queue.sweeps.begin(claimed: runs.values.map { $0.base }, &queue.backlog)
      let foreign = runs.filter {
        mine[$0.key] == nil && namesakes.isHere($0.value, in: queue.queue)
      }
      seen.formUnion(foreign.keys)
      // None of its runners has it: recovery finds out why it is there.
      if foreign.keys.contains(where: { $0.agent == name }) {
        nextRecovery = Swift.min(nextRecovery, now + seconds(1))
      }
      try others.add(
        Array(foreign.values), in: queue.queue, queue.settings ?? QueueSettings(),
        to: &round.others)
    }
    others.keep(only: seen)
    var taken = round.others.gpus
    for run in mine.values { taken.formUnion(run.gpus) }
    round.gpus = freeGPUs(but: taken)
    let used = mine.values.reduce(round.others.slots) { $0.adding(clamped: $1.slots) }
    round.free = Capacity(slots: options.slots.subtracting(clamped: used), gpus: round.gpus.count)
  }

  /// Lets what waited for room be looked at again, where it may fit now; room is kept first.
  private func admitSeekers(_ round: inout Round) {
    for queue in served where queue.isOpen {
      if let (file, demand) = queue.room.overdue(at: queue.now) {
        keep(file, demand, queue, &round)
      }
    }
    let kept = round.kept
    for queue in served where queue.isOpen {
      let fitting = queue.room.takeFitting(round.free) { kept?.room(for: $0, of: queue) }
      for file in fitting { queue.backlog.insert(file) }
    }
  }

  /// Keeps room for the run that has waited longest.
  func keep(
    _ file: String, _ demand: Demand, _ queue: ServedQueue, _ round: inout Round
  ) {
    if let kept = round.kept, kept.demand.since <= demand.since { return }
    round.kept = Kept(queue: queue, file: file, demand: demand)
  }

  private func planNextRound(_ round: inout Round) {
    if served.contains(where: { $0.sweeps.isHoldingBack }) {
      // Room may come by the end of another host's run, which raises no event.
      round.lookAgain = Swift.min(round.lookAgain, now + seconds(1))
    }
    let isFull = round.free.slots <= 0 || served.contains { $0.room.hasSeekers }
    if isFull, round.isWaiting, round.others.runs > 0 {
      // Nothing tells of the end of another agent's run.
      round.lookAgain = Swift.min(round.lookAgain, now + seconds(0.5))
    }
    if round.gpus.count < options.gpus?.count ?? 0, served.contains(where: { $0.room.hasSeekers }) {
      // Nor of a gpu that a run of another queue gives back.
      round.lookAgain = Swift.min(round.lookAgain, now + seconds(1))
    }
  }

  /// A failure that is the system's: wait before the next claim.
  func holdClaims() { holdUntil = now + seconds(2) }

  /// Nanoseconds for which a round of claims reads files: anybody may have dropped thousands of large ones,
  /// and heartbeats, requests and other queues do not wait for them all.
  private static let readingTime: Int64 = 200_000_000

  /// Claims the queue's next run that fits; false: there is none.
  private func claimOne(_ queue: ServedQueue, _ round: inout Round) throws(SpoolError) -> Bool {
    guard queue.isOpen, let settings = queue.settings else { return false }
    while let file = queue.backlog.next {
      // One at least, however slow the disk is.
      if round.filesRead > 0, now >= round.readUntil {
        round.isCut = true
        round.lookAgain = now
        return false
      }
      round.filesRead += 1
      if let most = settings.maxRunning, queue.claimed >= most {
        round.lookAgain = Swift.min(round.lookAgain, now + seconds(1))
        return false
      }
      queue.backlog.removeNext()
      if queue.isPostponed(file) || queue.sweeps.putAside(file) { continue }
      let taken: Taken?
      do throws(SpoolError) {
        taken = try take(file, queue, settings, &round)
      } catch {
        // Something of it moved on, or went, meanwhile: that keeps nobody else waiting.
        if error.errno?.isAbsence == true {
          queue.skip(file, "it is looked at again: \(error.message)", say)
          queue.postpone(file)
          round.lookAgain = Swift.min(round.lookAgain, now + seconds(ServedQueue.settling))
          continue
        }
        guard let refusal = error.errno, refusal.isRefusal else {
          queue.postpone(file)
          throw error
        }
        // This file's alone: immutable, or in a directory where only its owner may rename it.
        queue.skip(file, "it cannot be claimed: \(refusal)", say)
        continue
      }
      guard let taken else { continue }
      guard try keeps(taken, of: queue, settings) else {
        _ = try queue.queue.putBack(taken.name)
        queue.backlog.insert(taken.name.claimed(by: nil).text)
        holdUntil = now + seconds(0.05)
        round.lookAgain = holdUntil
        return false
      }
      queue.claimed += 1
      queue.sweeps.add(taken.name.base)
      try hand(taken, queue, &round)
      if let kept = round.kept, kept.queue === queue, kept.file == file { round.kept = nil }
      return true
    }
    return false
  }

  /// Writes into the agent's own file what its host lacks, for `spool why`: launchers that it does not have,
  /// and gpus that others use.
  private func publishFindings() throws(SpoolError) {
    for queue in served where queue.isOpen {
      let isNews = queue.missing != queue.publishedMissing || gpusElsewhere != queue.publishedGPUs
      guard isNews else { continue }
      queue.announcement = try queue.queue.register(record(in: queue))
      queue.publishedMissing = queue.missing
      queue.publishedGPUs = gpusElsewhere
    }
  }

  private func hand(
    _ taken: Taken, _ queue: ServedQueue, _ round: inout Round
  ) throws(SpoolError) {
    let slots = Set(mine.values.map { $0.slot })
    let slot = (0...).first { !slots.contains($0) } ?? 0
    let gpus = Array(round.gpus.prefix(taken.objection == nil ? taken.demand.gpus : 0))
    let assignment = Assignment(
      queue: queue.queue.path, file: taken.name.text, slot: slot,
      gpus: options.gpus == nil ? nil : gpus.map { $0.id }, gpuLocks: gpus.flatMap { $0.locks },
      objection: taken.objection,
      settings: queue.settingsText, poll: queue.poll)
    mine[taken.claim] = Assigned(
      queue: queue, name: taken.name, slot: slot, slots: taken.demand.slots,
      gpus: gpus.map { $0.id })
    let claim = taken.claim
    do throws(SpoolError) {
      mine[claim]?.runner = try pool.assign(assignment) { [weak self] event in
        self?.heard(event, claim)
      }
    } catch {
      if let assigned = mine.removeValue(forKey: claim) { putBack(assigned) }
      return holdStarts(error.message, Self.key(error.errno, error.message), queue)
    }
    round.gpus.removeFirst(gpus.count)
    round.free = round.free - taken.demand
  }
}
