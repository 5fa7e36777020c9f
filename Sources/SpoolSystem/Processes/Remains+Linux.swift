#if os(Linux)
  import CLibrary

  /// What is left of a command on this host after its runner died, or after it ended.
  ///
  /// Its session, and whoever left that session but carries the run's environment.
  package struct Remains: Sendable {
    private let command: ProcessIdentity?
    private let marks: [[UInt8]]
    private let claim: [UInt8]
    private let run: [UInt8]
    private let owner: UInt32?

    /// - Parameters:
    ///   - command: The process that led the session; nil: its number is not known, or means nothing here,
    ///     since it was of another namespace.
    ///   - run: `runs/RUN`, as SPOOL_RUN_DIR has it.
    ///   - attempt: Its number, as SPOOL_ATTEMPT has it; nil: not known.
    ///   - claim: As SPOOL_CLAIM has it, which is the same in every namespace and on every mount.
    ///   - owner: Who says so: only processes that this user started are the command's; nil: this process
    ///     knows by itself.
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

    /// Whether none is left.
    package var areGone: Bool { processes().isEmpty }

    /// Kills all, and sees them gone; false: some are not, after that many seconds.
    package func killAll(within seconds: Double) -> Bool {
      let deadline = Instant.now + .seconds(seconds)
      while true {
        let left = processes()
        if left.isEmpty { return true }
        for pid in left {
          // Another user's: to try on would keep this process busy and change nothing.
          if kill(pid, SIGKILL) == -1, errno == EPERM { return false }
        }
        if Instant.now > deadline { return false }
        // Nobody tells when a process that is not our child is gone: look again in 2 ms.
        TimeSpan.milliseconds(2).pause()
      }
    }

    private func processes() -> [Int32] {
      guard let names = try? System.list("/proc") else { return [] }
      return names.compactMap { Int32($0) }.filter { belongs($0) }
    }

    private func belongs(_ pid: Int32) -> Bool {
      if pid == getpid() || pid <= 1 { return false }
      guard let line = Host.text(of: "/proc/\(pid)/stat"), let end = line.lastIndex(of: ")")
      else { return false }
      let fields = line[line.index(after: end)...].split(separator: " ")
      guard fields.count > 19, fields[0] != "Z", fields[0] != "X",
        let session = Int32(fields[3]), let started = UInt64(fields[19])
      else { return false }
      if let owner, Self.user(of: pid) != owner { return false }
      if let command {
        if started < command.started { return false }
        // The number of a session is not given to a new process while anyone is in it. A new leader
        // with the same number shows itself by its start.
        if session == command.pid { return pid != command.pid || started == command.started }
      }
      guard let bytes = try? System.openFollowing("/proc/\(pid)/environ").readAll(limit: 1 << 20)
      else { return false }
      let variables = bytes.split(separator: 0)
      func has(_ mark: [UInt8]) -> Bool { variables.contains { $0.elementsEqual(mark) } }
      // An agent of another queue may have the same name, by chance.
      return has(claim) && has(self.run) || command != nil && marks.allSatisfy(has)
    }

    /// Whose process it is, also where it executes a set-user-ID program: the first number of the line
    /// `Uid:`.
    private static func user(of pid: Int32) -> UInt32? {
      guard let bytes = try? System.openFollowing("/proc/\(pid)/status").readAll(limit: 1 << 16)
      else { return nil }
      let lines = String(raw: bytes).split(separator: "\n")
      for line in lines where line.hasPrefix("Uid:") {
        return line.dropFirst(4).split { $0 == "\t" || $0 == " " }.first.flatMap { UInt32($0) }
      }
      return nil
    }
  }
#endif
