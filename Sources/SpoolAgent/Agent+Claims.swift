import SpoolProtocol

// A round of claims: the decisions of the scheduler are carried out here.
extension Agent {
  func claimWhatFits() {
    passOverGone()
    guard scheduler.begins(at: now) else { return }
    do throws(SpoolError) {
      let survey = try survey()
      scheduler.begin(survey, at: moment)
      while let decision = scheduler.next(at: moment) { try carryOut(decision) }
      scheduler.endRound(at: moment)
      askAboutGPUs()
      try publishFindings()
    } catch {
      // A claim may be left in starting/ that no runner works on.
      for served in queues { served.foreign = nil }
      apply(scheduler.abandonRound(at: moment))
      say(.trouble(queue: queues.first?.name ?? "", message: error.message))
      nextRecovery = Swift.min(nextRecovery, scheduler.holdUntil)
    }
  }

  /// The number of files that are looked for by name before the folder is listed again.
  private static let fewGone = 16

  /// Takes out the files that other agents have claimed meanwhile, before anything is counted for their sake.
  private func passOverGone() {
    for served in queues where served.kind == .local && served.company.isInCompany {
      var gone = 0
      while gone < Self.fewGone, scheduler.queues[served.index].canClaim,
        let file = scheduler.queues[served.index].backlog.next,
        (try? queueHas(file, served)) == false
      {
        scheduler.queues[served.index].backlog.removeNext()
        gone += 1
      }
      if gone == Self.fewGone { scan(served) }
    }
  }

  /// Whether a file is in `queued/`, by its name: on a local file system that is certain.
  private func queueHas(_ file: String, _ served: ServedQueue) throws(SpoolError) -> Bool {
    try served.queue.look(at: served.queue.path(.queued, file)) != nil
  }

  private func carryOut(_ decision: Decision) throws(SpoolError) {
    switch decision {
    case .look(let file):
      try tryIt { () throws(SpoolError) in scheduler.saw(try look(at: file), at: moment) }
    case .find(let check, let file):
      try tryIt { () throws(SpoolError) in
        scheduler.found(try answer(check, of: file), at: moment)
      }
    case .claim(let claim): try make(claim)
    case .say(let event): say(event)
    case .askAgain: break
    }
  }

  /// Does something with one file. An error that concerns only that file does not end the round.
  private func tryIt(_ body: () throws(SpoolError) -> Void) throws(SpoolError) {
    do throws(SpoolError) {
      try body()
    } catch {
      guard scheduler.failed(error, at: moment) else { throw error }
    }
  }

  func apply(_ notices: [Notice]) {
    for notice in notices {
      switch notice {
      case .say(let event): say(event)
      case .publishTrouble: publishTrouble()
      }
    }
  }

  /// Finds out which slots and gpus of the host are in use.
  private func survey() throws(SpoolError) -> Survey {
    var survey = Survey()
    var seen: [ClaimName: QueueFileName] = [:]
    var others: [(served: ServedQueue, runs: [QueueFileName])] = []
    hearOfAgents()
    let own = Dictionary(grouping: mine) { $0.value.served.index }
    let now = now
    for served in queues where !isAway(served) {
      try served.beginRound(name)
      let isKnown = options.until == .stopped && served.company.isKnownToBeAlone(at: now)
      if isKnown, served.foreign?.isEmpty == true, own[served.index] == nil {
        // An agent of hundreds of queues looks into none but the run's.
        if scheduler.queues[served.index].hasClaimed { survey.claimed[served.index] = [] }
        continue
      }
      let runs = try claimedRuns(served, beside: own[served.index] ?? [], isKnown)
      survey.claimed[served.index] = runs.compactMap { isFree($0.key) ? nil : $0.value.base }
      let foreign = runs.filter {
        mine[$0.key] == nil && namesakes.isHere($0.value, in: served.queue)
      }
      if foreign.isEmpty { continue }
      seen.merge(foreign) { $1 }
      // A claim of its own that no runner has: recovery finds out why.
      if foreign.keys.contains(where: { $0.agent == name }) {
        nextRecovery = Swift.min(nextRecovery, now + .seconds(1))
      }
      others.append((served, Array(foreign.values)))
    }
    // Each run takes a slot at least. Without gpus to hand out nothing more is to be known once all are taken.
    let isFull =
      options.gpus?.isEmpty ?? true && seen.count + scheduler.slots(at: now) >= options.slots
    for (served, runs) in others {
      try hostUse.add(
        runs, in: served.queue, served.settings ?? QueueSettings(), reads: !isFull,
        to: &survey.others)
    }
    hostUse.keep(only: seen)
    survey.gpus = freeGPUs(but: survey.others)
    survey.isUnsureOfGPUs = isUnsureOfGPUs
    return survey
  }

