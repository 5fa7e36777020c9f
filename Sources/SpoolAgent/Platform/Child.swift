import CLibrary
import SpoolProtocol

/// How a child process ended.
struct ExitStatus: Sendable, Equatable {
  private let status: Int32

  /// Takes what `waitpid` gave.
  init(_ status: Int32) { self.status = status }

  /// Its exit status; nil: a signal ended it.
  var code: Int? { status & 0x7F == 0 ? Int((status >> 8) & 0xFF) : nil }

  /// The name of the signal that ended it: `KILL`.
  var signal: String? { status & 0x7F == 0 ? nil : SignalName.text(status & 0x7F) }

  /// How it ended, in words for a record.
  var words: String { code.map { "exit status \($0)" } ?? "signal \(signal ?? "?")" }
}

/// What became of children.
enum Child {
  /// One look at the children of this process.
  enum Look: Equatable {
    /// None is left.
    case none
    /// Some live, none has just ended.
    case living
    /// This one ended, and is forgotten now.
    case ended(Int32, ExitStatus)
  }

  /// Takes the next child that ended. `waitpid` with WNOHANG.
  static func look() -> Look {
    var status: Int32 = 0
    let pid = waitpid(-1, &status, WNOHANG)
    if pid > 0 { return .ended(pid, ExitStatus(status)) }
    return pid == 0 ? .living : .none
  }

  /// Waits for one child to end. `waitpid`.
  @discardableResult
  static func reap(_ pid: Int32) -> ExitStatus? {
    var status: Int32 = 0
    guard (try? call(.wait, { waitpid(pid, &status, 0) })) != nil else { return nil }
    return ExitStatus(status)
  }

  /// Whether a child has ended; it is forgotten then. `waitpid` with WNOHANG.
  static func hasEnded(_ pid: Int32) -> Bool {
    var status: Int32 = 0
    return waitpid(pid, &status, WNOHANG) != 0
  }

  /// Sends a signal to a process, or to a group when `pid` is negative; one that is gone is no
  /// error. `kill`.
  static func signal(_ number: Int32, _ pid: Int32) { _ = kill(pid, number) }

  /// Every living descendant of this process, nearest first; those who lost their parent are
  /// children of a process that adopts orphans.
  static func descendants() -> [Int32] {
    #if os(Linux)
      var found: [Int32] = []
      var next = children(of: getpid())
      while let pid = next.popLast() {
        found.append(pid)
        next += children(of: pid)
      }
      return found
    #else
      return []
    #endif
  }

  #if os(Linux)
    private static func children(of pid: Int32) -> [Int32] {
      // Each thread has its own; a process that reads the list while it changes reads it again.
      guard let tasks = try? System.list("/proc/\(pid)/task") else { return [] }
      return tasks.flatMap { task -> [Int32] in
        guard
          let bytes = try? System.open("/proc/\(pid)/task/\(task)/children", .reading).readAll()
        else { return [] }
        return bytes.split(separator: UInt8(ascii: " ")).compactMap {
          Int32(String(decoding: $0, as: UTF8.self))
        }
      }
    }
  #endif
}

/// The signals that spool itself sends.
enum SignalNumber {
  static let kill = SIGKILL
  static let stop = SIGSTOP
  static let term = SIGTERM
  /// Sent before a time limit: what users of sbatch expect.
  static let warning = SIGUSR1
  static let `continue` = SIGCONT
}

/// The signals that a person may name.
package enum SignalName {
  private static let all: [(String, Int32)] = [
    ("HUP", SIGHUP), ("INT", SIGINT), ("QUIT", SIGQUIT), ("ILL", SIGILL), ("TRAP", SIGTRAP),
    ("ABRT", SIGABRT), ("BUS", SIGBUS), ("FPE", SIGFPE), ("KILL", SIGKILL), ("USR1", SIGUSR1),
    ("SEGV", SIGSEGV), ("USR2", SIGUSR2), ("PIPE", SIGPIPE), ("ALRM", SIGALRM), ("TERM", SIGTERM),
    ("CHLD", SIGCHLD), ("CONT", SIGCONT), ("STOP", SIGSTOP), ("TSTP", SIGTSTP), ("TTIN", SIGTTIN),
    ("TTOU", SIGTTOU), ("XCPU", SIGXCPU), ("XFSZ", SIGXFSZ), ("SYS", SIGSYS),
  ]

  /// `TERM`, `SIGTERM`, `term` or `15` as a number; nil for what is no signal.
  package static func number(_ text: String) -> Int32? {
    var name = text.uppercased()
    if name.hasPrefix("SIG") { name.removeFirst(3) }
    if let known = all.first(where: { $0.0 == name }) { return known.1 }
    guard let number = Int32(name), (1...64).contains(number) else { return nil }
    return number
  }

  /// `TERM` for 15; the number for one without a name.
  package static func text(_ number: Int32) -> String {
    all.first { $0.1 == number }?.0 ?? "\(number)"
  }
}
