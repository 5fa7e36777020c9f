/// Mends what crashes left, from what the directory says alone.
///
/// Any number may work at once, with agents and runners: each step is one of the protocol's.
/// Keep one as long as you look at a queue: on a network file system it knows after one lease,
/// not two, that a heartbeat stands still.
public struct Recoverer: Sendable {
  /// What was mended.
  public enum Action: Sendable, Equatable {
    /// A claim without a runner: the run waits again.
    case requeued(run: String)
    /// An outcome that was published and not carried through.
    case carriedOn(run: String)
    /// A run whose runner died.
    case ended(run: String, state: RunState, reason: String)
    /// Runs of a sweep whose queueing was interrupted: they wait now.
    case queued(sweep: String, runs: Int)
  }

  private let queue: Queue
  /// Nobody has to judge whether this one lives.
  private let ownAgent: String?
  private var seen: [ClaimName: Observation] = [:]

  private struct Observation: Sendable {
    let heartbeat: Timestamp
    /// When it was first seen so, by this host's clock that counts sleep.
    let since: Int64
  }

  /// Looks after `queue`, for the agent of that name or for a person.
  public init(_ queue: Queue, ownAgent: String? = nil) {
    self.queue = queue
    self.ownAgent = ownAgent
  }

  /// Looks once; returns what was mended. A run whose mending failed does not keep the others
  /// waiting: its error comes back with the rest.
  public mutating func run() throws(SpoolError) -> (actions: [Action], errors: [SpoolError]) {
    try run(sparing: [])
  }

