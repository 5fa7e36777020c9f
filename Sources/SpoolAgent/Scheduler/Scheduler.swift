import SpoolProtocol

/// What an agent decides: which waiting run is claimed next, which runs wait and for what, and when to look
/// again.
///
/// A value: it reads no clock, no directory and no file, and starts nothing. Its agent tells it what was seen,
/// and does what it answers. A round of claims is ``begins(at:)``, ``begin(_:at:)``, and then ``next(at:)`` until
/// that is nil, each ``Decision`` carried out before the next one is asked for, and ``endRound(at:)``.
///
/// What it promises:
///
/// - The runs of the host never take more slots and gpus than it offers, as far as the survey has them; a recount
///   follows each claim (``Agent/keeps(_:_:of:)``).
/// - Of the files that may be started and fit, the first in the queue's order is claimed first. Queues take
///   turns: each that has such a file gives one before any gives two.
/// - When a round has ended and nothing else happens, no file that may be started and fits is left.
/// - Smaller runs pass one that does not fit for ``SpoolProtocol/Demand/patience``. Then room is kept. Each queue
///   names its first such run, and of these the one that has waited longest gets the room. Until it is claimed, no
///   run behind it in its queue and no run of another queue takes what it needs. So it starts when runs that were
///   there before have ended.
/// - No run is claimed while it is held, while its queue is paused, while its queue or its sweep is at its limit,
///   while it waits for runs or for a time, or while it is put off after a failed start.
struct Scheduler: Sendable {
  /// The host's name, for messages.
  let host: String
  /// What the host has, all in all.
  private(set) var offer: HostOffer
  /// When the agent leaves.
  let until: AgentOptions.Until
  /// The queues that the agent serves, in its order.
  var queues: [WaitingQueue]
  /// What the agent's own claims that have not ended take, by their names.
  private(set) var runs: [ClaimName: Holding] = [:]
  /// The round of claims that goes on, or the last one.
  var round = Round()
  /// Until when nothing is claimed.
  var holdUntil = Instant.first
  /// What keeps the agent from starting runs at all; nil if nothing does.
  var startTrouble: StartTrouble?
  /// When each cause of trouble that was told came last.
  var toldTroubles: [String: Instant] = [:]
  /// How often an agent with `--once` has waited to claim once more.
  var holds = 0
  /// The file that is read and judged.
  var judgement: Judgement?
  /// What is to be said before the next decision.
  var unsaid: [AgentEvent] = []
  /// Whose turn is next.
  private var turn = 0

  /// What a claim takes of the host.
  struct Holding: Sendable, Equatable {
    /// The smallest number that no other claim of the agent has.
    let slot: Int
    /// How many of the host's slots it takes.
    let slots: Int
    let gpus: [GPU]
    /// Whether its command was let go.
    fileprivate(set) var hasStarted = false
  }

  /// Serves queues of these names.
  init(host: String, offer: HostOffer, until: AgentOptions.Until, queues: [String]) {
    self.host = host
    self.offer = offer
    self.until = until
    self.queues = queues.map { WaitingQueue($0) }
  }

  // MARK: The next decision

  /// What to do next in this round; nil if it is over.
  mutating func next(at moment: Moment) -> Decision? {
    if !unsaid.isEmpty { return .say(unsaid.removeFirst()) }
    if judgement != nil {
      if let decision = judge(at: moment) { return decision }
      if !unsaid.isEmpty { return .say(unsaid.removeFirst()) }
    }
    return nextFile(at: moment)
  }

  /// How many files are passed over before the time is asked for again.
  private static let stride = 4096

  private mutating func nextFile(at moment: Moment) -> Decision? {
    var passed = 0
    while true {
      guard let queue = round.queue ?? takeTurn(at: moment) else { return nil }
      round.queue = queue
      guard let file = firstFile(of: queue, at: moment) else {
        round.queue = nil
        round.idleTurns += 1
        continue
      }
      queues[queue].backlog.removeNext()
      if queues[queue].isPostponed(file) || queues[queue].sweeps.putAside(file) {
        passed += 1
        if passed < Self.stride { continue }
        return .askAgain
      }
      judgement = Judgement(file: WaitingFile(queue: queue, name: file))
      return .look(WaitingFile(queue: queue, name: file))
    }
  }

