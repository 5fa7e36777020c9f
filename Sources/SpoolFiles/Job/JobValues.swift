/// A moment as it was written, with its time zone.
public struct ZonedTime: Sendable, Hashable {
  /// The text in the format of RFC 3339.
  package let text: String

  /// Nanoseconds since 1970.
  package let nanoseconds: Int64

  package var secondsSince1970: Double { Double(nanoseconds) / 1e9 }

  /// Reads a time such as `2026-11-22T14:15:01+01:00`. Returns nil if the text is no time, or has no zone.
  public init?(_ text: String) {
    guard let time = try? ZonedTime(parsing: text) else { return nil }
    self = time
  }

  init(parsing text: String) throws(RFC3339.Problem) {
    nanoseconds = try RFC3339.parse(text)
    self.text = text
  }
}

/// Variables that are added to a command's environment, in order, each name once.
public struct Environment: Sendable, Equatable, ExpressibleByDictionaryLiteral {
  fileprivate var object = JSONObject()

  package init() {}

  /// Creates variables; the last value of a repeated name counts.
  public init(dictionaryLiteral elements: (String, String)...) {
    for (name, value) in elements { self[name] = value }
  }

  /// The value of a variable; `nil` removes it.
  public subscript(name: String) -> String? {
    get { object[name]?.stringValue }
    set { object[name] = newValue.map(JSON.string) }
  }

  package var variables: [(name: String, value: String)] {
    object.members.map { ($0.key, $0.value.stringValue ?? "") }
  }

  func forEach(_ body: (_ name: String, _ value: String) -> Void) {
    for member in object.members { body(member.key, member.value.stringValue ?? "") }
  }

  package var isEmpty: Bool { object.isEmpty }

  /// These variables, with others from the defaults if their names are new.
  package func merging(over defaults: Environment) -> Environment {
    var merged = Environment()
    merged.object = object.merging(over: defaults.object)
    return merged
  }
}

extension Codec<Environment> {
  /// An object of strings; a number becomes its text.
  static let environment = Codec(
    read: { value throws(FieldError) in
      var environment = Environment()
      for (name, value) in try Codec<JSONObject>.object.read(value).members {
        do throws(FieldError) {
          try check(name)
          if case .number(let literal) = value {
            environment[name] = literal
          } else {
            environment[name] = try Codec<String>.argument.read(value)
          }
        } catch {
          throw error.inside(key: name)
        }
      }
      return environment
    },
    write: { .object($0.object) })

  private static func check(_ name: String) throws(FieldError) {
    guard !name.isEmpty else { throw .name("is not the name of a variable") }
    guard !name.utf8.contains(UInt8(ascii: "=")), !name.utf8.contains(0) else {
      throw .name("is not the name of a variable: it holds a '=' or a NUL character")
    }
  }
}

/// The runs that must have ended before a run may start.
public struct Dependencies: Sendable, Hashable {
  /// The runs that must have finished.
  public var ok: [String]?

  /// The runs that must have ended in any way.
  public var any: [String]?

  /// The runs that must have ended without finishing.
  public var failed: [String]?

  /// Creates dependencies from the whole names of runs.
  public init(ok: [String]? = nil, any: [String]? = nil, failed: [String]? = nil) {
    self.ok = ok
    self.any = any
    self.failed = failed
  }

  /// The largest number of runs in all lists together.
  package static let limit = 10_000

  package var runs: [String] { (ok ?? []) + (any ?? []) + (failed ?? []) }
}

extension Dependencies: FieldRecord {
  init() { self.init(ok: nil) }

  static let fields: [Field<Dependencies>] = [
    Field("ok", { $1(&$0.ok) }, .list(of: .name(), named: "an array of runs")),
    Field("any", { $1(&$0.any) }, .list(of: .name(), named: "an array of runs")),
    Field("failed", { $1(&$0.failed) }, .list(of: .name(), named: "an array of runs")),
  ]
}

extension Codec<Dependencies> {
  /// Dependencies that name no more runs than ``Dependencies/limit``.
  static let dependencies = Codec(
    read: { value throws(FieldError) in
      let dependencies = try record.read(value)
      let count = dependencies.runs.count
      guard count <= Dependencies.limit else {
        throw .value("must name at most \(Dependencies.limit) runs, not \(count)")
      }
      return dependencies
    }, write: record.write)
}
