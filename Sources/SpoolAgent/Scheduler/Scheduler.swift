import SpoolProtocol

/// The decisions of an agent: which waiting run is claimed next, which runs wait and for what, and when to look again.
///
/// A value: it reads no clock, no directory and no file, and starts no process. The agent gives it facts, and carries
/// out its decisions. A round of claims is ``begins(at:)``, ``begin(_:at:)``, then ``next(at:)`` until that is nil, and
/// ``endRound(at:)``. The agent carries out each ``Decision`` before it asks for the next.
///
/// Its promises:
///
/// - The runs of the host never take more slots and gpus than it offers, as far as the survey has them; a recount
///   follows each claim (``Agent/keeps(_:_:of:)``).
/// - Of the files that may be started and fit, the first in the queue's order is claimed first. Queues take
///   turns: each that has such a file gives one before any gives two.
/// - When a round has ended and no event follows, no file that may be started and fits is left.
/// - Smaller runs pass one that does not fit for ``SpoolProtocol/Demand/patience``. Then room is kept. Each queue
///   names its first such run, and of these the one that has waited longest gets the room. Until it is claimed, no
///   run behind it in its queue and no run of another queue takes its slots and gpus. So it starts when runs that were
///   there before have ended.
/// - No run is claimed while it is held, while its queue is paused, while its queue or its sweep is at its limit,
///   while it waits for runs or for a time, or while it is put off after a failed start.
struct Scheduler: Sendable {
  /// The host's name, for messages.
  let host: String
  /// All slots, gpus and labels of the host.
  private(set) var offer: HostOffer
  /// When the agent leaves.
  let until: AgentOptions.Until
  /// The queues that the agent serves, in its order.
  var queues: [WaitingQueue]
  /// The slots and gpus of the agent's own claims that have not ended.
  private(set) var runs: [ClaimName: Holding] = [:]
  /// The round of claims that goes on, or the last one.
  var round = Round()
  /// The time until which no file is claimed.
  var holdUntil = Instant.first
  /// Why the agent starts no runs at all; nil if it does.
  var startTrouble: StartTrouble?
  /// The last time of each cause of trouble that was reported.
  var toldTroubles: [String: Instant] = [:]
  /// How often an agent with `--once` has waited to claim again.
  var holds = 0
  /// The file that is read and judged.
  var judgement: Judgement?
  /// The events to report before the next decision.
  var unsaid: [AgentEvent] = []
  /// Counts turns; the queues get them in order.
  private var turn = 0

  /// The slots and gpus of the host that a claim takes.
  struct Holding: Sendable, Equatable {
    /// The smallest number that no other claim of the agent has whose command goes on.
    let slot: Int
    /// The number of slots that it takes.
    let slots: Int
    let gpus: [GPU]
    /// The eighths that it takes of each gpu.
    let eighths: Int
    /// Whether its command has begun.
    fileprivate(set) var hasStarted = false
    /// Whether its command, and all that this had left, are gone: its number and its gpus are free, while its
    /// record is still written.
    fileprivate(set) var isOver = false
    /// Until when its slots are free, too.
    fileprivate var isFreeUntil = Instant.first

    /// Whether it takes nothing of the host, nor of any other limit.
    func isFree(at now: Instant) -> Bool { now < isFreeUntil }
  }

  init(host: String, offer: HostOffer, until: AgentOptions.Until, queues: [String]) {
    self.host = host
    self.offer = offer
    self.until = until
    self.queues = queues.map { WaitingQueue($0) }
  }

  // MARK: The next decision

  /// The next decision of this round. Returns nil if the round is over.
  mutating func next(at moment: Moment) -> Decision? {
    if !unsaid.isEmpty { return .say(unsaid.removeFirst()) }
    if judgement != nil {
      if let decision = judge(at: moment) { return decision }
      if !unsaid.isEmpty { return .say(unsaid.removeFirst()) }
    }
    return nextFile(at: moment)
  }

