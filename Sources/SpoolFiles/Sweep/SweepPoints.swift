/// The points of a sweep: the `run_config` of each run, without duplicates.
///
/// A grid goes through the combinations in the order that the file asks for. A random search draws from the distributions with spool's own generator, so that a seed gives the same points on every host.
package struct SweepPoints: Sendable {
  /// The points, in the order in which they are queued.
  package private(set) var points: [JSONObject] = []
  /// The seed of a random search or order; nil if nothing is drawn.
  package let seed: UInt64?
  /// Whether there are fewer points than were asked for, because no others exist.
  package private(set) var isExhausted = false

  /// The largest number of points of a sweep.
  package static let limit = 100_000

  /// Expands a sweep file.
  ///
  /// - Throws: ``SpoolError`` of kind `badInput` if the points are infinitely many or too many.
  package init(_ file: SweepFile, count: Int? = nil, seed: UInt64? = nil) throws(SpoolError) {
    let cap = count ?? file.runCap
    if let cap, cap > Self.limit {
      throw SpoolError(.badInput, "\(cap) runs are too many: a sweep has at most \(Self.limit)")
    }
    let leaves = SweepLeaf.leaves(of: file.parameters)
    switch file.method {
    case .grid:
      self.seed = file.order == .random ? seed ?? Self.newSeed() : nil
      let groups = file.groups(of: leaves, isByName: file.order == .name)
      try fillGrid(SweepGrid(leaves, groups, for: .grid), leaves, cap)
    case .random:
      guard let cap else {
        throw SpoolError(
          .badInput,
          "a random search has no end: say how many runs, with \"run_cap\" or --count")
      }
      let seed = seed ?? Self.newSeed()
      self.seed = seed
      try Self.refuseTooMuch(leaves, cap)
      fillRandom(leaves, file.groups(of: leaves, isByName: false), cap, SweepGenerator(seed: seed))
    }
  }

  private static func newSeed() -> UInt64 {
    var system = SystemRandomNumberGenerator()
    // 32 bits are enough, and people can read out and type such a number.
    return UInt64(UInt32.random(in: .min ... .max, using: &system))
  }

  /// Refuses points whose names alone would fill the memory.
  private static func refuseTooMuch(_ leaves: [SweepLeaf], _ count: Int) throws(SpoolError) {
    // A name, its quotes, a colon and a comma, and a value of one character.
    let names = leaves.reduce(0) { $0.adding(clamped: $1.dotted.utf8.count + 5) }
    let (bytes, overflow) = names.multipliedReportingOverflow(by: count)
    guard overflow || bytes > Sweep.pointsLimit else { return }
    throw SpoolError(
      .badInput,
      "\(counted(count, "point")) of \(counted(leaves.count, "parameter")) are too much: they have"
        + " more than \(Sweep.pointsLimit) bytes, which is the limit of a sweep")
  }

  private mutating func fillGrid(
    _ grid: SweepGrid?, _ leaves: [SweepLeaf], _ cap: Int?
  ) throws(SpoolError) {
    guard let grid, grid.size < .max || cap != nil else {
      throw SpoolError(
        .badInput, "the grid has more points than can be counted; give it fewer values")
    }
    let count = min(grid.size, cap ?? grid.size)
    guard count <= Self.limit else {
      throw SpoolError(
        .badInput,
        "the grid has \(grid.size) points, and a sweep at most \(Self.limit): give it fewer values, or"
          + " queue only the first ones with \"run_cap\" or --count")
    }
    try Self.refuseTooMuch(leaves, count)
    let numbers: [Int]
    if let seed {
      var generator = SweepGenerator(seed: seed)
      numbers = grid.shuffled(count, &generator)
    } else {
      numbers = Array(0..<count)
    }
    points = numbers.map { SweepLeaf.point(leaves, grid.values($0)) }
    isExhausted = count < cap ?? 0
  }

  /// After this many draws without a new point the remaining points are searched one by one.
  static let patience = 1000
  /// The largest space that is searched for remaining points.
  private static let searchLimit = 1_000_000

  private mutating func fillRandom(
    _ leaves: [SweepLeaf], _ groups: [[Int]], _ cap: Int, _ generator: SweepGenerator
  ) {
    var generator = generator
    var seen: Set<[JSON]> = []
    var failures = 0
    while points.count < cap, failures < Self.patience {
      let values = Self.draw(leaves, groups, &generator)
      if seen.insert(values.map(\.normalized)).inserted {
        points.append(SweepLeaf.point(leaves, values))
        failures = 0
      } else {
        failures += 1
      }
    }
    guard points.count < cap else { return }
    let grid = SweepGrid(leaves, groups, for: .random)
    for values in Self.rest(of: grid, without: seen, cap - points.count, &generator) {
      points.append(SweepLeaf.point(leaves, values))
    }
    isExhausted = points.count < cap
  }

  /// Values for all leaves; the parameters of a `zip` get the values of one position.
  private static func draw(
    _ leaves: [SweepLeaf], _ groups: [[Int]], _ generator: inout SweepGenerator
  ) -> [JSON] {
    var values = [JSON](repeating: .null, count: leaves.count)
    for group in groups {
      if group.count == 1 {
        values[group[0]] = leaves[group[0]].draw(&generator)
      } else if let count = leaves[group[0]].choices?.count {
        let position = Int(generator.below(UInt64(count)))
        for leaf in group { values[leaf] = leaves[leaf].choices?[position] ?? .null }
      }
    }
    return values
  }

  /// Some remaining points of a small space, in a random order.
  static func rest(
    of grid: SweepGrid?, without seen: Set<[JSON]>, _ count: Int,
    _ generator: inout SweepGenerator
  ) -> [[JSON]] {
    guard let grid, grid.size <= searchLimit else { return [] }
    var left = (0..<grid.size).map { grid.values($0) }.filter { values in
      !seen.contains(values.map(\.normalized))
    }
    for index in 0..<min(count, left.count) {
      left.swapAt(index, index + Int(generator.below(UInt64(left.count - index))))
    }
    return Array(left.prefix(count))
  }
}
