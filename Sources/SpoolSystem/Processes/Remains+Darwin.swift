#if canImport(Darwin)
  import CLibrary

  /// The processes that a command has left on this host after it or its runner ended: its process group. The
  /// environment of other processes cannot be read here.
  package struct Remains: Sendable {
    private let command: ProcessIdentity?
    private let isKnown: Bool

    /// - Parameters:
    ///   - command: The process that led the session; if nil, no process is found.
    ///   - owner: The user who gave these facts; nil if they are this process's own. Root trusts only its own.
    package init(
      command: ProcessIdentity?, run: String, _ attempt: Int?, claim: String,
      of owner: UInt32? = nil
    ) {
      isKnown = owner == nil || !Account.isRoot || owner == 0
      self.command = command
    }

    package var areGone: Bool { command.map { killpg($0.pid, 0) != 0 } ?? true }

    /// Kills all of them, and waits until they are gone. Returns false if some are left after that many seconds.
    package func killAll(within seconds: Double) -> Bool {
      guard let command else { return true }
      let deadline = Instant.now + .seconds(seconds)
      while isKnown, killpg(command.pid, SIGKILL) == 0 {
        if Instant.now > deadline { return false }
        TimeSpan.milliseconds(2).pause()
      }
      return true
    }
  }
#endif
