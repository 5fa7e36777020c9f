/// A JSON value.
///
/// Numbers keep the text they were written with, so that `1.0` in a run's configuration is still
/// `1.0` when the run reads it. Two strings are equal only if their bytes are: names of files are
/// compared that way, while Swift's own `==` treats `é` and `e` with a combining accent as equal.
public enum JSON: Sendable {
  case null
  case bool(Bool)
  case number(String)
  case string(String)
  case array([JSON])
  case object(JSONObject)

  package static func number(_ value: Int) -> JSON { .number(String(value)) }

  /// A number in the shortest text that reads back as the same value.
  ///
  /// JSON has no way to write an infinity or a NaN; both become `null`.
  package static func number(_ value: Double) -> JSON {
    value.isFinite ? .number(value.description) : .null
  }

  package static func strings(_ values: [String]) -> JSON { .array(values.map(JSON.string)) }
}

extension JSON {
  package var isNull: Bool {
    if case .null = self { true } else { false }
  }

  /// The text of a string.
  public var stringValue: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The value of a number that is whole, in any notation: `3`, `3.0` and `3e0` are all 3.
  public var intValue: Int? {
    guard case .number(let literal) = self else { return nil }
    return Int(literal) ?? Double(literal).flatMap(Int.init(exactly:))
  }

  /// The value of a number; infinite if the literal is too large for a double.
  public var doubleValue: Double? {
    guard case .number(let literal) = self else { return nil }
    return Double(literal)
  }

  /// The value of `true` or `false`.
  public var boolValue: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// The elements of an array.
  public var arrayValue: [JSON]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  /// The members of an object.
  public var objectValue: JSONObject? {
    if case .object(let object) = self { object } else { nil }
  }

  /// The member with that name; nil if this is no object, or lacks it.
  package subscript(key: String) -> JSON? { objectValue?[key] }
}

extension JSON: Hashable {
  /// Whether two values have the same text, except for the order of an object's members.
  public static func == (left: JSON, right: JSON) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let left), .bool(let right)): left == right
    case (.number(let left), .number(let right)): left == right
    case (.string(let left), .string(let right)): left.hasSameBytes(as: right)
    case (.array(let left), .array(let right)): left == right
    case (.object(let left), .object(let right)): left == right
    default: false
    }
  }

  /// Feeds the value to a hasher.
  public func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .bool(let value): hasher.combine(value)
    case .number(let literal): hasher.combine(literal)
    case .string(let text): hasher.combine(text)
    case .array(let elements): hasher.combine(elements)
    case .object(let object): hasher.combine(object)
    }
  }
}

extension JSON: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  /// Makes `true` or `false`.
  public init(booleanLiteral value: Bool) { self = .bool(value) }

  /// Makes a whole number.
  public init(integerLiteral value: Int) { self = .number(value) }

  /// Makes a number.
  public init(floatLiteral value: Double) { self = .number(value) }

  /// Makes a string.
  public init(stringLiteral value: String) { self = .string(value) }

  /// Makes an array.
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }

  /// Makes an object.
  public init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(JSONObject(elements))
  }
}
