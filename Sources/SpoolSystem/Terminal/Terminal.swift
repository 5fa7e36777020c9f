import CLibrary

/// The terminal, the standard descriptors, and the process of a command line.
package enum Terminal {
  /// Ends the process. `exit`.
  package static func exit(_ status: Int32) -> Never {
    CLibrary.exit(status)
  }

  /// Whether this program can read its own arguments. `access`.
  package static var hasOwnFacts: Bool {
    #if os(Linux)
      access("/proc/self/cmdline", R_OK) == 0
    #else
      true
    #endif
  }

  /// The words after the program's name, whatever their bytes.
  package static var arguments: [String] {
    // Not `CommandLine.arguments`, which replaces bytes that are not UTF-8.
    (1..<Swift.max(Int(CommandLine.argc), 1)).compactMap { position in
      CommandLine.unsafeArgv[position].map { String(rawCString: $0) }
    }
  }

  /// Runs a line of shell with one argument, on this terminal, and waits for its end. `posix_spawn`.
  ///
  /// Meanwhile ^C goes to the line alone, as under a shell: this process has to clean up after it.
  ///
  /// - Returns: Whether it ended with status 0.
  package static func run(_ line: String, argument: String) -> Bool {
    // Not by `signal`, which would lose the flags of a handler.
    var before = sigaction()
    sigaction(SIGINT, nil, &before)
    signal(SIGINT, SIG_IGN)
    defer { sigaction(SIGINT, &before, nil) }
    #if canImport(Darwin)
      var attributes: posix_spawnattr_t?
    #else
      var attributes = posix_spawnattr_t()
    #endif
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
    var pid: pid_t = 0
    let error = CStrings.with(["sh", "-c", line, "spool", argument]) {
      posix_spawn(&pid, "/bin/sh", nil, &attributes, $0, environ)
    }
    if error != 0 { return false }
    Interruption.pass(to: pid)
    defer { Interruption.pass(to: 0) }
    return Child.reap(pid)?.code == 0
  }

  /// Whether standard input is a file or a pipe that has something to read now. `poll`, `fstat`.
  package static var hasInput: Bool {
    var information = stat()
    guard fstat(0, &information) == 0 else { return false }
    let kind = information.st_mode & S_IFMT
    if kind == S_IFREG { return lseek(0, 0, SEEK_CUR) < off_t(information.st_size) }
    guard kind == S_IFIFO || kind == S_IFSOCK else { return false }
    var input = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
    return poll(&input, 1, 0) == 1 && input.revents & Int16(POLLIN) != 0
  }

  /// Whether the descriptor is a terminal: isatty(3).
  package static func isTerminal(_ descriptor: Int32) -> Bool {
    isatty(descriptor) == 1
  }

  /// The columns and lines of the window. Returns nil if the terminal does not know: a serial line and a fresh
  /// pseudo-terminal report 0. `TIOCGWINSZ`.
  package static func windowSize(of descriptor: Int32) -> (width: Int, height: Int)? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// Whether this program is in the foreground of the terminal: a program in the background must not draw over
  /// the words that are typed there. `tcgetpgrp`.
  package static func isInForeground(_ descriptor: Int32) -> Bool {
    let group = tcgetpgrp(descriptor)
    // Without a controlling terminal no other group can be in its foreground.
    return group == -1 || group == getpgrp()
  }
}

extension Terminal {
  /// The result of one call of `write`.
  package enum Written: Sendable, Equatable {
    /// The number of bytes that were taken.
    case bytes(Int)
    case failed(Errno)
  }

  /// Calls `write` once. Safe in a signal's handler.
  package static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Written {
    let count = CLibrary.write(descriptor, bytes.baseAddress, bytes.count)
    return count < 0 ? .failed(.current) : .bytes(count)
  }

  /// A line of standard input without its end. Returns nil if there is none, or if a signal came that ends the
  /// command. `read`, a byte at a time: the bytes after the line are for the program that reads next.
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

  /// Waits until a descriptor that does not block takes bytes again. `poll`.
  package static func waitUntilWritable(_ descriptor: Int32) {
    var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    // If a signal or an error ends the wait, the next write finds out.
    _ = poll(&entry, 1, -1)
  }

  /// Occupies the numbers of standard input, output and error if they were closed (`>&-`): otherwise the next file
  /// that is opened would get such a number, and messages would be written into it. `open`.
  package static func keepStandardDescriptors() {
    for (number, wrongWay) in [(Int32(0), O_WRONLY), (1, O_RDONLY), (2, O_RDONLY)]
    where fcntl(number, F_GETFD) == -1 {
      // It gets the lowest free number, which is this one. Its use fails as that of a closed descriptor.
      _ = open("/dev/null", wrongWay)
    }
  }

  /// Lets a write to a pipe without a reader, or past the limit of a file's size (`ulimit -f`), fail instead of ending
  /// the process.
  ///
  /// Programs that this one executes inherit that: reset both signals where commands are started.
  package static func ignoreSignalsOfWrites() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }
}
