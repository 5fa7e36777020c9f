import SpoolProtocol

/// A queue as an agent knows it. Confined to the agent's Dispatch queue.
final class ServedQueue {
  let queue: Queue
  let name: String
  private let ownPoll: Double?
  private(set) var kind = FileSystemKind.local
  private(set) var settings: QueueSettings?
  private(set) var settingsText = ""
  private(set) var trust: Trust
  private(set) var isPaused = false
  private(set) var isAway = false
  var backlog = Backlog()
  /// Files that were read and cannot be started yet.
  var room = WaitingRoom()
  /// Where the runs stand that others wait for.
  var lookup: DependencyLookup
  /// Runs whose sweep has no room for them.
  var sweeps = SweepGate()
  /// Who else claims here.
  var company = Company()
  /// What an agent that drains found of the waiting files last, with nothing that could come to run.
  var prospects: Prospects?
  /// What must stand still for an agent that drains to leave.
  var places = Stillness(of: [.queued, .starting, .running, .sweeps])
  var recoverer: Recoverer
  /// The agent's own file there, which is locked for as long as it is open.
  var announcement: HeldFile?
  /// Whether the rule for what is kept of runs that are over is a new one.
  var wantsPruning = false
  /// When agents had come or gone last before this one came, and the file server's time then.
  var earlier: (agents: Timestamp, now: Timestamp)?
  /// Files that seemed to be on their way, and since when they look as they do.
  private var unfinished: [String: Unfinished] = [:]
  /// Files whose claim or start failed, and when they are tried again.
  private var postponed: [String: Int64] = [:]
  /// What was said about files that are left alone, so that it is said once.
  private var said: [String: String] = [:]
  private var saidOfSettings = ""
  var needsScan = true
  /// Launchers that were not found on this host since the last scan.
  var missing: Set<String> = []
  /// Those that the agent's file tells of.
  var publishedMissing: Set<String> = []
  /// The gpus of others that it tells of.
  var publishedGPUs: [String: String] = [:]
  /// Whether the kernel tells of what appears in `done/`: only where somebody waits for it.
  var watchesEnds = false
  /// Whether the kernel tells of what appears in `queued/`.
  var isWatched = false
  /// Nanoseconds that the file server's clock is ahead of this host's.
  private var clockOffset: Int64 = 0
  /// When to scan without an event, by ``Clock/sinceBoot``.
  var nextPoll: Int64 = 0
  /// The file server's time at the last heartbeat.
  var serverTime: Timestamp? {
    didSet {
      guard kind == .network, let serverTime else { return }
      clockOffset = serverTime.nanoseconds(since: .now)
    }
  }
  /// Now, by the file server's clock as far as it is known.
  var now: Timestamp { Timestamp.now.adding(nanoseconds: clockOffset) }
  /// How many runs any host has in `starting/` and `running/`, at the last count.
  var claimed = 0

  /// Whether a claim may be tried.
  var canClaim: Bool {
    isOpen && (!backlog.isEmpty || sweeps.isHoldingBack)
  }

  /// Whether it is there, and agents may claim.
  var isOpen: Bool {
    !isPaused && !isAway && settings != nil
  }

  struct Unfinished {
    let size: Int
    let modified: Timestamp
    let since: Int64
    /// By ``Clock/sinceBoot``.
    var judgedAt: Int64 { since + Int64(ServedQueue.settling * 1e9) }
  }

  /// Seconds for which a file that does not parse must have stood still before it is judged.
  static let settling = 5.0

  init(_ queue: Queue, agent: String, poll: Double?) {
    self.queue = queue
    name = queue.reference
    ownPoll = poll
    trust = Trust(queue, QueueSettings())
    recoverer = Recoverer(queue, ownAgent: agent)
    kind = (try? queue.fileSystem) ?? .network
    lookup = DependencyLookup(queue, kind)
  }

  /// Seconds between looks that no event asks for.
  var poll: Double {
    ownPoll ?? settings?.poll ?? (kind == .network || !isWatched ? 2 : 30)
  }

  /// Reads the settings, whether it is paused, and what waits.
  ///
  /// One listing of the queue's directory tells of the first two: what may appear later is never
  /// asked for by name.
  ///
  /// - Parameter readsAgain: Whether each file that waits for something is looked at, too: no event
  ///   is believed.
  func scan(readsAgain: Bool = false, _ say: (AgentEvent) -> Void) throws(SpoolError) {
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
    if paused != isPaused { say(paused ? .paused(queue: name) : .resumed(queue: name)) }
    isPaused = paused
    readSettings(names.contains(Queue.settingsFile), say)
    let waiting = try queue.list(.queued)
    if room.count > 0 {
      room.keep(only: Set(waiting).contains)
      if readsAgain {
        forgetChanged(room.seen)
      } else if kind == .network {
        // No event tells of a file that another host wrote anew: some at each poll, all of them in turn.
        forgetChanged(room.nextToCheck(32))
      }
    }
    backlog.replace(with: room.count == 0 ? waiting : waiting.filter { room[$0] == nil })
    sweeps.forget()
    missing = []
    if isAway { say(.queueBack(queue: name)) }
    isAway = false
    needsScan = false
    unfinished = unfinished.filter { isThere($0.key) }
    postponed = postponed.filter { isThere($0.key) }
    said = said.filter { isThere($0.key) }
    for run in try endedSince() { free(dependentsOf: run.run, endedAs: run.state) }
  }

  private func isThere(_ file: String) -> Bool { backlog.contains(file) || room[file] != nil }

  /// Forgets what was written anew since it was read.
  private func forgetChanged(_ files: [(file: String, seen: FileInformation)]) {
    for (file, seen) in files {
      let now = try? System.information(queue.path(.queued, file))
      if now?.modified != seen.modified || now?.inode != seen.inode { room.remove(file) }
    }
  }

