import SpoolQueue
import SpoolTesting

@testable import SpoolAgent

/// Queues, their files and their runs as facts, and a scheduler that is told of them as an agent would.
struct SchedulerScene {
  /// What is true of a file in `queued/`.
  struct Facts {
    var kind = Kind.job
    var demand = Demand()
    var sweep: String?
    /// How many of the sweep may run.
    var limit: Int?
    /// Seconds until which a failed start, or the delay of a retry, keeps it.
    var failedUntil: Double?
    var retryUntil: Double?
    /// A launcher that is not on the host.
    var missing: String?
    var claim = Outcome.won
    /// Seconds until which it was put off after a failure.
    var putOffUntil = 0.0
    /// Whether it was read before.
    var wasRead = false

    enum Kind { case job, unclear, wrong, incomplete, leftAlone, refused, vanished, broken }
    /// What becomes of a claim of it.
    enum Outcome { case won, lost, reserved, crowded, refused, broken, noRunner }
  }

  /// A claim that lives.
  struct Running {
    let file: WaitingFile
    let run: String
    let facts: Facts
    /// What it takes.
    let demand: Demand
    /// Seconds since which it has gone on.
    let since: Double
    /// The names of its gpus.
    let gpus: [String]
    /// Whether its command was let go.
    var hasStarted = false
    /// Whether its command is gone, and its record is still written.
    var isOver = false
    /// Seconds until which it takes no slot.
    var freeUntil = 0.0
  }

  static let host = "box"
  static let start = Timestamp(nanoseconds: 1_000_000_000_000_000)
  static let root = try? System.information("/")

  var scheduler: Scheduler
  /// Seconds since the start.
  var seconds = 0.0
  var files: [[String: Facts]]
  /// Where runs stand; a run that is not here does not exist.
  var states: [String: DependencyState] = [:]
  /// The claims that live.
  var mine: [ClaimName: Running] = [:]
  /// Runs of other agents of the host, by queue.
  var others: [(queue: Int, name: String, demand: Demand)] = []
  var gpus: [GPU]
  /// The gpus that another queue's runs lock.
  var lockedGPUs: Set<String> = []
  /// The eighths of gpus that another queue's runs lock.
  var lockedParts: [String: Int] = [:]
  /// Whether it is not known if processes of no run use the gpus.
  var isUnsureOfGPUs = false
  var claims = 0
  /// What happened, a line each, if that is wanted.
  var log: [String] = []
  var logs = true
  /// Seconds until which nothing may be claimed.
  var heldUntil = 0.0
  /// Called before each claim.
  var check: ((SchedulerScene, Claim) -> Void)?

  init(slots: Int = 2, gpus: Int = 0, queues: Int = 1, until: AgentOptions.Until = .stopped) {
    self.gpus = (0..<gpus).map { GPU(id: "\($0)", locks: ["\($0)"]) }
    scheduler = Scheduler(
      host: Self.host,
      offer: HostOffer(slots: slots, gpus: gpus, labels: [Self.host]), until: until,
      queues: (0..<queues).map { $0 == 0 ? "q" : "q\($0)" })
    files = Array(repeating: [:], count: queues)
    for queue in 0..<queues { scheduler.queues[queue].use(maxRunning: nil) }
  }

  var moment: Moment {
    Moment(instant: .boot + .seconds(seconds), time: Self.time(seconds))
  }

  static func time(_ seconds: Double) -> Timestamp { start.adding(seconds: seconds) }

  // MARK: Events

  /// Puts a file into a queue, and tells of it.
  mutating func drop(_ file: String, in queue: Int = 0, _ change: (inout Facts) -> Void = { _ in })
  {
    var facts = Facts()
    facts.demand.since = Self.time(seconds)
    change(&facts)
    files[queue][file] = facts
    scheduler.queues[queue].fileAppeared(file)
  }

  /// Lists a queue.
  mutating func scan(_ queue: Int = 0) {
    let names = Array(files[queue].keys)
    scheduler.queues[queue].waitingRoom.keep(only: Set(names).contains)
    scheduler.queues[queue].listed(names)
    for run in Array(scheduler.queues[queue].waitingRoom.awaited) { tellEnd(of: run, queue) }
  }

