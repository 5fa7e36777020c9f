/// A parameter with values of its own, and its place among nested parameters.
package struct SweepLeaf: Sendable {
  /// The names from the outermost parameter to this one.
  let path: [String]
  package let source: SweepParameter.Source

  /// The names, joined with dots.
  package var dotted: String { path.joined(separator: ".") }

  /// Whether the parameter has the same value in all runs.
  var isConstant: Bool {
    if case .constant = source { true } else { false }
  }

  /// The leaves of nested parameters, in the order of the file.
  package static func leaves(of parameters: [SweepParameter], below path: [String] = [])
    -> [SweepLeaf]
  {
    parameters.flatMap { parameter in
      let path = path + [parameter.name]
      if case .nested(let inner) = parameter.source { return leaves(of: inner, below: path) }
      return [SweepLeaf(path: path, source: parameter.source)]
    }
  }

  func draw(_ generator: inout SweepGenerator) -> JSON {
    switch source {
    case .constant(let value): return value
    case .choice(let values, nil): return values[Int(generator.below(UInt64(values.count)))]
    case .choice(let values, let weights?): return Self.choose(values, weights, &generator)
    case .integers(let range):
      let distance = UInt64(bitPattern: Int64(range.upperBound &- range.lowerBound))
      let offset = distance == .max ? generator.next() : generator.below(distance + 1)
      return .number(range.lowerBound &+ Int(truncatingIfNeeded: offset))
    case .steps(let low, let high, let step):
      return Distribution(shape: .uniform(low.value, high.value), step: step).draw(&generator)
    case .drawn(let distribution, _): return distribution.draw(&generator)
    case .nested: preconditionFailure("a leaf has no parameters of its own")
    }
  }

  private static func choose(
    _ values: [JSON], _ weights: [Double], _ generator: inout SweepGenerator
  ) -> JSON {
    let share = generator.unit() * weights.reduce(0, +)
    var sum = 0.0
    // If rounding takes the last bit, the last possible value is chosen.
    var choice = 0
    for index in values.indices where weights[index] > 0 {
      choice = index
      sum += weights[index]
      if share < sum { break }
    }
    return values[choice]
  }

  /// The configuration that gives each leaf its value.
  static func point(_ leaves: [SweepLeaf], _ values: [JSON]) -> JSONObject {
    var point = JSONObject()
    for (leaf, value) in zip(leaves, values) { point.set(value, at: leaf.path[...]) }
    return point
  }
}

extension SweepLeaf {
  /// Every value that the method can give the parameter, each once; nil if they cannot be counted.
  ///
  /// A grid goes through `q_uniform` from `min` in steps and stops below `max`, as W&B's grid does. A
  /// random search rounds its values to multiples of the step.
  func axis(_ method: SweepFile.Method) -> SteppedRange? {
    switch source {
    case .constant(let value): return SteppedRange(constant: value)
    case .choice(let values, let weights):
      var seen: Set<JSON> = []
      return SteppedRange(
        values.indices.filter { index in
          (weights?[index] ?? 1) > 0 && seen.insert(values[index].normalized).inserted
        }.map { values[$0] })
    case .integers(let range): return SteppedRange(range)
    case .steps(let low, let high, let step) where method == .grid:
      return SteppedRange(from: low, below: high, by: step)
    case .steps(let low, let high, let step):
      return Distribution(shape: .uniform(low.value, high.value), step: step).steps
    case .drawn(let distribution, _): return distribution.steps
    case .nested: return nil
    }
  }
}

extension JSONObject {
  fileprivate mutating func set(_ value: JSON, at path: ArraySlice<String>) {
    guard let key = path.first else { return }
    if path.count == 1 {
      self[key] = value
    } else {
      modifyObject(key) { $0.set(value, at: path.dropFirst()) }
    }
  }
}

extension JSON {
  /// The value with its numbers in one spelling, so that 1, 1.0 and 1e0 are equal.
  var normalized: JSON {
    switch self {
    case .number(let literal):
      if let whole = Int(literal) { return .number(whole) }
      guard let number = Double(literal), number.isFinite else { return self }
      return Int(exactly: number).map { .number($0) } ?? .number(number)
    case .array(let elements): return .array(elements.map(\.normalized))
    case .object(let object):
      return .object(JSONObject(object.members.map { ($0.key, $0.value.normalized) }))
    case .null, .bool, .string: return self
    }
  }
}