  /// The queue whose turn it is: each that has something gives one run before any gives two. Returns nil if
  /// there is no room, or none of them has anything.
  private mutating func takeTurn(at moment: Moment) -> Int? {
    guard round.free.slots > 0, round.idleTurns < queues.count, !isHeld(at: moment.instant) else {
      return nil
    }
    defer { turn += 1 }
    return turn % queues.count
  }

  /// The next file of a queue that may be read; nil if it has none, or gives none now.
  private mutating func firstFile(of queue: Int, at moment: Moment) -> String? {
    guard let file = queues[queue].backlog.next else { return nil }
    switch WaitingCheck.ofQueue.first(where: { queues[queue].isKept(by: $0) }) {
    case nil: break
    case .maxRunning:
      // A run of another host may end, which raises no event.
      round.lookAgain(at: moment + .seconds(1))
      return nil
    default: return nil
    }
    // One at least, however slow the disk is.
    if round.filesRead > 0, moment.instant >= round.readUntil {
      round.isCut = true
      round.lookAgain(at: moment.instant)
      return nil
    }
    round.filesRead += 1
    return file
  }

  // MARK: What became of a claim

  /// Takes in that the claim was made and is within the limits.
  ///
  /// - Parameters:
  ///   - made: What was to be claimed.
  ///   - run: The name that its run has by now.
  /// - Returns: What it has of the host.
  mutating func claimed(_ made: Claim, _ run: String, as claim: ClaimName) -> Holding {
    let (file, demand) = (made.file, made.demand)
    let taken = Set(runs.values.map { $0.slot })
    let holding = Holding(
      slot: (0...).first { !taken.contains($0) } ?? 0, slots: demand.slots,
      gpus: Array(round.gpus.prefix(demand.gpus)))
    runs[claim] = holding
    queues[file.queue].add(run)
    queues[file.queue].forgetUnfinished(file.name)
    round.gpus.removeFirst(holding.gpus.count)
    round.free = round.free - demand
    if let kept = round.kept, kept.file == file { round.kept = nil }
    endTurn(idle: false)
    return holding
  }

  /// Takes in that no runner could be had for a claim: it takes nothing.
  mutating func withdraw(_ claim: ClaimName) {
    guard let holding = runs.removeValue(forKey: claim) else { return }
    round.gpus = holding.gpus + round.gpus
    round.free = Capacity(
      slots: round.free.slots.adding(clamped: holding.slots), gpus: round.gpus.count)
  }

  /// Takes in that another agent was first, or that the file's name is not free yet.
  mutating func lostClaim(isStillThere: Bool, at moment: Moment) {
    guard let file = judgement?.file else { return }
    judgement = nil
    guard isStillThere else { return }
    // It was not taken by another: its name is one that somebody reserved, and perhaps uses.
    tell(file, "for its name, which was reserved a moment ago")
    queues[file.queue].postpone(file.name, until: moment + .milliseconds(500))
    round.lookAgain(at: moment + .milliseconds(500))
  }

  /// Takes in that the claim was too many, and that its file waits again under that name.
  mutating func gaveBack(_ name: String, at moment: Moment) {
    guard let file = judgement?.file else { return }
    queues[file.queue].backlog.insert(name)
    holdUntil = moment + .milliseconds(50)
    round.lookAgain(at: holdUntil)
    endTurn(idle: true)
  }

  private mutating func endTurn(idle: Bool) {
    judgement = nil
    round.queue = nil
    round.idleTurns = idle ? round.idleTurns + 1 : 0
  }

  /// Takes in that the command of a claim was let go.
  mutating func noteStart(of claim: ClaimName) { runs[claim]?.hasStarted = true }

  /// Takes in that a claim is over, whatever became of its run.
  mutating func noteEnd(of claim: ClaimName) { runs[claim] = nil }

  /// Takes in other gpus: what waits for some is read again.
  mutating func offers(gpus: Int) {
    offer.gpus = gpus
    for queue in queues.indices { queues[queue].waitingRoom.removeAll() }
  }

  /// Takes in that time has passed, and returns when the next file's time comes.
  mutating func tick(at moment: Moment) -> Instant {
    queues.indices.reduce(Instant.last) { Swift.min($0, queues[$1].takeDue(at: moment)) }
  }
}
