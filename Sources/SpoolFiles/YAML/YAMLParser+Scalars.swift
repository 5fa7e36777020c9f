// Text: plain and in quotes.

extension YAMLParser {
  // MARK: - Plain

  /// Whether plain text may begin at the offset.
  func canBeginPlain(at offset: Int, inFlow: Bool) -> Bool {
    let byte = byte(offset)
    let behind = self.byte(offset + 1)
    switch byte {
    case 0: return false
    case UInt8(ascii: "-"): return !Self.endsWord(behind)
    case UInt8(ascii: "?"), UInt8(ascii: ":"):
      return !Self.endsWord(behind) && !(inFlow && Self.isFlowMark(behind))
    default: return !",[]{}#&*!|>'\"%@`".utf8.contains(byte)
    }
  }

  /// Reads plain text, which may have several lines.
  ///
  /// - Parameter column: The column of the list or mapping around it: further lines begin to the right of it;
  ///   nil for text in brackets.
  mutating func plain(below column: Int?) throws(JSONSyntaxError) -> String {
    guard canBeginPlain(at: offset, inFlow: column == nil) else { throw noValue() }
    var content: [UInt8] = []
    takePlain(into: &content, inFlow: column == nil)
    while goToNextLine(below: column, into: &content) {
      takePlain(into: &content, inFlow: column == nil)
    }
    return RawText.text(content)
  }

  /// Reads plain text on this line: a key.
  mutating func plainLine() throws(JSONSyntaxError) -> String {
    guard canBeginPlain(at: offset, inFlow: false) else { throw noValue() }
    var content: [UInt8] = []
    takePlain(into: &content, inFlow: false)
    return RawText.text(content)
  }

  /// Reads the text up to the end of the line, a comment or a colon.
  private mutating func takePlain(into content: inout [UInt8], inFlow: Bool) {
    let begin = offset
    var behind = offset
    while !endsPlain(inFlow: inFlow, begunAt: begin) {
      if !Self.isBlank(next) { behind = offset + 1 }
      offset += 1
    }
    offset = behind
    content.append(contentsOf: bytes[begin..<behind])
  }

  private func endsPlain(inFlow: Bool, begunAt begin: Int) -> Bool {
    switch next {
    case 0, 0x0A, 0x0D: return true
    case UInt8(ascii: "#"): return offset == begin || Self.isBlank(bytes[offset - 1])
    case UInt8(ascii: ":"):
      let behind = byte(offset + 1)
      return Self.endsWord(behind) || inFlow && Self.isFlowMark(behind)
    default: return inFlow && Self.isFlowMark(next)
    }
  }

  /// Moves to the line on which plain text continues, and adds the text for the line breaks between. Returns
  /// false, and stays in place, if the text does not continue.
  private mutating func goToNextLine(below column: Int?, into content: inout [UInt8]) -> Bool {
    let (oldOffset, oldLine) = (offset, lineStart)
    skipBlanks()
    var breaks = 0
    while Self.isBreak(next) {
      breaks += 1
      skipBreak()
      while next == 0x20 { offset += 1 }
      let indentation = self.column
      skipBlanks()
      if Self.isBreak(next) { continue }
      if let column, indentation <= column { breaks = 0 }
      if lineStart == offset, isAtMarker { breaks = 0 }
      break
    }
    guard breaks > 0, !endsPlain(inFlow: column == nil, begunAt: offset) else {
      (offset, lineStart) = (oldOffset, oldLine)
      return false
    }
    Self.fold(breaks, into: &content)
    return true
  }

  /// Adds the text for line breaks: a blank for one; for more, all line breaks except the first.
  private static func fold(_ breaks: Int, into content: inout [UInt8]) {
    if breaks == 1 { return content.append(0x20) }
    content.append(contentsOf: repeatElement(0x0A, count: breaks - 1))
  }

  private func noValue() -> JSONSyntaxError {
    switch next {
    case UInt8(ascii: "@"), UInt8(ascii: "`"), UInt8(ascii: "%"):
      error("text that begins with \(Character(Unicode.Scalar(next))) is written in quotes")
    case UInt8(ascii: "|"), UInt8(ascii: ">"):
      error("no text with | or > in brackets; write it in quotes")
    case UInt8(ascii: "?"): error("a key with ? begins a line; here it is written KEY: VALUE")
    case UInt8(ascii: "-"): error("a list with - begins a line; in brackets its values stand alone")
    case UInt8(ascii: ":"): error("a key is missing before ':'")
    default: error("expected a value; other text is written in quotes")
    }
  }

  // MARK: - In quotes

