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
    /// The gpus that are free.
    var gpus: [GPU] = []
    /// Whether processes of no run may use them.
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

    /// Lets the agent look again at that moment, or earlier.
    mutating func lookAgain(at time: Instant) { lookAgain = Swift.min(lookAgain, time) }
  }

  /// A run for which room is kept.
  struct Kept: Sendable {
    let file: WaitingFile
    let demand: Demand

    /// The room that another file must leave. Returns nil for files before it, and for its own file.
    func capacity(for other: WaitingFile) -> Capacity? {
      if other.queue == file.queue, !QueueFileName.precedes(file.name, other.name) { return nil }
      return Capacity(demand)
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

  /// The gpus of the agent's own runs, and of the other runs in a survey.
  func gpusInUse(beside others: HostUse.Total) -> Set<String> {
    runs.values.reduce(into: others.gpus) { all, run in
      if !run.isOver { all.formUnion(run.gpus.map { $0.id }) }
    }
  }

  /// Takes in a survey. Files that waited for room and may fit now are judged again.
  mutating func begin(_ survey: Survey, at moment: Moment) {
    for (queue, runs) in survey.claimed {
      round.isBusy = round.isBusy || !runs.isEmpty
      queues[queue].begin(claimed: runs)
    }
    round.othersRuns = survey.others.runs
    round.gpus = survey.gpus
    round.isUnsureOfGPUs = survey.isUnsureOfGPUs
    let used = survey.others.slots.adding(clamped: slots(at: moment.instant))
    round.free = Capacity(
      slots: offer.slots.subtracting(clamped: used), gpus: survey.gpus.count)
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
        let (file, demand) = queues[queue].waitingRoom.firstForGPUs(round.free)
      {
        askAboutGPUs(for: WaitingFile(queue: queue, name: file), demand)
      }
    }
    let kept = round.kept
    var free = round.free
    if round.isUnsureOfGPUs { free.gpus = 0 }
    for queue in queues.indices where queues[queue].isOpen {
      let fitting = queues[queue].waitingRoom.takeFitting(free) { file in
        kept?.capacity(for: WaitingFile(queue: queue, name: file))
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
    if round.gpus.count < offer.gpus, hasSeekers {
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
