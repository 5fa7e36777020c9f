/// One value of a run's configuration, as it is typed: `--set learning_rate=0.1`.
///
/// The value is JSON if it parses as JSON, otherwise text. A key with dots is a path to an inner
/// member: existing members are used, and objects are created for the rest.
package struct ConfigAssignment: Sendable, Equatable {
  /// The key, as it is typed.
  package let key: String
  package let value: JSON

  package init(key: String, value: JSON) {
    self.key = key
    self.value = value
  }

  /// Reads `KEY=VALUE`.
  package init(_ text: String) throws(SpoolError) {
    guard let (key, word) = text.cut(at: "=") else {
      throw SpoolError(.badInput, "\"\(text)\" is not of the form KEY=VALUE")
    }
    self.key = key
    guard !key.split(separator: ".", omittingEmptySubsequences: false).contains("") else {
      throw SpoolError(.badInput, "\"\(text)\": the key, or a part of it between dots, is empty")
    }
    value = (try? JSON(parsing: word.rawBytes, dialect: .strict)) ?? .string(word)
  }

  /// The configuration with only this value, to be merged over others.
  ///
  /// - Parameter config: The configuration below it. A key of it that contains dots itself, such as
  ///   `"optimizer.lr"`, is found as it is.
  package func object(within config: JSONObject) -> JSONObject {
    Self.object(key[...], value, within: config)
  }

  private static func object(
    _ key: Substring, _ value: JSON, within config: JSONObject
  ) -> JSONObject {
    if config[String(key)] != nil { return [String(key): value] }
    // The path that `${config.KEY}` finds; else the longest existing member; else the first part.
    let ways = key.indices.filter { key[$0] == "." }.reversed()
    let dot =
      ways.first { dot in
        let inner = config[String(key[..<dot])]?.objectValue
        return inner?.value(atDottedPath: String(key[key.index(after: dot)...])) != nil
      } ?? ways.first { config[String(key[..<$0])]?.objectValue != nil } ?? ways.last
    guard let dot else { return [String(key): value] }
    let name = String(key[..<dot])
    let inner = config[name]?.objectValue ?? JSONObject()
    return [name: .object(object(key[key.index(after: dot)...], value, within: inner))]
  }
}
