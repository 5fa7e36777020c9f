import Dispatch
package import SpoolProtocol

/// Watches queues, decides what fits, claims, and hands each claim to a runner.
///
/// It supervises no run: runners outlive it. Everything happens on one serial Dispatch queue, so
/// that every event (a file, a report, a signal, the time) leads to the same place: ``look()``.
package final class Agent: @unchecked Sendable {
  // @unchecked: all state is confined to `confined`, on which every handler is called.
  let confined = DispatchQueue(label: "spool.agent")
  let name = ClaimName.newAgent()
  let host = Host.current.name
  /// Which claims with this host's name are of this host.
  var namesakes = Namesakes(of: .current)
  let startedAt = Timestamp.now
  var options: AgentOptions
  let say: @Sendable (AgentEvent) -> Void
  let pool: RunnerPool
  lazy var hooks = HookService(
    queue: confined, executable: options.executable, say: say,
    watch: { [weak self] in _ = try? self?.watcher?.watch($0) },
    changed: { [weak self] in self?.planLook() })
  lazy var pruner = Pruner { [weak self] event in
    self?.confined.async { [weak self] in
      guard let self, !isLeaving else { return }
      if let event { say(event) } else if options.until != .stopped { planLook() }
    }
  }
  var served: [ServedQueue]
  var turn = 0
  var claims = 0
  var mine: [ClaimName: Assigned] = [:]
  var others = HostUse()
  /// The gpus that runs of queues which it does not serve have, and which runs: where some run waits for room.
  var gpusElsewhere: [String: String] = [:]
  var watcher: DirectoryWatcher?
  var sources: [any DispatchSourceProtocol] = []
  var timer: (any DispatchSourceTimer)?
  var lookIsPlanned = false
  var nextBeat: Int64 = 0
  /// The lease that stands in this agent's files.
  var announcedLease = 0.0
  var nextRecovery: Int64 = 0
  var nextPrune: Int64 = 0
  /// When an agent that is about to leave waits no longer for what is removed; nil: it has not begun.
  var pruneUntil: Int64?
  var holdUntil: Int64 = 0
  /// When to look whether it may leave.
  var nextLeaveLook = Int64.max
  /// Nanoseconds between two looks whether the queues are drained.
  var drainPause: Int64 = 0
  /// How often an agent with `--once` has waited to claim once more.
  var holds = 0
  /// What keeps this agent from starting runs at all; nil: nothing does.
  var startTrouble: StartTrouble?
  /// When each cause of trouble came last that was told.
  var toldTroubles: [String: Int64] = [:]
  /// By the run's folder, the starts that failed.
  var seenStarts: [String: SeenStarts] = [:]
  lazy var folders = FolderWatch(queue: confined)
  /// Whether it was said that the kernel tells nothing.
  var saysItPolls = false
  var isLeaving = false
  var finish: (@Sendable (SpoolError?) -> Void)?

  /// A claim of this agent that has not ended.
  struct Assigned {
    let queue: ServedQueue
    let name: QueueFileName
    let slot: Int
    /// How many of the host's slots it takes.
    let slots: Int
    let gpus: [String]
    /// The process that has it.
    var runner: RunnerProcess?
    /// Whether its runner has said its first word.
    var isTaken = false
    var hasStarted = false
    /// The run's name, once it has started.
    var run: String?
    /// The folder that is watched for its runner.
    var folder: String?
    /// Whether its runner found the claim lost.
    var isLost = false
    /// Why its runner could not start it, and what makes two causes the same.
    var failure: (words: String, key: String)?
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

  func begin() throws(SpoolError) {
    for queue in served {
      try queue.queue.completeLayout()
      try queue.queue.requireHardLinks()
      if options.until != .stopped { queue.noteEarlierAgents() }
      try announce(in: queue)
    }
    announcedLease = lease
    armWatches()
    // The file server's time is known before the first claim.
    beat()
    for queue in served {
      // It serves from the moment on at which it knows the settings.
      scan(queue)
      say(.serving(queue: queue.name, slots: options.slots, gpus: options.gpus?.count))
    }
    timer = DispatchSource.makeTimerSource(queue: confined)
    timer?.setEventHandler { [weak self] in self?.look() }
    timer?.resume()
    recover()
  }

  /// Claims bear the agent's name, and no two claims may share theirs: so no two agents do.
  func announce(in queue: ServedQueue) throws(SpoolError) {
    queue.announcement = try queue.queue.announce(record(in: queue))
    guard queue.announcement == nil else { return }
    throw SpoolError(
      .no,
      "\(queue.name): there is an agent \(name) already, by a rare chance; start this one again")
  }

  /// What stands in the agent's file in a queue.
  func record(in queue: ServedQueue) -> AgentRecord {
    var record = AgentRecord(
      name: name, holder: .current, slots: options.slots, gpus: options.gpus?.map { $0.id } ?? [],
      labels: options.labels, queues: served.map { $0.queue.path },
      lease: lease, startedAt: startedAt, heartbeat: .now)
    record.missing = queue.missing.sorted()
    record.elsewhere = gpusElsewhere
    record.trouble = startTrouble?.words
    return record
  }

  /// What others judge by whether this agent lives: the shortest lease of its queues, known before
  /// their first scan too.
  var lease: Double {
    served.map { served in
      served.settings?.lease ?? (try? served.queue.settingsOrDefaults().lease)
        ?? QueueSettings().lease
    }.min() ?? QueueSettings().lease
  }

  // MARK: What wakes it

  // Armed before the first scan: what comes after is told. A system without room for watches, or a
  // directory that is away, is polled.
  func armWatches() {
    if watcher == nil {
      watcher = try? DirectoryWatcher(queue: confined) { [weak self] changes in
        self?.changed(changes)
      }
    }
    for queue in served {
      // `paused` goes when the queue is resumed; what goes from queued/ is no news.
      try? watcher?.watch(queue.queue.path, removals: true)
      queue.isWatched = (try? watcher?.watch(queue.queue.path(.queued))) != nil
      if queue.watchesEnds { try? watcher?.watch(queue.queue.path(.done)) }
    }
    let unwatched = served.filter { !$0.isWatched && $0.kind == .local && !$0.isAway }
    guard let queue = unwatched.first, !saysItPolls else { return }
    saysItPolls = true
    say(
      .trouble(
        queue: queue.name,
        message: "the kernel has no watch left to tell of new files (fs.inotify): it looks every"
          + " \(DurationText.text(queue.poll))"))
  }

  /// Watches `done/` of queues in which runs wait for others, and then looks once more: what ended
  /// before the watch is told by nobody.
  func watchEnds() {
    for queue in served where !queue.watchesEnds && queue.room.hasDependents {
      queue.watchesEnds = true
      try? watcher?.watch(queue.queue.path(.done))
      queue.needsScan = true
      planLook()
    }
  }

  func changed(_ changes: [DirectoryChange]) {
    for change in changes {
      for queue in served {
        if change.directory == queue.queue.path(.queued), let file = change.name, !change.isOver {
          queue.fileAppeared(file)
        } else if change.directory == queue.queue.path(.done), let file = change.name,
          !change.isOver
        {
          queue.recordAppeared(file)
        } else if change.directory == queue.queue.path(.hooks) {
          hooks.take(change, in: queue.queue)
        } else if change.directory.hasPrefix(queue.queue.path) {
          queue.needsScan = true
        }
      }
      if change.isOver { armWatches() }
    }
    planLook()
  }

  /// Looks after the events that are there already.
  func planLook() {
    if lookIsPlanned || isLeaving { return }
    lookIsPlanned = true
    confined.async { [self] in
      lookIsPlanned = false
      look()
    }
  }

  func look() {
    if isLeaving { return }
    if now >= nextBeat { beat() }
    if now >= nextRecovery { recover() }
    nextLeaveLook = .max
    var wake = Swift.min(nextBeat, nextRecovery, lookForGPUs())
    for queue in served {
      if queue.needsScan || now >= queue.nextPoll {
        scan(queue)
        hooks.needsLook(at: queue.queue)
      }
      wake = Swift.min(wake, queue.nextPoll, queue.lookAgainAtWaiting())
    }
    for queue in served { queue.lookup.renew() }
    let claimed = claimWhatFits()
    watchEnds()
    for queue in served where queue.lookup.owesListing {
      queue.nextPoll = Swift.min(queue.nextPoll, now + seconds(ServedQueue.settling))
      wake = Swift.min(wake, queue.nextPoll)
    }
    wake = Swift.min(wake, claimed.lookAgain)
    wake = Swift.min(wake, hooks.look(at: served))
    if leaveIfDone(claimed) { return }
    wake = Swift.min(wake, nextLeaveLook, prune())
    pool.trim()
    if options.until == .stopped, startTrouble == nil { pool.warmUp() }
    timer?.schedule(
      deadline: .now() + .nanoseconds(Int(clamping: Swift.max(0, wake - now))),
      leeway: .milliseconds(wake - now > 10_000_000_000 ? 500 : 1))
  }

  func scan(_ queue: ServedQueue, readsAgain: Bool = false) {
    do throws(SpoolError) {
      let wasAway = queue.isAway
      try queue.scan(readsAgain: readsAgain, say)
      // The first scan finds out what holds the queue, and so how often to look.
      queue.nextPoll = now + seconds(queue.poll)
      // A watch may have come free.
      if !queue.isWatched, queue.kind == .local { armWatches() }
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

  func beat() {
    let lease = lease
    nextBeat = now + seconds(lease / 4)
    for queue in served where !queue.isAway {
      do throws(SpoolError) {
        queue.serverTime = try queue.queue.beat(agent: name)
        // Removed by hand, or lost with a server that crashed: others would take our claims for
        // dead ones. By a lease that is no longer its own they might do so, too, or wait too long.
        if queue.serverTime == nil || lease != announcedLease {
          queue.announcement = try queue.queue.register(record(in: queue))
        }
      } catch {
        queue.isUnreachable(error, say)
      }
    }
    announcedLease = lease
  }

  var now: Int64 { Clock.sinceBoot }
  func seconds(_ value: Double) -> Int64 { Int64(Swift.min(value, 1e9) * 1e9) }
}
