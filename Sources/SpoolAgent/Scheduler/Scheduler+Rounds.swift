import SpoolProtocol

// How a round of claims begins and ends.
extension Scheduler {
  /// What is known of a round of claims.
  struct Round: Sendable {
    /// When there is something to look at again.
    private(set) var lookAgain = Instant.last
    /// Whether runs could be claimed if there were room.
    var isWaiting = false
    /// Whether runs of any host are in `starting/` and `running/`.
    var isBusy = false
    /// How many files were read, and when others of the agent's duties have their turn again.
    var filesRead = 0
    var readUntil = Instant.last
    /// Whether it ended there: files are left that were not looked at.
    var isCut = false
    /// What nobody uses of the host.
    var free = Capacity(slots: 0, gpus: 0)
    /// The gpus that nobody uses.
    var gpus: [GPU] = []
    /// A run that others have passed for too long: what comes free is kept for it.
    var kept: Kept?
    /// How many runs other agents of this host have.
    var othersRuns = 0
    /// The queue whose turn goes on.
    var queue: Int?
    /// How many queues have had their turn and claimed nothing, one after the other.
    var idleTurns = 0

    /// Has the agent look again at that moment, or sooner.
    mutating func lookAgain(at time: Instant) { lookAgain = Swift.min(lookAgain, time) }
  }

  /// A run that room is kept for.
  struct Kept: Sendable {
    let file: WaitingFile
    let demand: Demand

    /// What is kept when that file is looked at; nil where it goes before, or is the run itself.
    func capacity(for other: WaitingFile) -> Capacity? {
      if other.queue == file.queue, !QueueFileName.precedes(file.name, other.name) { return nil }
      return Capacity(demand)
    }
  }

  /// For how long a round of claims reads files: anybody may have dropped thousands of large ones,
  /// and heartbeats, requests and other queues do not wait for them all.
  private static let readingTime = TimeSpan.milliseconds(200)

  /// Begins a round of claims. Returns false if nothing can be claimed, so that no survey is needed.
  mutating func begins(at now: Instant) -> Bool {
    round = Round()
    if isHeld(at: now) {
      if now < holdUntil { round.lookAgain(at: holdUntil) }
      round.isWaiting = true
      return false
    }
    return until == .drained || queues.contains { $0.canClaim || $0.awaitsTimeOrRoom }
  }

  /// Whether nothing is claimed for now: the last claim failed, or the host is in trouble and a start is being
  /// tried.
  func isHeld(at now: Instant) -> Bool { now < holdUntil || isTryingStart }

  /// The gpus that the agent's runs have, and those of the other runs that a survey has counted.
  func gpusInUse(beside others: HostUse.Total) -> Set<String> {
    runs.values.reduce(into: others.gpus) { all, run in all.formUnion(run.gpus.map { $0.id }) }
  }

  /// Takes in what is in use, and lets what waited for room be looked at again where it may fit now.
  mutating func begin(_ survey: Survey, at moment: Moment) {
    for (queue, runs) in survey.claimed {
      round.isBusy = round.isBusy || !runs.isEmpty
      queues[queue].begin(claimed: runs)
    }
    round.othersRuns = survey.others.runs
    round.gpus = survey.gpus
    let used = runs.values.reduce(survey.others.slots) { $0.adding(clamped: $1.slots) }
    round.free = Capacity(
      slots: offer.slots.subtracting(clamped: used), gpus: survey.gpus.count)
    round.readUntil = moment + Self.readingTime
    admitSeekers(at: moment)
  }

  /// Room is kept first.
  private mutating func admitSeekers(at moment: Moment) {
    for queue in queues.indices where queues[queue].isOpen {
      if let (file, demand) = queues[queue].waitingRoom.overdue(at: queues[queue].now(moment)) {
        keep(WaitingFile(queue: queue, name: file), demand)
      }
    }
    let kept = round.kept
    for queue in queues.indices where queues[queue].isOpen {
      let fitting = queues[queue].waitingRoom.takeFitting(round.free) { file in
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

  /// Ends a round in which nothing failed.
  mutating func endRound(at moment: Moment) {
    round.isWaiting =
      round.isWaiting || queues.contains { $0.canClaim || $0.awaitsTimeOrRoom }
    round.isBusy = round.isBusy || !runs.isEmpty
    if queues.contains(where: { $0.sweeps.isHoldingBack }) {
      // Room may come by the end of another host's run, which raises no event.
      round.lookAgain(at: moment + .seconds(1))
    }
    let isFull = round.free.slots <= 0 || hasSeekers
    if isFull, round.isWaiting, round.othersRuns > 0 {
      // Nothing tells of the end of another agent's run.
      round.lookAgain(at: moment + .milliseconds(500))
    }
    if round.gpus.count < offer.gpus, hasSeekers {
      // Nor of a gpu that a run of another queue gives back.
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
    // Because of the failure some files still wait, or are claimed and have no runner.
    round.isWaiting = true
    round.isBusy = round.isBusy || !runs.isEmpty
    defer { unsaid = [] }
    return unsaid.map { .say($0) }
  }
}
