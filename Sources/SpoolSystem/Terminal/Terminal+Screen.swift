// The terminal of a live view, which draws on it and reads single keys.
import CLibrary
import Synchronization

/// The last signal that ends or wakes the program; 0 if there was none.
private let arrived = Atomic<Int32>(0)
/// The signal that is to end the program; 0 if there was none.
private let ending = Atomic<Int32>(0)
/// The modes of the terminal before. Written before any handler can run, and only read afterwards.
nonisolated(unsafe) private var found = termios()

extension Terminal {
  /// Seconds from a signal to the end of the program, even if a call does not return.
  private static let patience: UInt32 = 10

  /// The reasons why a wait ends.
  package enum Wake: Sendable, Equatable {
    /// Keys, as the terminal sends them.
    case keys([UInt8])
    /// Time passed, or the window has another size.
    case time
    /// It is to stop until a shell continues it: ``Terminal/suspend()``.
    case stop
    /// It is to end: the number of a signal, or 0 if the terminal is gone.
    case end(Int32)
  }

  /// Takes the terminal: the alternate screen, no cursor, single keys that are not shown. `tcsetattr`.
  ///
  /// - Returns: Whether standard input is a terminal. Then ``leaveScreen()`` must give it back; a signal that can
  ///   be caught and ends the program gives it back too.
  package static func enterScreen() -> Bool {
    guard isTerminal(0), tcgetattr(0, &found) == 0 else { return false }
    for number in [SIGTSTP, SIGWINCH, SIGCONT] {
      System.handle(number, restarts: false) { arrived.store($0, ordering: .relaxed) }
    }
    for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] {
      System.handle(number, restarts: false) {
        arrived.store($0, ordering: .relaxed)
        // A file server that does not answer must not keep the program alive.
        if ending.exchange($0, ordering: .relaxed) == 0 { alarm(Terminal.patience) }
      }
    }
    System.handle(SIGALRM, restarts: false) { _ in
      let number = ending.load(ordering: .relaxed)
      if number == 0 { return }
      Terminal.leaveScreen()
      Terminal.end(by: number)
    }
    for number in [SIGABRT, SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE] {
      System.handle(number, restarts: false) { number in
        Terminal.leaveScreen()
        signal(number, SIG_DFL)
        raise(number)
      }
    }
    takeKeys()
    return true
  }

  private static func takeKeys() {
    var raw = found
    raw.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
    raw.c_iflag &= ~tcflag_t(IXON | ICRNL)
    tcsetattr(0, TCSADRAIN, &raw)
    send("\u{1b}[?1049h\u{1b}[?25l\u{1b}[?7l")
  }

  /// Gives the terminal back with its old modes. Safe in a handler of signals.
  package static func leaveScreen() {
    send("\u{1b}[?7h\u{1b}[?25h\u{1b}[?1049l")
    tcsetattr(0, TCSADRAIN, &found)
  }

  /// Stops as ^Z does, with the old modes of the terminal, until a shell continues the program.
  package static func suspend() {
    leaveScreen()
    raise(SIGSTOP)
    takeKeys()
  }

  /// Ends the program by a signal, so that its parent sees the true cause.
  package static func end(by number: Int32) {
    signal(number, SIG_DFL)
    raise(number)
  }

  // One write. Its failure cannot be reported: the terminal itself failed.
  private static func send(_ text: StaticString) {
    text.withUTF8Buffer { bytes in _ = write(UnsafeRawBufferPointer(bytes), to: 1) }
  }

  /// Waits for keys, a signal or the time. `poll`, `read`.
  package static func wait(milliseconds: Int) -> Wake {
    var entry = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
    let isQuiet = arrived.load(ordering: .relaxed) == 0
    let ready = isQuiet ? poll(&entry, 1, Int32(clamping: milliseconds)) : 0
    let number = arrived.exchange(0, ordering: .relaxed)
    if number == SIGTSTP { return .stop }
    if number != 0, number != SIGWINCH, number != SIGCONT { return .end(number) }
    guard ready > 0 else { return .time }
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = read(0, &buffer, buffer.count)
    if count < 0, errno == EINTR || errno == EAGAIN { return .time }
    if count <= 0 { return .end(0) }
    return .keys(Array(buffer[..<count]))
  }
}
