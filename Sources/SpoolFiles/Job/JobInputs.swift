/// The description of one key of `run_config` in a named job.
struct JobInput: FieldRecord {
  var type: String?
  /// The bounds as they are written, because a complaint shows them so.
  var min: JSON?
  var max: JSON?
  var choices: [JSON]?

  static let fields: [Field<JobInput>] = [
    Field("type", { $1(&$0.type) }, .inputType),
    Field("min", { $1(&$0.min) }, .number),
    Field("max", { $1(&$0.max) }, .number),
    Field("choices", { $1(&$0.choices) }, .list(of: .anyValue)),
  ]
}

extension JobInput {
  /// Checks that the description allows some value.
  fileprivate func check() throws(FieldError) {
    if let min, let max, let low = min.doubleValue, let high = max.doubleValue, low > high {
      throw FieldError.value("must be at least \"min\", \(min.text), not \(max.text)")
        .inside(key: "max")
    }
    if choices?.isEmpty == true {
      throw FieldError.value("must not be empty: no value would be allowed").inside(key: "choices")
    }
    if min != nil || max != nil, let type, type != "number", type != "integer" {
      throw FieldError.value("has no order, so that \"min\" and \"max\" have no place beside it")
        .inside(key: "type")
    }
  }
}

extension JSON {
  /// The members of an object that describes no input and holds descriptions of inner inputs.
  ///
  /// No member of a description is an object, so the two cannot be confused.
  fileprivate var innerInputs: JSONObject? {
    guard let object = objectValue, !object.isEmpty,
      object.members.allSatisfy({ $0.value.objectValue != nil })
    else { return nil }
    return object
  }
}

extension Codec<JSONObject> {
  static let inputs = Codec(
    read: { value throws(FieldError) in
      let object = try object.read(value)
      try checkInputs(object)
      return object
    }, write: JSON.object)

  private static func checkInputs(_ inputs: JSONObject) throws(FieldError) {
    for (key, value) in inputs.members {
      do throws(FieldError) {
        if let inner = value.innerInputs {
          try checkInputs(inner)
        } else {
          try Codec<JobInput>.record.read(value).check()
        }
      } catch {
        throw error.inside(key: key)
      }
    }
  }
}

extension Codec<JSON> {
  fileprivate static let anyValue = Codec(
    read: { (value) throws(FieldError) in value }, write: { $0 })

  fileprivate static let number = Codec(
    read: { value throws(FieldError) in
      guard value.doubleValue != nil else { throw .mustBe("a number", not: value) }
      return value
    }, write: { $0 })
}

extension Codec<String> {
  fileprivate static let inputType = anyText.checked { text throws(FieldError) in
    let types = ["string", "integer", "number", "boolean", "array", "object"]
    guard types.contains(text) else {
      throw .mustBe("one of " + types.joined(separator: ", "), notValue: .string(text))
    }
  }
}

extension Job {
  /// The first value of `run_config` that `inputs` does not allow, in words; nil if all are allowed.
  ///
  /// A key may be a path with dots, as in `${config.KEY}`, or the descriptions may be nested like
  /// the values. A missing value is not a fault.
  package var inputComplaint: String? { complaint(about: inputs) }

  /// The first value that other `inputs` do not allow, in words; nil if all are allowed.
  func complaint(about inputs: JSONObject?) -> String? {
    guard let inputs, let runConfig else { return nil }
    return Self.complaint(inputs, runConfig, within: "")
  }

  private static func complaint(
    _ inputs: JSONObject, _ config: JSONObject, within path: String
  ) -> String? {
    for (key, description) in inputs.members {
      guard let value = config.value(atDottedPath: key) else { continue }
      if let inner = description.innerInputs {
        guard let object = value.objectValue else {
          return "\"\(path + key)\" of \"run_config\" must be an object, not \(value.shown)"
        }
        if let complaint = complaint(inner, object, within: path + key + ".") { return complaint }
      } else if let object = description.objectValue, let input = try? JobInput(reading: object),
        !input.allows(value)
      {
        return "\"\(path + key)\" of \"run_config\" must be \(input.words), not \(value.shown)"
      }
    }
    return nil
  }
}

extension JobInput {
  fileprivate func allows(_ value: JSON) -> Bool {
    switch (type, value) {
    case (nil, _), ("string", .string), ("number", .number), ("boolean", .bool),
      ("array", .array), ("object", .object):
      break
    case ("integer", .number(let literal)):
      // Includes numbers that are too large for an Int.
      guard let number = Double(literal), number.rounded() == number else { return false }
    default: return false
    }
    if min != nil || max != nil {
      guard let number = value.doubleValue else { return false }
      if let min = min?.doubleValue, number < min { return false }
      if let max = max?.doubleValue, number > max { return false }
    }
    return choices?.contains { $0.isSame(as: value) } ?? true
  }

  /// The allowed values, in words: `a number from 0 to 1`.
  fileprivate var words: String {
    var words: [String] = []
    let kind = type ?? (min != nil || max != nil ? "number" : nil)
    if var noun = kind.map({ $0 == "boolean" ? "true or false" : Self.article($0) + $0 }) {
      switch (min?.text, max?.text) {
      case (let min?, let max?): noun += " from \(min) to \(max)"
      case (let min?, nil): noun += " of at least \(min)"
      case (nil, let max?): noun += " of at most \(max)"
      case (nil, nil): break
      }
      words.append(noun)
    }
    if let choices { words.append("one of " + choices.map(\.shown).joined(separator: ", ")) }
    return words.joined(separator: " and ")
  }

  private static func article(_ type: String) -> String {
    ["integer", "array", "object"].contains(type) ? "an " : "a "
  }
}

extension JSON {
  /// Equality that treats `1` and `1.0` as equal.
  fileprivate func isSame(as other: JSON) -> Bool {
    if let number = doubleValue, let otherNumber = other.doubleValue {
      return number == otherNumber
    }
    return self == other
  }
}
