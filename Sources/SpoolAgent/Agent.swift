import Dispatch
package import SpoolQueue

/// Watches queues, decides what fits, claims, and hands each claim to a runner.
///
/// It supervises no run: runners outlive it. Everything happens on one serial Dispatch queue, so
/// that every event (a file, a report, a signal, the time) leads to the same place: ``look()``.
package final class Agent: @unchecked Sendable {
  // @unchecked: all state is confined to `confined`, on which every handler is called.
  private let confined = DispatchQueue(label: "spool.agent")
  private let name = ClaimName.newAgent()
  private let host = Host.current.name
  private let options: AgentOptions
  private let say: @Sendable (AgentEvent) -> Void
  private let pool: RunnerPool
  private var served: [ServedQueue]
  private var turn = 0
  private var claims = 0
  private var mine: [ClaimName: Assigned] = [:]
  private var watcher: DirectoryWatcher?
  private var sources: [any DispatchSourceProtocol] = []
  private var timer: (any DispatchSourceTimer)?
  private var lookIsPlanned = false
  private var nextBeat: Int64 = 0
  private var nextRecovery: Int64 = 0
  private var holdUntil: Int64 = 0
  private var nextDrainLook = Int64.max
  private var isLeaving = false
  private var finish: (@Sendable (SpoolError?) -> Void)?

  /// A claim of this agent that has not ended.
  private struct Assigned {
    let queue: ServedQueue
    let name: QueueFileName
    let slot: Int
    var hasStarted = false
    /// What its runner said before it ended.
    var failure: String?
  }

  /// - Parameter say: Called with each event, one at a time.
  package init(_ options: AgentOptions, say: @escaping @Sendable (AgentEvent) -> Void) {
    self.options = options
    self.say = say
    let name = name
    served = options.queues.map { ServedQueue($0, agent: name, poll: options.poll) }
    pool = RunnerPool(queue: confined, executable: options.executable)
  }

  /// Begins; `finish` is called once, when the agent has left.
  package func start(finish: @escaping @Sendable (SpoolError?) -> Void) {
    confined.async { [self] in
      self.finish = finish
      do throws(SpoolError) {
        try begin()
        look()
      } catch {
        leave(error)
      }
    }
  }

  /// Asks it to claim no more and leave; runs go on.
  package func stop() { confined.async { [self] in leave(nil) } }

  private func begin() throws(SpoolError) {
    for queue in served {
      try queue.queue.completeLayout()
      try announce(in: queue)
    }
    watcher = try? DirectoryWatcher(queue: confined) { [weak self] changes in
      self?.changed(changes)
    }
    armWatches()
    for queue in served {
      // It serves from the moment on at which it knows the settings.
      scan(queue)
      say(.serving(queue: queue.name, slots: options.slots))
    }
    timer = DispatchSource.makeTimerSource(queue: confined)
    timer?.setEventHandler { [weak self] in self?.look() }
    timer?.resume()
    nextBeat = now + seconds(served.map { $0.beat }.min() ?? 75)
    recover()
  }

  /// Claims bear the agent's name, and no two claims may share theirs: so no two agents do.
  private func announce(in queue: ServedQueue) throws(SpoolError) {
    guard try !queue.queue.announce(record) else { return }
    throw SpoolError(
      .no,
      "\(queue.name): there is an agent \(name) already, by a rare chance; start this one again")
  }

  private var record: AgentRecord {
    AgentRecord(
      name: name, holder: .current, slots: options.slots,
      lease: served.compactMap { $0.settings?.lease }.min() ?? QueueSettings().lease,
      startedAt: .now, heartbeat: .now)
  }

  // MARK: What wakes it

  // Armed before the first scan: what comes after is told. A system without room for watches, or a
  // directory that is away, is polled.
  private func armWatches() {
    for queue in served {
      // `paused` goes when the queue is resumed; what goes from queued/ is no news.
      try? watcher?.watch(queue.queue.path, removals: true)
      try? watcher?.watch(queue.queue.path(.queued))
    }
  }

  private func changed(_ changes: [DirectoryChange]) {
    for change in changes {
      for queue in served {
        if change.directory == queue.queue.path(.queued), let file = change.name, !change.isOver {
          queue.backlog.insert(file)
        } else if change.directory.hasPrefix(queue.queue.path) {
          queue.needsScan = true
        }
      }
      if change.isOver { armWatches() }
    }
    planLook()
  }

  /// Looks after the events that are there already.
  private func planLook() {
    if lookIsPlanned || isLeaving { return }
    lookIsPlanned = true
    confined.async { [self] in
      lookIsPlanned = false
      look()
    }
  }

  private func look() {
    if isLeaving { return }
    if now >= nextBeat { beat() }
    if now >= nextRecovery { recover() }
    nextDrainLook = .max
    var wake = Swift.min(nextBeat, nextRecovery)
    for queue in served {
      if queue.needsScan || now >= queue.nextPoll { scan(queue) }
      wake = Swift.min(wake, queue.nextPoll, queue.lookAgainAtUnfinished())
    }
    let claimed = claimWhatFits()
    wake = Swift.min(wake, claimed.lookAgain)
    if leaveIfDone(claimed) { return }
    wake = Swift.min(wake, nextDrainLook)
    pool.trim()
    if options.until == .stopped { pool.warmUp() }
    timer?.schedule(
      deadline: .now() + .nanoseconds(Int(clamping: Swift.max(0, wake - now))),
      leeway: .milliseconds(wake - now > 10_000_000_000 ? 500 : 1))
  }

  private func scan(_ queue: ServedQueue) {
    queue.nextPoll = now + seconds(queue.poll)
    do throws(SpoolError) {
      let wasAway = queue.isAway
      try queue.scan(say)
      guard wasAway else { return }
      // It may be another directory now, and what was claimed before waits for its recovery.
      armWatches()
      beat()
      recover()
    } catch {
      queue.isUnreachable(error, say)
      queue.nextPoll = now + seconds(Swift.min(queue.poll, 2))
    }
  }

  private func beat() {
    nextBeat = now + seconds(served.map { $0.beat }.min() ?? 75)
    for queue in served where !queue.isAway {
      do throws(SpoolError) {
        queue.serverTime = try queue.queue.beat(agent: name)
        // Removed by hand, or lost with a server that crashed: others would take our claims for
        // dead ones.
        if queue.serverTime == nil { try queue.queue.register(record) }
      } catch {
        queue.isUnreachable(error, say)
      }
    }
  }

  /// Mends what crashes left; a run whose runner this host's kernel can judge is looked at every two
  /// seconds, the others each half lease.
  private func recover() {
    var interval = served.compactMap { $0.settings?.lease }.min() ?? QueueSettings().lease
    interval = Swift.max(interval / 2, 0.1)
    for queue in served where !queue.isAway {
      do throws(SpoolError) {
        let result = try queue.recoverer.run(sparing: Set(mine.keys))
        for action in result.actions {
          say(action.event(queue.name))
          queue.needsScan = true
        }
        for error in result.errors { say(.trouble(queue: queue.name, message: error.message)) }
        if try othersHere(queue) > 0 { interval = Swift.min(interval, 2) }
      } catch {
        queue.isUnreachable(error, say)
      }
    }
    nextRecovery = now + seconds(interval)
  }

  /// Runs of this host that another agent, or an earlier one, claimed.
  private func othersHere(_ queue: ServedQueue) throws(SpoolError) -> Int {
    try claimedNames(queue).filter { $0.host == host && mine[$0] == nil }.count
  }

  private func claimedNames(_ queue: ServedQueue) throws(SpoolError) -> Set<ClaimName> {
    Set(try claimedRuns(queue).keys)
  }

  /// The runs that any host has in `starting/` and `running/`, by their claims.
  private func claimedRuns(_ queue: ServedQueue) throws(SpoolError) -> [ClaimName: String] {
    // starting/ first: a run on its way is met once at least.
    var runs: [ClaimName: String] = [:]
    for folder in [Queue.Folder.starting, .running] {
      for file in try queue.queue.list(folder) {
        if let name = QueueFileName(file), let claim = name.claim { runs[claim] = name.base }
      }
    }
    return runs
  }

  // MARK: Claiming

  /// What a round of claims ended with.
  private struct Round {
    /// When there is something to look at again.
    var lookAgain = Int64.max
    /// Runs that could be claimed if there were room.
    var isWaiting = false
    /// Runs of any host in `starting/` and `running/`, and files on their way.
    var isBusy = false
  }

  private func claimWhatFits() -> Round {
    var round = Round()
    if now < holdUntil {
      round.lookAgain = holdUntil
      round.isWaiting = true
      return round
    }
    guard served.contains(where: { $0.canClaim }) || options.until == .drained else {
      return round
    }
    do throws(SpoolError) {
      var used = 0
      var others = 0
      for queue in served where !queue.isAway {
        let runs = try claimedRuns(queue)
        round.isBusy = round.isBusy || !runs.isEmpty
        queue.claimed = runs.count
        queue.sweeps.begin(claimed: Array(runs.values), &queue.backlog)
        others += runs.keys.filter { $0.host == host && mine[$0] == nil }.count
      }
      used = others + mine.count
      // In turn: each queue that has something gives one run before any gives two.
      var idleTurns = 0
      while used < options.slots, idleTurns < served.count, now >= holdUntil {
        let queue = served[turn % served.count]
        turn += 1
        if try claimOne(queue, &round) {
          used += 1
          idleTurns = 0
        } else {
          idleTurns += 1
        }
      }
      for queue in served where queue.canClaim { round.isWaiting = true }
      if served.contains(where: { $0.sweeps.isHoldingBack }) {
        // Room may come by the end of another host's run, which raises no event.
        round.lookAgain = Swift.min(round.lookAgain, now + seconds(1))
      }
      if used >= options.slots, round.isWaiting, others > 0 {
        // Nothing tells of the end of another agent's run.
        round.lookAgain = Swift.min(round.lookAgain, now + seconds(0.5))
      }
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

  /// A failure that is the system's: wait before the next claim.
  private func holdClaims() { holdUntil = now + seconds(2) }

  /// Claims the queue's next run; false: there is none.
  private func claimOne(_ queue: ServedQueue, _ round: inout Round) throws(SpoolError) -> Bool {
    guard !queue.isPaused, !queue.isAway, let settings = queue.settings else { return false }
    while let file = queue.backlog.next {
      if let most = settings.maxRunning, queue.claimed >= most {
        round.lookAgain = Swift.min(round.lookAgain, now + seconds(1))
        return false
      }
      queue.backlog.removeNext()
      if queue.isPostponed(file) || queue.sweeps.putAside(file) { continue }
      let taken: Taken?
      do throws(SpoolError) {
        taken = try take(file, queue, &round)
      } catch {
        guard let refusal = error.errno, refusal.isRefusal else {
          queue.postpone(file)
          throw error
        }
        // This file's alone: immutable, or in a directory where only its owner may rename it.
        queue.skip(file, "it cannot be claimed: \(refusal)", say)
        continue
      }
      guard let taken, let claim = taken.name.claim else { continue }
      let claimed = taken.name
      guard try isWithinLimits(queue, claimed, settings, sweep: taken.sweep) else {
        _ = try queue.queue.giveBack(claimed)
        queue.backlog.insert(claimed.claimed(by: nil).text)
        holdUntil = now + seconds(0.05)
        round.lookAgain = holdUntil
        return false
      }
      queue.claimed += 1
      queue.sweeps.add(claimed.base)
      try hand(claimed, claim, queue)
      return true
    }
    return false
  }

  /// A file that was claimed, and the sweep that its run belongs to.
  private struct Taken {
    let name: QueueFileName
    let sweep: String?
  }

  /// Claims a file if it is a job's, whole and trusted; nil: it is left alone, or another was first.
  private func take(
    _ file: String, _ queue: ServedQueue, _ round: inout Round
  ) throws(SpoolError) -> Taken? {
    let information: FileInformation
    var sweep: String?
    switch try queue.queue.inspect(file, queue.trust) {
    case .gone: return nil
    case .notAFile(let reason), .untrusted(let reason), .tooNew(let reason):
      queue.skip(file, reason, say)
      return nil
    case .incomplete(let seen, let error):
      guard queue.hasSettled(file, seen) else {
        queue.skip(file, "it may still be on its way: \(error)", say)
        round.lookAgain = Swift.min(round.lookAgain, now + seconds(ServedQueue.settling))
        return nil
      }
      information = seen
    case .invalid(let seen, _): information = seen
    case .ready(let seen, let job):
      if let settings = queue.settings,
        let reason = LauncherSearch.objection(to: job, in: queue.queue, settings)
      {
        queue.skip(file, reason, say)
        return nil
      }
      information = seen
      sweep = job.sweep
      let defaults = queue.settings?.defaults ?? Job()
      if let name = QueueFileName(file),
        let retry = try queue.queue.retryTime(of: name, job, defaults: defaults)
      {
        queue.postpone(file, for: retry.wait)
        round.lookAgain = Swift.min(round.lookAgain, now + seconds(retry.wait))
        return nil
      }
    }
    if let sweep, try !queue.sweeps.admits(file, of: sweep, in: queue.queue) { return nil }
    claims += 1
    let claim = ClaimName(agent: name, number: claims)
    return try queue.queue.claim(file, information, for: claim)
      .map { Taken(name: $0, sweep: sweep) }
  }

  /// Counts again after the claim: another agent may have taken the last room at the same moment.
  /// The last by name goes back.
  private func isWithinLimits(
    _ queue: ServedQueue, _ claimed: QueueFileName, _ settings: QueueSettings, sweep: String?
  ) throws(SpoolError) -> Bool {
    guard try queue.hasOtherAgents(name) else { return true }
    if let sweep, try queue.sweeps.mustGiveBack(claimed, of: sweep, in: queue.queue) {
      return false
    }
    let starting = try queue.queue.list(.starting).sorted()
    let names = try claimedNames(queue)
    if let most = settings.maxRunning, names.count > most,
      starting.suffix(names.count - most).contains(claimed.text)
    {
      return false
    }
    let here = names.filter { $0.host == host }
    let elsewhere = mine.values.filter { $0.queue !== queue }.count
    let excess = here.count + elsewhere - options.slots
    if excess > 0 {
      let ours = starting.filter { QueueFileName($0)?.claim?.host == host }
      return !ours.suffix(excess).contains(claimed.text)
    }
    return true
  }

  private func hand(
    _ claimed: QueueFileName, _ claim: ClaimName, _ queue: ServedQueue
  ) throws(SpoolError) {
    let taken = Set(mine.values.map { $0.slot })
    let slot = (0...).first { !taken.contains($0) } ?? 0
    let assignment = Assignment(
      queue: queue.queue.path, file: claimed.text, slot: slot, settings: queue.settingsText,
      poll: queue.poll)
    mine[claim] = Assigned(queue: queue, name: claimed, slot: slot)
    do throws(SpoolError) {
      try pool.assign(assignment) { [weak self] event in self?.heard(event, claim) }
    } catch {
      mine[claim] = nil
      _ = try queue.queue.giveBack(claimed)
      queue.needsScan = true
      throw error
    }
  }

  // MARK: What runners say

  private func heard(_ event: RunnerPool.Event, _ claim: ClaimName) {
    guard let assigned = mine[claim] else { return }
    let queue = assigned.queue
    switch event {
    case .report(.running(let run, let attempt, let pid)):
      mine[claim]?.hasStarted = true
      say(.running(queue: queue.name, run: run, attempt: attempt, pid: pid))
      if options.until == .once { planLook() }
      return
    case .report(.trouble(let message)):
      say(.trouble(queue: queue.name, message: message))
      return
    case .report(.ended(let run, let outcome)):
      if outcome.next == .queued {
        say(.requeued(queue: queue.name, run: run, reason: outcome.reason ?? ""))
      } else {
        say(
          .ended(
            queue: queue.name, run: run, state: outcome.state, reason: outcome.reason ?? "",
            duration: outcome.duration))
      }
      mine[claim] = nil
    case .report(.lost):
      mine[claim]?.failure = "it is another's now"
      return
    case .report(.failed(let message)):
      mine[claim]?.failure = message
      holdClaims()
      return
    case .died:
      mine[claim] = nil
      putBack(assigned, assigned.failure ?? "its runner died")
      // In running/ by then: its command died with the runner, and recovery sees that at once.
      recover()
    }
    planLook()
  }

  /// This agent has seen the runner of its claim end: what is still in `starting/` waits again.
  private func putBack(_ assigned: Assigned, _ message: String) {
    do throws(SpoolError) {
      if try assigned.queue.queue.giveBack(assigned.name) {
        say(.requeued(queue: assigned.queue.name, run: assigned.name.base, reason: message))
        assigned.queue.needsScan = true
        // What fails to start may do so again: the others go first.
        if assigned.failure != nil {
          assigned.queue.postpone(assigned.name.claimed(by: nil).text)
        }
      } else {
        say(.trouble(queue: assigned.queue.name, message: "\(assigned.name.base): \(message)"))
      }
    } catch {
      say(.trouble(queue: assigned.queue.name, message: error.message))
      nextRecovery = Swift.min(nextRecovery, now + seconds(2))
    }
  }

  // MARK: Leaving

  private func leaveIfDone(_ round: Round) -> Bool {
    switch options.until {
    case .stopped: return false
    case .once:
      // Claims are in safe hands once their runs are in running/.
      guard mine.values.allSatisfy({ $0.hasStarted }) else { return false }
    case .drained:
      let isPaused = served.allSatisfy { $0.isPaused }
      // Nobody knows what waits in a queue that is away.
      if round.isBusy || served.contains(where: { $0.isAway })
        || !isPaused && (round.isWaiting || served.contains { $0.unfinishedCount > 0 })
      {
        // Other hosts' runs end without a word.
        nextDrainLook = now + seconds(0.5)
        return false
      }
    }
    leave(nil)
    return true
  }

  private func leave(_ error: SpoolError?) {
    if isLeaving { return }
    isLeaving = true
    for queue in served {
      // One that cannot be removed now is taken for dead as soon as this process is gone.
      try? queue.queue.unregister(agent: name)
    }
    say(.leaving(runs: mine.count))
    timer?.cancel()
    watcher = nil
    finish?(error)
  }

  private var now: Int64 { Clock.sinceBoot }
  private func seconds(_ value: Double) -> Int64 { Int64(Swift.min(value, 1e9) * 1e9) }
}

extension Recoverer.Action {
  /// As an agent says it.
  fileprivate func event(_ queue: String) -> AgentEvent {
    switch self {
    case .requeued(let run):
      .recovered(queue: queue, run: run, what: "its agent died before it started; it waits again")
    case .carriedOn(let run): .recovered(queue: queue, run: run, what: "its outcome carried on")
    case .ended(let run, let state, let reason):
      .recovered(queue: queue, run: run, what: "\(state.rawValue): \(reason)")
    case .queued(let sweep, let runs):
      .recovered(
        queue: queue, run: sweep, what: "\(runs) of the sweep's runs were not queued yet; they wait"
      )
    }
  }
}
