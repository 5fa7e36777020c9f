extension SweepFile {
  /// The order in which the points of a grid are queued.
  package enum Order: String, Sendable, CaseIterable {
    /// W&B's: the parameters are sorted by name, and the last one changes fastest.
    case name
    /// The parameters stay in the order of the file, and the last one changes fastest.
    case file
    case random
  }

  /// The parameters of each axis, as positions among the leaves.
  ///
  /// - Parameter isByName: Whether the axes are sorted by name; else they are in the order of the file.
  func groups(of leaves: [SweepLeaf], isByName: Bool) -> [[Int]] {
    let places = Self.places(of: leaves)
    var number: [Int: Int] = [:]
    for (index, names) in zipped.enumerated() {
      for place in names.compactMap({ places[$0] }) { number[place] = index }
    }
    var order = Array(leaves.indices)
    if isByName {
      order.sort { leaves[$0].dotted.utf8.lexicographicallyPrecedes(leaves[$1].dotted.utf8) }
    }
    var groups: [[Int]] = []
    var begun: [Int: Int] = [:]
    for place in order {
      if let index = number[place] {
        if let group = begun[index] {
          groups[group].append(place)
          continue
        }
        begun[index] = groups.count
      }
      groups.append([place])
    }
    return groups
  }

  private static func places(of leaves: [SweepLeaf]) -> [String: Int] {
    Dictionary(
      leaves.enumerated().map { ($1.dotted, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Checks that the parameters of each list in `zip` exist, and that they have equally many values.
  func checkZip() throws(FieldError) {
    let leaves = SweepLeaf.leaves(of: parameters)
    let places = Self.places(of: leaves)
    var used: Set<String> = []
    for (index, names) in zipped.enumerated() {
      do throws(FieldError) {
        try Self.check(names, leaves, places, &used)
      } catch {
        throw error.inside(index: index).inside(key: "zip")
      }
    }
  }

  private static func check(
    _ names: [String], _ leaves: [SweepLeaf], _ places: [String: Int], _ used: inout Set<String>
  ) throws(FieldError) {
    guard let first = names.first, names.count > 1 else {
      throw .value("must name two parameters or more")
    }
    var count: Int?
    for name in names {
      let shown = JSON.string(name).shown
      guard let place = places[name] else {
        throw .value(
          "names a parameter that is not there: \(shown)"
            + Suggestion.note(for: name, among: Array(places.keys)))
      }
      guard used.insert(name).inserted else { throw .value("names the parameter \(shown) twice") }
      guard let values = leaves[place].choices else {
        throw .value("needs \"values\" without \"probabilities\" in the parameter \(shown)")
      }
      if let count, count != values.count {
        throw .value(
          "needs equally many values: \(JSON.string(first).shown) has \(count), \(shown) has \(values.count)"
        )
      }
      count = values.count
    }
  }
}

extension SweepLeaf {
  /// The listed values, if all are equally likely; nil for any other source.
  var choices: [JSON]? {
    if case .choice(let values, nil) = source { values } else { nil }
  }
}

extension Codec<SweepFile.Order> {
  static let sweepOrder = Codec(
    read: { value throws(FieldError) in
      guard let text = value.stringValue else { throw .mustBe("a string", not: value) }
      if let order = SweepFile.Order(rawValue: text) { return order }
      let note = Suggestion.note(for: text, among: SweepFile.Order.allCases.map(\.rawValue))
      throw .value("must be \"name\", \"file\" or \"random\", not \(value.shown)\(note)")
    }, write: { .string($0.rawValue) })
}

extension Codec<[[String]]> {
  /// Lists of parameters by their dotted names.
  static let parameterLists = Codec(
    read: { value throws(FieldError) in
      try list(of: .list(of: .text, named: "an array of parameters"), named: "an array of arrays")
        .read(value)
    }, write: { .array($0.map { JSON.strings($0) }) })
}
