/// The values of scalars in the core schema of YAML 1.2.
enum YAMLSchema {
  /// The reason why a scalar has no value, as a sentence without its full stop.
  struct Complaint: Error {
    let message: String
  }

  /// The value of a plain scalar.
  ///
  /// - Throws: ``Complaint`` if JSON has no such number.
  static func value(ofPlain text: String) throws(Complaint) -> JSON {
    if isNull(text) { return .null }
    if let bool = bool(text) { return .bool(bool) }
    if let number = try number(text) { return .number(number.literal) }
    return .string(text)
  }

  /// The value of a scalar that has a tag.
  ///
  /// - Throws: ``Complaint`` if the text is not a value of that kind.
  static func value(of text: String, tagged tag: YAMLTag) throws(Complaint) -> JSON {
    func refusal(_ kind: String) -> Complaint {
      Complaint(
        message: "\(JSON.string(text).shown) is not \(kind), as its tag says; leave the tag out")
    }
    switch tag {
    case .text, .unspecific: return .string(text)
    case .null:
      guard isNull(text) else { throw refusal("null") }
      return .null
    case .bool:
      guard let bool = bool(text) else { throw refusal("true or false") }
      return .bool(bool)
    case .whole:
      guard let number = try number(text), number.isWhole else { throw refusal("a whole number") }
      return .number(number.literal)
    case .fraction:
      guard let number = try number(text) else { throw refusal("a number") }
      return .number(number.literal + (number.isWhole ? ".0" : ""))
    case .list: throw refusal("a list")
    case .mapping: throw refusal("a mapping")
    }
  }

  private static func isNull(_ text: String) -> Bool {
    ["", "~", "null", "Null", "NULL"].contains(text)
  }

  private static func bool(_ text: String) -> Bool? {
    switch text {
    case "true", "True", "TRUE": true
    case "false", "False", "FALSE": false
    default: nil
    }
  }

  // MARK: - Numbers

  /// A number in JSON notation.
  private struct Number {
    let literal: String
    /// Whether it has neither a point nor an exponent.
    let isWhole: Bool
  }

  private static func number(_ text: String) throws(Complaint) -> Number? {
    // Hardly any text begins like a number.
    guard let first = text.utf8.first, first <= UInt8(ascii: "9"), text.utf8.count < 4096 else {
      return nil
    }
    if let number = decimal(Array(text.utf8)) { return number }
    for (prefix, radix) in [("0x", 16), ("0o", 8)] where text.hasPrefix(prefix) {
      let digits = text.utf8.dropFirst(2)
      guard !digits.isEmpty, digits.allSatisfy({ isDigit($0, radix) }) else { return nil }
      guard let value = UInt64(Substring(digits), radix: radix) else {
        throw Complaint(message: "\(text) needs more than 64 bits; write it in decimal digits")
      }
      return Number(literal: String(value), isWhole: true)
    }
    let unsigned =
      first == UInt8(ascii: "-") || first == UInt8(ascii: "+") ? text.dropFirst() : text[...]
    if [".inf", ".Inf", ".INF"].contains(unsigned) || [".nan", ".NaN", ".NAN"].contains(text) {
      throw Complaint(
        message:
          "\(text) is no number that a configuration can hold; if text will do, write \"\(text)\"")
    }
    return nil
  }

  private static func isDigit(_ unit: UInt8, _ radix: Int) -> Bool {
    Character(Unicode.Scalar(unit)).hexDigitValue.map { $0 < radix } == true
  }

  /// Parses `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?` and returns it in JSON notation.
  private static func decimal(_ units: [UInt8]) -> Number? {
    var rest = units[...]
    func take(_ isWanted: (UInt8) -> Bool) -> ArraySlice<UInt8> {
      let part = rest.prefix(while: isWanted)
      rest = rest.dropFirst(part.count)
      return part
    }
    func takeOne(of wanted: String) -> UInt8? {
      guard let first = rest.first, wanted.utf8.contains(first) else { return nil }
      rest = rest.dropFirst()
      return first
    }
    func digits() -> ArraySlice<UInt8> {
      take { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    let sign = takeOne(of: "+-")
    let whole = digits()
    let hasPoint = takeOne(of: ".") != nil
    let fraction = hasPoint ? digits() : []
    guard !whole.isEmpty || !fraction.isEmpty else { return nil }
    var exponent: [UInt8] = []
    if let letter = takeOne(of: "eE") {
      exponent = [letter] + (takeOne(of: "+-").map { [$0] } ?? [])
      let power = digits()
      guard !power.isEmpty else { return nil }
      exponent += power
    }
    guard rest.isEmpty else { return nil }

    let significant = whole.drop { $0 == UInt8(ascii: "0") }
    var literal: [UInt8] = sign == UInt8(ascii: "-") ? [UInt8(ascii: "-")] : []
    literal += significant.isEmpty ? [UInt8(ascii: "0")] : significant
    if hasPoint {
      literal += [UInt8(ascii: ".")] + (fraction.isEmpty ? [UInt8(ascii: "0")] : fraction)
    }
    literal += exponent
    return Number(
      literal: RawText.text(literal), isWhole: !hasPoint && exponent.isEmpty)
  }
}

/// The tags that determine the kind of a node.
enum YAMLTag: String {
  case text = "str"
  case null
  case bool
  case whole = "int"
  case fraction = "float"
  case list = "seq"
  case mapping = "map"
  /// `!`, which turns a scalar into text and has no effect on other nodes.
  case unspecific = "!"

  /// Parses a written tag: `!!str`, `!<tag:yaml.org,2002:str>` or `!`.
  init?(written text: String) {
    let long = "!<tag:yaml.org,2002:"
    var name = text[...]
    if text.hasPrefix("!!") {
      name = text.dropFirst(2)
    } else if text.hasPrefix(long), text.hasSuffix(">") {
      name = text.dropFirst(long.count).dropLast()
    }
    guard let tag = YAMLTag(rawValue: String(name)), (tag == .unspecific) == (text == "!") else {
      return nil
    }
    self = tag
  }
}
