/// A step from a JSON value to one inside it.
package enum JSONPathStep: Sendable, Hashable {
  case key(String)
  /// A step to the element of that number, from 0.
  case index(Int)
}

extension JSON {
  /// The place in a text where the value at a path, or its key, begins.
  ///
  /// Reads the text again, so that values do not carry their places and only errors cost time.
  ///
  /// - Parameters:
  ///   - path: The steps from the outermost value; empty for that value itself.
  ///   - bytes: The text, in the relaxed dialect.
  ///   - key: Whether to find the key of the last step instead of its value.
  /// - Returns: The line and the column, both from 1; nil if the text has nothing at that path.
  package static func position(
    of path: [JSONPathStep], in bytes: [UInt8], key: Bool = false
  ) -> (line: Int, column: Int)? {
    bytes.withUnsafeBufferPointer { buffer in
      var parser = JSONParser(buffer, .relaxed)
      guard let offset = try? parser.offset(of: path, key: key) else { return nil }
      let position = TextPosition(of: offset, in: buffer)
      return (position.line, position.column)
    }
  }
}

extension JSONParser {
  /// The offset of the value at a path, or of the last step's key.
  fileprivate mutating func offset(
    of path: [JSONPathStep], key wantsKey: Bool
  ) throws(JSONSyntaxError) -> Int? {
    try skipSpace()
    var found = offset
    for step in path {
      switch step {
      case .key(let name):
        guard let keyOffset = try enterMember(name) else { return nil }
        found = wantsKey ? keyOffset : offset
      case .index(let number):
        guard try enterElement(number) else { return nil }
        found = offset
      }
    }
    return offset < end ? found : nil
  }

  /// Moves to the value of a member, and returns the offset of its key.
  private mutating func enterMember(_ name: String) throws(JSONSyntaxError) -> Int? {
    guard next == UInt8(ascii: "{") else { return nil }
    var members = Members(try enter(.object))
    while try more(&members) {
      let keyOffset = offset
      if try key(of: members).hasSameBytes(as: name) { return keyOffset }
      _ = try value()  // Only stepped over.
    }
    return nil
  }

  private mutating func enterElement(_ number: Int) throws(JSONSyntaxError) -> Bool {
    guard next == UInt8(ascii: "[") else { return false }
    var members = Members(try enter(.array))
    var count = 0
    while try more(&members) {
      if count == number { return true }
      _ = try value()  // Only stepped over.
      count += 1
    }
    return false
  }
}
