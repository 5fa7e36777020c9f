/// A parameter of a sweep: its name and the source of its values.
package struct SweepParameter: Sendable {
  let name: String
  let source: Source

  package indirect enum Source: Sendable {
    case constant(JSON)
    /// A choice of these values, equally likely or with weights.
    case choice([JSON], weights: [Double]?)
    case integers(ClosedRange<Int>)
    /// The values of `q_uniform`: a grid goes through them, a random search draws from them.
    case steps(min: Numeral, max: Numeral, step: Numeral)
    case drawn(Distribution, called: String)
    case nested([SweepParameter])
  }
}

extension Codec<[SweepParameter]> {
  /// An object of parameters; the sweep as a whole checks that there is at least one.
  static let parameters = Codec(
    read: { value throws(FieldError) in
      guard let object = value.objectValue else { throw .mustBe("an object", not: value) }
      guard !object.isEmpty else { throw .value("must have a parameter at least") }
      var parameters: [SweepParameter] = []
      for (name, value) in object.members {
        parameters.append(try FieldError.inside(name, SweepParameter(name: name, reading: value)))
      }
      return parameters
    },
    // A sweep keeps the text from which it was read.
    write: { _ in .null })
}

extension SweepParameter {
  init(name: String, reading value: JSON) throws(FieldError) {
    guard !name.isEmpty, !name.utf8.contains(0) else {
      throw .name("is not the name of a parameter")
    }
    self.name = name
    switch value {
    case .object(let object):
      source = try SweepParameterRecord(reading: object).source(in: object)
    case .array:
      throw .value("must be an object: its values go into {\"values\": [...]}")
    case .null:
      throw .value(
        "must be an object: one value for all runs is written {\"value\": null}")
    // The same value for all runs.
    case .string, .number, .bool: source = .constant(value)
    }
  }
}

/// The possible members of a parameter's description.
private struct SweepParameterRecord: FieldRecord {
  var distribution: SweepDistributionName?
  var value: JSON?
  var values: [JSON]?
  var probabilities: [Double]?
  var min: Numeral?
  var max: Numeral?
  var mu: Numeral?
  var sigma: Numeral?
  var q: Numeral?
  var a: Numeral?
  var b: Numeral?
  var parameters: [SweepParameter]?

  static let fields: [Field<SweepParameterRecord>] = [
    Field("distribution", { $1(&$0.distribution) }, .distributionName),
    Field("value", { $1(&$0.value) }, .anything),
    Field("values", { $1(&$0.values) }, .choices),
    Field("probabilities", { $1(&$0.probabilities) }, .list(of: .probability)),
    Field("min", { $1(&$0.min) }, .numeral),
    Field("max", { $1(&$0.max) }, .numeral),
    Field("mu", { $1(&$0.mu) }, .numeral),
    Field("sigma", { $1(&$0.sigma) }, .numeral(0, "must be 0 or more")),
    Field("q", { $1(&$0.q) }, .numeral(Double.leastNonzeroMagnitude, "must be more than 0")),
    Field("a", { $1(&$0.a) }, .numeral(Double.leastNonzeroMagnitude, "must be more than 0")),
    Field("b", { $1(&$0.b) }, .numeral(Double.leastNonzeroMagnitude, "must be more than 0")),
    Field("parameters", { $1(&$0.parameters) }, .parameters),
  ]
}

extension SweepParameterRecord {
  /// The source of the values. Throws if the members do not fit together.
  func source(in object: JSONObject) throws(FieldError) -> SweepParameter.Source {
    if let parameters {
      if let other = object.keys.first(where: { $0 != "parameters" }) {
        throw .sentence(
          "\"\(other)\" beside \"parameters\": a parameter has values or parameters of its own",
          at: other)
      }
      return .nested(parameters)
    }
    let name = try impliedDistribution()
    try check(object, for: name)
    switch name {
    case .constant: return .constant(value ?? .null)
    case .categorical, .categoricalWithProbabilities: return try choice()
    case .intUniform: return try integers()
    default: return try drawn(name)
    }
  }

  private func impliedDistribution() throws(FieldError) -> SweepDistributionName {
    if let distribution { return distribution }
    if value != nil { return .constant }
    if values != nil { return .categorical }
    guard let min, let max else {
      throw .value(
        "must have \"value\", \"values\", \"min\" and \"max\", \"parameters\" or a \"distribution\""
      )
    }
    return min.isInteger && max.isInteger ? .intUniform : .uniform
  }

  private func check(_ object: JSONObject, for name: SweepDistributionName) throws(FieldError) {
    let (needed, optional) = name.keys
    for key in object.keys where key != "distribution" && !(needed + optional).contains(key) {
      let note =
        key == "q" ? name.stepped.map { " (\"distribution\": \"\($0.rawValue)\" has it)" } : nil
      throw .sentence(
        "\"\(key)\" has no place in a parameter of the distribution \"\(name.rawValue)\""
          + (note ?? ""), at: key)
    }
    if let missing = needed.first(where: { object[$0] == nil }) {
      throw .value("must have \"\(missing)\" for the distribution \"\(name.rawValue)\"")
    }
    if let min, let max, min.value >= max.value {
      throw FieldError.value("must be more than \"min\", \(min.text), not \(max.text)")
        .inside(key: "max")
    }
  }