  /// The same for an agent, whose claims `own` its runners work on. Another of its claims that is in
  /// `starting/` is nobody's: it could not be put back when its runner ended.
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
    // starting/ before agents/: an agent announces itself before it claims, so that every claim
    // seen here has its agent there, if that lives.
    let starting = try queue.list(.starting).compactMap { QueueFileName($0) }
    let running = try queue.list(.running).compactMap { QueueFileName($0) }
    var agents: [String: AgentRecord] = [:]
    for agent in try queue.agents() { agents[agent.name] = agent }
    if starting.isEmpty && running.isEmpty && agents.keys.allSatisfy({ $0 == ownAgent }) {
      seen = [:]
      return (actions, errors)
    }
    let judge = try Judge(queue)
    for name in starting {
      do throws(SpoolError) {
        if try recoverStarting(name, agents, judge, own) {
          actions.append(.requeued(run: name.base))
        }
      } catch {
        errors.append(error)
      }
    }
    var stillSeen: [ClaimName: Observation] = [:]
    for name in running {
      do throws(SpoolError) {
        if let action = try recoverRunning(name, agents, judge, settings, &stillSeen) {
          actions.append(action)
        }
      } catch {
        // Somebody else carried it on meanwhile, or will do so: no trouble, unless it is still there.
        if error.errno?.isAbsence == true, try !queue.list(.running).contains(name.text) {
          continue
        }
        errors.append(error)
      }
    }
    seen = stillSeen
    try removeDeadAgents(agents.values, judge)
    return (actions, errors)
  }

  private func recoverSweeps(_ settings: QueueSettings) throws(SpoolError) -> [Action] {
    // A person who asks for recovery need not wait whether a sweep is still being queued.
    let recovered =
      ownAgent == nil
      ? try queue.recoverSweeps(sync: settings.sync, patience: 0)
      : try queue.recoverSweeps(sync: settings.sync)
    return recovered.map { .queued(sweep: $0.id, runs: $0.runs) }
  }

  /// After their claims were put back. One that was thought dead and lives announces itself again
  /// with its next heartbeat.
  private func removeDeadAgents(
    _ agents: some Sequence<AgentRecord>, _ judge: Judge
  ) throws(SpoolError) {
    for agent in agents where agent.name != ownAgent {
      if judge.verdict(of: agent.holder, heartbeat: agent.heartbeat, lease: agent.lease) == .dead {
        try queue.unregister(agent: agent.name)
      }
    }
  }

  private func recoverStarting(
    _ name: QueueFileName, _ agents: [String: AgentRecord], _ judge: Judge, _ own: Set<ClaimName>
  ) throws(SpoolError) -> Bool {
    guard let claim = name.claim, !own.contains(claim) else { return false }
    if claim.agent != ownAgent, let agent = agents[claim.agent],
      judge.verdict(of: agent.holder, heartbeat: agent.heartbeat, lease: agent.lease) != .dead
    {
      return false
    }
    // Its runner may be alive and on its way to running/: then one of the two renames finds
    // nothing, and the command behind its gate never runs.
    return try queue.giveBack(name)
  }

  private func recoverRunning(
    _ name: QueueFileName, _ agents: [String: AgentRecord], _ judge: Judge,
    _ settings: QueueSettings, _ stillSeen: inout [ClaimName: Observation]
  ) throws(SpoolError) -> Action? {
    guard let claim = name.claim else { return nil }
    guard let found = try queue.findAttempt(of: name) else {
      return try endWithoutStart(name, agents[claim.agent], judge, settings)
    }
    if found.hasEnded {
      return try queue.carryOn(name, attempt: found.start.attempt, sync: settings.sync)
        ? .carriedOn(run: name.base) : nil
    }
    var verdict = judge.verdict(
      of: found.start.holder, heartbeat: found.heartbeat, lease: found.start.lease)
    if verdict == .unknown, !found.start.holder.isVisible {
      let now = Clock.sinceBoot
      var observation = Observation(heartbeat: found.heartbeat, since: now)
      if let before = seen[claim], before.heartbeat == found.heartbeat { observation = before }
      stillSeen[claim] = observation
      // The server answered at both looks, and the heartbeat stood still for a whole lease between.
      let watched = Double(now - observation.since) / 1e9
      if try queue.fileSystem == .network, watched >= found.start.lease { verdict = .dead }
    }
    guard verdict == .dead else { return nil }
    return try end(name, found.start, writtenAs: found.file, settings)
  }

  /// Ends a run whose runner is dead: what is left of its command here first, then its outcome.
  ///
  /// - Parameter record: Of the file that the start record was read from; nil: it is this process's own.
  private func end(
    _ name: QueueFileName, _ start: StartRecord, writtenAs record: FileInformation?,
    _ settings: QueueSettings
  ) throws(SpoolError) -> Action? {
    if start.holder.isVisible, let command = start.command {
      // Only processes of whoever wrote which those are.
      let remains = Remains(
        command: command, run: queue.runPath(start.run), start.attempt, of: record?.owner)
      guard remains.killAll(within: 5) else {
        throw SpoolError(
          .system,
          "\(start.run): its runner died and processes of its command cannot be killed;"
            + " it stays in running/ and is tried again")
      }
    }
    let file: Queue.OpenedFile
    do throws(Errno) {
      file = try queue.read(queue.path(.running, name.text))
    } catch {
      if error == .notFound { return nil }
      throw SpoolError("read", queue.path(.running, name.text), error)
    }
    var start = start
    try queue.correct(&start, writtenAs: record, ofFile: file.information, settings)
    if settings.sync {
      // Who brought it here may have died before this: a power cut must not bring it back to queued/
      // when its outcome stands.
      try queue.syncDirectory(.running)
      try queue.syncDirectory(.starting)
    }
    let attempt = Attempt(
      queue: queue, name: name, number: start.attempt, start: start, file: file.bytes)
    let kill = try queue.killRequest(of: start.run)
    let outcome = try attempt.decided(
      Outcome(
        state: kill == nil ? .crashed : .killed,
        reason: kill?.words ?? "its runner on \(start.holder.host) died",
        endedAt: queue.serverTime() ?? .now))
    guard try attempt.finish(outcome, sync: settings.sync) else {
      return .carriedOn(run: start.run)
    }
    let reason = (outcome.reason ?? "") + (outcome.next == .queued ? "; it is tried again" : "")
    return .ended(run: start.run, state: outcome.state, reason: reason)
  }

  /// A run in `running/` whose attempt is gone: a power cut with `"sync": false`, or a person.
  private func endWithoutStart(
    _ name: QueueFileName, _ agent: AgentRecord?, _ judge: Judge, _ settings: QueueSettings
  ) throws(SpoolError) -> Action? {
    guard let claim = name.claim else { return nil }
    if let agent,
      judge.verdict(of: agent.holder, heartbeat: agent.heartbeat, lease: agent.lease) != .dead
    {
      return nil
    }
    guard var start = try queue.replacementStart(name, claim, settings) else { return nil }
    start.command = nil
    return try end(name, start, writtenAs: nil, settings)
  }
}
