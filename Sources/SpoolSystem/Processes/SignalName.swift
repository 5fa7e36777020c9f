import CLibrary

/// The signals that spool itself sends.
package enum SignalNumber {
  package static let kill = SIGKILL
  package static let stop = SIGSTOP
  package static let term = SIGTERM
  /// Sent before a time limit, as users of `sbatch` expect.
  package static let warning = SIGUSR1
  package static let `continue` = SIGCONT
}

/// The names of signals.
package enum SignalName {
  private static let all: [(String, Int32)] = [
    ("HUP", SIGHUP), ("INT", SIGINT), ("QUIT", SIGQUIT), ("ILL", SIGILL), ("TRAP", SIGTRAP),
    ("ABRT", SIGABRT), ("BUS", SIGBUS), ("FPE", SIGFPE), ("KILL", SIGKILL), ("USR1", SIGUSR1),
    ("SEGV", SIGSEGV), ("USR2", SIGUSR2), ("PIPE", SIGPIPE), ("ALRM", SIGALRM), ("TERM", SIGTERM),
    ("CHLD", SIGCHLD), ("CONT", SIGCONT), ("STOP", SIGSTOP), ("TSTP", SIGTSTP), ("TTIN", SIGTTIN),
    ("TTOU", SIGTTOU), ("URG", SIGURG), ("XCPU", SIGXCPU), ("XFSZ", SIGXFSZ),
    ("VTALRM", SIGVTALRM), ("PROF", SIGPROF), ("WINCH", SIGWINCH), ("IO", SIGIO), ("SYS", SIGSYS),
  ]

  /// The signals that have names, in the order of their numbers on Linux.
  package static var known: [String] { all.map(\.0) }

  /// The number of `TERM`, `SIGTERM`, `term` or `15`. Returns nil if the text names no signal.
  package static func number(_ text: String) -> Int32? {
    var name = text.uppercased()
    if name.hasPrefix("SIG") { name.removeFirst(3) }
    if let known = all.first(where: { $0.0 == name }) { return known.1 }
    guard let number = Int32(name), (1...64).contains(number) else { return nil }
    return number
  }

  /// `TERM` for 15; the number itself for a signal without a name.
  package static func text(_ number: Int32) -> String {
    all.first { $0.1 == number }?.0 ?? "\(number)"
  }
}
