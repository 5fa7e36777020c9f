import SpoolProtocol

/// Whole lines out of a stream that comes in pieces.
struct LineBuffer: Sendable {
  private var pending: [UInt8] = []

  /// Adds a piece; returns the lines that it completed. Each byte is looked at once.
  mutating func add(_ bytes: [UInt8]) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var rest = bytes[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      lines.append(pending + rest[..<end])
      pending = []
      rest = rest[(end + 1)...]
    }
    pending += rest
    return lines
  }

  /// The bytes after the last line.
  var rest: [UInt8] { pending }

  /// Forgets the bytes after the last line, except for the last `count`.
  mutating func keepRest(atMost count: Int) {
    if pending.count > count { pending.removeFirst(pending.count - count) }
  }
}
