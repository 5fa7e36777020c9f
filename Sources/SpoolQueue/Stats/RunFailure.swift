/// The kind of a run's failure.
///
/// A reason contains hosts, paths and people; to be counted, equal failures need equal names. There are
/// a few hundred kinds at most, whatever the records contain.
package enum RunFailure: Sendable, Hashable {
  /// The command ended with this status.
  case exitStatus(Int)
  /// This signal ended the command: `SEGV`.
  case signal(String)
  /// The run passed its time limit.
  case timeLimit
  case killed
  /// The command did not start, or its end was not observed.
  case crashed(Crash)
  /// The run failed, and its record does not tell how.
  case unknown

  package enum Crash: String, Sendable, CaseIterable {
    /// The runner was killed, or its host went down.
    case runnerDied = "its runner died"
    /// The runner was told to stop, as at a reboot.
    case toldToStop = "told to stop"
    /// The host has no such command.
    case commandNotFound = "command not found"
    /// The host has no such launcher.
    case launcherNotFound = "launcher not found"
    /// The command exists and cannot be executed.
    case notExecutable = "cannot be executed"
    /// The working directory of the command is missing.
    case directory = "cwd cannot be entered"
    /// A condition that the run waited for can never come true.
    case dependency = "what it waits for cannot come"
    /// Another run with the same `unique` key was not done.
    case unique = "unique"
    case jobFile = "its file is wrong"
    case record = "its record cannot be read"
    /// Another cause; see the run's reason.
    case other = "other reasons"
  }

  /// Classifies the failure of a run. Returns nil if the run finished, or is not over.
  package init?(state: RunState, exitCode: Int?, signal: String?, reason: String?) {
    switch state {
    case .idle, .queued, .starting, .running, .finished: return nil
    case .killed: self = .killed
    case .crashed: self = .crashed(Crash(reason ?? ""))
    case .failed:
      if reason?.hasPrefix("time limit") == true {
        self = .timeLimit
      } else if let exitCode, (0...255).contains(exitCode) {
        self = .exitStatus(exitCode)
      } else if let signal, Self.isSignalName(signal) {
        self = .signal(signal)
      } else {
        self = .unknown
      }
    }
  }

  /// Classifies the failure of a run. Returns nil if the run finished, or is not over.
  package init?(_ run: Run) {
    self.init(state: run.state, exitCode: run.exitCode, signal: run.signal, reason: run.reason)
  }

  /// The kind in words: `exit status 3`, `time limit`, `crashed: its runner died`.
  package var words: String {
    switch self {
    case .exitStatus(let status): "exit status \(status)"
    case .signal(let name): "signal \(name)"
    case .timeLimit: "time limit"
    case .killed: "killed"
    case .crashed(let crash): "crashed: \(crash.rawValue)"
    case .unknown: "failed"
    }
  }

  // Writers of done/ may write anything: a text that is not the name of a signal does not get a kind of its own.
  private static func isSignalName(_ text: String) -> Bool {
    (1...8).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
      }
  }
}

extension RunFailure.Crash {
  /// Classifies the reason of a crashed run; the words are those that agents, runners and recovery write.
  init(_ reason: String) {
    func begins(_ text: String) -> Bool { reason.hasPrefix(text) }
    func has(_ text: String) -> Bool { reason.firstRange(of: text) != nil }
    if begins("its runner on "), has(" died") {
      self = .runnerDied
    } else if begins("told to stop") {
      self = .toldToStop
    } else if begins("command not found on ") {
      self = .commandNotFound
    } else if begins("launcher ") {
      self = .launcherNotFound
    } else if begins("cwd ") {
      self = .directory
    } else if begins("it waits for ") {
      self = .dependency
    } else if begins("unique ") {
      self = .unique
    } else if begins("line ") {
      self = .jobFile
    } else if has(": cannot be executed on ") {
      self = .notExecutable
    } else if has(": is not a record that spool wrote") || has(": cannot be read: ") {
      self = .record
    } else {
      self = .other
    }
  }
}
