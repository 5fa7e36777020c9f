/// Decides whether the holder of a claim or of a run still lives.
package struct Judge: Sendable {
  /// The answers that can be given from here.
  package enum Verdict: Sendable, Equatable {
    case alive
    case dead
    /// No process holds the lock on its file, which has this inode. If two looks with a pause between them see
    /// this, the holder is dead. The pause is needed because the kernel closes the files of an ending process
    /// before it ends the processes that die with it.
    case free(inode: UInt64)
    /// Nothing that was seen proves that the holder is dead.
    case unknown
  }

  private let fileSystem: FileSystemKind
  /// The time of the file server; nil if it could not be asked.
  private let now: Timestamp?

  /// Asks for the file system's kind and, on a network file system, for the server's time.
  package init(_ queue: Queue) throws(SpoolError) {
    let kind = try queue.fileSystem
    self.init(kind, now: kind == .network ? queue.serverTime() : .now)
  }

  package init(_ fileSystem: FileSystemKind, now: Timestamp?) {
    self.fileSystem = fileSystem
    self.now = now
  }

  /// Applies these rules in order. Each rule counts only if the rules before it decided nothing.
  ///
  /// 1. The holder's process numbers are visible here: the process decides, at once. A process that is alive but
  ///    stopped keeps its run.
  /// 2. The holder lives by its lease: it is dead when its heartbeat is two leases old by the server's clock,
  ///    whatever host looks at it. (A ``Recoverer`` that keeps looking knows after a single lease.)
  /// 3. The holder lives by a lock: the process that holds the lock is alive. If no process holds it, the verdict
  ///    is ``Verdict/free(inode:)``.
  /// 4. On a local file system a holder of another boot is dead.
  ///
  /// - Parameter path: The holder's file, which has the lock; nil if it has none.
  package func verdict(
    of holder: Holder, heartbeat: Timestamp, lease: Double, file path: String? = nil
  ) -> Verdict {
    if holder.isVisible { return holder.process.isAlive ? .alive : .dead }
    switch holder.life {
    case .lease: return byAge(heartbeat, lease)
    case .lock(let device, let inode) where holder.isOfThisBoot:
      return path.map { Self.byLock($0, device, inode) } ?? .unknown
    case .lock, .process: return byBoot(holder)
    // Spool 0.1.0 judged its own records in this way.
    case nil: return fileSystem == .network ? byAge(heartbeat, lease) : byBoot(holder)
    }
  }

  /// Whether ``verdict(of:heartbeat:lease:file:)`` decides by heartbeats.
  func goesByLease(_ holder: Holder) -> Bool {
    if holder.isVisible { return false }
    return holder.life == .lease || holder.life == nil && fileSystem == .network
  }

  private func byAge(_ heartbeat: Timestamp, _ lease: Double) -> Verdict {
    guard let now else { return .unknown }
    let age = now.seconds(since: heartbeat)
    if age >= 2 * lease { return .dead }
    return age < lease ? .alive : .unknown
  }

  private func byBoot(_ holder: Holder) -> Verdict {
    let here = Host.current
    return fileSystem == .local && !holder.boot.isEmpty && !here.boot.isEmpty
      && holder.boot != here.boot ? .dead : .unknown
  }

  private static func byLock(_ path: String, _ device: UInt64, _ inode: UInt64) -> Verdict {
    guard let file = try? System.open(path, .reading), let before = try? file.information(),
      // A copy has locks of its own, and so has the same file through another mount.
      before.device == device, before.inode == inode
    else { return .unknown }
    switch LifeLock.ask(file) {
    case .held: return .alive
    case .unknown: return .unknown
    case .free:
      // The file was replaced meanwhile: its maker holds the new file.
      guard let after = try? file.information(), after.links > 0 else { return .unknown }
      return .free(inode: inode)
    }
  }
}

extension Queue {
  /// Judges an agent, as far as it can be judged from here.
  package func verdict(of agent: AgentRecord, _ judge: Judge) -> Judge.Verdict {
    judge.verdict(
      of: agent.holder, heartbeat: agent.heartbeat, lease: agent.lease,
      file: path(.agents, agent.name + QueueFileName.ending))
  }

  /// Judges an attempt's runner, as far as it can be judged from here.
  package func verdict(of found: FoundAttempt, _ judge: Judge) -> Judge.Verdict {
    judge.verdict(
      of: found.start.holder, heartbeat: found.heartbeat, lease: found.start.lease,
      file: runPath(found.start.run, "\(found.start.attempt)/" + Self.startFile))
  }

  /// Whether an agent is dead, as far as one look can tell.
  package func isGone(_ agent: AgentRecord, _ judge: Judge) -> Bool {
    switch verdict(of: agent, judge) {
    case .alive, .unknown: false
    case .dead, .free: true
    }
  }

  /// Whether an attempt's runner is dead, as far as one look can tell, and no agent that sees the runner's
  /// processes will deal with that.
  package func isGone(
    _ found: FoundAttempt, _ agents: some Sequence<AgentRecord>, _ judge: Judge
  ) -> Bool {
    switch verdict(of: found, judge) {
    case .alive, .unknown: false
    case .dead: true
    case .free: !hasAgent(beside: found.start.holder, agents, judge)
    }
  }

  /// Whether a live agent sees the holder's processes. That agent must judge them, and end what the command left
  /// behind.
  package func hasAgent(beside holder: Holder, _ agents: some Sequence<AgentRecord>, _ judge: Judge)
    -> Bool
  {
    agents.contains { agent in
      // Without a lock, it cannot be told from here whether an agent in another namespace lives.
      guard case .lock? = agent.holder.life, agent.holder.sharesProcesses(with: holder) else {
        return false
      }
      return !isGone(agent, judge)
    }
  }

  /// The time now, by the clock of the file server, or of this host for a local disk. Nil if a server could not be
  /// asked.
  package func now() throws(SpoolError) -> Timestamp? {
    try fileSystem == .network ? serverTime() : .now
  }

  /// The file server's time, taken from the modification time of a file just made. Nil if none could be made.
  package func serverTime() -> Timestamp? {
    let aside = Aside("clock", in: path(.agents))
    // The file is closed before it is removed: NFS would keep an open file, as `.nfs…`.
    let modified = try? System.create(aside.path, permissions: shape.files).information().modified
    try? aside.unlink()
    return modified
  }
}
