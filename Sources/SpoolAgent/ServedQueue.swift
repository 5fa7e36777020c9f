import SpoolQueue

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
  /// Runs whose sweep has no room for them.
  var sweeps = SweepGate()
  var recoverer: Recoverer
  /// Files that seemed to be on their way, and since when they look as they do.
  private var unfinished: [String: Unfinished] = [:]
  /// Files whose claim or start failed, and when they are tried again.
  private var postponed: [String: Int64] = [:]
  /// What was said about files that are left alone, so that it is said once.
  private var said: [String: String] = [:]
  private var saidOfSettings = ""
  var needsScan = true
  /// When to scan without an event, by ``Clock/sinceBoot``.
  var nextPoll: Int64 = 0
  /// The file server's time at the last heartbeat.
  var serverTime: Timestamp?
  /// How many runs any host has in `starting/` and `running/`, at the last count.
  var claimed = 0

  /// Whether a claim may be tried.
  var canClaim: Bool {
    !isPaused && !isAway && settings != nil && (!backlog.isEmpty || sweeps.isHoldingBack)
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
  }

  /// Seconds between looks that no event asks for.
  var poll: Double { ownPoll ?? settings?.poll ?? (kind == .network ? 2 : 30) }

  /// Seconds between heartbeats.
  var beat: Double { (settings ?? QueueSettings()).lease / 4 }

  /// Reads the settings, whether it is paused, and what waits.
  ///
  /// One listing of the queue's directory tells of the first two: what may appear later is never
  /// asked for by name.
  func scan(_ say: (AgentEvent) -> Void) throws(SpoolError) {
    let names = try attempt("list", queue.path) { () throws(Errno) in try System.list(queue.path) }
    kind = try queue.fileSystem
    let paused = names.contains(Queue.pausedFile)
    if paused != isPaused { say(paused ? .paused(queue: name) : .resumed(queue: name)) }
    isPaused = paused
    readSettings(names.contains(Queue.settingsFile), say)
    backlog.replace(with: try queue.list(.queued))
    sweeps.forget()
    if isAway { say(.queueBack(queue: name)) }
    isAway = false
    needsScan = false
    unfinished = unfinished.filter { backlog.contains($0.key) }
    postponed = postponed.filter { backlog.contains($0.key) }
    said = said.filter { backlog.contains($0.key) }
  }

  private func readSettings(_ isThere: Bool, _ say: (AgentEvent) -> Void) {
    do throws(SpoolError) {
      guard isThere else {
        use(QueueSettings(), text: "")
        return
      }
      let (settings, bytes) = try queue.readSettingsText()
      use(settings, text: String(decoding: bytes, as: UTF8.self))
    } catch {
      // The last good ones stay in force; with none, nothing is claimed.
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
    trust = Trust(queue, new)
  }

  /// Notes that the directory cannot be reached.
  func isUnreachable(_ error: SpoolError, _ say: (AgentEvent) -> Void) {
    if !isAway { say(.queueAway(queue: name, error: error.message)) }
    isAway = true
    needsScan = true
    backlog = Backlog()
    sweeps.forget()
  }

  /// Says once why a file is left alone.
  func skip(_ file: String, _ reason: String, _ say: (AgentEvent) -> Void) {
    if said[file] == reason { return }
    said[file] = reason
    say(.skipped(queue: name, file: file, reason: reason))
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
  func lookAgainAtUnfinished() -> Int64 {
    var next = Int64.max
    let now = Clock.sinceBoot
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

  /// Whether any agent but that one has a file here; then limits are counted again after a claim.
  func hasOtherAgents(_ name: String) throws(SpoolError) -> Bool {
    try queue.list(.agents).contains { file in
      !file.hasPrefix(".") && !file.hasPrefix(name + ".")
    }
  }

  /// Files that may still be on their way, or are tried again.
  var unfinishedCount: Int { unfinished.count + postponed.count }
}