  /// Ends a run that others wait for.
  mutating func end(_ run: String, _ state: RunState, in queue: Int = 0) {
    states[run] = .ended(state)
    tellEnd(of: run, queue)
  }

  private mutating func tellEnd(of run: String, _ queue: Int) {
    switch states[run] {
    case .ended(let state): scheduler.queues[queue].ended(run, as: state)
    case nil, .unknown: scheduler.queues[queue].ended(run, as: nil)
    case .underWay: break
    }
  }

  /// Lets the command of a claim go: the host can start runs.
  mutating func start(_ claim: ClaimName) {
    mine[claim]?.hasStarted = true
    scheduler.noteStart(of: claim)
    if scheduler.startTrouble != nil { heldUntil = 0 }
    apply(scheduler.startsWork())
  }

  /// The command of a claim is gone; its record is still written.
  mutating func over(_ claim: ClaimName) {
    if mine[claim]?.hasStarted == false { start(claim) }
    guard mine[claim]?.isOver == false else { return }
    if mine.values.count(where: { isFree($0) }) < scheduler.offer.slots {
      mine[claim]?.freeUntil = seconds + 2
    }
    mine[claim]?.isOver = true
    scheduler.noteOver(of: claim, at: moment)
  }

  func isFree(_ run: Running) -> Bool { seconds < run.freeUntil }

  /// What counts of a queue's own claims.
  func counted(in queue: Int) -> [Running] {
    mine.values.filter { $0.file.queue == queue && !isFree($0) }
  }

  /// Ends a claimed run.
  mutating func endRun(of file: String) {
    guard let claim = mine.first(where: { $0.value.file.name == file })?.key else { return }
    mine[claim] = nil
    scheduler.noteEnd(of: claim)
  }

  // MARK: Rounds

  /// What an agent does when it looks, as far as the scheduler is concerned. Returns how many decisions there
  /// were beside words, or nil if they did not end.
  @discardableResult
  mutating func look() -> Int? {
    let next = scheduler.tick(at: moment)
    if logs, next < .last { note("next in \(span(next))") }
    defer {
      if logs, scheduler.round.lookAgain < .last {
        note("again in \(span(scheduler.round.lookAgain))")
      }
    }
    guard scheduler.begins(at: moment.instant) else { return 0 }
    var survey = Survey()
    for queue in files.indices where !scheduler.queues[queue].isAway {
      survey.claimed[queue] =
        counted(in: queue).map { $0.run }
        + others.filter { $0.queue == queue }.map { $0.name }
    }
    survey.others.runs = others.count
    survey.others.slots = others.reduce(0) { $0 + $1.demand.slots }
    survey.gpus = freeGPUs
    survey.isUnsureOfGPUs = isUnsureOfGPUs
    scheduler.begin(survey, at: moment)
    var decisions = 0
    while let decision = scheduler.next(at: moment) {
      if case .say(let event) = decision { apply([.say(event)]) } else { decisions += 1 }
      if decisions > 500 { return nil }
      guard carryOut(decision) else {
        apply(scheduler.abandonRound(at: moment))
        return decisions
      }
    }
    scheduler.endRound(at: moment)
    return decisions
  }

  mutating func note(_ line: String) {
    if logs { log.append(line) }
  }

  private func span(_ time: Instant) -> String {
    DurationText.text((time - moment.instant).seconds)
  }

  private mutating func carryOut(_ decision: Decision) -> Bool {
    switch decision {
    case .say, .askAgain: return true
    case .look(let file):
      guard let seen = Self.root, let facts = files[file.queue][file.name] else {
        scheduler.saw(.gone, at: moment)
        return true
      }
      files[file.queue][file.name]?.wasRead = true
      switch facts.kind {
      case .job: scheduler.saw(.job(seen, facts.demand, sweep: facts.sweep), at: moment)
      case .unclear: scheduler.saw(.unclear(seen, sweep: facts.sweep), at: moment)
      case .wrong: scheduler.saw(.wrong(seen), at: moment)
      case .incomplete: scheduler.saw(.incomplete(seen, "line 1: cut off"), at: moment)
      case .leftAlone: scheduler.saw(.leftAlone("a directory"), at: moment)
      case .refused: return fail(.notPermitted, file)
      case .vanished: return fail(.notFound, file)
      case .broken: return fail(.inputOutput, file)
      }
      return true
    case .find(let check, let file):
      scheduler.found(answer(check, files[file.queue][file.name] ?? Facts()), at: moment)
      return true
    case .claim(let claim): return make(claim)
    }
  }

