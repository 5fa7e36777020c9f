/// How a file is written that people write.
package enum Notation: Sendable {
  /// JSON, with comments and commas after the last member.
  case json
  /// YAML 1.2.
  case yaml

  /// The notation of a file: that of its name where this ends in `.json`, `.yaml` or `.yml`, else the one that
  /// begins with such a character. JSON begins with a brace, a bracket or a comment of its own.
  package init(of bytes: [UInt8], named name: String? = nil) {
    if let name, name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
      self = .yaml
    } else if let name, name.hasSuffix(".json") {
      self = .json
    } else {
      let mark = bytes.withUnsafeBufferPointer { JSONParser.lengthOfMark(in: $0) }
      let first = bytes.dropFirst(mark).first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
      // A text without any character is an empty file in both.
      self = first.map { "{[/".utf8.contains($0) } ?? true ? .json : .yaml
    }
  }

  /// Parses a whole text.
  func value(parsing bytes: [UInt8]) throws(JSONSyntaxError) -> JSON {
    switch self {
    case .json: try JSON(parsing: bytes)
    case .yaml: try JSON(parsingYAML: bytes)
    }
  }

  /// Where in a text the value at a path begins, or its key; nil if the text has nothing at that path.
  ///
  /// Reads the text once more: only errors pay.
  func position(
    of path: [JSONPathStep], in bytes: [UInt8], key: Bool
  ) -> (line: Int, column: Int)? {
    switch self {
    case .json: return JSON.position(of: path, in: bytes, key: key)
    case .yaml:
      guard let offset = try? YAMLNode(parsing: bytes).offset(of: path, key: key) else {
        return nil
      }
      let position = bytes.withUnsafeBufferPointer { TextPosition(of: offset, in: $0) }
      return (position.line, position.column)
    }
  }
}
