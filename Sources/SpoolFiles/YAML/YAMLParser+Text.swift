// The space between nodes, and the making of errors.

extension YAMLParser {
  /// The next byte, 0 at the end: no text contains a 0.
  var next: UInt8 { byte(offset) }

  func byte(_ offset: Int) -> UInt8 { offset < end ? bytes[offset] : 0 }

  /// The column of the offset, from 0, in bytes; before the beginning of a block each character is one byte.
  var column: Int { offset - lineStart }

  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  static func isBreak(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

  /// Whether the byte is a blank, a line break or the end of the text.
  static func endsWord(_ byte: UInt8) -> Bool { isBlank(byte) || isBreak(byte) || byte == 0 }

  static func isFlowMark(_ byte: UInt8) -> Bool { ",[]{}".utf8.contains(byte) }

  static func isNamePart(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  /// Whether this character begins here as a separate word: `- `, `? `, `: `.
  func isAtMark(_ mark: Unicode.Scalar) -> Bool {
    next == UInt8(ascii: mark) && Self.endsWord(byte(offset + 1))
  }

  /// Whether `---` or `...` begins here, at the beginning of a line.
  var isAtMarker: Bool {
    guard column == 0, next == UInt8(ascii: "-") || next == UInt8(ascii: ".") else { return false }
    return byte(offset + 1) == next && byte(offset + 2) == next && Self.endsWord(byte(offset + 3))
  }

  // MARK: - Stepping

  mutating func skipBlanks() { while Self.isBlank(next) { offset += 1 } }

  /// Steps over a line break; a carriage return and a line feed count as one.
  mutating func skipBreak() {
    offset += next == 0x0D && byte(offset + 1) == 0x0A ? 2 : 1
    lineStart = offset
  }

  private mutating func skipLine() { while offset < end, !Self.isBreak(next) { offset += 1 } }

  /// Moves past blanks, comments and line breaks.
  ///
  /// - Throws: An error if a line of a block is indented with a tab.
  mutating func skipToToken(inFlow: Bool = false) throws(JSONSyntaxError) {
    while true {
      let begin = offset
      skipBlanks()
      if next == UInt8(ascii: "#") { skipLine() }
      if Self.isBreak(next) {
        skipBreak()
        continue
      }
      if !inFlow, begin == lineStart, offset < end,
        let tab = bytes[begin..<offset].firstIndex(of: 0x09)
      {
        throw error("a tab in the indentation; write spaces", at: tab)
      }
      return
    }
  }

  /// Checks that only a comment follows a value on its line.
  mutating func expectEndOfLine() throws(JSONSyntaxError) {
    skipBlanks()
    guard offset < end, !Self.isBreak(next), next != UInt8(ascii: "#") else { return }
    if next == UInt8(ascii: ":") {
      throw error(
        "a second ':' in the value; text with ': ' in it is written in quotes, and a mapping begins on"
          + " the next line")
    }
    throw error("there is more text after the value; if it belongs to it, put all of it in quotes")
  }

  /// The error for a text that ends before something is complete.
  func ends(inside what: String, begunAt begin: Int) -> JSONSyntaxError {
    ends(inside: what, begunAt: begin, at: offset)
  }

  func hexadecimal(_ byte: UInt8) -> String { (byte < 0x10 ? "0" : "") + String(byte, radix: 16) }
}
