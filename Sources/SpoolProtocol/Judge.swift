/// Whether the holder of a claim or of a run still lives.
package struct Judge: Sendable {
  /// What can be told from here.
  package enum Verdict: Sendable, Equatable {
    case alive
    case dead
    /// No process holds the lock on its file, whose inode this is. That is death if it is seen at two looks
    /// with a pause between them: the kernel closes the files of a process that ends before it ends what dies
    /// with it.
    case free(inode: UInt64)
    /// Nothing that was seen proves death.
    case unknown
  }

  private let fileSystem: FileSystemKind
  /// The time of the file server; nil if it could not be asked.
  private let now: Timestamp?

  /// Asks for the file system's kind, and on a network one for the server's time.
  package init(_ queue: Queue) throws(SpoolError) {
    let kind = try queue.fileSystem
    self.init(kind, now: kind == .network ? queue.serverTime() : .now)
  }

  package init(_ fileSystem: FileSystemKind, now: Timestamp?) {
    self.fileSystem = fileSystem
    self.now = now
  }

  /// The rules in order; each holds only where those before it decided nothing.
  ///
  /// 1. Its process numbers mean something here: the process decides, at once. A process that is alive but
  ///    stopped is not robbed.
  /// 2. It lives by its lease: two leases old by the server's clock is dead, on whatever host that is looked
  ///    at. (A ``Recoverer`` that keeps looking knows after a single lease.)
  /// 3. It lives by a lock: the holder of the lock is alive; where no process holds it,
  ///    ``Verdict/free(inode:)``.
  /// 4. On a local file system another boot is over.
  ///
  /// - Parameter path: Its file, which has the lock; nil if it has none.
  package func verdict(
    of holder: Holder, heartbeat: Timestamp, lease: Double, file path: String? = nil
  ) -> Verdict {
    if holder.isVisible { return holder.process.isAlive ? .alive : .dead }
    switch holder.life {
    case .lease: return byAge(heartbeat, lease)
    case .lock(let device, let inode) where holder.isOfThisBoot:
      return path.map { Self.byLock($0, device, inode) } ?? .unknown
    case .lock, .process: return byBoot(holder)
    // As 0.1.0 judged its own.
    case nil: return fileSystem == .network ? byAge(heartbeat, lease) : byBoot(holder)
    }
  }

  /// Whether ``verdict(of:heartbeat:lease:file:)`` goes by heartbeats.
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
      // A copy, or the same file through another mount, has locks of its own.
      before.device == device, before.inode == inode
    else { return .unknown }
    switch LifeLock.ask(file) {
    case .held: return .alive
    case .unknown: return .unknown
    case .free:
      // Replaced meanwhile: its maker holds the new one.
      guard let after = try? file.information(), after.links > 0 else { return .unknown }
      return .free(inode: inode)
    }
  }
}

extension Queue {
  /// What can be said of an agent from here.
  package func verdict(of agent: AgentRecord, _ judge: Judge) -> Judge.Verdict {
    judge.verdict(
      of: agent.holder, heartbeat: agent.heartbeat, lease: agent.lease,
      file: path(.agents, agent.name + QueueFileName.ending))
  }

  /// What can be said of an attempt's runner from here.
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

  /// Whether an attempt's runner is dead, as far as one look can tell, and no agent nearer to it will deal
  /// with that.
  package func isGone(
    _ found: FoundAttempt, _ agents: some Sequence<AgentRecord>, _ judge: Judge
  ) -> Bool {
    switch verdict(of: found, judge) {
    case .alive, .unknown: false
    case .dead: true
    case .free: !hasAgent(beside: found.start.holder, agents, judge)
    }
  }

  /// Whether an agent lives that sees the holder's processes, and is to judge of them, and to end what
  /// its command left behind.
  package func hasAgent(beside holder: Holder, _ agents: some Sequence<AgentRecord>, _ judge: Judge)
    -> Bool
  {
    agents.contains { agent in
      // An agent without a lock in another namespace may live or not: that cannot be told from here.
      guard case .lock? = agent.holder.life, agent.holder.sharesProcesses(with: holder) else {
        return false
      }
      return !isGone(agent, judge)
    }
  }

  /// Now, by the clock of the file server, or of this host for a local disk; nil if a server could not be
  /// asked.
  package func now() throws(SpoolError) -> Timestamp? {
    try fileSystem == .network ? serverTime() : .now
  }

  /// The file server's time: the modification time of a file just made; nil if none could be made.
  package func serverTime() -> Timestamp? {
    let aside = Aside("clock", in: path(.agents))
    // Closed before it is removed: NFS would keep an open file, as `.nfs…`.
    let modified = try? System.create(aside.path, permissions: shape.files).information().modified
    try? aside.unlink()
    return modified
  }
}
