import CLibrary
import SpoolSystem

/// The C library's side of the command line: descriptors, environment, local time, signals.
package enum Terminal {
  /// Ends the process. `exit`.
  package static func exit(_ status: Int32) -> Never {
    CLibrary.exit(status)
  }

  /// The words after the program's name, whatever their bytes.
  package static var arguments: [String] {
    // Not `CommandLine.arguments`, which repairs what is not UTF-8.
    (1..<Swift.max(Int(CommandLine.argc), 1)).compactMap { position in
      CommandLine.unsafeArgv[position].map { String(rawCString: $0) }
    }
  }

  /// Runs a line of shell with one argument, on this terminal, and waits for its end. `posix_spawn`.
  ///
  /// ^C is the line's own business meanwhile, as a shell has it: it must not end this process, which
  /// has to clean up after it.
  ///
  /// - Returns: Whether it ended with status 0.
  package static func run(_ line: String, argument: String) -> Bool {
    // Not as `signal` gives it back: a handler would lose how it was set.
    var before = sigaction()
    sigaction(SIGINT, nil, &before)
    signal(SIGINT, SIG_IGN)
    defer { sigaction(SIGINT, &before, nil) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var defaults = sigset_t()
    sigemptyset(&defaults)
    sigaddset(&defaults, SIGINT)
    sigaddset(&defaults, SIGPIPE)
    for number in [SIGTERM, SIGHUP, SIGQUIT] where !System.ignores(number) {
      sigaddset(&defaults, number)
    }
    sigaddset(&defaults, SIGXFSZ)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    var words: [UnsafeMutablePointer<CChar>?] = []
    for word in ["sh", "-c", line, "spool", argument] {
      words.append(word.withRawCString { strdup($0) })
    }
    words.append(nil)
    defer { for word in words { free(word) } }
    var pid: pid_t = 0
    guard posix_spawn(&pid, "/bin/sh", nil, &attributes, words, environ) == 0 else { return false }
    Interruption.pass(to: pid)
    defer { Interruption.pass(to: 0) }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) == -1 { if errno != EINTR { return false } }
    return status == 0
  }

  /// Whether the descriptor is a terminal: isatty(3).
  package static func isTerminal(_ descriptor: Int32) -> Bool {
    isatty(descriptor) == 1
  }

  /// How many cells a line of the terminal has; `nil` where nothing is to be cut.
  package static func width(of descriptor: Int32) -> Int? {
    width(
      isTerminal: isTerminal(descriptor), columns: environment("COLUMNS"),
      reported: reportedWidth(descriptor))
  }

  /// How wide to write prose: the terminal, `COLUMNS`, or 80.
  static func proseWidth(of descriptor: Int32) -> Int {
    width(
      isTerminal: true, columns: environment("COLUMNS"),
      reported: isTerminal(descriptor) ? reportedWidth(descriptor) : nil) ?? 80
  }

  /// Whether colour is welcome: a terminal that is not dumb, and no `NO_COLOR`.
  package static func usesColour(_ descriptor: Int32) -> Bool {
    usesColour(
      isTerminal: isTerminal(descriptor), noColour: environment("NO_COLOR"),
      term: environment("TERM"))
  }

  /// A variable of the environment: getenv(3).
  package static func environment(_ name: String) -> String? {
    name.withRawCString { getenv($0) }.map { String(rawCString: $0) }
  }

  /// The width by what is known of the descriptor and of the environment.
  static func width(isTerminal: Bool, columns: String?, reported: Int?) -> Int? {
    guard isTerminal else { return nil }
    if let columns = columns.flatMap({ Int($0) }), columns > 0 { return columns }
    return reported
  }

  /// The use of colour by what is known of the descriptor and of the environment.
  static func usesColour(isTerminal: Bool, noColour: String?, term: String?) -> Bool {
    // https://no-color.org: any value but the empty one counts.
    isTerminal && (noColour ?? "").isEmpty && !(term ?? "").isEmpty && term != "dumb"
  }

  /// How many cells a line of the window has, as the terminal says. `TIOCGWINSZ`.
  static func reportedWidth(_ descriptor: Int32) -> Int? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 else { return nil }
    // A serial line and a fresh pseudo terminal say 0: they do not know.
    return size.ws_col > 0 ? Int(size.ws_col) : nil
  }
}

extension Terminal {
  /// The result of one call of write(2).
  enum Written: Sendable, Equatable {
    /// It took that many bytes.
    case bytes(Int)
    /// It failed with this errno.
    case failed(Int32)
  }

