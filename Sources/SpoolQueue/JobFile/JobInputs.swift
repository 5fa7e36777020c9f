/// What a named job says of one key of its `run_config`.
struct JobInput: FieldRecord {
  var type: String?
  var min: Double?
  var max: Double?
  var choices: [JSON]?

  static let fields: [Field<JobInput>] = [
    Field("type", { $1(&$0.type) }, .inputType),
    Field("min", { $1(&$0.min) }, .number),
    Field("max", { $1(&$0.max) }, .number),
    Field("choices", { $1(&$0.choices) }, .list(of: .anyValue)),
  ]
}

extension Codec<JSONObject> {
  /// The descriptions of inputs, kept as they are written.
  static let inputs = Codec(
    read: { value throws(FieldError) in
      let object = try object.read(value)
      for (key, value) in object.members {
        do throws(FieldError) {
          _ = try Codec<JobInput>.record.read(value)  // Only whether it can be read.
        } catch {
          throw error.inside(key: key)
        }
      }
      return object
    }, write: JSON.object)
}

extension Codec<JSON> {
  fileprivate static let anyValue = Codec(
    read: { (value) throws(FieldError) in value }, write: { $0 })
}

extension Codec<String> {
  fileprivate static let inputType = anyText.checked { text throws(FieldError) in
    let types = ["string", "integer", "number", "boolean", "array", "object"]
    guard types.contains(text) else {
      throw .mustBe(
        "one of " + types.joined(separator: ", "), notValue: .string(text))
    }
  }
}

extension Codec<Double> {
  fileprivate static let number = Codec(
    read: { value throws(FieldError) in
      guard let number = value.doubleValue else { throw .mustBe("a number", not: value) }
      return number
    }, write: JSON.number)
}

extension Job {
  /// What is wrong with the values of `run_config` after what `inputs` says of them; nil: nothing.
  ///
  /// A key may be a path with dots, as in `${config.KEY}`; one that is missing is not wrong.
  public var inputComplaint: String? {
    for (key, description) in inputs?.members ?? [] {
      guard let object = description.objectValue, let input = try? JobInput(reading: object),
        let value = runConfig?.value(atDottedPath: key), let expected = input.refusal(of: value)
      else { continue }
      return "\"\(key)\" of \"run_config\" must be \(expected), not \(value.shown)"
    }
    return nil
  }
}

extension JobInput {
  /// What a value should be instead; nil: it is all right.
  fileprivate func refusal(of value: JSON) -> String? {
    switch (type, value) {
    case (nil, _), ("string", .string), ("number", .number), ("boolean", .bool),
      ("array", .array), ("object", .object):
      break
    case ("integer", .number) where value.intValue != nil: break
    case (let type?, _): return "of type \(type)"
    }
    if let number = value.doubleValue {
      if let min, number < min { return "at least \(JSON.number(min).text)" }
      if let max, number > max { return "at most \(JSON.number(max).text)" }
    }
    if let choices, !choices.contains(where: { $0.isSame(as: value) }) {
      return "one of " + choices.map(\.shown).joined(separator: ", ")
    }
    return nil
  }
}

extension JSON {
  /// Equality that takes `1` and `1.0` for the same.
  fileprivate func isSame(as other: JSON) -> Bool {
    if let number = doubleValue, let otherNumber = other.doubleValue {
      return number == otherNumber
    }
    return self == other
  }
}
