import SpoolProtocol

/// A queue that an agent serves. The facts about its waiting runs are in the ``Scheduler``. Confined to the agent's
/// Dispatch queue.
final class ServedQueue {
  let queue: Queue
  let name: String
  /// Its position among the agent's queues, and among those of the scheduler.
  let index: Int
  private let ownPoll: TimeSpan?
  private(set) var kind = FileSystemKind.local
  private(set) var settings: QueueSettings?
  private(set) var settingsText = ""
  private(set) var trust: Trust
  /// Looks up the runs for which others wait.
  var lookup: DependencyLookup
  var sweepLimits = SweepLimits()
  private(set) var company = Company()
  /// The runs of others in `starting/` and `running/`, as they were listed while this agent was known to be alone; nil
  /// if others may have claimed since.
  var foreign: [ClaimName: QueueFileName]?
  /// The folders that must not change while an agent with `--drain` decides to leave.
  var places = Stillness(of: [.queued, .starting, .running, .sweeps])
  var recoverer: Recoverer
  /// The agent's own file in it, which is locked as long as it is open.
  var announcement: HeldFile?
  /// Whether the settings have changed since the last request to the pruner.
  var wantsPruning = false
  /// When the last agent came or left before this one came, and the file server's time at that look.
  var earlier: (agents: Timestamp, now: Timestamp)?
  private var saidOfSettings = ""
  var needsScan = true
  /// Whether the kernel reported changes in `queued/` without names.
  var lostNames = false
  /// The missing launchers in the agent's file.
  var publishedMissing: Set<String> = []
  /// The gpus of other runs in the agent's file.
  var publishedGPUs: [String: String] = [:]
  /// Whether the kernel reports new files in `done/`: only if a run waits for one.
  var watchesEnds = false
  /// Whether the kernel reports new files in `queued/`.
  var isWatched = false
  /// When to scan without an event.
  var nextPoll = Instant.first
  /// When a poll looks at everything again, although `queued/` stands still.
  private var nextWhole = Instant.first
  private var waitingFolder = Stillness(of: [.queued])
  /// Whether the last scan listed `queued/` when it had stood still.
  private var hasListedStill = false

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

  /// The time between two scans without an event.
  var poll: TimeSpan {
    ownPoll ?? .seconds(settings?.poll ?? (kind == .network || !isWatched ? 2 : 30))
  }

  // MARK: Other agents

  /// Takes in that agents may have come, claimed and gone: their runs are in no earlier listing.
  func companyMayHaveChanged() {
    company.mayHaveChanged()
    foreign = nil
  }

  /// Takes in that another agent came, went or beat.
  func heardOfOthers() {
    company.heardOfOthers(
      at: .now, beat: .seconds((settings?.lease ?? QueueSettings().lease) / 4))
    foreign = nil
  }

  /// Takes in whether the kernel reports changes of `agents/` from now on.
  func watchesCompany(_ isWatched: Bool) {
    company.watched(isWatched)
    foreign = nil
  }

  /// Call it before a round of claims counts slots and gpus.
  func beginRound(_ agent: String) throws(SpoolError) {
    if try company.beginRound(agent, in: queue, kind) { heardOfOthers() }
    if !company.isKnownToBeAlone(at: .now) { foreign = nil }
  }

  /// Whether the agent is alone after its claim: see ``Company/isAlone(_:in:_:)``.
  func isAlone(_ agent: String) throws(SpoolError) -> Bool {
    try company.isAlone(agent, in: queue, kind)
  }

  // MARK: Looking

  /// How often an agent looks at settings, pauses and requests for hooks on a network file system while no run waits.
  private static let wholePoll = TimeSpan.seconds(30)

  /// Whether a poll need look no further. On a network file system each folder is a request, and while no run waits
  /// only a new file in `queued/` matters at once: before it is claimed, all is looked at.
  func standsStill(_ waiting: WaitingQueue) -> Bool {
    guard kind == .network, !needsScan, waiting.isEmpty else {
      hasListedStill = false
      return false
    }
    if Instant.now >= nextWhole { return false }
    let isStill = (try? waitingFolder.look(at: queue, kind)) ?? false
    // The folder is listed once more when its time can be believed.
    defer { hasListedStill = isStill }
    return isStill && hasListedStill
  }

  /// Reads the settings, whether the queue is paused, and the waiting files.
  ///
  /// A listing of the queue's directory shows whether there are settings and a pause. A lookup by name could keep a
  /// network file system from seeing a file that appears later.
  ///
  /// - Parameters:
  ///   - waiting: The scheduler's facts about the queue.
  ///   - readsAgain: Whether to look at each file that waits for something, as if there were no events.
  func scan(
    _ waiting: inout WaitingQueue, readsAgain: Bool = false, _ say: (AgentEvent) -> Void
  ) throws(SpoolError) {
    let names = try naming("list", queue.path, doing: System.list(queue.path))
    // A folder was removed. (Without queued/ a disk is not mounted.) If it cannot be made, the action that needs it
    // reports that.
    if names.contains(Queue.Folder.queued.rawValue),
      !Queue.Folder.allCases.allSatisfy({ names.contains($0.rawValue) })
    {
      try? queue.completeLayout()
    }
    // Its own look at agents/ tells the same on a network file system.
    if kind == .local { companyMayHaveChanged() }
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
      // A file that was written again raises no event if another host wrote it, if the kernel has no watch left, or
      // if its reports have no names. So each scan looks at some files, in turn.
      forgetChanged(
        readsAgain || lostNames
          ? waiting.waitingRoom.seen : waiting.waitingRoom.nextToCheck(32), &waiting.waitingRoom)
    }
    if waiting.isAway { say(.queueBack(queue: name)) }
    waiting.listed(files)
    needsScan = false
    lostNames = false
    nextWhole = .now + Self.wholePoll
    guard waiting.waitingRoom.hasDependents else { return }
    // This includes runs that do not exist any more: files that wait for them are read again, and end.
    for (run, state) in try lookup.states(of: waiting.waitingRoom.awaited) {
      switch state {
      case .ended(let state): waiting.ended(run, as: state)
      case .unknown: waiting.ended(run, as: nil)
      case .underWay: break
      }
    }
  }

  /// Forgets files that were written again since they were read.
  private func forgetChanged(
    _ files: [(file: String, seen: FileInformation)], _ waitingRoom: inout WaitingRoom
  ) {
    for (file, seen) in files {
      let now = try? System.information(queue.path(.queued, file))
      if now?.modified != seen.modified || now?.inode != seen.inode { waitingRoom.remove(file) }
    }
  }

  /// Looks up how an awaited run ended, once its record has appeared.
  func recordAppeared(_ file: String, _ waiting: inout WaitingQueue) {
    guard let run = Queue.recordName(file), waiting.waitingRoom.isAwaited(run) else { return }
    // If it cannot be read now, the next scan reads it.
    if let state = try? lookup.end(of: run) { waiting.ended(run, as: state) }
  }

  /// Reads `queue.json`. Returns whether other settings are in force.
  private func readSettings(_ isThere: Bool, _ say: (AgentEvent) -> Void) -> Bool {
    do throws(SpoolError) {
      guard isThere else { return use(QueueSettings(), text: "") }
      let (settings, bytes) = try queue.readSettingsText(obeying: true)
      return use(settings, text: String(raw: bytes))
    } catch {
      // The last good settings stay in force; without any, no run is claimed.
      if error.kind == .refused, error.errno == nil {
        // Root does not trust settings of other users.
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