  /// The errors that are not the end of an output.
  enum Condition: Sendable, Equatable {
    /// A signal came first; the call is to be repeated.
    case interrupted
    /// The descriptor does not block and is full.
    case full
    /// The reader has left.
    case readerLeft
    /// Any other.
    case other

    /// Sorts an errno.
    init(errno: Int32) {
      switch errno {
      case EINTR: self = .interrupted
      case EAGAIN: self = .full
      case EPIPE: self = .readerLeft
      default: self = .other
      }
    }
  }

  /// Calls write(2) once.
  static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Written {
    let count = CLibrary.write(descriptor, bytes.baseAddress, bytes.count)
    return count < 0 ? .failed(errno) : .bytes(count)
  }

  /// A line of standard input without its end. Returns nil if there is none, or if a signal came that
  /// ends the command. `read`, a byte at a time: what follows the line is for the program that reads next.
  package static func readLine() -> String? {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while true {
      let count = read(0, &byte, 1)
      if count < 0, errno == EINTR, Interruption.signal == nil { continue }
      if count <= 0, line.isEmpty { return nil }
      if count <= 0 || byte == UInt8(ascii: "\n") { break }
      line.append(byte)
    }
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    return String(raw: line)
  }

  /// Waits until a descriptor that does not block takes bytes again: poll(2).
  static func waitUntilWritable(_ descriptor: Int32) {
    var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    // Whatever ends the wait, a signal or an error, the write that follows finds out.
    _ = poll(&entry, 1, -1)
  }

  /// Keeps the numbers of standard input, output and error for them where they were closed (`>&-`):
  /// the next file that is opened would have such a number, and talk would be written into it. `open`.
  package static func keepStandardDescriptors() {
    for (number, wrongWay) in [(Int32(0), O_WRONLY), (1, O_RDONLY), (2, O_RDONLY)]
    where fcntl(number, F_GETFD) == -1 {
      // The lowest free number is this one, and its use fails as that of a closed one does.
      _ = open("/dev/null", wrongWay)
    }
  }

  /// Makes a write to a pipe that nobody reads, and one past the limit of a file's size (`ulimit -f`),
  /// fail instead of ending the process.
  ///
  /// A program that this one executes inherits it: reset both where commands are started.
  package static func ignoreSignalsOfWrites() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }

  /// The words for an errno: strerror(3).
  package static func describe(errno code: Int32) -> String {
    strerror(code).map { String(rawCString: $0) } ?? "error \(code)"
  }
}

extension Terminal {
  /// A moment as the clock on the wall shows it.
  package struct LocalTime: Sendable, Equatable {
    package var year: Int
    /// From 1 to 12.
    package var month: Int
    package var day: Int
    package var hour: Int
    package var minute: Int
    package var second: Int
    /// Seconds east of Greenwich.
    package var offset: Int
  }

  /// The moment in the time zone of the user: localtime_r(3).
  ///
  /// - Returns: `nil` for a year that the C library cannot count.
  package static func localTime(secondsSince1970 seconds: Int64) -> LocalTime? {
    guard var time = time_t(exactly: seconds) else { return nil }
    var parts = tm()
    guard localtime_r(&time, &parts) != nil else { return nil }
    return LocalTime(
      year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday),
      hour: Int(parts.tm_hour), minute: Int(parts.tm_min), second: Int(parts.tm_sec),
      offset: Int(parts.tm_gmtoff))
  }

  /// The moment at which the clock on the wall shows a time, some days later: mktime(3).
  ///
  /// - Returns: Seconds since 1970, for a time that the clock shows twice one of the two; `nil` if
  ///   there is no such day, or the clock skips that time.
  static func moment(of time: LocalTime, daysLater days: Int = 0) -> Int64? {
    guard (1...12).contains(time.month), (1...31).contains(time.day), (1...9999).contains(time.year)
    else { return nil }
    var parts = tm()
    parts.tm_year = Int32(time.year - 1900)
    parts.tm_mon = Int32(time.month - 1)
    parts.tm_mday = Int32(time.day + days)
    parts.tm_hour = Int32(time.hour)
    parts.tm_min = Int32(time.minute)
    parts.tm_sec = Int32(time.second)
    // Whether summer time is in force is found out.
    parts.tm_isdst = -1
    let seconds = Int64(mktime(&parts))
    guard let shown = localTime(secondsSince1970: seconds),
      (shown.hour, shown.minute, shown.second) == (time.hour, time.minute, time.second),
      days != 0 || (shown.month, shown.day) == (time.month, time.day)
    else { return nil }
    return seconds
  }
}