  /// The awaited runs that are over, or that are not there any more: whoever waits for those is
  /// read again, and ends.
  private func endedSince() throws(SpoolError) -> [(run: String, state: RunState?)] {
    guard room.hasDependents else { return [] }
    var ended: [(run: String, state: RunState?)] = []
    for (run, state) in try lookup.states(of: room.awaited) {
      switch state {
      case .ended(let state): ended.append((run, state))
      case .unknown: ended.append((run, nil))
      case .underWay: break
      }
    }
    return ended
  }

  /// Lets those go on who waited for a run; nil: nobody knows what became of it.
  func free(dependentsOf run: String, endedAs state: RunState?) {
    for file in room.takeDependents(of: run, endedAs: state) { backlog.insert(file) }
  }

  /// Looks how an awaited run ended, once its record has appeared.
  func recordAppeared(_ file: String) {
    guard let run = Queue.recordName(file), room.isAwaited(run) else { return }
    // What cannot be read now is read at the next scan.
    if let state = try? lookup.end(of: run) { free(dependentsOf: run, endedAs: state) }
  }

  /// A file that appeared or was written: it is read anew.
  func fileAppeared(_ file: String) {
    room.remove(file)
    backlog.insert(file)
  }

  private func readSettings(_ isThere: Bool, _ say: (AgentEvent) -> Void) {
    do throws(SpoolError) {
      guard isThere else {
        use(QueueSettings(), text: "")
        return
      }
      let (settings, bytes) = try queue.readSettingsText(obeying: true)
      use(settings, text: String(raw: bytes))
    } catch {
      // The last good ones stay in force; with none, nothing is claimed.
      if error.kind == .refused, error.errno == nil {
        // Others' do not count for root.
        let isSaid = saidOfSettings == error.message
        use(QueueSettings(), text: "")
        saidOfSettings = error.message
        let words = error.message + "; the defaults are in force"
        if !isSaid { say(.trouble(queue: name, message: words)) }
        return
      }
      if saidOfSettings != error.message {
        say(.badSettings(queue: name, message: error.message))
      }
      saidOfSettings = error.message
    }
  }

  private func use(_ new: QueueSettings, text: String) {
    saidOfSettings = ""
    if settings != nil, text == settingsText { return }
    settings = new
    settingsText = text
    wantsPruning = true
    // Defaults are part of what a run needs.
    room.removeAll()
    trust = Trust(queue, new)
  }

  /// Notes that the directory cannot be reached.
  func isUnreachable(_ error: SpoolError, _ say: (AgentEvent) -> Void) {
    if !isAway { say(.queueAway(queue: name, error: error.message)) }
    isAway = true
    needsScan = true
    backlog = Backlog()
    room.removeAll()
    sweeps.forget()
  }

  /// Says once why a file is left alone.
  func skip(_ file: String, _ reason: String, _ say: (AgentEvent) -> Void) {
    if said[file] == reason { return }
    said[file] = reason
    say(.skipped(queue: name, file: file, reason: reason))
  }

  /// Says once what a file waits for.
  func tellWaiting(_ file: String, _ what: String, _ say: (AgentEvent) -> Void) {
    if said[file] == what { return }
    said[file] = what
    say(.waiting(queue: name, file: file, what: what))
  }

  /// Whether a file that does not parse has stood still long enough to be judged.
  ///
  /// One whose bytes and inode have not changed for so long by the server's clock needs no wait:
  /// `changed` cannot be set by hand.
  func hasSettled(
    _ file: String, _ information: FileInformation
  ) -> Bool {
    let now = Clock.sinceBoot
    if let serverTime, serverTime.seconds(since: information.changed) >= Self.settling {
      unfinished[file] = nil
      return true
    }
    var known = Unfinished(size: information.size, modified: information.modified, since: now)
    if let before = unfinished[file], before.size == known.size,
      before.modified == known.modified
    {
      known = before
    }
    guard now < known.judgedAt else {
      unfinished[file] = nil
      return true
    }
    unfinished[file] = known
    return false
  }

  /// Puts files whose time has come back into the backlog; returns when the next one's comes.
  func lookAgainAtWaiting() -> Int64 {
    var next = Int64.max
    let now = Clock.sinceBoot
    for file in room.takeDue(at: self.now) { backlog.insert(file) }
    if let time = room.nextTime {
      // Not the whole time: clocks are set, and the server's may be another one.
      next = now + Int64(Swift.min(Swift.max(time.seconds(since: self.now), 0.001), 60) * 1e9)
    }
    for (file, known) in unfinished {
      if now >= known.judgedAt {
        backlog.insert(file)
      } else {
        next = Swift.min(next, known.judgedAt)
      }
    }
    for (file, time) in postponed {
      if now >= time {
        postponed[file] = nil
        backlog.insert(file)
      } else {
        next = Swift.min(next, time)
      }
    }
    return next
  }

  /// Leaves a file whose claim or start failed, or whose time has not come, to the side for a while:
  /// the others go first.
  func postpone(_ file: String, for wait: Double = settling) {
    postponed[file] = Clock.sinceBoot + Int64(Swift.min(wait, 1e9) * 1e9)
  }

  /// Whether the file's time has not come back yet.
  func isPostponed(_ file: String) -> Bool { postponed[file] != nil }

  /// Whether a file that does not wait in ``room`` is claimed, or looked at again, by and by.
  func isOnItsWay(_ file: String) -> Bool {
    backlog.contains(file) || unfinished[file] != nil || postponed[file] != nil
      || sweeps.isHoldingBack
  }

  /// Whether files may still be on their way, or are tried again.
  var hasUnfinished: Bool { !unfinished.isEmpty || !postponed.isEmpty }
}
