/// Why a job file, or a queue's settings, cannot be used, and where.
public struct JobFileError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The line, from 1; nil when the fault is not at one place of one file.
  public var line: Int?

  /// The column, from 1, in characters (Unicode scalars) and not in bytes.
  public var column: Int?

  /// What is wrong, as a sentence without its full stop.
  package var message: String

  /// Whether the file is right as far as it goes and only ends too early.
  ///
  /// A file that is still being copied looks like this.
  package var isTruncation = false

  /// Whether the file has a format that only a newer spool knows.
  package var isTooNew = false

  /// Makes an error that is not at one place of one file.
  package init(_ message: String) { self.message = message }

  /// `line 3, column 7: unknown key "comand" (did you mean "command"?)`.
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

  /// What is wrong at a path inside the file.
  init(
    _ error: FieldError, below path: [JSONPathStep], in bytes: [UInt8],
    as notation: Notation = .json
  ) {
    message = error.message
    let place = notation.position(of: path + error.path, in: bytes, key: error.isAtKey)
    (line, column) = (place?.line, place?.column)
  }
}

/// What is wrong with a value inside an object.
///
/// Made where the value is looked at; each level that it passes on its way up adds where it was.
struct FieldError: Error {
  /// The steps from the object to the value.
  private(set) var path: [JSONPathStep] = []

  /// Whether the key is to blame and not its value.
  private(set) var isAtKey = false

  private let complaint: Complaint

  /// The value in words, innermost first: `entry 2`, `"ok"`, `"after"`.
  private var owners: [String] = []

  private enum Complaint {
    /// Says something of the value: `must not be empty`.
    case predicate(String)
    case unknownKey(String, note: String)
    case sentence(String)
  }

  private init(_ complaint: Complaint) { self.complaint = complaint }

  /// The value `must …`.
  static func value(_ predicate: String) -> FieldError { FieldError(.predicate(predicate)) }

  /// The value's key is wrong: it `is …`.
  static func name(_ predicate: String) -> FieldError {
    var error = FieldError(.predicate(predicate))
    error.isAtKey = true
    return error
  }

  /// The value must be something else than it is.
  static func mustBe(_ expected: String, not value: JSON) -> FieldError {
    .value("must be \(expected), not \(value.kind)")
  }

  /// The value must be something else than it is, and is shown.
  static func mustBe(_ expected: String, notValue value: JSON) -> FieldError {
    .value("must be \(expected), not \(value.shown)")
  }

  /// The object has a key that it does not know.
  static func unknownKey(_ key: String, among known: [String]) -> FieldError {
    var error = FieldError(
      .unknownKey(JSON.string(key).shown, note: Suggestion.note(for: key, among: known)))
    error.path = [.key(key)]
    error.isAtKey = true
    return error
  }

  /// A whole sentence about one member of the object, or about the object.
  static func sentence(_ text: String, at key: String? = nil) -> FieldError {
    var error = FieldError(.sentence(text))
    if let key {
      error.path = [.key(key)]
      error.isAtKey = true
    }
    return error
  }

  /// The same, seen from the object that has the value under a key.
  func inside(key: String) -> FieldError {
    var error = self
    error.path.insert(.key(key), at: 0)
    error.owners.append(JSON.string(key).shown)
    return error
  }

  /// Reads the value under a key; an error tells of that key.
  static func inside<Result>(
    _ key: String, _ read: @autoclosure () throws(FieldError) -> Result
  ) throws(FieldError) -> Result {
    do throws(FieldError) {
      return try read()
    } catch {
      throw error.inside(key: key)
    }
  }

  /// The same, seen from the array that has the value at an index.
  func inside(index: Int) -> FieldError {
    var error = self
    error.path.insert(.index(index), at: 0)
    error.owners.append("entry \(index + 1)")
    return error
  }

  /// What is wrong, as a sentence without its full stop.
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
  /// The value on one line for an error, a long one only in part.
  var shown: String {
    let text = text.unicodeScalars
    guard text.count > 60 else { return String(text) }
    return String(text.prefix(59)) + "…"
  }

  /// What kind of value this is, for an error.
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
