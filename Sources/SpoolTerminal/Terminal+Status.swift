// The status line needs these facts about its terminal.
import CLibrary
import SpoolSystem
import Synchronization

extension Terminal {
  /// Whether a status line is drawn at this moment, for the handlers of signals.
  static let hasStatusLine = Atomic<Bool>(false)
  private static let catchesSignals = Atomic<Bool>(false)

  /// Whether lines can be drawn there: a terminal that is not dumb. No colour is needed for that.
  static func canDraw(_ descriptor: Int32) -> Bool {
    canDraw(isTerminal: isTerminal(descriptor), term: environment("TERM"))
  }

  /// Whether lines can be drawn, given the facts: a terminal, and the value of `TERM`.
  static func canDraw(isTerminal: Bool, term: String?) -> Bool {
    isTerminal && !(term ?? "").isEmpty && term != "dumb"
  }

  /// How many cells a line of the window has now; 80 where it does not say. `TIOCGWINSZ`.
  static func drawingWidth(of descriptor: Int32) -> Int {
    // Not COLUMNS: it may be another window's, and a line that is too long is two lines.
    reportedWidth(descriptor) ?? 80
  }

  /// Whether this program is in the foreground of that terminal: one that was put into the background
  /// must not draw over what is typed there. `tcgetpgrp`.
  static func isInForeground(_ descriptor: Int32) -> Bool {
    let group = tcgetpgrp(descriptor)
    // Without a controlling terminal there is no foreground group that could be another's.
    return group == -1 || group == getpgrp()
  }

  /// Wipes the status line when a signal ends or stops the program. `sigaction`.
  static func wipeOnSignals() {
    if catchesSignals.exchange(true, ordering: .relaxed) { return }
    for number in [SIGINT, SIGTERM, SIGQUIT, SIGHUP] where !System.ignores(number) {
      handle(number, restarts: true) { number in
        Terminal.wipeStatusLine()
        // The signal comes again when the handler has returned, and then ends the program.
        signal(number, SIG_DFL)
        raise(number)
      }
    }
    if !System.ignores(SIGTSTP) {
      handle(SIGTSTP, restarts: true) { _ in
        Terminal.wipeStatusLine()
        raise(SIGSTOP)
      }
    }
  }

  // In a signal's handler: one write and no lock.
  private static func wipeStatusLine() {
    guard hasStatusLine.exchange(false, ordering: .acquiringAndReleasing) else { return }
    let text: StaticString = "\r\u{1b}[K"
    text.withUTF8Buffer { bytes in _ = write(UnsafeRawBufferPointer(bytes), to: 2) }
  }
}
