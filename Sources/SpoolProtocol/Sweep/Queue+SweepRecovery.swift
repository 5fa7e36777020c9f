extension Queue {
  /// A sweep whose queueing was interrupted, and how many of its runs were queued now.
  package struct RecoveredSweep: Sendable, Equatable {
    package let id: String
    package let runs: Int
  }

  /// A folder of `sweeps/`.
  private enum SweepFolder {
    /// `ID`: the sweep is decided, but not all of it is queued, or recovery has emptied the folder.
    case decided(String)
    /// `.ID`: the sweep is being written.
    case making(String)
    /// `.ID.swept`: the folder is being removed.
    case swept(String)

    init?(_ name: String) {
      if !name.hasPrefix(".") {
        guard RunName.isValid(name), !name.hasSuffix(QueueFileName.ending) else { return nil }
        self = .decided(name)
        return
      }
      let id = String(name.dropFirst())
      if let end = id.utf8.lastIndex(of: UInt8(ascii: ".")), id[end...] == ".swept" {
        self = .swept(name)
      } else {
        guard RunName.isValid(id) else { return nil }
        self = .making(id)
      }
    }
  }

  /// How long a sweep must not have changed before recovery takes it on, in seconds: its maker moves a run every
  /// few milliseconds.
  private static let sweepPatience = 10.0
  /// Seconds after which a sweep that is still being written is given up.
  private static let sweepMakingLimit = 3600.0
  /// Seconds for which the empty folder of a sweep tells its maker that it was queued.
  private static let sweepMemory = 86_400.0

  /// Queues the runs of sweeps that crashes left unqueued, and removes sweeps that were never decided.
  ///
  /// - Parameter patience: Seconds for which a sweep must not have changed; a person who asks for recovery need not
  ///   wait.
  package func recoverSweeps(
    _ settings: QueueSettings, patience: Double = sweepPatience
  ) throws(SpoolError) -> [RecoveredSweep] {
    let folders = try sweepFolders()
    // This is the usual case.
    if folders.isEmpty { return [] }
    guard let now = serverTime() else { return [] }
    var recovered: [RecoveredSweep] = []
    for folder in folders {
      switch folder {
      case .decided(let id):
        guard let age = age(id, now), age >= patience else { continue }
        let runs = try carryOnSweep(id, sync: sync(settings))
        if runs > 0 { recovered.append(RecoveredSweep(id: id, runs: runs)) }
        if age >= Self.sweepMemory { _ = try removeEmpty(path(.sweeps, id)) }
      case .making(let id):
        guard let age = age("." + id, now), age >= Self.sweepMakingLimit else { continue }
        if try dismissSweep(id) { try removeSwept(Self.sweptName(id)) }
      case .swept(let name): try removeSwept(name)
      }
    }
    return recovered
  }

  /// The sweeps whose rest ``recoverSweeps(_:patience:)`` would queue, with the number of their runs.
  package func interruptedSweeps() throws(SpoolError) -> [(id: String, runs: Int)] {
    let folders = try sweepFolders()
    if folders.isEmpty { return [] }
    guard let now = serverTime() else { return [] }
    var interrupted: [(id: String, runs: Int)] = []
    for folder in folders {
      guard case .decided(let id) = folder, let age = age(id, now), age >= Self.sweepPatience else {
        continue
      }
      let jobs = try sweepDirectory(id).names()?.count { QueueFileName($0)?.isFull == true } ?? 0
      if jobs > 0 { interrupted.append((id, jobs)) }
    }
    return interrupted
  }

  private func sweepFolders() throws(SpoolError) -> [SweepFolder] {
    try listIfThere(.sweeps).compactMap { SweepFolder($0) }
  }

  /// Seconds since the last change in a folder of `sweeps/`. Returns nil if it is gone, or is not a folder.
  private func age(_ name: String, _ now: Timestamp) -> Double? {
    guard let information = try? System.information(path(.sweeps, name)), information.isDirectory
    else { return nil }
    return now.seconds(since: information.modified)
  }

  /// Removes the files of a sweep that was never decided, and frees the names of its runs.
  private func removeSwept(_ name: String) throws(SpoolError) {
    for file in try sweepDirectory(name).names() ?? [] {
      guard let job = QueueFileName(file), job.isFull else { continue }
      _ = try removeEmpty(runPath(job.base))
    }
    try removeSweepFolder(name)
  }

  /// The decided sweep of an earlier request like this one, whose maker died before it could say so. Returns nil if
  /// there is none.
  func interruptedSweep(_ asked: JSONObject) throws(SpoolError) -> Sweep? {
    let user = Account.current.user
    for folder in try sweepFolders() {
      guard case .decided(let id) = folder, let sweep = try sweepIfThere(id),
        sweep.asked == asked,
        let information = try? System.information(path(.sweeps, id)), information.owner == user
      else { continue }
      let judge = try Judge(self)
      let verdict = judge.verdict(
        of: sweep.holder, heartbeat: information.modified, lease: Self.sweepPatience)
      if verdict == .dead { return sweep }
      // The maker is in another namespace, and cannot be judged from here.
      guard let now = serverTime() else { continue }
      if now.seconds(since: information.modified) >= Self.sweepPatience { return sweep }
    }
    return nil
  }

  /// Whether a sweep was decided, and has runs that are not in the queue yet.
  package func hasUnqueuedSweep() throws(SpoolError) -> Bool {
    for case .decided(let id) in try sweepFolders() {
      let files = try sweepDirectory(id).names() ?? []
      if files.contains(where: { QueueFileName($0)?.isFull == true }) { return true }
    }
    return false
  }

  /// The runs whose names belong to sweeps that are not completely queued yet.
  package func runsOfUnqueuedSweeps() throws(SpoolError) -> Set<String> {
    var runs: Set<String> = []
    for folder in try sweepFolders() {
      let name: String
      switch folder {
      case .decided(let id): name = id
      case .making(let id): name = "." + id
      case .swept: continue
      }
      for file in (try? sweepDirectory(name).names()) ?? [] {
        if let job = QueueFileName(file), job.isFull { runs.insert(job.base) }
      }
    }
    return runs
  }
}
