/// Whether the holder of a claim or of a run still lives.
package struct Judge: Sendable {
  /// What can be said from here.
  package enum Verdict: Sendable {
    case alive
    case dead
    /// Nothing that was seen proves death.
    case unknown
  }

  private let fileSystem: FileSystemKind
  /// The file server's clock; nil: nobody could ask.
  private let now: Timestamp?

  /// Asks for the file system's kind, and on a network one for the server's time.
  package init(_ queue: Queue) throws(SpoolError) {
    let kind = try queue.fileSystem
    self.init(kind, now: kind == .network ? queue.serverTime() : nil)
  }

  package init(_ fileSystem: FileSystemKind, now: Timestamp?) {
    self.fileSystem = fileSystem
    self.now = now
  }

  /// The rules in order; each holds only where those before it said nothing.
  ///
  /// 1. Its process numbers mean something here: the process decides, at once. One that is alive but
  ///    stopped is not robbed.
  /// 2. A local file system: another boot is over. Another namespace cannot be judged from here.
  /// 3. A network file system: two leases old by the server's clock is dead. (One who keeps looking
  ///    knows after a single lease: ``Recoverer``.)
  package func verdict(of holder: Holder, heartbeat: Timestamp, lease: Double) -> Verdict {
    if holder.isVisible { return holder.process.isAlive ? .alive : .dead }
    switch fileSystem {
    case .local:
      let here = Host.current
      return !holder.boot.isEmpty && !here.boot.isEmpty && holder.boot != here.boot
        ? .dead : .unknown
    case .network:
      guard let now else { return .unknown }
      let age = now.seconds(since: heartbeat)
      if age >= 2 * lease { return .dead }
      return age < lease ? .alive : .unknown
    }
  }
}

extension Queue {
  /// Now, by the clock of whoever keeps the queue's files; nil: a server could not be asked.
  package func now() throws(SpoolError) -> Timestamp? {
    try fileSystem == .network ? serverTime() : .now
  }

  /// The file server's time: the modification time of a file just made; nil: none could be made.
  package func serverTime() -> Timestamp? {
    let path = path(.agents, Self.asideName("clock"))
    defer { try? removeIfThere(path) }
    guard let file = try? System.create(path, permissions: shape.files) else { return nil }
    return (try? file.information())?.modified
  }
}
