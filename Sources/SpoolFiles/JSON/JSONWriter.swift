extension JSON {
  /// The value as text in UTF-8: on one line without spaces, or on several lines with two spaces per level.
  package func bytes(pretty: Bool = false) -> [UInt8] {
    var writer = JSONWriter(pretty: pretty)
    writer.write(self)
    return writer.bytes
  }

  /// The value as text on one line.
  public var text: String { RawText.text(bytes()) }
}

extension JSONObject {
  /// The object as text in UTF-8: on one line without spaces, or on several lines with two spaces per level.
  package func bytes(pretty: Bool = false) -> [UInt8] { JSON.object(self).bytes(pretty: pretty) }

  /// The object as text on one line.
  public var text: String { JSON.object(self).text }
}

extension JSON {
  /// The number of bytes of ``text``, counted without making it; clamped to the largest number.
  package var textCount: Int {
    switch self {
    case .null, .bool(true): 4
    case .bool(false): 5
    case .number(let literal): literal.utf8.count
    case .string(let text): Self.quotedCount(text)
    case .array(let elements):
      elements.reduce(2 + max(elements.count - 1, 0)) { $0.adding(clamped: $1.textCount) }
    case .object(let object): object.textCount
    }
  }

  /// The number of bytes of a string with its quotes, counted in the same way.
  static func quotedCount(_ text: String) -> Int {
    // Hardly any text has bytes that are not UTF-8.
    if RawText.count(text) != text.utf8.count { return JSON.string(text).bytes().count }
    return text.utf8.reduce(2) { count, byte in
      switch byte {
      case 0x08, 0x09, 0x0A, 0x0C, 0x0D, UInt8(ascii: "\""), UInt8(ascii: "\\"): count + 2
      case 0..<0x20, 0x7F: count + 6
      default: count + 1
      }
    }
  }
}

extension JSONObject {
  /// The number of bytes of ``text``, counted without making it; clamped to the largest number.
  package var textCount: Int {
    members.reduce(2 + max(count - 1, 0)) { sum, member in
      sum.adding(clamped: JSON.quotedCount(member.key) + 1).adding(clamped: member.value.textCount)
    }
  }
}

// Bytes that are not UTF-8 (``RawText``) are written as lone surrogates, \udc80 to \udcff, as in Python's
// `surrogateescape` (PEP 383): `json.loads`, then `os.fsencode`, gives those bytes.

private struct JSONWriter {
  var bytes: [UInt8] = []
  private let pretty: Bool
  private var depth = 0

  init(pretty: Bool) {
    self.pretty = pretty
    bytes.reserveCapacity(512)
  }

  mutating func write(_ value: JSON) {
    switch value {
    case .null: append("null")
    case .bool(true): append("true")
    case .bool(false): append("false")
    case .number(let literal): bytes.append(contentsOf: literal.utf8)
    case .string(let text): write(text)
    case .array(let elements):
      open(UInt8(ascii: "["))
      for position in elements.indices {
        separate(isFirst: position == 0)
        write(elements[position])
      }
      close(UInt8(ascii: "]"), isEmpty: elements.isEmpty)
    case .object(let object):
      open(UInt8(ascii: "{"))
      for position in object.members.indices {
        separate(isFirst: position == 0)
        write(object.members[position].key)
        bytes.append(UInt8(ascii: ":"))
        if pretty { bytes.append(UInt8(ascii: " ")) }
        write(object.members[position].value)
      }
      close(UInt8(ascii: "}"), isEmpty: object.isEmpty)
    }
  }

  private mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  private mutating func open(_ bracket: UInt8) {
    bytes.append(bracket)
    depth += 1
  }

  private mutating func separate(isFirst: Bool) {
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    if pretty { breakLine() }
  }

  private mutating func close(_ bracket: UInt8, isEmpty: Bool) {
    depth -= 1
    if pretty, !isEmpty { breakLine() }
    bytes.append(bracket)
  }

  private mutating func breakLine() {
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
  }

  private mutating func write(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { write(content: $0) }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func write(content: UnsafeBufferPointer<UInt8>) {
    var plain = 0
    for position in content.indices {
      let byte = content[position]
      guard
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F
          || byte == RawText.mark && position >= plain && RawText.isPrivate(content, at: position)
      else { continue }
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: content[plain..<position]))
      if byte < 0x80 {
        writeEscape(of: byte)
        plain = position + 1
      } else {
        plain = writeRaw(content, from: position)
      }
    }
    bytes.append(contentsOf: UnsafeBufferPointer(rebasing: content[plain...]))
  }

  /// Writes the bytes that private characters at an offset stand for; returns the offset of their end.
  private mutating func writeRaw(
    _ content: UnsafeBufferPointer<UInt8>, from offset: Int
  ) -> Int {
    let raw = RawText.bytes(from: offset, of: content)
    RawText.forEachPart(of: raw) { text, byte in
      // Private characters that the text itself contained are text in JSON.
      if let text {
        bytes.append(contentsOf: text)
      } else {
        append("\\udc")
        bytes.append(contentsOf: String(byte, radix: 16).utf8)
      }
    }
    return offset + RawText.width * raw.count
  }

  private mutating func writeEscape(of byte: UInt8) {
    switch byte {
    case 0x0A: append("\\n")
    case 0x09: append("\\t")
    case 0x0D: append("\\r")
    case 0x08: append("\\b")
    case 0x0C: append("\\f")
    case UInt8(ascii: "\""): append("\\\"")
    case UInt8(ascii: "\\"): append("\\\\")
    default:
      // Only bytes below 0x20, and 0x7F, come here.
      append("\\u00")
      if byte < 0x10 { append("0") }
      bytes.append(contentsOf: String(byte, radix: 16).utf8)
    }
  }
}
