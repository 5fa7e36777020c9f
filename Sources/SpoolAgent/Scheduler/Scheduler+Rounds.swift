import SpoolProtocol

// The beginning and the end of a round of claims.
extension Scheduler {
  /// The state of a round of claims.
  struct Round: Sendable {
    /// When to look again.
    private(set) var lookAgain = Instant.last
    /// Whether runs could be claimed if there were room.
    var isWaiting = false
    /// Whether runs of any host are in `starting/` and `running/`.
    var isBusy = false
    /// The number of files that were read, and when the agent must turn to its other duties.
    var filesRead = 0
    var readUntil = Instant.last
    /// Whether it ended at that time, before all files were read.
    var isCut = false
    /// Whether at its end all slots were taken: until one of the runs ends, no file can be claimed.
    var isFull = false
    /// The slots and gpus of the host that are free.
    var free = Capacity(slots: 0, gpus: 0)
    /// The gpus that are free, or of which a part is.
    var gpus: [FreeGPU] = [] {
      didSet { free.gpus = GPURoom(eighths: gpus.map { $0.eighths }) }
    }
    /// Whether processes of no run may use those that no run has.
    var isUnsureOfGPUs = false
    /// Whether a run waits only for the answer whether they do.
    var asksAboutGPUs = false
    /// A run that others have passed for too long: free slots and gpus are kept for it.
    var kept: Kept?
    /// The number of runs of other agents on this host.
    var othersRuns = 0
    /// The queue that has its turn.
    var queue: Int?
    /// How many turns without a claim there were, one after the other.
    var idleTurns = 0

    /// The part of the free room that is certainly not used by processes of no run.
    var sure: Capacity {
      var sure = free
      if isUnsureOfGPUs { sure.gpus.whole = 0 }
      return sure
    }

    /// Takes gpus that fit: the first ones that no run has, or for a share the one with the least room for it.
    mutating func take(_ amount: GPUAmount) -> [GPU] {
      if amount.isNone { return [] }
      var chosen = Array(gpus.indices.filter { gpus[$0].isWhole }.prefix(amount.cards))
      if amount.isShare {
        let roomy = gpus.indices.filter { gpus[$0].eighths >= amount.eighths }
        chosen = roomy.min { gpus[$0].eighths < gpus[$1].eighths }.map { [$0] } ?? []
      }
      let taken = chosen.map { gpus[$0].gpu }
      for index in chosen { gpus[index].eighths -= amount.eighthsOfEach }
      gpus.removeAll { $0.eighths <= 0 }
      return taken
    }

    /// Takes in that a run takes nothing after all.
    mutating func giveBack(_ holding: Holding) {
      free.slots = free.slots.adding(clamped: holding.slots)
      for gpu in holding.gpus.reversed() {
        if let index = gpus.firstIndex(where: { $0.gpu == gpu }) {
          gpus[index].eighths += holding.eighths
        } else {
          gpus.insert(FreeGPU(gpu: gpu, eighths: holding.eighths), at: 0)
        }
      }
    }

    /// Lets the agent look again at that moment, or earlier.
    mutating func lookAgain(at time: Instant) { lookAgain = Swift.min(lookAgain, time) }
  }

  /// A run for which room is kept.
  struct Kept: Sendable {
    let file: WaitingFile
    let demand: Demand

    /// The demand for which another file must leave room. Returns nil for files before it, and for its own file.
    func demand(for other: WaitingFile) -> Demand? {
      if other.queue == file.queue, !QueueFileName.precedes(file.name, other.name) { return nil }
      return demand
    }
  }

  /// For how long a round of claims reads files: a user may have dropped thousands of large ones, and heartbeats,
  /// requests and other queues must not wait for them all.
  private static let readingTime = TimeSpan.milliseconds(200)

  /// Begins a round of claims. Returns false if no file can be claimed, so that no survey is needed.
  mutating func begins(at now: Instant) -> Bool {
    round = Round()
    if isHeld(at: now) {
      if now < holdUntil { round.lookAgain(at: holdUntil) }
      round.isWaiting = true
      return false
    }
    return until == .drained || queues.contains { $0.canClaim || $0.awaitsTimeOrRoom }
  }

  /// Whether no file is claimed for now: the last claim failed, or the host is in trouble and one start is a trial.
  func isHeld(at now: Instant) -> Bool { now < holdUntil || isTryingStart }

