/// The notation of a file that people write.
package enum Notation: Sendable {
  /// JSON, with comments and commas after the last member.
  case json
  /// YAML 1.2.
  case yaml

  /// The notation of a file. An ending `.json`, `.yaml` or `.yml` of its name decides; otherwise its first
  /// character: JSON begins with a brace, a bracket or a comment in its own style.
  package init(of bytes: [UInt8], named name: String? = nil) {
    if let name, name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
      self = .yaml
    } else if let name, name.hasSuffix(".json") {
      self = .json
    } else {
      let mark = bytes.withUnsafeBufferPointer { JSONParser.lengthOfMark(in: $0) }
      let first = bytes.dropFirst(mark).first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
      // A text without any character is an empty file in both notations.
      self = first.map { "{[/".utf8.contains($0) } ?? true ? .json : .yaml
    }
  }

  func value(parsing bytes: [UInt8]) throws(JSONSyntaxError) -> JSON {
    switch self {
    case .json: try JSON(parsing: bytes)
    case .yaml: try JSON(parsingYAML: bytes)
    }
  }

  /// The place in a text where the value at a path, or its key, begins; nil if the text has nothing there.
  ///
  /// Reads the text again, so that only errors cost time.
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
