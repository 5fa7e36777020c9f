/// The reason why a text is not JSON, or not YAML, with its place.
package struct JSONSyntaxError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The line, from 1.
  package var line: Int

  /// The column, from 1, in characters (Unicode scalars) and not in bytes.
  package var column: Int

  /// The fault, as a sentence without its full stop.
  package var message: String

  /// Whether the text is right so far and only ends too early.
  ///
  /// A file that is still being copied looks like this.
  package var isTruncation: Bool

  package var description: String { "line \(line), column \(column): \(message)" }
}

/// A place in a text, as an editor shows it.
struct TextPosition {
  var line = 1
  var column = 1

  /// The place of the byte at `offset`; a byte-order mark has no column.
  init(of offset: Int, in bytes: UnsafeBufferPointer<UInt8>) {
    var position = JSONParser.lengthOfMark(in: bytes)
    while position < min(offset, bytes.count) {
      let byte = bytes[position]
      // A lone carriage return ends a line, too.
      let isReturn =
        byte == UInt8(ascii: "\r")
        && !(position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: "\n"))
      if byte == UInt8(ascii: "\n") || isReturn {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        // Every byte of a character except the first has the form 10xxxxxx.
        column += 1
      }
      position += 1
    }
  }
}
