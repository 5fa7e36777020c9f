import CLibrary
import Synchronization

/// The signals that end this program, noted while something has to be cleaned up after them.
package enum Interruption {
  private static let told = Atomic<Int32>(0)
  private static let child = Atomic<Int32>(0)

  /// The first signal that came. Returns nil if none did.
  package static var signal: Int32? {
    let number = told.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }

  /// Notes the signals from now on. A signal that this process ignores stays ignored.
  ///
  /// A call that waits for input ends then; TERM and HUP are passed on to the child that is waited for,
  /// which gets ^C by itself.
  package static func note() {
    let heard = [SIGINT, SIGTERM, SIGHUP, SIGQUIT].filter { !System.ignores($0) }
    for number in heard {
      System.unblock(number)
      System.handle(number, restarts: false) { number in
        _ = Interruption.told.compareExchange(expected: 0, desired: number, ordering: .relaxed)
        let process = Interruption.child.load(ordering: .relaxed)
        guard process > 0, number == SIGTERM || number == SIGHUP else { return }
        // errno is the interrupted code's.
        let before = errno
        kill(process, number)
        errno = before
      }
    }
  }

  /// Sets the child that this program waits for; 0 for none.
  package static func pass(to process: Int32) {
    child.store(process, ordering: .relaxed)
    // A signal may have come between the start of the child and this call.
    if process > 0, let number = signal { kill(process, number) }
  }

  /// Ends this program by the signal that came, if one did.
  package static func obey() {
    if let signal { Terminal.end(by: signal) }
  }
}
