import SpoolProtocol

/// A scheduler's facts about a queue: which files wait there, and for what.
struct WaitingQueue: Sendable {
  /// `ENTITY/QUEUE`.
  let name: String
  var isPaused = false
  /// Whether its directory cannot be reached.
  private(set) var isAway = false
  /// Whether any settings are in force.
  private(set) var isUsable = false
  private(set) var maxRunning: Int?
  /// Files that may be claimed, as far as is known.
  var backlog = Backlog()
  /// Files that were read and cannot be started yet.
  var waitingRoom = WaitingRoom()
  var sweeps = SweepGate()
  /// The number of runs that any host has in `starting/` and `running/`, at the last count, except those
  /// of this agent that take nothing.
  private(set) var claimed = 0
  /// Launchers that were not found on this host since the last scan.
  var missing: Set<String> = []
  /// The last finding of an agent with `--drain` that no waiting file can start.
  var prospects: Prospects?
  /// The file server's time at the last heartbeat.
  var serverTime: Timestamp?
  /// How far the file server's clock is ahead of this host's.
  var clockOffset = TimeSpan.zero
  /// Files that may still be being written.
  private var unfinished: [String: Unfinished] = [:]
  /// Files whose claim or start failed, and the time of the next try.
  private var postponed: [String: Instant] = [:]
  /// Files whose names were reserved by others when they were to be claimed.
  private var contested: Set<String> = []
  /// The last report on each file that waits or is left alone, so that it is not repeated.
  private var said: [String: String] = [:]

  private struct Unfinished {
    let size: Int
    let modified: Timestamp
    let judgedAt: Instant
  }

  init(_ name: String) { self.name = name }

  /// Whether files of the queue may be claimed.
  var isOpen: Bool { !isPaused && !isAway && isUsable }

  /// Whether one of the checks of ``SpoolProtocol/WaitingCheck/ofQueue`` keeps all of its files.
  func isKept(by check: WaitingCheck) -> Bool {
    switch check {
    case .paused: !isOpen
    case .maxRunning: WaitingCheck.isReached(maxRunning, by: claimed)
    default: false
    }
  }

  /// Whether no file waits, and the queue can be reached.
  var isEmpty: Bool {
    !isAway && isUsable && backlog.isEmpty && waitingRoom.count == 0 && !hasUnfinished
      && !sweeps.isHoldingBack
  }

  /// Whether the last count had claimed runs, or a sweep waits for the next count.
  var hasClaimed: Bool { claimed > 0 || sweeps.isHoldingBack }

  /// Whether a claim may be tried.
  var canClaim: Bool { isOpen && (!backlog.isEmpty || sweeps.isHoldingBack) }

  /// Whether files wait for a time or for room, and so will start by themselves.
  var awaitsTimeOrRoom: Bool { isOpen && waitingRoom.awaitsTimeOrRoom }

  /// Now, by the file server's clock as far as it is known.
  func now(_ moment: Moment) -> Timestamp { moment.time + clockOffset }

  // MARK: Facts

  /// Takes in other settings. All waiting files are read again: defaults are part of their needs.
  mutating func use(maxRunning: Int?) {
    isUsable = true
    self.maxRunning = maxRunning
    waitingRoom.removeAll()
  }

  /// Takes in a listing of `queued/`, and forgets files that are gone.
  mutating func listed(_ files: [String]) {
    backlog.replace(
      with: waitingRoom.count == 0 ? files : files.filter { waitingRoom[$0] == nil })
    sweeps.forget()
    missing = []
    isAway = false
    unfinished = unfinished.filter { isThere($0.key) }
    postponed = postponed.filter { isThere($0.key) }
    said = said.filter { isThere($0.key) }
    contested = contested.filter { isThere($0) }
  }

  private func isThere(_ file: String) -> Bool {
    backlog.contains(file) || waitingRoom[file] != nil
  }

  /// Takes in that the directory cannot be reached.
  mutating func goAway() {
    isAway = true
    backlog = Backlog()
    waitingRoom.removeAll()
    sweeps.forget()
  }

