package import SpoolSystem

/// A descriptor to which text is written.
///
/// Each call passes all its bytes to one write(2), so that lines of several processes do not mix where the kernel
/// keeps a write together. No text is held back, so no flush is needed.
package struct Output: Sendable {
  /// Standard output, for data.
  package static let standard = Output(descriptor: 1)
  /// Standard error, for messages.
  package static let error = Output(descriptor: 2)

  let descriptor: Int32

  /// Writes all bytes.
  ///
  /// - Throws: ``OutputError``; the bytes that were written before stay written.
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

  /// Writes the bytes of a text unchanged.
  package func write(_ text: String) throws(OutputError) {
    try write(text.rawBytes)
  }

  /// Writes a text and a newline.
  package func line(_ text: String) throws(OutputError) {
    try write(text + "\n")
  }

  /// Calls write until all bytes are taken.
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

/// An output that takes no more bytes.
package enum OutputError: Error, Equatable {
  /// The reader has left: `spool list | head -1` has its line. This is not a failure.
  case readerLeft
  /// The system refused the write, for example because the disk is full.
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
  /// The least number of bytes of a write, except the last.
  private static let capacity = 1 << 16

  private let output: Output
  private var bytes: [UInt8] = []

  package init(_ output: Output) {
    self.output = output
    bytes.reserveCapacity(Self.capacity + 4096)
  }

  /// Adds a line. Writes the collected lines if there are many.
  package mutating func line(_ text: String) throws(OutputError) {
    bytes.append(contentsOf: text.rawBytes)
    bytes.append(UInt8(ascii: "\n"))
    if bytes.count >= Self.capacity { try flush() }
  }

  /// Writes the collected lines; must be called at the end.
  package mutating func flush() throws(OutputError) {
    defer { bytes.removeAll(keepingCapacity: true) }
    try output.write(bytes)
  }
}

/// Writes a line of data to standard output.
package func printLine(_ text: String) throws(OutputError) {
  try Output.standard.line(text)
}

/// Writes a line of a message to standard error.
package func errorLine(_ text: String) {
  // A failure of standard error cannot be reported.
  try? Output.error.line(text)
}
