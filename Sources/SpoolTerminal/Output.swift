package import SpoolSystem

/// A descriptor that text is written to.
///
/// Each call hands all its bytes to one write(2), so that lines of several processes do not interleave
/// where the kernel keeps a write together. Nothing is held back: what was written needs no flush.
package struct Output: Sendable {
  /// Standard output: data.
  package static let standard = Output(descriptor: 1)
  /// Standard error: talk.
  package static let error = Output(descriptor: 2)

  /// Where the bytes go.
  let descriptor: Int32

  /// Writes all bytes.
  ///
  /// - Throws: ``OutputError``; what was written before stays written.
  package func write(_ bytes: [UInt8]) throws(OutputError) {
    try write(bytes[...])
  }

  package func write(_ bytes: ArraySlice<UInt8>) throws(OutputError) {
    try StatusLine.aside(writing: bytes, to: descriptor) { () throws(OutputError) in
      try Self.writeAll(
        bytes, call: { Terminal.write($0, to: descriptor) },
        wait: { Terminal.waitUntilWritable(descriptor) })
    }
  }

  /// Writes a text as it is, in the bytes that it stands for.
  package func write(_ text: String) throws(OutputError) {
    try write(text.rawBytes)
  }

  /// Writes a text and a newline.
  package func line(_ text: String) throws(OutputError) {
    try write(text + "\n")
  }

  /// Calls until all bytes are taken.
  static func writeAll(
    _ bytes: ArraySlice<UInt8>, call: (UnsafeRawBufferPointer) -> Terminal.Written,
    wait: () -> Void
  ) throws(OutputError) {
    var left = bytes
    while !left.isEmpty {
      switch left.withUnsafeBytes(call) {
      case .bytes(let count):
        left = left.dropFirst(count)
      case .failed(.interrupted): continue
      case .failed(.wouldBlock): wait()
      case .failed(.brokenPipe): throw .readerLeft
      case .failed(let error): throw .failed(error)
      }
    }
  }
}

/// An output takes no more.
package enum OutputError: Error, Equatable {
  /// The reader has left: `spool list | head -1` has its line. This is no failure.
  case readerLeft
  /// The system refused, a full disk for example.
  case failed(Errno)
}

extension OutputError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .readerLeft: "the reader of the output has gone"
    case .failed(let error): "cannot write the output: \(error)"
    }
  }
}

/// Collects lines and writes many of them at once.
package struct LineBuffer: ~Copyable {
  /// Writes are this long at least, but for the last.
  private static let capacity = 1 << 16

  private let output: Output
  private var bytes: [UInt8] = []

  package init(_ output: Output) {
    self.output = output
    bytes.reserveCapacity(Self.capacity + 4096)
  }

  /// Adds a line; writes what is collected when it is much.
  package mutating func line(_ text: String) throws(OutputError) {
    bytes.append(contentsOf: text.rawBytes)
    bytes.append(UInt8(ascii: "\n"))
    if bytes.count >= Self.capacity { try flush() }
  }

  /// Writes what is collected; must be called at the end.
  package mutating func flush() throws(OutputError) {
    defer { bytes.removeAll(keepingCapacity: true) }
    try output.write(bytes)
  }
}

/// Writes a line of data to standard output.
package func printLine(_ text: String) throws(OutputError) {
  try Output.standard.line(text)
}

/// Writes a line of talk to standard error.
package func errorLine(_ text: String) {
  // A failure of standard error cannot be reported.
  try? Output.error.line(text)
}