  /// The slots that the agent's own runs take.
  func slots(at now: Instant) -> Int {
    runs.values.reduce(0) { $1.isFree(at: now) ? $0 : $0.adding(clamped: $1.slots) }
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

  /// The queue that has its turn: each queue with a file that fits gives one run before any gives two. Returns nil if
  /// there is no room, or no queue has such a file.
  private mutating func takeTurn(at moment: Moment) -> Int? {
    guard round.free.slots > 0, round.idleTurns < queues.count, !isHeld(at: moment.instant) else {
      return nil
    }
    defer { turn += 1 }
    return turn % queues.count
  }

  /// The next file of a queue to be read. Returns nil if it has none, or gives none now.
  private mutating func firstFile(of queue: Int, at moment: Moment) -> String? {
    guard let file = queues[queue].backlog.next else { return nil }
    switch WaitingCheck.ofQueue.first(where: { queues[queue].isKept(by: $0) }) {
    case nil: break
    case .maxRunning:
      // No event reports the end of another host's run.
      round.lookAgain(at: moment + .seconds(1))
      return nil
    default: return nil
    }
    // At least one, however slow the disk is.
    if round.filesRead > 0, moment.instant >= round.readUntil {
      round.isCut = true
      round.lookAgain(at: moment.instant)
      return nil
    }
    round.filesRead += 1
    return file
  }

  // MARK: The results of claims

  /// Takes in that the claim was made and is within the limits.
  ///
  /// - Parameters:
  ///   - made: The claim of the ``Decision``.
  ///   - run: The present name of its run.
  mutating func claimed(_ made: Claim, _ run: String, as claim: ClaimName) -> Holding {
    let (file, demand) = (made.file, made.demand)
    let taken = Set(runs.values.lazy.filter { !$0.isOver }.map { $0.slot })
    let holding = Holding(
      slot: (0...).first { !taken.contains($0) } ?? 0, slots: demand.slots,
      gpus: round.take(demand.gpus), eighths: demand.gpus.eighthsOfEach)
    runs[claim] = holding
    queues[file.queue].add(run)
    queues[file.queue].forgetUnfinished(file.name)
    round.free.slots = round.free.slots.subtracting(clamped: demand.slots)
    if let kept = round.kept, kept.file == file { round.kept = nil }
    endTurn(idle: false)
    return holding
  }

  /// Takes in that a claim got no runner: it takes no slots.
  mutating func withdraw(_ claim: ClaimName) {
    guard let holding = runs.removeValue(forKey: claim) else { return }
    round.giveBack(holding)
  }

  /// Takes in that another agent was first, or that the file's name is not free yet.
  mutating func lostClaim(isStillThere: Bool, at moment: Moment) {
    guard let file = judgement?.file else { return }
    judgement = nil
    guard isStillThere else { return }
    // No other agent took it: its name was reserved by another process, which may use it. On a busy machine that may
    // take a moment, which is not worth a word.
    if queues[file.queue].isContestedAgain(file.name) {
      tell(file, "for its name, which was reserved a moment ago")
    }
    queues[file.queue].postpone(file.name, until: moment + .milliseconds(500))
    round.lookAgain(at: moment + .milliseconds(500))
  }

  /// Takes in that the claim exceeded a limit, and that its file waits again under that name.
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

  /// Takes in that the command of a claim has begun.
  mutating func noteStart(of claim: ClaimName) { runs[claim]?.hasStarted = true }

  /// How long a run whose record is still written takes nothing.
  private static let grace = TimeSpan.seconds(2)

  /// Takes in that the command of a claim, and all that this had left, are gone.
  ///
  /// The next run starts while the record of this one is written. But where none can be written, on a full disk,
  /// each slot would leave one runner after the other: so at most as many runs as there are slots take nothing,
  /// each for two seconds.
  mutating func noteOver(of claim: ClaimName, at moment: Moment) {
    guard runs[claim]?.isOver == false else { return }
    runs[claim]?.isOver = true
    guard runs.values.count(where: { $0.isFree(at: moment.instant) }) < offer.slots else { return }
    runs[claim]?.isFreeUntil = moment + Self.grace
  }

  /// Takes in that a claim is over, whatever became of its run.
  mutating func noteEnd(of claim: ClaimName) { runs[claim] = nil }

  /// Takes in that the host has other gpus: all files that wait are read again.
  mutating func offers(gpus: Int) {
    offer.gpus = gpus
    for queue in queues.indices { queues[queue].waitingRoom.removeAll() }
  }

  /// Takes in that time has passed. Returns the next time for which a file waits.
  mutating func tick(at moment: Moment) -> Instant {
    queues.indices.reduce(Instant.last) { Swift.min($0, queues[$1].takeDue(at: moment)) }
  }
}
