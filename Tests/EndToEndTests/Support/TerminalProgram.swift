import CLibrary
import SpoolQueue
import SpoolTesting

/// The built program on a pseudo-terminal of its own, as a person has it; killed when the test lets
/// go of it.
final class TerminalProgram {
  private let pid: Int32
  private let terminal: Int32
  private var status: Int32?
  /// How the terminal was set when it was made; see ``modes``.
  let firstModes: [UInt]
  /// What the screen was sent so far.
  private(set) var screen = ""

  /// Starts the program in a session of its own, whose terminal the pseudo-terminal is: ^C is a
  /// signal there.
  init(_ arguments: [String], environment: [String: String]) throws {
    let (terminal, name) = try Self.openTerminal()
    _ = fcntl(terminal, F_SETFL, O_NONBLOCK)
    self.terminal = terminal
    firstModes = Self.modes(of: terminal)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The first terminal that the leader of a session opens becomes the session's.
    posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A shell tells what it starts in the background to ignore ^C, and the thread of a test may
    // hold signals back; both would be the program's.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var defaults = sigset_t()
    sigemptyset(&defaults)
    sigaddset(&defaults, SIGINT)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(
      &attributes,
      Self.newSession | Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK))
    var argv: [UnsafeMutablePointer<CChar>?] = (["spool"] + arguments).map { strdup($0) }
    argv.append(nil)
    var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0)=\($1)") }
    variables.append(nil)
    defer { for text in argv + variables { free(text) } }
    var pid: Int32 = 0
    let error = posix_spawn(&pid, BuiltProgram.path, &actions, &attributes, argv, variables)
    guard error == 0 else { throw Errno(rawValue: error) }
    self.pid = pid
  }

  #if canImport(Glibc)
    // Glibc hides posix_openpt and POSIX_SPAWN_SETSID from Swift; these are what it does itself.
    private static let newSession: Int16 = 0x80
    private static let unlock: UInt = 0x4004_5431  // TIOCSPTLCK
    private static let getNumber: UInt = 0x8004_5430  // TIOCGPTN

    private static func openTerminal() throws -> (terminal: Int32, name: String) {
      let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
      var isLocked: Int32 = 0
      var number: Int32 = 0
      guard terminal >= 0, ioctl(terminal, unlock, &isLocked) == 0,
        ioctl(terminal, getNumber, &number) == 0
      else { throw Errno(rawValue: errno) }
      return (terminal, "/dev/pts/\(number)")
    }
  #else
    private static let newSession = Int16(POSIX_SPAWN_SETSID)

    private static func openTerminal() throws -> (terminal: Int32, name: String) {
      let terminal = posix_openpt(O_RDWR | O_NOCTTY)
      guard terminal >= 0, grantpt(terminal) == 0, unlockpt(terminal) == 0,
        let name = ptsname(terminal).map({ String(cString: $0) })
      else { throw Errno(rawValue: errno) }
      _ = fcntl(terminal, F_SETFD, FD_CLOEXEC)
      return (terminal, name)
    }
  #endif

  deinit {
    if end == nil {
      kill(pid, SIGKILL)
      _ = waitpid(pid, nil, 0)
    }
    close(terminal)
  }

  /// Types keys: `\r` is Return, `\u{3}` ^C.
  func type(_ keys: String) {
    let bytes = Array(keys.utf8)
    _ = write(terminal, bytes, bytes.count)
  }

  /// Sends it a signal.
  func signal(_ number: Int32) { kill(pid, number) }

  /// How the terminal is set: whether keys are shown, lines edited, ^C a signal. `tcgetattr`.
  var modes: [UInt] { Self.modes(of: terminal) }

  private static func modes(of terminal: Int32) -> [UInt] {
    var modes = termios()
    guard tcgetattr(terminal, &modes) == 0 else { return [] }
    return [modes.c_iflag, modes.c_oflag, modes.c_lflag].map { UInt($0) }
  }

  /// Gives the window a size. `TIOCSWINSZ`.
  func resize(width: UInt16, height: UInt16) {
    var size = winsize(ws_row: height, ws_col: width, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(terminal, UInt(TIOCSWINSZ), &size)
  }

  /// Waits until the screen was sent a text after everything that was waited for before.
  func waitFor(_ text: String) throws {
    try eventually("\"\(text)\" on the screen:\n\(screen)") { sees(text) }
  }

  /// Whether the screen was sent a text by now, after everything that was seen before.
  func sees(_ text: String) -> Bool {
    read()
    guard let place = screen[seen...].firstRange(of: text) else { return false }
    seen = place.upperBound
    return true
  }

  private lazy var seen = screen.startIndex

  /// Waits for the end; 128 and the signal when one ended it.
  func waitForEnd() throws -> Int32 {
    try eventually("the end of spool; the screen:\n\(screen)") {
      read()
      return end != nil
    }
    read()
    return end ?? -1
  }

  private var end: Int32? {
    if let status { return status }
    var value: Int32 = 0
    guard waitpid(pid, &value, WNOHANG) == pid else { return nil }
    status = value & 0x7F == 0 ? (value >> 8) & 0xFF : 128 + (value & 0x7F)
    return status
  }

  private func read() {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let place = screen.utf8.distance(from: screen.startIndex, to: seen)
    while true {
      let count = readBytes(&buffer)
      guard count > 0 else { break }
      screen += String(decoding: buffer[..<count], as: UTF8.self).replacing("\r\n", with: "\n")
    }
    seen = screen.utf8.index(screen.startIndex, offsetBy: place)
  }

  // The name is taken by the method above.
  private func readBytes(_ buffer: inout [UInt8]) -> Int {
    CLibrary.read(terminal, &buffer, buffer.count)
  }
}
