#if os(Linux)
  import CLibrary

  /// The processes that a command has left on this host after it or its runner ended: its session, and processes
  /// that left the session but have the environment of the run.
  package struct Remains: Sendable {
    private let command: ProcessIdentity?
    private let marks: [[UInt8]]
    private let claim: [UInt8]
    private let run: [UInt8]
    private let owner: UInt32?

    /// - Parameters:
    ///   - command: The process that led the session; nil if its number is not known, or is of another namespace.
    ///   - run: `runs/RUN`, as in SPOOL_RUN_DIR.
    ///   - attempt: Its number, as in SPOOL_ATTEMPT; nil if it is not known.
    ///   - claim: As in SPOOL_CLAIM, which is the same in every namespace and on every mount.
    ///   - owner: The user who gave these facts: only processes of this user are the command's. Nil if the facts
    ///     are this process's own.
    package init(
      command: ProcessIdentity?, run: String, _ attempt: Int?, claim: String,
      of owner: UInt32? = nil
    ) {
      self.command = command
      self.owner = owner
      self.claim = "SPOOL_CLAIM=\(claim)".rawBytes
      self.run = "SPOOL_RUN=\(run.split(separator: "/").last ?? "")".rawBytes
      marks =
        ["SPOOL_RUN_DIR=\(run)".rawBytes]
        + (attempt.map { ["SPOOL_ATTEMPT=\($0)".rawBytes] } ?? [])
    }

    package var areGone: Bool { processes().isEmpty }

    /// Kills all of them, and waits until they are gone. Returns false if some are left after that many seconds.
    package func killAll(within seconds: Double) -> Bool {
      let deadline = Instant.now + .seconds(seconds)
      while true {
        let left = processes()
        if left.isEmpty { return true }
        for pid in left {
          // It belongs to another user: no later try would succeed.
          if kill(pid, SIGKILL) == -1, errno == EPERM { return false }
        }
        if Instant.now > deadline { return false }
        // No event reports the end of a process that is no child: look again in 2 ms.
        TimeSpan.milliseconds(2).pause()
      }
    }

    private func processes() -> [Int32] {
      guard let names = try? System.list("/proc") else { return [] }
      return names.compactMap { Int32($0) }.filter { belongs($0) }
    }

    private func belongs(_ pid: Int32) -> Bool {
      if pid == getpid() || pid <= 1 { return false }
      guard let stat = ProcessStat(of: pid), !stat.isZombie else { return false }
      if let owner, Self.user(of: pid) != owner { return false }
      if let command {
        if stat.started < command.started { return false }
        // The kernel reuses the number of a session only when no process is left in it. A new leader with the
        // same number has another start.
        if stat.session == command.pid {
          return pid != command.pid || stat.started == command.started
        }
      }
      guard let bytes = try? System.openFollowing("/proc/\(pid)/environ").readAll(limit: 1 << 20)
      else { return false }
      let variables = bytes.split(separator: 0)
      func has(_ mark: [UInt8]) -> Bool { variables.contains { $0.elementsEqual(mark) } }
      // By chance an agent of another queue may have the same name.
      return has(claim) && has(self.run) || command != nil && marks.allSatisfy(has)
    }

    /// The real user of a process, which a set-user-ID program does not change: the first number of the line
    /// `Uid:`.
    private static func user(of pid: Int32) -> UInt32? {
      guard let bytes = try? System.openFollowing("/proc/\(pid)/status").readAll(limit: 1 << 16)
      else { return nil }
      for line in bytes.split(separator: UInt8(ascii: "\n")) where line.starts(with: "Uid:".utf8) {
        return line.dropFirst(4).split { $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: " ") }.first
          .flatMap { UInt32(String(raw: $0)) }
      }
      return nil
    }
  }
#endif
