extension Queue {
  /// Explains why a run does not run and what would change that, from the directory alone. No agent needs to run.
  ///
  /// - Parameter run: The run's whole name.
  /// - Throws: ``SpoolError`` of kind `notFound` if the queue has no such run.
  public func explanation(of run: String) throws(SpoolError) -> Explanation {
    let found = try self.run(named: run)
    switch found.state {
    case .idle, .queued: break
    case .starting:
      return Explanation(
        run: run, cause: .starting,
        words: "is starting: \(found.agent ?? "an agent") has it and its command is about to run",
        remedy: "")
    case .running:
      if found.suspended {
        return Explanation(
          run: run, cause: .suspended,
          words: "does not go on, on \(found.host ?? "a host"): \(found.reason ?? "suspended")",
          remedy: "\(command("resume", run)) lets it go on")
      }
      if let reason = found.reason {
        return Explanation(
          run: run, cause: .running,
          words: "is running on \(found.host ?? "a host") and should not: \(reason)",
          remedy: "a user who may end that process frees its slot")
      }
      return Explanation(
        run: run, cause: .running,
        words: "is running on \(found.host ?? "a host")" + (try lifeWords(of: run)),
        remedy: "\(command("logs -f", run)) follows it")
    case .killed, .crashed, .failed, .finished:
      return Explanation(
        run: run, cause: .done, words: "is over: \(found.state.rawValue): \(found.reason ?? "")",
        remedy: "\(command("show", run)) tells more")
    }
    guard case .queued(let name)? = try locate(run) else {
      // An agent was quicker than this look.
      return Explanation(
        run: run, cause: .starting, words: "has just been taken by an agent", remedy: "")
    }
    var facts = try facts(of: run, name)
    let place = ShellPlace.current
    facts.option = place.name(of: path)
    facts.runOption = place.means(path) ? "" : "-q \(facts.option) "
    return facts.explanation
  }

  /// The facts that decide about a waiting run.
  private func facts(of run: String, _ name: QueueFileName) throws(SpoolError) -> WaitingFacts {
    let now = try now() ?? .now
    var facts = WaitingFacts(run: run, queue: reference, now: now)
    facts.parked = name.parked
    facts.pause = try readPause()
    var settings = QueueSettings()
    do throws(SpoolError) {
      settings = try readSettings()
    } catch {
      if error.kind != .badInput { throw error }
      facts.settingsFault = error.message
    }
    let agents = try liveAgents()
    try addAgents(agents, settings, to: &facts)
    // The file is judged by the agents' user; without an agent, by the queue's owner.
    let user: UInt32
    if let owner = agents.first?.owner { user = owner } else { user = try ownerOfQueue() }
    let trust = Trust(self, settings, as: user)
    var job: Job?
    switch try inspect(name.text, trust) {
    case .gone: break
    case .notAFile(let reason), .untrusted(let reason): facts.file = .leftAlone(reason)
    case .tooNew(let reason): facts.file = .tooNew(reason)
    case .incomplete(let seen, let error):
      let age = now.seconds(since: seen.changed)
      facts.file =
        age < WaitingCheck.settling.seconds ? .incomplete("\(error)") : .wrong("\(error)")
    case .invalid(_, let error): facts.file = .wrong("\(error)")
    case .ready(let seen, let whole):
      job = whole
      facts.unstarted = try unstartedPause(of: name, seen)
      let submitted = name.stamp.flatMap { Timestamp(stamp: $0) } ?? seen.modified
      if let demand = try demand(of: whole, submittedAt: submitted, settings) {
        facts.demand = demand
      } else {
        facts.file = .wrong(Self.reason(of: self, whole, settings))
      }
    }
    try addDependencies(to: &facts)
    try addLimits(name, job, settings, to: &facts)
    if name.isFull, let retry = try retryTime(of: name.base) {
      facts.retry = (retry.time, try lastEnd(of: name.base))
    }
    return facts
  }

  private func ownerOfQueue() throws(SpoolError) -> UInt32 {
    try naming("look at", path, doing: System.information(path).owner)
  }

  private static func reason(of queue: Queue, _ job: Job, _ settings: QueueSettings) -> String {
    do throws(SpoolError) {
      _ = try queue.merge(job, settings)
      return "its named job cannot be used"
    } catch {
      return error.message
    }
  }

  private func lastEnd(of run: String) throws(SpoolError) -> String {
    guard let last = try attempts(of: run).last(where: { $0.outcome != nil }),
      let outcome = last.outcome
    else { return "its last attempt failed" }
    return "attempt \(last.number) \(outcome.state.rawValue): \(outcome.reason ?? "")"
  }

