/// The points of a sweep: the `run_config` of each run, without duplicates.
///
/// A grid goes through the values in the order of the file; the last parameter changes fastest. A random search draws
/// from the distributions with spool's own generator, so that a seed gives the same points on every host.
package struct SweepPoints: Sendable {
  /// The points, in the order in which they are queued.
  package private(set) var points: [JSONObject] = []
  /// The seed of a random search; nil for a grid.
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
      self.seed = nil
      try fillGrid(leaves, cap)
    case .random:
      guard let cap else {
        throw SpoolError(
          .badInput,
          "a random search has no end: say how many runs, with \"run_cap\" or --count")
      }
      var system = SystemRandomNumberGenerator()
      // 32 bits are enough, and people can read out and type such a number.
      let seed = seed ?? UInt64(UInt32.random(in: .min ... .max, using: &system))
      self.seed = seed
      try Self.refuseTooMuch(leaves, cap)
      fillRandom(leaves, cap, SweepGenerator(seed: seed))
    }
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

  private mutating func fillGrid(_ leaves: [SweepLeaf], _ cap: Int?) throws(SpoolError) {
    let axes = leaves.compactMap { $0.axis(.grid) }
    guard axes.count == leaves.count, let size = Grid.size(axes) ?? cap else {
      throw SpoolError(
        .badInput, "the grid has more points than can be counted; give it fewer values")
    }
    guard min(size, cap ?? size) <= Self.limit else {
      throw SpoolError(
        .badInput,
        "the grid has \(size) points, and a sweep at most \(Self.limit): give it fewer values, or"
          + " queue only the first ones with \"run_cap\" or --count")
    }
    try Self.refuseTooMuch(leaves, min(size, cap ?? size))
    var grid = Grid(axes)
    while points.count < cap ?? .max, let values = grid.next() {
      points.append(SweepLeaf.point(leaves, values))
    }
    isExhausted = points.count < cap ?? 0
  }

  /// After this many draws without a new point the remaining points are searched one by one.
  private static let patience = 1000
  /// The largest space that is searched for remaining points.
  private static let searchLimit = 1_000_000

  private mutating func fillRandom(
    _ leaves: [SweepLeaf], _ cap: Int, _ generator: SweepGenerator
  ) {
    var generator = generator
    var seen: Set<[JSON]> = []
    var failures = 0
    while points.count < cap, failures < Self.patience {
      let values = leaves.map { $0.draw(&generator) }
      if seen.insert(values.map(\.normalized)).inserted {
        points.append(SweepLeaf.point(leaves, values))
        failures = 0
      } else {
        failures += 1
      }
    }
    guard points.count < cap else { return }
    for values in Self.rest(of: leaves, without: seen, cap - points.count, &generator) {
      points.append(SweepLeaf.point(leaves, values))
    }
    isExhausted = points.count < cap
  }

  /// Some remaining points of a small space, in a random order.
  private static func rest(
    of leaves: [SweepLeaf], without seen: Set<[JSON]>, _ count: Int,
    _ generator: inout SweepGenerator
  ) -> [[JSON]] {
    let axes = leaves.compactMap { $0.axis(.random) }
    guard axes.count == leaves.count, let size = Grid.size(axes), size <= searchLimit else {
      return []
    }
    var left: [[JSON]] = []
    var grid = Grid(axes)
    while let values = grid.next() {
      if !seen.contains(values.map(\.normalized)) { left.append(values) }
    }
    for index in 0..<min(count, left.count) {
      left.swapAt(index, index + Int(generator.below(UInt64(left.count - index))))
    }
    return Array(left.prefix(count))
  }
}

/// Every combination of values; the last axis changes fastest.
private struct Grid {
  private let axes: [SteppedRange]
  private var position: [Int]?

  init(_ axes: [SteppedRange]) {
    self.axes = axes
    position = axes.contains { $0.count == 0 } ? nil : axes.map { _ in 0 }
  }

  /// The number of combinations; nil if there are too many to be counted.
  static func size(_ axes: [SteppedRange]) -> Int? {
    var size = 1
    for axis in axes {
      let (product, overflow) = size.multipliedReportingOverflow(by: axis.count)
      if overflow { return nil }
      size = product
    }
    return size
  }

  mutating func next() -> [JSON]? {
    guard var position else { return nil }
    let values = zip(axes, position).map { axis, index in axis.value(index) }
    var wheel = axes.count - 1
    while wheel >= 0 {
      position[wheel] += 1
      if position[wheel] < axes[wheel].count { break }
      position[wheel] = 0
      wheel -= 1
    }
    self.position = wheel < 0 ? nil : position
    return values
  }
}