  /// The claimed runs of a queue. Its folders are not listed if no other agent can have claimed since the last listing,
  /// and that had no run of others: their ends are not reported.
  private func claimedRuns(
    _ served: ServedQueue, beside own: [(key: ClaimName, value: Assigned)], _ isKnown: Bool
  ) throws(SpoolError) -> [ClaimName: QueueFileName] {
    guard isKnown, served.foreign?.isEmpty == true else {
      let runs = try claimedRuns(served)
      served.foreign = isKnown ? runs.filter { mine[$0.key] == nil } : nil
      return runs
    }
    return Dictionary(own.map { ($0.key, $0.value.name) }) { $1 }
  }

  /// Whether a claim takes nothing, though its file is still in `running/`.
  func isFree(_ claim: ClaimName) -> Bool { scheduler.runs[claim]?.isFree(at: now) ?? false }

  // MARK: One claim

  private func make(_ claim: Claim) throws(SpoolError) {
    let served = queues[claim.file.queue]
    var claimed: QueueFileName?
    try tryIt { () throws(SpoolError) in
      claims += 1
      let name = ClaimName(agent: name, number: claims)
      let job = reading?.name.text == claim.file.name ? reading?.job : nil
      claimed = try served.queue.claim(
        claim.file.name, claim.seen, for: name, reading: job, served.kind)
      if claimed == nil {
        scheduler.lostClaim(isStillThere: isStillThere(claim.file), at: moment)
      }
    }
    guard let claimed else { return }
    guard try keeps(claimed, claim, of: served) else {
      _ = try served.queue.putBack(claimed)
      return scheduler.gaveBack(claimed.claimed(by: nil).text, at: moment)
    }
    hand(claimed, claim, served)
  }

  /// Whether a file is still there after its claim failed. Only for a file that was dropped under a short name.
  private func isStillThere(_ file: WaitingFile) -> Bool {
    guard QueueFileName(file.name)?.isFull == false else { return false }
    let path = queues[file.queue].queue.path(.queued, file.name)
    return (try? System.information(path)) != nil
  }

  private func hand(_ name: QueueFileName, _ made: Claim, _ served: ServedQueue) {
    guard let claim = name.claim else { return }
    let holding = scheduler.claimed(made, name.base, as: claim)
    let assignment = Assignment(
      queue: served.queue.path, file: name.text, slot: holding.slot,
      gpus: options.gpus == nil ? nil : holding.gpus.map { $0.id },
      gpuLocks: holding.gpus.flatMap { $0.locks }, gpuEighths: holding.eighths,
      objection: made.objection,
      settings: served.settingsText, poll: served.poll)
    mine[claim] = Assigned(served: served, name: name)
    do throws(SpoolError) {
      mine[claim]?.runner = try pool.assign(assignment) { [weak self] event in
        self?.heard(event, claim)
      }
    } catch {
      mine[claim] = nil
      scheduler.withdraw(claim)
      putBack(name, served)
      holdStarts(error.message, Self.key(error.errno, error.message), served)
    }
  }

  /// Writes into the agent's own file, for `spool why`: the launchers that the host does not have, and the gpus that
  /// others use.
  private func publishFindings() throws(SpoolError) {
    for served in queues where scheduler.queues[served.index].isOpen {
      let missing = scheduler.queues[served.index].missing
      guard missing != served.publishedMissing || gpusElsewhere != served.publishedGPUs else {
        continue
      }
      served.announcement = try served.queue.register(record(in: served))
      served.publishedMissing = missing
      served.publishedGPUs = gpusElsewhere
    }
  }
}