  private func addDependencies(to facts: inout WaitingFacts) throws(SpoolError) {
    guard let after = facts.demand.after else { return }
    let reader = try RunReader(self)
    let records = Set(try list(.done))
    // This decides nearly all of thousands of names; runs that it lacks are searched for.
    let known = try allRuns()
    var searches = 0
    var standings: [String: String] = [:]
    facts.dependencies = try after.standing { (run) throws(SpoolError) in
      if records.contains(run + QueueFileName.ending), let state = try endState(of: run) {
        return .ended(state)
      }
      // Only a few are shown, and a search for each of thousands would take too long.
      guard searches < 10 else { return known.contains(run) ? .underWay : .unknown }
      searches += 1
      guard let found = try reader.find(run) else { return .unknown }
      if found.state.isDone { return .ended(found.state) }
      standings[run] = found.state.rawValue + (found.held ? " held" : "")
      return .underWay
    }
    facts.standings = standings
  }

  private func addAgents(
    _ agents: [AgentRecord], _ settings: QueueSettings, to facts: inout WaitingFacts
  ) throws(SpoolError) {
    // The runs of each host and queue.
    var known: [String: [WaitingFacts.User]] = [:]
    for agent in agents {
      // Two machines may have one name.
      let host = agent.holder.host + " " + agent.holder.machine
      var found = known[host + " "] ?? []
      if known[host + " "] == nil {
        found = try users(beside: agent.holder, settings, isOwn: true)
        known[host + " "] = found
      }
      // All other queues of this agent, as far as this process can read them.
      var unseen: [String] = []
      for path in agent.queues where path != self.path {
        if let users = known[host + " " + path] {
          found += users
          continue
        }
        do throws(SpoolError) {
          let queue = try Queue(at: path)
          let users = try queue.users(
            beside: agent.holder, try queue.settingsOrDefaults(), isOwn: false)
          known[host + " " + path] = users
          found += users
        } catch {
          // A queue that cannot be read does not prevent the answer.
          unseen.append(path)
        }
      }
      var state = WaitingFacts.Agent(
        host: agent.holder.host, offer: agent.offer, users: found, missing: agent.missing,
        trouble: agent.trouble)
      state.add(elsewhere: agent.elsewhere, free: agent.elsewhereFree)
      state.unseenQueues = unseen
      facts.agents.append(state)
    }
  }

  /// The claimed runs of the queue on an agent's host, with their use of the host.
  private func users(
    beside holder: Holder, _ settings: QueueSettings, isOwn: Bool
  ) throws(SpoolError) -> [WaitingFacts.User] {
    var users: [ClaimName: WaitingFacts.User] = [:]
    var namesakes = Namesakes(of: holder)
    try sightings.each(in: [.starting, .running]) { (active) throws(SpoolError) in
      let name = active.name
      guard let claim = name.claim, namesakes.isHere(name, in: self),
        let use = try use(of: name, settings)
      else { return }
      users[claim] = WaitingFacts.User(
        run: name.base, queue: isOwn ? nil : reference,
        slots: use.slots, gpus: use.gpus, eighths: use.eighths)
    }
    return users.values.sorted { $0.run < $1.run }
  }

  private func addLimits(
    _ name: QueueFileName, _ job: Job?, _ settings: QueueSettings, to facts: inout WaitingFacts
  ) throws(SpoolError) {
    facts.maxRunning = settings.maxRunning
    facts.launcher = job.flatMap { try? merge($0, settings) }?.launcher?.first
    let (starting, running) = try sightings.claimed()
    let runs = Set((starting + running).map { $0.base })
    facts.claimed = runs.count
    if let sweep = job?.sweep {
      var limits = SweepLimits()
      if let limit = try limits.limit(of: sweep, in: self) {
        facts.sweep = (sweep, limit, runs.count { Sweep.isName($0, ofSweep: sweep) })
      }
    }
    let before = try list(.queued).filter { file in
      QueueFileName(file).map { $0.parked == nil } == true
        && QueueFileName.precedes(file, name.parked(nil).text)
    }.sorted { QueueFileName.precedes($0, $1) }
    facts.ahead = before.count
    facts.kept = overdue(among: before.prefix(1000), facts, settings)
  }

  /// A run before this run that waits for more room than there is, and that other runs have passed for
  /// too long: see ``Demand/patience``.
  private func overdue(
    among files: some Sequence<String>, _ facts: WaitingFacts, _ settings: QueueSettings
  ) -> String? {
    for file in files {
      guard let name = QueueFileName(file), let opened = try? read(path(.queued, file)),
        let job = try? Job(parsing: opened.bytes),
        case let submitted = name.stamp.flatMap({ Timestamp(stamp: $0) })
          ?? opened.information.modified,
        let demand = try? demand(of: job, submittedAt: submitted, settings),
        demand.isOverdue(at: facts.now), demand.after == nil
      else { continue }
      let fitting = facts.agents.filter { demand.lack(on: $0.offer) == nil }
      if !fitting.isEmpty, fitting.allSatisfy({ !$0.free.fits(demand) }) { return name.run }
    }
    return nil
  }
}
