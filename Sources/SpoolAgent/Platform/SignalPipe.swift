import CLibrary
import SpoolProtocol
import Synchronization

/// The signals of a runner: each becomes a byte in a pipe, which `poll` sees.
///
/// A runner has one thread and one loop; Dispatch's worker threads come and go, and a command dies
/// with the thread that forked it.
struct SignalPipe: ~Copyable {
  // The handler may touch nothing but this number.
  private static let writer = Atomic<Int32>(-1)
  private static let wasTold = Atomic<Bool>(false)

  /// Readable when a signal came.
  let reader: Descriptor

  /// Catches CHLD, and TERM, INT and HUP, which ask to end; ignores PIPE, and XFSZ and XCPU of a limit
  /// that was meant for the command.
  init() throws(Errno) {
    let ends = try DescriptorPair.pipe()
    // Open for as long as the process: a signal may come at any time.
    let number = ends.second.release()
    reader = ends.first
    for end in [reader.number, number] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    Self.writer.store(number, ordering: .releasing)
    Self.handle(SIGCHLD) { _ in SignalPipe.wake() }
    for signal in [SIGTERM, SIGINT, SIGHUP] {
      Self.handle(signal) { _ in
        SignalPipe.wasTold.store(true, ordering: .relaxed)
        SignalPipe.wake()
      }
    }
    for number in [SIGPIPE, SIGXFSZ, SIGXCPU] { signal(number, SIG_IGN) }
  }

  /// Whether this process was told to end.
  var isToldToEnd: Bool { Self.wasTold.load(ordering: .relaxed) }

  /// Forgets the signals that came.
  func drain() {
    var bytes = [UInt8](repeating: 0, count: 64)
    while read(reader.number, &bytes, bytes.count) > 0 {}
  }

  private static func wake() {
    // A full pipe says the same; errno is the interrupted code's.
    let before = errno
    var byte: UInt8 = 0
    _ = write(writer.load(ordering: .relaxed), &byte, 1)
    errno = before
  }

  /// Catches a signal; calls of the system go on after it. `sigaction`.
  static func handle(_ number: Int32, _ body: @escaping @convention(c) (Int32) -> Void) {
    var action = sigaction()
    #if canImport(Darwin)
      action.__sigaction_u.__sa_handler = body
    #elseif canImport(Musl)
      action.__sa_handler.sa_handler = body
    #else
      action.__sigaction_handler.sa_handler = body
    #endif
    action.sa_flags = Int32(SA_RESTART)
    sigaction(number, &action, nil)
  }
}

/// Two descriptors that belong together, both closed by exec.
struct DescriptorPair: ~Copyable {
  /// Of a pipe: where it is read.
  let first: Descriptor
  /// Of a pipe: where it is written.
  let second: Descriptor

  private init(_ ends: [Int32]) {
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    first = Descriptor(ends[0])
    second = Descriptor(ends[1])
  }

  /// A pipe. `pipe`.
  static func pipe() throws(Errno) -> DescriptorPair {
    var ends: [Int32] = [-1, -1]
    _ = try call { CLibrary.pipe(&ends) }
    return DescriptorPair(ends)
  }

  /// Two connected sockets. `socketpair`.
  static func sockets() throws(Errno) -> DescriptorPair {
    var ends: [Int32] = [-1, -1]
    #if canImport(Glibc)
      let kind = Int32(SOCK_STREAM.rawValue)
    #else
      let kind = SOCK_STREAM
    #endif
    _ = try call { socketpair(AF_UNIX, kind, 0, &ends) }
    return DescriptorPair(ends)
  }
}

extension Descriptor {
  /// Writes to a socket what there is room for at this moment; nil: the other end is gone. `send`.
  ///
  /// - Returns: How many bytes were written.
  func send(_ bytes: [UInt8]) -> Int? { send(bytes[...], Int32(MSG_DONTWAIT)) }

  /// Writes all to a socket, and waits for room; one whose other end is gone shows that by itself. `send`.
  func sendAll(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      guard let count = send(rest, 0) else { return }
      rest = rest.dropFirst(count)
    }
  }

  private func send(_ bytes: ArraySlice<UInt8>, _ flags: Int32) -> Int? {
    let count = bytes.withUnsafeBytes { bytes in
      #if canImport(Darwin)
        CLibrary.send(number, bytes.baseAddress, bytes.count, flags)
      #else
        CLibrary.send(number, bytes.baseAddress, bytes.count, flags | Int32(MSG_NOSIGNAL))
      #endif
    }
    if count >= 0 { return count }
    return errno == EAGAIN || errno == EINTR ? 0 : nil
  }

  /// Lets the other end of a socket read to the end and no further. `shutdown`.
  func endWriting() {
    #if canImport(Glibc)
      _ = shutdown(number, Int32(SHUT_WR))
    #else
      _ = shutdown(number, SHUT_WR)
    #endif
  }
}

/// Waits until one of the descriptors can be read, or the time comes. `poll`.
///
/// - Parameter deadline: Nil for none.
/// - Returns: Which of them can be read, or were hung up.
func waitForInput(_ descriptors: [Int32], until deadline: Instant?) throws(Errno) -> [Bool] {
  var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
  var milliseconds: Int32 = -1
  if let deadline {
    milliseconds = Int32(clamping: Swift.max(.zero, deadline - .now).milliseconds)
  }
  _ = try call(.poll) { poll(&entries, nfds_t(entries.count), milliseconds) }
  return entries.map { $0.revents != 0 }
}
