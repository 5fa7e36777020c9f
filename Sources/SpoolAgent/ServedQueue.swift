import SpoolProtocol

/// A queue that an agent serves: what it needs to look there. What it knows of the waiting runs is in its
/// ``Scheduler``. Confined to the agent's Dispatch queue.
final class ServedQueue {
  let queue: Queue
  let name: String
  /// Its place among the agent's queues, and among those of the scheduler.
  let index: Int
  private let ownPoll: TimeSpan?
  private(set) var kind = FileSystemKind.local
  private(set) var settings: QueueSettings?
  private(set) var settingsText = ""
  private(set) var trust: Trust
  /// Where the runs stand that others wait for.
  var lookup: DependencyLookup
  /// How many runs of its sweeps may run at a time.
  var sweepLimits = SweepLimits()
  /// Who else claims here.
  var company = Company()
  /// What must stand still for an agent that drains to leave.
  var places = Stillness(of: [.queued, .starting, .running, .sweeps])
  var recoverer: Recoverer
  /// The agent's own file there, which is locked for as long as it is open.
  var announcement: HeldFile?
  /// Whether the rule for what is kept of runs that are over is a new one.
  var wantsPruning = false
  /// When agents had come or gone last before this one came, and the file server's time then.
  var earlier: (agents: Timestamp, now: Timestamp)?
  private var saidOfSettings = ""
  var needsScan = true
  /// Whether the kernel told of changes in `queued/` without saying of which files: more than it could keep.
  var lostNames = false
  /// The missing launchers that the agent's file tells of.
  var publishedMissing: Set<String> = []
  /// The gpus of others that it tells of.
  var publishedGPUs: [String: String] = [:]
  /// Whether the kernel tells of what appears in `done/`: only where a run waits for it.
  var watchesEnds = false
  /// Whether the kernel tells of what appears in `queued/`.
  var isWatched = false
  /// When to scan without an event.
  var nextPoll = Instant.first

  init(_ queue: Queue, at index: Int, agent: String, poll: TimeSpan?) {
    self.queue = queue
    self.index = index
    name = queue.reference
    ownPoll = poll
    trust = Trust(queue, QueueSettings())
    recoverer = Recoverer(queue, ownAgent: agent)
    kind = (try? queue.fileSystem) ?? .network
    lookup = DependencyLookup(queue, kind)
  }

  /// The time between looks that no event asks for.
  var poll: TimeSpan {
    ownPoll ?? .seconds(settings?.poll ?? (kind == .network || !isWatched ? 2 : 30))
  }

  /// Reads the settings, whether it is paused, and what waits.
  ///
  /// One listing of the queue's directory tells of the first two: what may appear later is never
  /// asked for by name.
  ///
  /// - Parameters:
  ///   - waiting: What the scheduler knows of the queue.
  ///   - readsAgain: Whether each file that waits for something is looked at, too: no event is believed.
  func scan(
    _ waiting: inout WaitingQueue, readsAgain: Bool = false, _ say: (AgentEvent) -> Void
  ) throws(SpoolError) {
    let names = try naming("list", queue.path) { () throws(Errno) in try System.list(queue.path) }
    // A folder that somebody removed. Without queued/ it is a disk that is not mounted. Whoever needs one
    // that cannot be made tells of it.
    if names.contains(Queue.Folder.queued.rawValue),
      !Queue.Folder.allCases.allSatisfy({ names.contains($0.rawValue) })
    {
      try? queue.completeLayout()
    }
    let nowKind = try queue.fileSystem
    if nowKind != kind { lookup = DependencyLookup(queue, nowKind) }
    kind = nowKind
    let paused = names.contains(Queue.pausedFile)
    if paused != waiting.isPaused { say(paused ? .paused(queue: name) : .resumed(queue: name)) }
    waiting.isPaused = paused
    if readSettings(names.contains(Queue.settingsFile), say) {
      waiting.use(maxRunning: settings?.maxRunning)
    }
    let files = try queue.list(.queued)
    if waiting.waitingRoom.count > 0 {
      waiting.waitingRoom.keep(only: Set(files).contains)
      // No event may have told of a file that was written anew: on another host, without watches of the
      // kernel, or where those tell of no names. Some are looked at each time, all of them in turn.
      forgetChanged(
        readsAgain || lostNames
          ? waiting.waitingRoom.seen : waiting.waitingRoom.nextToCheck(32), &waiting.waitingRoom)
    }
    if waiting.isAway { say(.queueBack(queue: name)) }
    waiting.listed(files)
    needsScan = false
    lostNames = false
    guard waiting.waitingRoom.hasDependents else { return }
    // Runs that are not there any more, too: what waits for those is read again, and ends.
    for (run, state) in try lookup.states(of: waiting.waitingRoom.awaited) {
      switch state {
      case .ended(let state): waiting.ended(run, as: state)
      case .unknown: waiting.ended(run, as: nil)
      case .underWay: break
      }
    }
  }

  /// Forgets what was written anew since it was read.
  private func forgetChanged(
    _ files: [(file: String, seen: FileInformation)], _ waitingRoom: inout WaitingRoom
  ) {
    for (file, seen) in files {
      let now = try? System.information(queue.path(.queued, file))
      if now?.modified != seen.modified || now?.inode != seen.inode { waitingRoom.remove(file) }
    }
  }

  /// Looks how an awaited run ended, once its record has appeared.
  func recordAppeared(_ file: String, _ waiting: inout WaitingQueue) {
    guard let run = Queue.recordName(file), waiting.waitingRoom.isAwaited(run) else { return }
    // What cannot be read now is read at the next scan.
    if let state = try? lookup.end(of: run) { waiting.ended(run, as: state) }
  }

  /// Reads `queue.json`. Returns whether other settings are in force.
  private func readSettings(_ isThere: Bool, _ say: (AgentEvent) -> Void) -> Bool {
    do throws(SpoolError) {
      guard isThere else { return use(QueueSettings(), text: "") }
      let (settings, bytes) = try queue.readSettingsText(obeying: true)
      return use(settings, text: String(raw: bytes))
    } catch {
      // The last good ones stay in force; with none, nothing is claimed.
      if error.kind == .refused, error.errno == nil {
        // Others' do not count for root.
        let isSaid = saidOfSettings == error.message
        let isNew = use(QueueSettings(), text: "")
        saidOfSettings = error.message
        let words = error.message + "; the defaults are in force"
        if !isSaid { say(.trouble(queue: name, message: words)) }
        return isNew
      }
      if saidOfSettings != error.message {
        say(.badSettings(queue: name, message: error.message))
      }
      saidOfSettings = error.message
      return false
    }
  }

  private func use(_ new: QueueSettings, text: String) -> Bool {
    saidOfSettings = ""
    if settings != nil, text == settingsText { return false }
    settings = new
    settingsText = text
    wantsPruning = true
    trust = Trust(queue, new)
    return true
  }

  /// Notes that the directory cannot be reached.
  func isUnreachable(
    _ error: SpoolError, _ waiting: inout WaitingQueue, _ say: (AgentEvent) -> Void
  ) {
    if !waiting.isAway { say(.queueAway(queue: name, error: error.message)) }
    needsScan = true
    waiting.goAway()
  }
}
