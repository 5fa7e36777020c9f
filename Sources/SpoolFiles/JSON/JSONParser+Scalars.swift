extension JSONParser {

  /// Reads a string from its opening quote.
  mutating func string() throws(JSONSyntaxError) -> String {
    let begin = offset
    offset += 1
    try skipPlain(ofStringAt: begin)
    if bytes[offset] == UInt8(ascii: "\"") {
      let plain = UnsafeBufferPointer(rebasing: bytes[(begin + 1)..<offset])
      offset += 1
      return RawText.text(plain)
    }

    var content = Array(bytes[(begin + 1)..<offset])
    while bytes[offset] != UInt8(ascii: "\"") {
      try readEscape(into: &content, ofStringAt: begin)
      let plain = offset
      try skipPlain(ofStringAt: begin)
      content.append(contentsOf: bytes[plain..<offset])
    }
    offset += 1
    return RawText.text(content)
  }

  /// Moves to the next quote or backslash; throws if there is none.
  private mutating func skipPlain(ofStringAt begin: Int) throws(JSONSyntaxError) {
    while offset < end {
      switch bytes[offset] {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): return
      case 0..<0x20: throw controlCharacter(bytes[offset])
      case 0x80...: try skipScalar(inside: "a string", begunAt: begin)
      default: offset += 1
      }
    }
    throw ends(inside: "a string", begunAt: begin)
  }

  private func controlCharacter(_ byte: UInt8) -> JSONSyntaxError {
    switch byte {
    case 0x0A, 0x0D: error("a line break inside a string; write \\n")
    case 0x09: error("a tab inside a string; write \\t")
    default: error("a control character inside a string; write \\u00\(hexadecimal(byte))")
    }
  }

  private mutating func readEscape(
    into content: inout [UInt8], ofStringAt begin: Int
  ) throws(JSONSyntaxError) {
    let backslash = offset
    guard offset + 1 < end else { throw ends(inside: "a string", begunAt: begin) }
    let letter = bytes[offset + 1]
    offset += 2
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(letter)
    case UInt8(ascii: "n"): content.append(0x0A)
    case UInt8(ascii: "t"): content.append(0x09)
    case UInt8(ascii: "r"): content.append(0x0D)
    case UInt8(ascii: "b"): content.append(0x08)
    case UInt8(ascii: "f"): content.append(0x0C)
    case UInt8(ascii: "u"):
      try readEscapedUnits(into: &content, at: backslash, ofStringAt: begin)
    default:
      throw error("a backslash is written \\\\; after it only \" \\ / b f n r t u", at: backslash)
    }
  }

  /// The character of `\u` and its digits, with the second half of a surrogate pair after a first half.
  ///
  /// DC80 to DCFF without a first half are one byte each, 80 to FF, which is not part of UTF-8: as in
  /// Python's `surrogateescape` (PEP 383).
  private mutating func readEscapedUnits(
    into content: inout [UInt8], at backslash: Int, ofStringAt begin: Int
  ) throws(JSONSyntaxError) {
    func append(_ scalar: Unicode.Scalar) {
      content.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
    let high = try hexadecimalDigits(at: backslash, ofStringAt: begin)
    if let scalar = Unicode.Scalar(high) { return append(scalar) }
    if (0xDC80...0xDCFF).contains(high) {
      content.append(UInt8(truncatingIfNeeded: high))
      return
    }

    let second = offset
    if high < 0xDC00, second < end, bytes[second] == UInt8(ascii: "\\") {
      guard second + 1 < end else { throw ends(inside: "a string", begunAt: begin) }
      if bytes[second + 1] == UInt8(ascii: "u") {
        offset += 2
        let low = try hexadecimalDigits(at: second, ofStringAt: begin)
        if UTF16.isTrailSurrogate(low) {
          return append(UTF16.decode(UTF16.EncodedScalar([high, low])))
        }
      }
    } else if second == end {
      throw ends(inside: "a string", begunAt: begin)
    }
    throw error("half of a surrogate pair without the other half", at: backslash)
  }

  private mutating func hexadecimalDigits(
    at backslash: Int, ofStringAt begin: Int
  ) throws(JSONSyntaxError) -> UInt16 {
    var code: UInt16 = 0
    for _ in 0..<4 {
      guard offset < end else { throw ends(inside: "a string", begunAt: begin) }
      guard let digit = Character(Unicode.Scalar(bytes[offset])).hexDigitValue,
        bytes[offset] < 0x80
      else {
        throw error("\\u needs four hexadecimal digits", at: backslash)
      }
      code = code << 4 | UInt16(digit)
      offset += 1
    }
    return code
  }

  /// The length of the character of two bytes or more at the offset; nil if it is not UTF-8.
  ///
  /// A character that the end of the text cuts off counts as whole.
  func scalarLength() -> Int? { RawText.scalarLength(bytes, at: offset) }

  mutating func skipScalar(inside what: String, begunAt begin: Int) throws(JSONSyntaxError) {
    guard let length = scalarLength() else { throw error(notUTF8) }
    guard offset + length <= end else { throw ends(inside: what, begunAt: begin) }
    offset += length
  }

  var notUTF8: String { "the byte 0x\(hexadecimal(next)) is not UTF-8" }

  private func hexadecimal(_ byte: UInt8) -> String {
    (byte < 0x10 ? "0" : "") + String(byte, radix: 16)
  }

  /// Reads a number and returns its text.
  mutating func number() throws(JSONSyntaxError) -> String {
    let begin = offset
    if next == UInt8(ascii: "-") { offset += 1 }
    if next == UInt8(ascii: "0") {
      offset += 1
      if isDigit { throw error("a number with a 0 before its first digit", at: begin) }
    } else {
      try skipDigits(ofNumberAt: begin)
    }
    if next == UInt8(ascii: ".") {
      offset += 1
      try skipDigits(ofNumberAt: begin)
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      offset += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { offset += 1 }
      try skipDigits(ofNumberAt: begin)
    }
    return text(from: begin)
  }

  private var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) }

  private mutating func skipDigits(ofNumberAt begin: Int) throws(JSONSyntaxError) {
    guard offset < end else { throw ends(inside: "a number", begunAt: begin) }
    guard isDigit else { throw error("expected a digit") }
    while isDigit { offset += 1 }
  }

  /// Reads `true`, `false` or `null`.
  mutating func word() throws(JSONSyntaxError) -> JSON {
    let begin = offset
    while case UInt8(ascii: "a")...UInt8(ascii: "z") = next | 0x20 { offset += 1 }
    let word = text(from: begin)
    switch word {
    case "true": return .bool(true)
    case "false": return .bool(false)
    case "null": return .null
    case _ where offset == end && ["true", "false", "null"].contains { $0.hasPrefix(word) }:
      throw ends(inside: "a word", begunAt: begin)
    case "True", "TRUE": throw error("'\(word)' is written true", at: begin)
    case "False", "FALSE": throw error("'\(word)' is written false", at: begin)
    case "None", "nil", "Null", "NULL": throw error("'\(word)' is written null", at: begin)
    default: throw error("expected a value; text is written in double quotes", at: begin)
    }
  }

  private func text(from begin: Int) -> String {
    String(decoding: UnsafeBufferPointer(rebasing: bytes[begin..<offset]), as: UTF8.self)
  }
}
