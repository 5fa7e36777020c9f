/// Mends what crashes left, using only what the queue's directory says.
///
/// Any number of recoverers may work at once, with agents and runners: each step is one of the protocol's. Keep a
/// recoverer as long as you look at a queue: on a network file system it then knows after one lease, instead of
/// two, that a heartbeat stands still.
package struct Recoverer: Sendable {
  package enum Action: Sendable, Equatable {
    /// A claim had no runner: the run waits again.
    case requeued(run: String)
    /// An outcome was published and not carried through.
    case carriedOn(run: String)
    /// A run's runner died.
    case ended(run: String, state: RunState, reason: String)
    /// The queueing of a sweep was interrupted: its remaining runs wait now.
    case queued(sweep: String, runs: Int)
  }

  private let queue: Queue
  /// The live agent for which this recoverer works.
  private let ownAgent: String?
  private var vigil = Vigil()
  /// How long a run's folder may be missing while its processes live.
  private static let patience = TimeSpan.seconds(10)

  /// Makes a recoverer of `queue`, for the agent of that name or for a person.
  package init(_ queue: Queue, ownAgent: String? = nil) {
    self.queue = queue
    self.ownAgent = ownAgent
  }

  /// Looks once, and returns what it mended. If the mending of a run fails, the others are still mended, and the
  /// error is returned with the rest.
  package mutating func run() throws(SpoolError) -> (actions: [Action], errors: [SpoolError]) {
    try run(sparing: [])
  }

  /// Looks once. If the first look did not prove a death, but a second look can, it looks again after two seconds.
  /// For a person who runs recovery once.
  package mutating func runTwice() throws(SpoolError) -> (actions: [Action], errors: [SpoolError]) {
    let first = try run()
    guard let time = nextLook else { return first }
    while Instant.now < time { (time - .now).pause() }
    let second = try run()
    return (first.actions + second.actions, second.errors)
  }

  /// When a look may prove a death that the last look did not. Nil if no proof is near.
  package var nextLook: Instant? { vigil.nextLook }

  /// Looks once for an agent, whose runners work on the claims `own`. Its other claims in `starting/` are
  /// orphans: putting them back failed when their runner ended.
  package mutating func run(
    sparing own: Set<ClaimName>
  ) throws(SpoolError) -> (actions: [Action], errors: [SpoolError]) {
    let settings = try queue.settingsToObey()
    var actions: [Action] = []
    var errors: [SpoolError] = []
    do throws(SpoolError) {
      actions += try recoverSweeps(settings)
    } catch {
      errors.append(error)
    }
    // starting/ comes before agents/: an agent announces itself before it claims, so a live agent of any claim seen
    // here is in agents/.
    let (starting, running) = try queue.sightings.claimed()
    var agents: [String: AgentRecord] = [:]
    for agent in try queue.agents(but: ownAgent) { agents[agent.name] = agent }
    vigil.beginLook()
    if starting.isEmpty && running.isEmpty && agents.isEmpty {
      return (actions, errors)
    }
    let judge = try Judge(queue)
    let gone = goneAgents(agents.values, judge)
    for agent in gone { agents[agent] = nil }
    for name in starting {
      do throws(SpoolError) {
        if let action = try recoverStarting(name, agents, settings, own) { actions.append(action) }
      } catch {
        errors.append(error)
      }
    }
    for name in running {
      do throws(SpoolError) {
        if let action = try recoverRunning(name, agents, judge, settings, own) {
          actions.append(action)
        }
      } catch {
        // Another process carried it on meanwhile, or will do so. That is an error only if it is still there.
        if error.errno?.isAbsence == true, try !queue.list(.running).contains(name.text) {
          continue
        }
        errors.append(error)
      }
    }
    // Agents are unregistered after their claims were put back. An agent that seemed dead and lives announces
    // itself again with its next heartbeat.
    for agent in gone { try queue.unregister(agent: agent) }
    return (actions, errors)
  }

  private func recoverSweeps(_ settings: QueueSettings) throws(SpoolError) -> [Action] {
    // A person who asks for recovery does not wait to see whether a sweep is still being queued.
    let recovered =
      ownAgent == nil
      ? try queue.recoverSweeps(settings, patience: 0)
      : try queue.recoverSweeps(settings)
    return recovered.map { .queued(sweep: $0.id, runs: $0.runs) }
  }

  /// The agents that are dead for certain.
  private mutating func goneAgents(
    _ agents: some Sequence<AgentRecord>, _ judge: Judge
  ) -> Set<String> {
    var gone: Set<String> = []
    for agent in agents where agent.name != ownAgent {
      switch queue.verdict(of: agent, judge) {
      case .dead: gone.insert(agent.name)
      case .free(let inode):
        if hasBeenFree("agent " + agent.name, inode) { gone.insert(agent.name) }
      case .alive, .unknown: break
      }
    }
    return gone
  }

  /// Whether no process held a lock at two looks with a pause between them.
  private mutating func hasBeenFree(_ life: String, _ inode: UInt64) -> Bool {
    guard vigil.watch(life, .free(inode: inode)) >= Vigil.pause else { return false }
    vigil.close(life)
    return true
  }

  private func recoverStarting(
    _ name: QueueFileName, _ living: [String: AgentRecord], _ settings: QueueSettings,
    _ own: Set<ClaimName>
  ) throws(SpoolError) -> Action? {
    guard let claim = name.claim, !own.contains(claim) else { return nil }
    if claim.agent != ownAgent, living[claim.agent] != nil { return nil }
    if let found = try findAttempt(name), found.hasEnded {
      // The run has moved its own file back here, and is over: it must not run again.
      let job = queue.runPath(name.base, "\(found.start.attempt)/" + Queue.jobFile)
      try queue.putAside(queue.path(.starting, name.text), as: job)
      return .carriedOn(run: name.base)
    }
    // Its runner may be alive and on its way to running/. Then one of the two renames finds no source, and the
    // command behind its gate never runs.
    return try queue.putBack(name) != .movedOn ? .requeued(run: name.base) : nil
  }

  private mutating func recoverRunning(
    _ name: QueueFileName, _ living: [String: AgentRecord], _ judge: Judge,
    _ settings: QueueSettings, _ own: Set<ClaimName>
  ) throws(SpoolError) -> Action? {
    guard let claim = name.claim else { return nil }
    guard let found = try findAttempt(name) else {
      // Its runner lives, and its run has removed its folder. Or its agent lives, and knows its runners.
      if own.contains(claim) || claim.agent != ownAgent && living[claim.agent] != nil { return nil }
      return try endWithoutStart(name, claim, settings)
    }
    if found.hasEnded {
      if isBeingEnded(found, claim, judge) { return nil }
      return try carryOn(name, found.start, settings)
    }
    guard isGone(found, claim, living, judge) else { return nil }
    return try end(name, found.start, writtenAs: found.file, settings)
  }

  /// Whether an attempt's outcome is left to its runner. A runner links it a moment before the run is put away.
  /// So this holds if the runner may live and the outcome was first seen a moment ago. A person who asks for
  /// recovery does not wait.
  private mutating func isBeingEnded(
    _ found: Queue.FoundAttempt, _ claim: ClaimName, _ judge: Judge
  ) -> Bool {
    if ownAgent == nil || queue.verdict(of: found, judge) == .dead { return false }
    return vigil.watch("end " + claim.text, .ended) < Vigil.pause
  }

  /// Whether an attempt's runner is dead for certain.
  private mutating func isGone(
    _ found: Queue.FoundAttempt, _ claim: ClaimName, _ living: [String: AgentRecord],
    _ judge: Judge
  ) -> Bool {
    let start = found.start
    switch queue.verdict(of: found, judge) {
    case .dead: return true
    case .alive: return false
    case .free(let inode):
      // An agent that sees the command's remaining processes ends them first.
      if queue.hasAgent(beside: start.holder, living.values.filter { $0.name != ownAgent }, judge) {
        return false
      }
      return hasBeenFree("run " + claim.text, inode)
    case .unknown:
      guard judge.goesByLease(start.holder) else { return false }
      // The server answered at both looks, and between them the heartbeat stood still for a whole lease.
      let watched = vigil.watch("run " + claim.text, .heartbeat(found.heartbeat))
      return watched.seconds >= start.lease
    }
  }

  /// Carries an outcome on, past any obstacles that the run may have made.
  private func carryOn(
    _ name: QueueFileName, _ start: StartRecord, _ settings: QueueSettings
  ) throws(SpoolError) -> Action? {
    let isDone: Bool
    let sync = queue.sync(settings)
    do throws(SpoolError) {
      isDone = try queue.carryOn(name, attempt: start.attempt, sync: sync)
    } catch {
      guard error.errno?.isObstacle == true else { throw error }
      let attempt = Attempt(queue: queue, name: name, number: start.attempt, start: start, file: [])
      var remade: HeldFile?
      _ = attempt.repair(.gentle, sync: sync.isOn, &remade)
      isDone = try queue.carryOn(name, attempt: start.attempt, sync: sync)
    }
    return isDone ? .carriedOn(run: name.base) : nil
  }

  /// Finds the attempt, even if the run has closed its folders.
  private func findAttempt(_ name: QueueFileName) throws(SpoolError) -> Queue.FoundAttempt? {
    do throws(SpoolError) {
      return try queue.findAttempt(of: name)
    } catch {
      guard error.errno?.isRefusal == true else { throw error }
      queue.openUpRun(name.base)
      return try queue.findAttempt(of: name)
    }
  }

  /// Ends a run whose runner is dead: it ends the processes that its command left here, and then publishes the outcome.
  ///
  /// - Parameter record: The file that the start record was read from; nil if this process made the record.
  private func end(
    _ name: QueueFileName, _ start: StartRecord, writtenAs record: FileInformation?,
    _ settings: QueueSettings
  ) throws(SpoolError) -> Action? {
    if let command = start.command, start.holder.isOfThisBoot {
      // From another namespace only the marks in a process's environment show that it belongs to the run. Only
      // marks of the record's writer are believed.
      try kill(
        Remains(
          command: start.holder.isVisible ? command : nil, run: queue.runPath(start.run),
          start.attempt, claim: start.claim.text, of: record?.owner), start.run)
    }
    let file: Queue.OpenedFile
    do throws(Errno) {
      file = try queue.read(queue.path(.running, name.text))
    } catch {
      if error == .notFound { return nil }
      guard error.isObstacle else {
        throw SpoolError("read", queue.path(.running, name.text), error)
      }
      // The run has put something else in its place: its file is written anew, and read at the next look.
      var remade: HeldFile?
      _ = Attempt(queue: queue, name: name, number: start.attempt, start: start, file: [])
        .repair(.gentle, sync: settings.sync, &remade)
      try queue.restoreRunning(name, sync: settings.sync)
      return nil
    }
    var start = start
    try queue.correct(&start, writtenAs: record, ofFile: file.information, settings)
    let sync = queue.sync(settings)
    if sync == .full {
      // The process that moved it here may have died before this sync: after a power cut it must not be back in
      // queued/ while its outcome stands.
      try queue.syncDirectory(.running)
      try queue.syncDirectory(.starting)
    }
    let attempt = Attempt(
      queue: queue, name: name, number: start.attempt, start: start, file: file.bytes)
    let kill = try queue.killRequestIfAny(of: start.run)
    var outcome = Outcome(
      state: kill == nil ? .crashed : .killed,
      reason: kill?.words ?? "its runner on \(start.holder.host) died",
      endedAt: queue.serverTime() ?? .now)
    guard try attempt.finishWithRepairs(&outcome, sync: sync) else {
      return .carriedOn(run: start.run)
    }
    let reason = (outcome.reason ?? "") + (outcome.next == .queued ? "; it is tried again" : "")
    return .ended(run: start.run, state: outcome.state, reason: reason)
  }

  private func kill(_ remains: Remains, _ run: String) throws(SpoolError) {
    guard remains.killAll(within: 5) else {
      throw SpoolError(
        .system,
        "\(run): its runner died and processes of its command cannot be killed;"
          + " it stays in running/ and is tried again")
    }
  }

  /// Ends a run in `running/` whose attempt and agent are both gone. The cause is a power cut with `"sync": false`,
  /// a person, or the run itself.
  private mutating func endWithoutStart(
    _ name: QueueFileName, _ claim: ClaimName, _ settings: QueueSettings
  ) throws(SpoolError) -> Action? {
    // The processes are found by what they say of themselves: only those of this user are believed.
    let remains = Remains(
      command: nil, run: queue.runPath(name.base), nil, claim: claim.text, of: Account.current.user)
    if !remains.areGone {
      // A runner may be alive whose run has removed its folder: it makes the folder anew within seconds. A runner
      // of one of the agent's own claims is not alive.
      let watched = vigil.watch("folder " + claim.text, .missing)
      if ownAgent != nil, claim.agent != ownAgent, watched < Self.patience { return nil }
      try kill(remains, name.base)
    }
    _ = try queue.mendRunFolder(name.base)
    // The run's outcome may stand all the same.
    for number in try queue.attemptNumbers(of: name.base)
    where try queue.readEnd(name.base, number)?.claim == claim {
      return try queue.carryOn(name, attempt: number, sync: queue.sync(settings))
        ? .carriedOn(run: name.base) : nil
    }
    guard var start = try queue.replacementStart(name, claim, settings) else { return nil }
    start.command = nil
    return try end(name, start, writtenAs: nil, settings)
  }
}