  private mutating func fail(_ errno: Errno, _ file: WaitingFile) -> Bool {
    if errno != .notPermitted { files[file.queue][file.name]?.putOffUntil = seconds + 5 }
    if errno == .inputOutput { heldUntil = seconds + 2 }
    return scheduler.failed(SpoolError("read", "/q/file", errno), at: moment)
  }

  private func answer(_ check: WaitingCheck, _ facts: Facts) -> Answer {
    func until(_ time: Double?, _ words: String) -> Answer {
      guard let time, time > seconds else { return .nothing }
      return .until(Self.time(time), "until \(DurationText.text(time)) \(words)")
    }
    switch check {
    case .failedStarts: return until(facts.failedUntil, "after a failed start")
    case .retry: return until(facts.retryUntil, "to be tried again")
    case .dependencies: return .standing(standing(of: facts))
    case .launcher:
      return facts.missing.map {
        .missing(LauncherSearch.Missing(program: $0, reason: "launcher \($0): not found"))
      } ?? .nothing
    case .sweepLimit: return .limit(facts.limit)
    default: return .nothing
    }
  }

  private mutating func make(_ claim: Claim) -> Bool {
    check?(self, claim)
    let (file, queue) = (claim.file, claim.file.queue)
    guard let facts = files[queue][file.name] else {
      scheduler.lostClaim(isStillThere: false, at: moment)
      return true
    }
    switch facts.claim {
    case .lost:
      files[queue][file.name] = nil
      scheduler.lostClaim(isStillThere: false, at: moment)
    case .reserved:
      files[queue][file.name]?.putOffUntil = seconds + 0.5
      scheduler.lostClaim(isStillThere: true, at: moment)
    case .crowded:
      heldUntil = seconds + 0.05
      scheduler.gaveBack(file.name, at: moment)
    case .refused: return fail(.notPermitted, file)
    case .broken: return fail(.inputOutput, file)
    case .won, .noRunner:
      claims += 1
      let name = ClaimName(agent: "box-aaaa", number: claims)
      let run = QueueFileName(file.name)?.run ?? file.name
      let holding = scheduler.claimed(claim, run, as: name)
      if facts.claim == .noRunner {
        files[queue][file.name]?.putOffUntil = seconds + 1.25
        heldUntil = seconds + 1
        scheduler.withdraw(name)
        scheduler.postponeUntouched(file, at: moment)
        apply(scheduler.startsFail("no process", "errno 11", in: queue, at: moment))
        return true
      }
      files[queue][file.name] = nil
      mine[name] = Running(
        file: file, run: run, facts: facts, demand: claim.demand, since: seconds,
        gpus: holding.gpus.map { $0.id })
      guard logs else { return true }
      var line = "claim \(file.name) as \(holding.slot)"
      if queue > 0 { line += " of q\(queue)" }
      if !holding.gpus.isEmpty { line += " with gpu " + holding.gpus.map { $0.id }.joined() }
      if holding.eighths < 8 { line += " by \(holding.eighths)" }
      if let objection = claim.objection { line += " to end: \(objection)" }
      note(line)
    }
    return true
  }

  mutating func apply(_ notices: [Notice]) {
    for notice in notices where logs {
      switch notice {
      case .say(let event): note(event.text)
      case .publishTrouble: note("trouble: \(scheduler.startTrouble?.words ?? "none")")
      }
    }
  }
}

extension Demand {
  /// A demand that waits for runs.
  mutating func wait(ok: [String] = [], failed: [String] = [], any: [String] = []) {
    var after = Dependencies()
    after.ok = ok
    after.failed = failed
    after.any = any
    self.after = after
  }
}
