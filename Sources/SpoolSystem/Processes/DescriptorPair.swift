import CLibrary

/// Two connected descriptors; exec closes both.
// Frozen, so that its two parts can go to different owners.
@frozen package struct DescriptorPair: ~Copyable {
  /// The end of a pipe for reading.
  package let first: Descriptor
  /// The end of a pipe for writing.
  package let second: Descriptor

  private init(_ ends: [Int32]) {
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    first = Descriptor(ends[0])
    second = Descriptor(ends[1])
  }

  /// Makes a pipe. `pipe`.
  package static func pipe() throws(Errno) -> DescriptorPair {
    var ends: [Int32] = [-1, -1]
    _ = try call { CLibrary.pipe(&ends) }
    return DescriptorPair(ends)
  }

  /// Makes two connected sockets. `socketpair`.
  package static func sockets() throws(Errno) -> DescriptorPair {
    var ends: [Int32] = [-1, -1]
    #if canImport(Glibc)
      // At once: another thread may start a program in between, which would keep a runner's socket open.
      let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    #else
      let kind = SOCK_STREAM
    #endif
    _ = try call { socketpair(AF_UNIX, kind, 0, &ends) }
    return DescriptorPair(ends)
  }

  /// Makes a pipe for the handlers of signals, in which neither end waits. The writing end stays open as long
  /// as the process: a signal may come at any time.
  static func forSignals() throws(Errno) -> (reader: Int32, writer: Int32) {
    let ends = try pipe()
    let numbers = (reader: ends.first.release(), writer: ends.second.release())
    for end in [numbers.reader, numbers.writer] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    return numbers
  }
}

extension Descriptor {
  /// Writes to a socket as much as there is room for now. `send`.
  ///
  /// - Returns: The number of bytes that were written; nil if the other end is gone.
  package func send(_ bytes: [UInt8]) -> Int? { send(bytes[...], Int32(MSG_DONTWAIT)) }

  /// Writes all bytes to a socket, and waits for room. Nothing is thrown if the other end is gone: a reader
  /// of this end notices that. `send`.
  package func sendAll(_ bytes: [UInt8]) {
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

  /// Reads what has come to a socket. `recv`.
  ///
  /// - Returns: At most `count` bytes, none if the other end is gone; nil if nothing has come.
  package func receive(atMost count: Int) -> [UInt8]? {
    var hasCome = true
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, length in
      let received = recv(number, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
      hasCome = received >= 0 || errno != EAGAIN && errno != EINTR
      length = Swift.max(received, 0)
    }
    return hasCome ? bytes : nil
  }

  /// Ends the writing to a socket: the other end reads what was sent, and then the end of the file. `shutdown`.
  package func endWriting() {
    #if canImport(Glibc)
      _ = shutdown(number, Int32(SHUT_WR))
    #else
      _ = shutdown(number, SHUT_WR)
    #endif
  }

  /// Reads and drops everything that is there now, from a descriptor that does not wait.
  func drain() {
    var bytes = [UInt8](repeating: 0, count: 64)
    while CLibrary.read(number, &bytes, bytes.count) > 0 {}
  }
}

/// Waits until one of the descriptors is readable, or until the deadline. `poll`.
///
/// - Parameter deadline: Nil for none.
/// - Returns: For each descriptor, whether it is readable or its other end is gone.
package func waitForInput(
  _ descriptors: [Int32], until deadline: Instant?
) throws(Errno) -> [Bool] {
  var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
  var milliseconds: Int32 = -1
  if let deadline {
    milliseconds = Int32(clamping: Swift.max(.zero, deadline - .now).milliseconds)
  }
  _ = try call(.poll) { poll(&entries, nfds_t(entries.count), milliseconds) }
  return entries.map { $0.revents != 0 }
}

/// Writes a byte, from the handler of a signal.
func wakeReader(of writer: Int32) {
  // The interrupted code may be about to read errno. A full pipe needs no further byte.
  let before = errno
  var byte: UInt8 = 0
  _ = write(writer, &byte, 1)
  errno = before
}
