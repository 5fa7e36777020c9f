/// Why a run did not finish, as one of few kinds.
///
/// A reason names hosts, paths and people; to be counted, what is the same must be called the same.
/// There are some hundred kinds at most, whatever stands in the records.
package enum RunFailure: Sendable, Hashable {
  /// Its command ended with this status.
  case exitStatus(Int)
  /// This signal ended its command: `SEGV`.
  case signal(String)
  /// It ran for longer than it may.
  case timeLimit
  case killed
  /// Its command did not start, or nobody was left to see how it ended.
  case crashed(Crash)
  /// It failed, and its record does not tell how.
  case unknown

  /// What made a run crash.
  package enum Crash: String, Sendable, CaseIterable {
    /// Its runner was killed, or its host went down.
    case runnerDied = "its runner died"
    /// Its runner was told to stop, as at a reboot.
    case toldToStop = "told to stop"
    /// The host has no such command.
    case commandNotFound = "command not found"
    /// The host has no such launcher.
    case launcherNotFound = "launcher not found"
    /// The command is there and cannot be executed.
    case notExecutable = "cannot be executed"
    /// The directory where it should start is missing.
    case directory = "cwd cannot be entered"
    /// What it waited for cannot come any more.
    case dependency = "what it waits for cannot come"
    /// Another run with its key was not done.
    case unique = "unique"
    /// The job file is wrong.
    case jobFile = "its file is wrong"
    /// The record cannot be read.
    case record = "its record cannot be read"
    /// Anything else; the run's reason tells.
    case other = "other reasons"
  }

  /// Why a run did not finish; nil: it did, or is not over.
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

  /// Why a run did not finish; nil: it did, or is not over.
  package init?(_ run: Run) {
    self.init(state: run.state, exitCode: run.exitCode, signal: run.signal, reason: run.reason)
  }

  /// In words: `exit status 3`, `time limit`, `crashed: its runner died`.
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

  // Whoever may write into done/ may write anything: what is no name of a signal is not counted
  // under a name of its own.
  private static func isSignalName(_ text: String) -> Bool {
    (1...8).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
      }
  }
}

extension RunFailure.Crash {
  /// What a crashed run's reason says; the words are those that agents, runners and recovery write.
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
