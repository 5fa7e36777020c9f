extension JSON {
  /// How a text may be written.
  package enum Dialect: Sendable {
    /// What people write: comments (`//` and `/* */`) and commas after the last member are welcome.
    case relaxed
    /// What spool writes: RFC 8259 to the letter.
    case strict
  }

  /// How deep arrays and objects may be nested.
  package static let nestingLimit = 64

  /// Parses a whole text.
  ///
  /// - Throws: What is wrong and where: anything that is not JSON in UTF-8, a key that is given
  ///   twice, more than 64 levels of nesting.
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
  /// - Throws: What is wrong and where, as for an array of bytes.
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
/// Knows only offsets while it reads; lines and columns are counted when an error needs them.
struct JSONParser {
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

  /// The length of the byte-order mark that some editors put before a text.
  static func lengthOfMark(in bytes: UnsafeBufferPointer<UInt8>) -> Int {
    bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF ? 3 : 0
  }

  /// The next byte, 0 at the end.
  ///
  /// A 0 in the text is allowed nowhere, so what matches the next byte is never fooled by the end.
  var next: UInt8 { offset < end ? bytes[offset] : 0 }

  /// A text: one value and nothing else.
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

  /// An array or an object.
  enum Container {
    case array, object

    var close: UInt8 { self == .array ? UInt8(ascii: "]") : UInt8(ascii: "}") }
    var name: String { self == .array ? "an array" : "an object" }
  }

  /// How far an array or object has been read.
  struct Members {
    let container: Container
    let begin: Int
    var isFirst = true

    init(_ opened: (Container, Int)) { (container, begin) = opened }
  }

  /// Steps over the opening bracket.
  mutating func enter(_ container: Container) throws(JSONSyntaxError) -> (Container, Int) {
    guard depth < JSON.nestingLimit else {
      throw error("more than \(JSON.nestingLimit) levels of nesting")
    }
    depth += 1
    offset += 1
    return (container, offset - 1)
  }

  /// Goes on to the next key or element; false when it has stepped over the closing bracket.
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

  /// A key and its colon, up to where its value begins.
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
    // A line needs no line break at the end of the text.
    guard isLine else { throw ends(inside: "a comment", begunAt: begin) }
  }

  func error(
    _ message: String, at offset: Int? = nil, isTruncation: Bool = false
  ) -> JSONSyntaxError {
    let position = TextPosition(of: offset ?? self.offset, in: bytes)
    return JSONSyntaxError(
      line: position.line, column: position.column, message: message, isTruncation: isTruncation)
  }

  /// The text ends where something that was begun is not finished.
  func ends(inside what: String, begunAt begin: Int) -> JSONSyntaxError {
    let position = TextPosition(of: begin, in: bytes)
    return error(
      "the text ends inside \(what) begun at line \(position.line), column \(position.column)",
      at: end, isTruncation: true)
  }

  /// Something else was expected here; a likely slip is named instead.
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