  /// The eighths that the agent's own runs, and the other runs in a survey, take of each gpu.
  ///
  /// - Parameter onlyNew: Only those of its own runs that have not started, and may have no lock yet.
  func gpusInUse(beside others: HostUse.Total, onlyNew: Bool = false) -> [String: Int] {
    runs.values.reduce(into: others.gpus) { all, run in
      if run.isOver || onlyNew && run.hasStarted { return }
      for gpu in run.gpus { all[gpu.id, default: 0] += run.eighths }
    }
  }

  /// Takes in a survey. Files that waited for room and may fit now are judged again.
  mutating func begin(_ survey: Survey, at moment: Moment) {
    for (queue, runs) in survey.claimed {
      round.isBusy = round.isBusy || !runs.isEmpty
      queues[queue].begin(claimed: runs)
    }
    round.othersRuns = survey.others.runs
    round.isUnsureOfGPUs = survey.isUnsureOfGPUs
    let used = survey.others.slots.adding(clamped: slots(at: moment.instant))
    round.free.slots = offer.slots.subtracting(clamped: used)
    round.gpus = survey.gpus
    round.readUntil = moment + Self.readingTime
    admitSeekers(at: moment)
  }

  // Room for runs that have waited too long is kept first.
  private mutating func admitSeekers(at moment: Moment) {
    for queue in queues.indices where queues[queue].isOpen {
      if let (file, demand) = queues[queue].waitingRoom.overdue(at: queues[queue].now(moment)) {
        keep(WaitingFile(queue: queue, name: file), demand)
      }
      if round.isUnsureOfGPUs,
        let (file, demand) = queues[queue].waitingRoom.first(
          thatFits: round.free, butNot: round.sure)
      {
        askAboutGPUs(for: WaitingFile(queue: queue, name: file), demand)
      }
    }
    let kept = round.kept
    let free = round.sure
    for queue in queues.indices where queues[queue].isOpen {
      let fitting = queues[queue].waitingRoom.takeFitting(free) { file in
        kept?.demand(for: WaitingFile(queue: queue, name: file))
      }
      for file in fitting { queues[queue].backlog.insert(file) }
    }
  }

  /// Keeps room for a run, unless another has waited longer.
  mutating func keep(_ file: WaitingFile, _ demand: Demand) {
    if let kept = round.kept, kept.demand.since <= demand.since { return }
    round.kept = Kept(file: file, demand: demand)
  }

  /// Lets a run that fits wait for the answer whether processes of no run use the gpus. It keeps its turn meanwhile:
  /// a run behind it may have its room for hours.
  mutating func askAboutGPUs(for file: WaitingFile, _ demand: Demand) {
    round.asksAboutGPUs = true
    keep(file, demand)
  }

  /// Ends a round in which nothing failed.
  mutating func endRound(at moment: Moment) {
    round.isWaiting =
      round.isWaiting || queues.contains { $0.canClaim || $0.awaitsTimeOrRoom }
    round.isBusy = round.isBusy || !runs.isEmpty
    if queues.contains(where: { $0.sweeps.isHoldingBack }) {
      // No event reports the end of another host's run, which may make room.
      round.lookAgain(at: moment + .seconds(1))
    }
    round.isFull = round.free.slots <= 0
    if round.isFull || hasSeekers, round.isWaiting, round.othersRuns > 0 {
      // No event reports the end of another agent's run.
      round.lookAgain(at: moment + .milliseconds(500))
    }
    if round.free.gpus.whole < offer.gpus, hasSeekers {
      // No event reports that a run of another queue gives a gpu back.
      round.lookAgain(at: moment + .seconds(1))
    }
  }

  /// Whether files wait for room.
  var hasSeekers: Bool { queues.contains { $0.waitingRoom.hasSeekers } }

  /// Ends a round in which the system failed: the agent waits before it claims again.
  mutating func abandonRound(at moment: Moment) -> [Notice] {
    judgement = nil
    holdUntil = moment + .seconds(2)
    round.lookAgain(at: holdUntil)
    // Because of the failure some files still wait, or have been claimed without a runner.
    round.isWaiting = true
    round.isBusy = round.isBusy || !runs.isEmpty
    defer { unsaid = [] }
    return unsaid.map { .say($0) }
  }
}