  private func choice() throws(FieldError) -> SweepParameter.Source {
    let values = values ?? []
    guard let probabilities else { return .choice(values, weights: nil) }
    guard probabilities.count == values.count else {
      throw FieldError.value(
        "must be as many as the values, \(values.count), not \(probabilities.count)"
      ).inside(key: "probabilities")
    }
    let sum = probabilities.reduce(0, +)
    // W&B's tolerance: numpy's isclose.
    guard abs(sum - 1) <= 1e-8 + 1e-5 else {
      throw FieldError.value("must add up to 1, not \(JSON.number(sum).text)")
        .inside(key: "probabilities")
    }
    return .choice(values, weights: probabilities)
  }

  private func integers() throws(FieldError) -> SweepParameter.Source {
    func whole(_ key: String, _ number: Numeral?) throws(FieldError) -> Int {
      guard let number, number.isInteger, let whole = Int(number.text) else {
        throw FieldError.mustBe(
          "a whole number for the distribution \"int_uniform\"",
          notValue: .number(number?.text ?? "")
        ).inside(key: key)
      }
      return whole
    }
    return .integers(try whole("min", min)...whole("max", max))
  }

  private func drawn(_ name: SweepDistributionName) throws(FieldError) -> SweepParameter.Source {
    let low = min?.value ?? 0
    let high = max?.value ?? 0
    let mean = mu?.value ?? 0
    let deviation = sigma?.value ?? 1
    var step: Numeral?
    let shape: Distribution.Shape
    switch name {
    case .qUniform:
      return .steps(min: min ?? .one, max: max ?? .one, step: q ?? .one)
    case .uniform: shape = .uniform(low, high)
    case .logUniform, .qLogUniform: shape = try exponents(low, high)
    // The inverse is uniform between the exponents, and therefore the logarithm too, with the other sign.
    case .invLogUniform: shape = try exponents(-high, -low)
    case .logUniformValues, .qLogUniformValues, .invLogUniformValues:
      guard low > 0 else {
        throw FieldError.value(
          "must be more than 0 for the distribution \"\(name.rawValue)\", not \(min?.text ?? "")"
        ).inside(key: "min")
      }
      shape = .logUniform(
        Self.ordered(Elementary.log(low), Elementary.log(high)), bounds: low...high)
    case .normal, .qNormal: shape = .normal(mean: mean, deviation: deviation)
    case .logNormal, .qLogNormal: shape = .logNormal(mean: mean, deviation: deviation)
    case .beta, .qBeta: shape = .beta(a?.value ?? 1, b?.value ?? 1)
    case .constant, .categorical, .categoricalWithProbabilities, .intUniform:
      preconditionFailure("\(name.rawValue) is not drawn from a shape")
    }
    if name.keys.optional.contains("q") { step = q ?? .one }
    return .drawn(Distribution(shape: shape, step: step), called: name.rawValue)
  }

  private func exponents(_ low: Double, _ high: Double) throws(FieldError) -> Distribution.Shape {
    let bounds = (Elementary.exp(low), Elementary.exp(high))
    guard bounds.1.isFinite else {
      throw .value("must have exponents of e in \"min\" and \"max\", below 709")
    }
    return .logUniform(low...high, bounds: Self.ordered(bounds.0, bounds.1))
  }

  /// The range between two nearly equal numbers: the last bit of neighbours may be wrong, and the first
  /// may be computed as the larger number.
  private static func ordered(_ low: Double, _ high: Double) -> ClosedRange<Double> {
    Swift.min(low, high)...Swift.max(low, high)
  }
}

extension Codec<JSON> {
  fileprivate static let anything = Codec(
    read: { (value) throws(FieldError) in value }, write: { $0 })
}

extension Codec<[JSON]> {
  fileprivate static let choices = Codec(
    read: { value throws(FieldError) in
      let values = try list(of: .anything).read(value)
      guard !values.isEmpty else { throw .value("must not be empty") }
      return values
    }, write: JSON.array)
}

extension Codec<Double> {
  fileprivate static let probability = Codec(
    read: { value throws(FieldError) in
      guard let number = value.doubleValue else { throw .mustBe("a number", not: value) }
      guard number >= 0, number <= 1 else {
        throw .mustBe("a number from 0 to 1", notValue: value)
      }
      return number
    }, write: JSON.number)
}

extension Codec<Numeral> {
  fileprivate static let numeral = numeral(-.infinity, "")

  fileprivate static func numeral(_ least: Double, _ complaint: String) -> Codec {
    Codec(
      read: { value throws(FieldError) in
        guard case .number(let literal) = value else { throw .mustBe("a number", not: value) }
        guard let number = Numeral(literal) else {
          throw .mustBe("a number that a double holds", notValue: value)
        }
        guard number.value >= least else { throw .value("\(complaint), not \(literal)") }
        return number
      }, write: { .number($0.text) })
  }
}
