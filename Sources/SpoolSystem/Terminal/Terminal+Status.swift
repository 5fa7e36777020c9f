import CLibrary
package import Synchronization

extension Terminal {
  /// Whether a status line is on the terminal now, for the handlers of signals.
  package static let hasStatusLine = Atomic<Bool>(false)
  private static let catchesSignals = Atomic<Bool>(false)

  /// Whether a signal that ends the program wipes the status line first.
  static var wipesOnSignals: Bool { catchesSignals.load(ordering: .relaxed) }

  /// Wipes the status line when a signal ends or stops the program. `sigaction`.
  package static func wipeOnSignals() {
    if catchesSignals.exchange(true, ordering: .relaxed) { return }
    for number in [SIGINT, SIGTERM, SIGQUIT, SIGHUP] where !System.ignores(number) {
      System.handle(number, restarts: true) { number in
        let isWiped = Terminal.wipeStatusLine()
        if number == SIGINT { LastWords.write(isAtStart: isWiped) }
        // The signal comes again when the handler has returned, and then ends the program.
        signal(number, SIG_DFL)
        raise(number)
      }
    }
    if !System.ignores(SIGTSTP) {
      System.handle(SIGTSTP, restarts: true) { _ in
        _ = Terminal.wipeStatusLine()
        raise(SIGSTOP)
      }
    }
  }

  // In a signal's handler: one write and no lock.
  private static func wipeStatusLine() -> Bool {
    guard hasStatusLine.exchange(false, ordering: .acquiringAndReleasing) else { return false }
    let text: StaticString = "\r\u{1b}[K"
    text.withUTF8Buffer { bytes in _ = write(UnsafeRawBufferPointer(bytes), to: 2) }
    return true
  }
}
