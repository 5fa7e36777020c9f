#if canImport(Darwin)
  import CLibrary

  /// What is left of a command on this host after its runner died, or after it ended.
  ///
  /// Its process group: another's environment cannot be read here.
  package struct Remains: Sendable {
    private let command: ProcessIdentity?
    private let isKnown: Bool

    /// - Parameters:
    ///   - command: The process that led the session; nil: nobody knows, and nothing is found.
    ///   - owner: Who says so; nil: this process knows by itself. Of others root believes nothing.
    package init(
      command: ProcessIdentity?, run: String, _ attempt: Int?, claim: String,
      of owner: UInt32? = nil
    ) {
      isKnown = owner == nil || !Account.isRoot || owner == 0
      self.command = command
    }

    /// Whether none is left.
    package var areGone: Bool { command.map { killpg($0.pid, 0) != 0 } ?? true }

    /// Kills all, and sees them gone; false: some are not, after that many seconds.
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