  /// Reads a text from its opening quote.
  mutating func quoted() throws(JSONSyntaxError) -> String {
    let begin = offset
    let quote = next
    var content: [UInt8] = []
    offset += 1
    while offset < end {
      switch next {
      case quote:
        offset += 1
        guard quote == UInt8(ascii: "'"), next == quote else { return RawText.text(content) }
        content.append(quote)
        offset += 1
      case UInt8(ascii: "\\") where quote == UInt8(ascii: "\""):
        try readEscape(into: &content, begunAt: begin)
      case 0x09, 0x20, 0x0A, 0x0D:
        let blanks = offset
        skipBlanks()
        if Self.isBreak(next) {
          Self.fold(try skipBreaks(begunAt: begin), into: &content)
        } else {
          content.append(contentsOf: bytes[blanks..<offset])
        }
      default:
        content.append(next)
        offset += 1
      }
    }
    throw ends(inside: "a text in quotes", begunAt: begin)
  }

  /// Moves past line breaks and the blanks before the next text. Returns the number of line breaks.
  private mutating func skipBreaks(begunAt begin: Int) throws(JSONSyntaxError) -> Int {
    var breaks = 0
    while Self.isBreak(next) {
      skipBreak()
      breaks += 1
      guard !isAtMarker else { throw ends(inside: "a text in quotes", begunAt: begin) }
      skipBlanks()
    }
    return breaks
  }

  private mutating func readEscape(
    into content: inout [UInt8], begunAt begin: Int
  ) throws(JSONSyntaxError) {
    let backslash = offset
    let letter = byte(offset + 1)
    offset += 2
    switch letter {
    case 0:
      offset = end
      throw ends(inside: "a text in quotes", begunAt: begin)
    case 0x0A, 0x0D:
      // An escaped line break joins the lines without a blank.
      offset -= 1
      let breaks = try skipBreaks(begunAt: begin)
      content.append(contentsOf: repeatElement(0x0A, count: breaks - 1))
    case UInt8(ascii: "x"): content += Self.utf8(try hexadecimal(2, backslash))
    case UInt8(ascii: "U"): content += Self.utf8(try hexadecimal(8, backslash))
    case UInt8(ascii: "u"): content += try escapedUnits(backslash)
    default:
      guard let scalar = Self.escapes[letter] else {
        throw error(
          "a backslash is written \\\\ in double quotes; in single quotes it stands for itself",
          at: backslash)
      }
      content += Self.utf8(scalar)
    }
  }

  private static let escapes: [UInt8: Unicode.Scalar] = [
    UInt8(ascii: "0"): "\0", UInt8(ascii: "a"): "\u{7}", UInt8(ascii: "b"): "\u{8}",
    UInt8(ascii: "t"): "\t", 0x09: "\t", UInt8(ascii: "n"): "\n", UInt8(ascii: "v"): "\u{B}",
    UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "r"): "\r", UInt8(ascii: "e"): "\u{1B}",
    UInt8(ascii: " "): " ", UInt8(ascii: "\""): "\"", UInt8(ascii: "/"): "/",
    UInt8(ascii: "\\"): "\\", UInt8(ascii: "N"): "\u{85}", UInt8(ascii: "_"): "\u{A0}",
    UInt8(ascii: "L"): "\u{2028}", UInt8(ascii: "P"): "\u{2029}",
  ]

  private static func utf8(_ scalar: Unicode.Scalar) -> [UInt8] {
    Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
  }

  /// Reads a character with this number of hexadecimal digits.
  private mutating func hexadecimal(
    _ count: Int, _ backslash: Int
  ) throws(JSONSyntaxError) -> Unicode.Scalar {
    guard let scalar = Unicode.Scalar(try code(count, backslash)) else {
      throw error("there is no such character", at: backslash)
    }
    return scalar
  }

  private mutating func code(_ count: Int, _ backslash: Int) throws(JSONSyntaxError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<count {
      guard next < 0x80, let digit = Character(Unicode.Scalar(next)).hexDigitValue else {
        throw error("this escape needs \(count) hexadecimal digits", at: backslash)
      }
      code = code << 4 | UInt32(digit)
      offset += 1
    }
    return code
  }

  /// The characters of `\u`: as in JSON, two of them may be one character, and DC80 to DCFF alone are bytes
  /// that are not UTF-8.
  private mutating func escapedUnits(_ backslash: Int) throws(JSONSyntaxError) -> [UInt8] {
    let high = try code(4, backslash)
    if let scalar = Unicode.Scalar(high) { return Self.utf8(scalar) }
    if (0xDC80...0xDCFF).contains(high) { return [UInt8(truncatingIfNeeded: high)] }
    if high < 0xDC00, next == UInt8(ascii: "\\"), byte(offset + 1) == UInt8(ascii: "u") {
      offset += 2
      let low = try code(4, backslash)
      if (0xDC00...0xDFFF).contains(low),
        let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
      {
        return Self.utf8(scalar)
      }
    }
    throw error("half of a surrogate pair without the other half", at: backslash)
  }
}
