import Dispatch
package import SpoolProtocol

/// Watches queues, claims the runs that its ``Scheduler`` chooses, and hands each claim to a runner.
///
/// It supervises no run: runners outlive it. Everything happens on one serial Dispatch queue, and every event (a
/// file, a report, a signal, the time) leads to one function: ``look()``.
package final class Agent: @unchecked Sendable {
  // @unchecked: all state is confined to `confined`, on which every handler is called.
  let confined = DispatchQueue(label: "spool.agent")
  let name = ClaimName.newAgent()
  let host = Host.current.name
  /// Decides which claims with this host's name are of this host: another host may have the same name.
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
  let queues: [ServedQueue]
  var scheduler: Scheduler
  var claims = 0
  /// Its claims that have not ended.
  var mine: [ClaimName: Assigned] = [:]
  /// The last file that was read for the scheduler.
  var reading: Reading?
  var hostUse = HostUse()
  /// The gpus that runs of other queues have, and the words for these runs. Empty if no run waits for room.
  var gpusElsewhere: [String: String] = [:]
  /// The free eighths of those of which runs of other queues have a part.
  var gpusFree: [String: Int] = [:]
  /// The gpus that processes of no run use, and the words for these; those of the last report.
  var gpusInUse: [String: String] = [:]
  var gpusSaid: [String: String] = [:]
  var watcher: DirectoryWatcher?
  var sources: [any DispatchSourceProtocol] = []
  var timer: (any DispatchSourceTimer)?
  var lookIsPlanned = false
  /// The time at which an agent that leaves new files to others looks for the files that are left.
  var standsBackUntil = Instant.last
  /// When the timer lets it look.
  var wakeAt = Instant.last
  var nextBeat = Instant.first
  /// The lease that stands in this agent's files.
  var announcedLease = 0.0
  /// The directories whose changes the kernel reports; without a folder it is the queue's own.
  lazy var places: [String: (served: ServedQueue, folder: Queue.Folder?)] = {
    var places: [String: (served: ServedQueue, folder: Queue.Folder?)] = [:]
    for served in queues {
      places[served.queue.path] = (served, nil)
      for folder in [Queue.Folder.queued, .done, .hooks, .agents] {
        places[served.queue.path(folder)] = (served, folder)
      }
    }
    return places
  }()
  var nextRecovery = Instant.first
  var nextPrune = Instant.first
  /// The time until which an agent that is about to leave waits for the pruner; nil if it has not begun to wait.
  var pruneUntil: Instant?
  /// When to look again whether it may leave.
  var nextLeaveLook = Instant.last
  /// The time between two looks whether the queues are drained.
  var drainPause = TimeSpan.zero
  /// The starts that failed, by the folder of the run.
  var seenStarts: [String: SeenStarts] = [:]
  lazy var folders = FolderWatch(queue: confined)
  /// Whether it has said that the kernel reports no changes.
  var saysItPolls = false
  /// When an agent without runs gives back memory.
  var leanAt = Instant.now + Agent.repose
  var isLeaving = false
  var finish: (@Sendable (SpoolError?) -> Void)?

  /// How long an agent has no run before it gives back memory.
  static let repose = TimeSpan.seconds(5)

  /// A claim of this agent that has not ended.
  struct Assigned {
    let served: ServedQueue
    let name: QueueFileName
    var runner: RunnerProcess?
    /// Whether its runner has sent its first report.
    var isTaken = false
    /// The run's name, once it has started.
    var run: String?
    /// The folder that is watched for its runner.
    var folder: String?
    /// Whether its runner found the claim lost.
    var isLost = false
    /// Whether its file was met in `queued/` again before its runner had reported the end.
    var isBack = false
    /// Why its runner could not start it. Two causes with one key are the same.
    var failure: (words: String, key: String)?
  }

  /// - Parameter say: Called with each event, one at a time.
  package init(_ options: AgentOptions, say: @escaping @Sendable (AgentEvent) -> Void) {
    self.options = options
    self.say = say
    let name = name
    queues = options.queues.enumerated().map {
      ServedQueue($1, at: $0, agent: name, poll: options.poll)
    }
    scheduler = Scheduler(
      host: host,
      offer: HostOffer(
        slots: options.slots, gpus: options.gpus?.count ?? 0,
        labels: Set(options.labels + [host])),
      until: options.until, queues: queues.map { $0.name })
    pool = RunnerPool(queue: confined, executable: options.executable)
  }

  /// - Parameter finish: Called once, when the agent has left.
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

  /// Lets it leave; runs go on.
  package func stop() { confined.async { [self] in leave(nil) } }

  func begin() throws(SpoolError) {
    announcedLease = lease
    for served in queues {
      try served.queue.completeLayout()
      try served.queue.requireHardLinks()
      if options.until != .stopped { served.noteEarlierAgents() }
      try announce(in: served)
    }
    armWatches()
    // Before the first claim, since it tells the file server's time.
    beat()
    for served in queues {
      // It serves the queue once it has read the settings.
      scan(served)
      say(.serving(queue: served.name, slots: options.slots, gpus: options.gpus?.count))
    }
    timer = DispatchSource.makeTimerSource(queue: confined)
    timer?.setEventHandler { [weak self] in self?.look() }
    timer?.resume()
    recover()
  }

  /// Writes the agent's file. Fails if an agent has this name already: claims have the name of their agent, and no
  /// two claims may have the same name.
  func announce(in served: ServedQueue) throws(SpoolError) {
    served.announcement = try served.queue.announce(record(in: served), served.kind)
    guard served.announcement == nil else { return }
    throw SpoolError(
      .no,
      "\(served.name): there is an agent \(name) already, by a rare chance; start this one again")
  }

  /// The content of the agent's file in a queue.
  func record(in served: ServedQueue) -> AgentRecord {
    var record = AgentRecord(
      name: name, holder: .current, slots: options.slots, gpus: options.gpus?.map { $0.id } ?? [],
      labels: options.labels, queues: queues.map { $0.queue.path },
      lease: announcedLease, startedAt: startedAt, heartbeat: .now)
    record.missing = scheduler.queues[served.index].missing.sorted()
    record.elsewhere = gpusElsewhere
    record.elsewhereFree = gpusFree
    record.trouble = scheduler.startTrouble?.words
    return record
  }

  /// The time after which other agents take this one for dead if it does not beat: the shortest lease of its queues.
  /// Known before their first scan, too.
  var lease: Double {
    queues.map { served in
      served.settings?.lease ?? (try? served.queue.settingsOrDefaults().lease)
        ?? QueueSettings().lease
    }.min() ?? QueueSettings().lease
  }

  // MARK: Events

  // Called before the first scan, so that later changes are reported. Without room for watches, or while a
  // directory is away, the agent polls.
  func armWatches() {
    if watcher == nil {
      watcher = try? DirectoryWatcher(queue: confined) { [weak self] changes in
        self?.changed(changes)
      }
    }
    for served in queues {
      // Only the removal of `paused` matters; a name that goes from queued/ is no news.
      try? watcher?.watch(served.queue.path, removals: true)
      served.isWatched = (try? watcher?.watch(served.queue.path(.queued))) != nil
      if served.watchesEnds { try? watcher?.watch(served.queue.path(.done)) }
      served.watchesCompany(
        DirectoryWatcher.isPrompt && served.kind == .local
          && (try? watcher?.watch(served.queue.path(.agents), removals: true)) != nil)
    }
    let unwatched = queues.first { !$0.isWatched && $0.kind == .local && !isAway($0) }
    guard let unwatched, !saysItPolls else { return }
    saysItPolls = true
    say(
      .trouble(
        queue: unwatched.name,
        message: "the kernel has no watch left to tell of new files (fs.inotify): it looks every"
          + " \(DurationText.text(unwatched.poll.seconds))"))
  }

  /// Watches `done/` of queues in which runs wait for others, and then looks once more: an end before the
  /// watch raises no event.
  func watchEnds() {
    for served in queues
    where !served.watchesEnds && scheduler.queues[served.index].waitingRoom.hasDependents {
      served.watchesEnds = true
      try? watcher?.watch(served.queue.path(.done))
      served.needsScan = true
      planLook()
    }
  }

  /// Looks once the events that are there already have been handled.
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
    endStandBack()
    if now >= nextBeat { beat() }
    if now >= nextRecovery { recover() }
    nextLeaveLook = .last
    var wake = Swift.min(nextBeat, nextRecovery, lookForGPUs())
    for served in queues {
      if served.needsScan || now >= served.nextPoll {
        if options.until == .stopped, served.standsStill(scheduler.queues[served.index]) {
          served.nextPoll = now + served.poll
        } else {
          scan(served)
          hooks.needsLook(at: served.queue)
        }
      }
      wake = Swift.min(wake, served.nextPoll)
    }
    wake = Swift.min(wake, scheduler.tick(at: moment))
    for served in queues { served.lookup.renew() }
    claimWhatFits()
    watchEnds()
    for served in queues where served.lookup.owesListing {
      served.nextPoll = Swift.min(served.nextPoll, now + WaitingCheck.settling)
      wake = Swift.min(wake, served.nextPoll)
    }
    wake = Swift.min(wake, scheduler.round.lookAgain)
    wake = Swift.min(wake, hooks.look(at: reachable))
    if leaveIfDone() { return }
    wake = Swift.min(wake, nextLeaveLook, prune())
    if scheduler.runs.isEmpty {
      if now >= leanAt {
        leanAt = .last
        OwnMemory.giveBack()
      }
      wake = Swift.min(wake, leanAt)
    }
    let makesRunners = options.until == .stopped && scheduler.startTrouble == nil
    wake = Swift.min(wake, pool.tend(at: now, makes: makesRunners))
    wakeUp(at: wake)
  }

  /// Lets it look at that moment.
  func wakeUp(at wake: Instant) {
    wakeAt = wake
    let span = Swift.max(.zero, wake - now)
    timer?.schedule(
      deadline: .now() + .nanoseconds(Int(clamping: span.nanoseconds)),
      leeway: .milliseconds(span > .seconds(10) ? 500 : 1))
  }

  func scan(_ served: ServedQueue, readsAgain: Bool = false) {
    do throws(SpoolError) {
      let wasAway = isAway(served)
      try served.scan(&scheduler.queues[served.index], readsAgain: readsAgain, say)
      // The first scan finds out the kind of the file system, on which this interval depends.
      served.nextPoll = now + served.poll
      // A watch may have come free.
      if !served.isWatched, served.kind == .local { armWatches() }
      guard wasAway else { return }
      // It may be another directory now, and runs that were claimed before wait for recovery.
      armWatches()
      beat()
      recover()
    } catch {
      isUnreachable(served, error)
      served.nextPoll = now + Swift.min(served.poll, .seconds(2))
    }
  }

  func isUnreachable(_ served: ServedQueue, _ error: SpoolError) {
    served.isUnreachable(error, &scheduler.queues[served.index], say)
  }

  func isAway(_ served: ServedQueue) -> Bool { scheduler.queues[served.index].isAway }

  var reachable: [ServedQueue] { queues.filter { !isAway($0) } }

  func beat() {
    let isOtherLease = lease != announcedLease
    announcedLease = lease
    nextBeat = now + .seconds(announcedLease / 4)
    for served in queues where !isAway(served) {
      do throws(SpoolError) {
        let time = try served.queue.beat(agent: name)
        scheduler.queues[served.index].serverTime = time
        if served.kind == .network, let time {
          scheduler.queues[served.index].clockOffset = time - .now
        }
        // Without its file, which may be lost with a server that crashed, others would take its claims for dead.
        // A file with an old lease could have the same effect, or make them wait too long.
        if time == nil || isOtherLease {
          served.announcement = try served.queue.register(record(in: served))
        }
      } catch {
        isUnreachable(served, error)
      }
    }
  }

  var now: Instant { .now }
  var moment: Moment { Moment(instant: now, time: .now) }
}
