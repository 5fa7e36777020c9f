extension JSON {
  /// The notation that a parser accepts.
  package enum Dialect: Sendable {
    /// For files that people write: comments (`//` and `/* */`) and commas after the last member are allowed.
    case relaxed
    /// For files that spool writes: exactly RFC 8259.
    case strict
  }

  /// The deepest nesting of arrays and objects.
  package static let nestingLimit = 64

  /// Parses a whole text.
  ///
  /// - Throws: The error and its place, for any text that is not JSON in UTF-8, has a key twice in an
  ///   object, or has more than 64 levels of nesting.
  package init(
    parsing bytes: [UInt8], dialect: Dialect = .relaxed
  ) throws(JSONSyntaxError) {
    self = try bytes.withUnsafeBufferPointer { buffer throws(JSONSyntaxError) in
      var parser = JSONParser(buffer, dialect)
      return try parser.text()
    }
  }

  /// Parses a whole text.
  ///
  /// - Throws: The same errors as for an array of bytes.
  package init(
    parsing bytes: UnsafeRawBufferPointer, dialect: Dialect = .relaxed
  ) throws(JSONSyntaxError) {
    self = try bytes.withMemoryRebound(to: UInt8.self) { buffer throws(JSONSyntaxError) in
      var parser = JSONParser(buffer, dialect)
      return try parser.text()
    }
  }
}

/// Reads JSON from memory, from left to right, once.
///
/// Uses only offsets while it reads; lines and columns are counted when an error needs them.
struct JSONParser: TextParser {
  let bytes: UnsafeBufferPointer<UInt8>
  let end: Int
  let relaxed: Bool
  var offset: Int
  private var depth = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>, _ dialect: JSON.Dialect) {
    self.bytes = bytes
    end = bytes.count
    relaxed = dialect == .relaxed
    offset = relaxed ? Self.lengthOfMark(in: bytes) : 0
  }

  /// The length of the byte-order mark that some editors write before a text.
  static func lengthOfMark(in bytes: UnsafeBufferPointer<UInt8>) -> Int {
    bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF ? 3 : 0
  }

  /// The next byte, 0 at the end.
  ///
  /// A 0 is allowed nowhere in a text, so the end is never mistaken for content.
  var next: UInt8 { offset < end ? bytes[offset] : 0 }

  /// Reads a text: one value and nothing else.
  mutating func text() throws(JSONSyntaxError) -> JSON {
    try skipSpace()
    guard offset < end else {
      throw error("the text is empty", isTruncation: true)
    }
    let value = try value()
    try skipSpace()
    guard offset == end else { throw error("there is more text after the value") }
    return value
  }

  mutating func value() throws(JSONSyntaxError) -> JSON {
    switch next {
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "{"): return .object(try object())
    case UInt8(ascii: "["): return .array(try array())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
      return try word()
    default: throw unexpected("expected a value")
    }
  }

  private mutating func object() throws(JSONSyntaxError) -> JSONObject {
    var object = JSONObject()
    var members = try Members(enter(.object))
    while try more(&members) {
      let keyOffset = offset
      let key = try key(of: members)
      guard object.insert(key, try value()) else {
        throw error("the key \(JSON.string(key).shown) is given twice", at: keyOffset)
      }
    }
    return object
  }

  private mutating func array() throws(JSONSyntaxError) -> [JSON] {
    var elements: [JSON] = []
    var members = try Members(enter(.array))
    while try more(&members) { elements.append(try value()) }
    return elements
  }

  enum Container {
    case array, object

    var close: UInt8 { self == .array ? UInt8(ascii: "]") : UInt8(ascii: "}") }
    var name: String { self == .array ? "an array" : "an object" }
  }

  /// The reading state of an array or object.
  struct Members {
    let container: Container
    let begin: Int
    var isFirst = true

    init(_ opened: (Container, Int)) { (container, begin) = opened }
  }

  mutating func enter(_ container: Container) throws(JSONSyntaxError) -> (Container, Int) {
    guard depth < JSON.nestingLimit else {
      throw error("more than \(JSON.nestingLimit) levels of nesting")
    }
    depth += 1
    offset += 1
    return (container, offset - 1)
  }

  /// Moves to the next key or element. Returns false after it has stepped over the closing bracket.
  mutating func more(_ members: inout Members) throws(JSONSyntaxError) -> Bool {
    try skipSpace()
    let close = members.container.close
    var afterComma = false
    if !members.isFirst, next == UInt8(ascii: ",") {
      offset += 1
      try skipSpace()
      afterComma = true
    }
    guard offset < end else { throw ends(inside: members.container.name, begunAt: members.begin) }
    if next == close {
      guard !afterComma || relaxed else {
        throw error("a comma after the last \(members.container == .array ? "value" : "member")")
      }
      depth -= 1
      offset += 1
      return false
    }
    guard members.isFirst || afterComma else {
      throw unexpected("expected ',' or '\(Character(Unicode.Scalar(close)))' after a value")
    }
    members.isFirst = false
    return true
  }

  /// Reads a key and its colon, up to the beginning of the value.
  mutating func key(of members: Members) throws(JSONSyntaxError) -> String {
    guard next == UInt8(ascii: "\"") else { throw unexpected("expected a key in double quotes") }
    let key = try string()
    try skipSpace()
    guard offset < end else { throw ends(inside: members.container.name, begunAt: members.begin) }
    guard next == UInt8(ascii: ":") else { throw unexpected("expected ':' after a key") }
    offset += 1
    try skipSpace()
    guard offset < end else { throw ends(inside: members.container.name, begunAt: members.begin) }
    return key
  }

  mutating func skipSpace() throws(JSONSyntaxError) {
    while offset < end {
      switch bytes[offset] {
      case 0x20, 0x0A, 0x0D, 0x09: offset += 1
      case UInt8(ascii: "/") where relaxed: try skipComment()
      default: return
      }
    }
  }

  private mutating func skipComment() throws(JSONSyntaxError) {
    let begin = offset
    guard offset + 1 < end else { throw ends(inside: "a comment", begunAt: begin) }
    let isLine = bytes[offset + 1] == UInt8(ascii: "/")
    guard isLine || bytes[offset + 1] == UInt8(ascii: "*") else {
      throw error("a comment begins with // or /*")
    }
    offset += 2
    while offset < end {
      let byte = bytes[offset]
      if isLine, byte == UInt8(ascii: "\n") { return }
      if !isLine, byte == UInt8(ascii: "*"), offset + 1 < end,
        bytes[offset + 1] == UInt8(ascii: "/")
      {
        offset += 2
        return
      }
      if byte < 0x80 { offset += 1 } else { try skipScalar(inside: "a comment", begunAt: begin) }
    }
    // A line comment may end without a line break at the end of the text.
    guard isLine else { throw ends(inside: "a comment", begunAt: begin) }
  }

  /// The error for a text that ends before something is complete.
  func ends(inside what: String, begunAt begin: Int) -> JSONSyntaxError {
    ends(inside: what, begunAt: begin, at: end)
  }

  /// The error for unexpected text; it names a likely slip instead of the expectation.
  func unexpected(_ expectation: String) -> JSONSyntaxError {
    switch next {
    case UInt8(ascii: "'"): error("strings and keys are written in double quotes")
    case UInt8(ascii: "#") where relaxed: error("a comment begins with // or /*")
    case UInt8(ascii: "/") where !relaxed: error("comments are not allowed here")
    case 0x80... where scalarLength() == nil: error(notUTF8)
    default: error(expectation)
    }
  }
}