  /// Takes in the names of the runs that any host has in `starting/` and `running/`, except those
  /// of this agent that take nothing.
  mutating func begin(claimed runs: [String]) {
    claimed = runs.count
    sweeps.begin(claimed: runs, &backlog)
  }

  /// Counts a claim that was kept.
  mutating func add(_ run: String) {
    claimed += 1
    sweeps.add(run)
  }

  /// Takes in a file that appeared or was written: it is read again.
  mutating func fileAppeared(_ file: String) {
    waitingRoom.remove(file)
    backlog.insert(file)
  }

  /// Takes in the end of a run: files that waited for it are judged again.
  ///
  /// - Parameter state: How it ended; nil if it does not exist any more.
  mutating func ended(_ run: String, as state: RunState?) {
    for file in waitingRoom.takeDependents(of: run, endedAs: state) { backlog.insert(file) }
  }

  // MARK: Reports

  /// The report on a file that is left alone. Returns nil if it would be a repetition.
  mutating func skip(_ file: String, _ reason: String) -> AgentEvent? {
    isNews(reason, of: file) ? .skipped(queue: name, file: file, reason: reason) : nil
  }

  /// The report on a file that waits. Returns nil if it would be a repetition.
  mutating func wait(_ file: String, _ what: String) -> AgentEvent? {
    isNews(what, of: file) ? .waiting(queue: name, file: file, what: what) : nil
  }

  private mutating func isNews(_ words: String, of file: String) -> Bool {
    if said[file] == words { return false }
    said[file] = words
    return true
  }

  // MARK: Files to judge again

  /// Whether a file that does not parse has stood still long enough to be judged.
  ///
  /// It need not wait if by the server's clock it has not changed for that long: a user cannot set `changed`.
  mutating func hasSettled(_ file: String, _ seen: FileInformation, at moment: Moment) -> Bool {
    if let serverTime, serverTime - seen.changed >= WaitingCheck.settling {
      unfinished[file] = nil
      return true
    }
    var known = Unfinished(
      size: seen.size, modified: seen.modified, judgedAt: moment + WaitingCheck.settling)
    if let before = unfinished[file], before.size == known.size, before.modified == known.modified {
      known = before
    }
    guard moment.instant < known.judgedAt else {
      unfinished[file] = nil
      return true
    }
    unfinished[file] = known
    return false
  }

  /// Takes in that a file is not being written any more: it is gone, claimed, waits or is left alone.
  mutating func forgetUnfinished(_ file: String) { unfinished[file] = nil }

  /// Puts files whose time has come back into the backlog. Returns the next such time.
  mutating func takeDue(at moment: Moment) -> Instant {
    var next = Instant.last
    let (now, time) = (moment.instant, now(moment))
    for file in waitingRoom.takeDue(at: time) { backlog.insert(file) }
    if let due = waitingRoom.nextTime {
      // At most a minute: a clock may be set, and the server's clock is another one.
      next = moment + Swift.min(Swift.max(due - time, .milliseconds(1)), .seconds(60))
    }
    for (file, known) in unfinished {
      if now >= known.judgedAt {
        backlog.insert(file)
      } else {
        next = Swift.min(next, known.judgedAt)
      }
    }
    for (file, due) in postponed {
      if now >= due {
        postponed[file] = nil
        backlog.insert(file)
      } else {
        next = Swift.min(next, due)
      }
    }
    return next
  }

  /// Passes over a file until a moment.
  mutating func postpone(_ file: String, until due: Instant) { postponed[file] = due }

  /// Whether a file's name was found reserved before. Takes in that it is now.
  mutating func isContestedAgain(_ file: String) -> Bool { !contested.insert(file).inserted }

  /// Whether a file is passed over.
  func isPostponed(_ file: String) -> Bool { postponed[file] != nil }

  /// Whether a file that is not in ``waitingRoom`` will be claimed or judged again.
  func isOnItsWay(_ file: String) -> Bool {
    backlog.contains(file) || unfinished[file] != nil || postponed[file] != nil
      || sweeps.isHoldingBack
  }

  /// Whether some files may still be being written, or will be tried again.
  var hasUnfinished: Bool { !unfinished.isEmpty || !postponed.isEmpty }
}
