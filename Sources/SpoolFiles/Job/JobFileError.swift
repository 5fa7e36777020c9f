/// The reason why a job file, or a queue's settings, cannot be used, with its place.
public struct JobFileError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The line, from 1; nil if the fault has no single place in one file.
  public var line: Int?

  /// The column, from 1, in characters (Unicode scalars) and not in bytes.
  public var column: Int?

  /// The fault, as a sentence without its full stop.
  package var message: String

  /// Whether the file is right so far and only ends too early.
  ///
  /// A file that is still being copied looks like this.
  package var isTruncation = false

  /// Whether the file has a format that only a newer spool can read.
  package var isTooNew = false

  /// Creates an error without a place in a file.
  package init(_ message: String) { self.message = message }

  /// The place and the fault: `line 3, column 7: unknown key "comand" (did you mean "command"?)`.
  public var description: String {
    guard let line, let column else { return message }
    return "line \(line), column \(column): \(message)"
  }
}

extension JobFileError {
  init(_ error: JSONSyntaxError) {
    message = error.message
    (line, column) = (error.line, error.column)
    isTruncation = error.isTruncation
  }

  /// Creates the error for a fault at a path inside the file.
  init(
    _ error: FieldError, below path: [JSONPathStep], in bytes: [UInt8],
    as notation: Notation = .json
  ) {
    message = error.message
    let place = notation.position(of: path + error.path, in: bytes, key: error.isAtKey)
    (line, column) = (place?.line, place?.column)
  }
}

/// A fault of a value inside an object.
///
/// Created where the value is read; each level above adds the value's place.
struct FieldError: Error {
  private(set) var path: [JSONPathStep] = []

  /// Whether the key is wrong, and not its value.
  private(set) var isAtKey = false

  private let complaint: Complaint

  /// The value in words, innermost first: `entry 2`, `"ok"`, `"after"`.
  private var owners: [String] = []

  private enum Complaint {
    /// A predicate of the value: `must not be empty`.
    case predicate(String)
    case unknownKey(String, note: String)
    case sentence(String)
  }

  private init(_ complaint: Complaint) { self.complaint = complaint }

  /// The error for a value: it `must …`.
  static func value(_ predicate: String) -> FieldError { FieldError(.predicate(predicate)) }

  /// The error for a value's key: it `is …`.
  static func name(_ predicate: String) -> FieldError {
    var error = FieldError(.predicate(predicate))
    error.isAtKey = true
    return error
  }

  /// The error for a value of the wrong kind.
  static func mustBe(_ expected: String, not value: JSON) -> FieldError {
    .value("must be \(expected), not \(value.kind)")
  }

  /// The error for a value that is wrong and is shown.
  static func mustBe(_ expected: String, notValue value: JSON) -> FieldError {
    .value("must be \(expected), not \(value.shown)")
  }

  static func unknownKey(_ key: String, among known: [String]) -> FieldError {
    var error = FieldError(
      .unknownKey(JSON.string(key).shown, note: Suggestion.note(for: key, among: known)))
    error.path = [.key(key)]
    error.isAtKey = true
    return error
  }

  /// The error with a whole sentence about one member of the object, or about the object.
  static func sentence(_ text: String, at key: String? = nil) -> FieldError {
    var error = FieldError(.sentence(text))
    if let key {
      error.path = [.key(key)]
      error.isAtKey = true
    }
    return error
  }

  /// The error with the place of the value extended by a key.
  func inside(key: String) -> FieldError {
    var error = self
    error.path.insert(.key(key), at: 0)
    error.owners.append(JSON.string(key).shown)
    return error
  }

  /// Reads the value under a key and adds the key to an error.
  static func inside<Result>(
    _ key: String, _ read: @autoclosure () throws(FieldError) -> Result
  ) throws(FieldError) -> Result {
    do throws(FieldError) {
      return try read()
    } catch {
      throw error.inside(key: key)
    }
  }

  /// The error with the place of the value extended by an index.
  func inside(index: Int) -> FieldError {
    var error = self
    error.path.insert(.index(index), at: 0)
    error.owners.append("entry \(index + 1)")
    return error
  }

  /// The fault, as a sentence without its full stop.
  var message: String {
    let owner = owners.joined(separator: " of ")
    switch complaint {
    case .predicate(let predicate): return (owner.isEmpty ? "the file" : owner) + " " + predicate
    case .unknownKey(let key, let note):
      return "unknown key \(key)" + (owner.isEmpty ? "" : " in \(owner)") + note
    case .sentence(let text): return text
    }
  }
}

extension JSON {
  /// The value on one line for an error; a long value is shortened.
  var shown: String {
    let text = text.unicodeScalars
    guard text.count > 60 else { return String(text) }
    return String(text.prefix(59)) + "…"
  }

  fileprivate var kind: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}
