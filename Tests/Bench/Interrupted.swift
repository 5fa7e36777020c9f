import CLibrary
import SpoolTerminal

/// Someone typed ^C, or asked otherwise: thrown at the next safe place, so that every `defer` runs.
struct Interrupted: Error {
  let signal: Int32
}

// No cleaning happens in a handler: it notes the number of its signal, and the code that starts and
// waits throws.
extension Interruption {
  /// Notes signals from now on. The alarm that rings each second ends a wait that began just after
  /// ``check()``, and lets a wait see that its time is over.
  static func throwWhereItIsSafe() {
    note()
    System.handle(SIGALRM, restarts: false) { _ in alarm(1) }
    alarm(1)
  }

  static func check() throws(Interrupted) {
    if let signal { throw Interrupted(signal: signal) }
  }
}
