/// The parameters of a search whose values differ, as the coordinates of a cube.
struct SearchSpace: Sendable {
  private let leaves: [SweepLeaf]
  /// The leaves of each axis, as positions; the parameters of a `zip` share one.
  private let groups: [[Int]]
  /// For each group its axis; nil if its value is constant.
  private let groupAxes: [SearchAxis?]
  let axes: [SearchAxis]

  init(_ file: SweepFile) {
    let leaves = SweepLeaf.leaves(of: file.parameters)
    groups = file.groups(of: leaves, isByName: false)
    groupAxes = groups.map { group in
      SearchAxis(
        group.count == 1 ? leaves[group[0]].source : Self.together(group.map { leaves[$0] }))
    }
    axes = groupAxes.compactMap { $0 }
    self.leaves = leaves
  }

  /// A choice of lists, one for each position of the values of a `zip`.
  private static func together(_ leaves: [SweepLeaf]) -> SweepParameter.Source {
    let lists = leaves.compactMap(\.choices)
    return .choice(
      (0..<(lists.first?.count ?? 0)).map { index in .array(lists.map { $0[index] }) }, weights: nil
    )
  }

  /// A random number from 0 to 1 for each axis.
  func random(_ generator: inout SweepGenerator) -> [Double] {
    axes.map { _ in generator.unit() }
  }

  func coordinates(at shares: [Double]) -> [Double] {
    zip(axes, shares).map { $0.coordinate(at: $1) }
  }

  func coordinates(of config: JSONObject) -> [Double] {
    zip(groups, groupAxes).compactMap { group, axis in
      guard let axis else { return nil }
      let values = group.map { config.value(at: leaves[$0].path) }
      return axis.coordinate(of: group.count == 1 ? values[0] : .array(values.map { $0 ?? .null }))
    }
  }

  private func values(at shares: [Double]) -> [JSON] {
    var next = shares.makeIterator()
    var unused = SweepGenerator(seed: 0)
    var values = [JSON](repeating: .null, count: leaves.count)
    for (group, axis) in zip(groups, groupAxes) {
      // A group without an axis has one value, whatever is drawn.
      let value = axis?.value(at: next.next() ?? 0)
      for (index, leaf) in group.enumerated() {
        values[leaf] =
          (group.count == 1 ? value : value?.arrayValue?[index]) ?? leaves[leaf].draw(&unused)
      }
    }
    return values
  }

  /// The first point that is none of the earlier ones, from a list, else at random, else of all that there are.
  ///
  /// - Returns: nil if there is no other point, or none can be found.
  func firstNew(
    _ shares: [[Double]], _ earlier: some Sequence<JSONObject>,
    _ generator: inout SweepGenerator
  ) -> JSONObject? {
    var seen: Set<[JSON]> = []
    for config in earlier {
      seen.insert(leaves.map { (config.value(at: $0.path) ?? .null).normalized })
    }
    for share in shares {
      let values = values(at: share)
      if !seen.contains(values.map(\.normalized)) { return SweepLeaf.point(leaves, values) }
    }
    for _ in 0..<SweepPoints.patience {
      let values = values(at: random(&generator))
      if !seen.contains(values.map(\.normalized)) { return SweepLeaf.point(leaves, values) }
    }
    let grid = SweepGrid(leaves, groups, for: .random)
    return SweepPoints.rest(of: grid, without: seen, 1, &generator).first.map {
      SweepLeaf.point(leaves, $0)
    }
  }
}

extension JSONObject {
  fileprivate func value(at path: [String]) -> JSON? {
    var value = JSON.object(self)
    for key in path {
      guard let inner = value[key] else { return nil }
      value = inner
    }
    return value
  }
}
