/// Every combination of the values of some axes, numbered from 0. The last axis changes fastest.
///
/// An axis holds one parameter, or the parameters of a `zip`, which change together.
struct SweepGrid: Sendable {
  /// An axis: the positions of its parameters among the leaves, and the values of each.
  struct Axis: Sendable {
    let leaves: [Int]
    let ranges: [SteppedRange]

    /// The number of values of each of its parameters.
    var count: Int { ranges[0].count }
  }

  private let axes: [Axis]
  private let width: Int
  /// The number of combinations; `Int.max` if there are more.
  let size: Int

  /// Creates the grid.
  ///
  /// - Parameters:
  ///   - axes: The axes; each leaf belongs to one of them.
  ///   - width: The number of leaves.
  init(_ axes: [Axis], width: Int) {
    var size = axes.contains { $0.count == 0 } ? 0 : 1
    for axis in axes {
      let (product, overflow) = size.multipliedReportingOverflow(by: axis.count)
      size = overflow ? .max : product
    }
    (self.axes, self.width, self.size) = (axes, width, size)
  }

  /// The values of the leaves in a combination, in the order of the leaves.
  ///
  /// - Parameter number: The number of the combination, below ``size``.
  func values(_ number: Int) -> [JSON] {
    var values = [JSON](repeating: .null, count: width)
    var rest = number
    for axis in axes.reversed() {
      let (quotient, position) = rest.quotientAndRemainder(dividingBy: axis.count)
      rest = quotient
      for (leaf, range) in zip(axis.leaves, axis.ranges) { values[leaf] = range.value(position) }
    }
    return values
  }
}

extension SweepGrid {
  /// The greatest size of which the numbers are shuffled as a whole.
  private static let shuffleLimit = 1_000_000

  /// Numbers of combinations in a random order, each at most once.
  ///
  /// - Parameter count: The number of combinations that are wanted.
  func shuffled(_ count: Int, _ generator: inout SweepGenerator) -> [Int] {
    guard size > Self.shuffleLimit else {
      var numbers = Array(0..<size)
      for index in 0..<min(count, size) {
        numbers.swapAt(index, index + Int(generator.below(UInt64(size - index))))
      }
      return Array(numbers.prefix(count))
    }
    // A sweep has far fewer points than this grid, so that few draws find a number again.
    var numbers: [Int] = []
    var seen: Set<Int> = []
    while numbers.count < count {
      let number = Int(generator.below(UInt64(size)))
      if seen.insert(number).inserted { numbers.append(number) }
    }
    return numbers
  }
}

extension SweepGrid {
  /// Creates the grid of a sweep's parameters. Returns nil if a parameter has too many values to be counted.
  ///
  /// - Parameters:
  ///   - leaves: The parameters.
  ///   - groups: The parameters of each axis, as positions among the leaves.
  init?(_ leaves: [SweepLeaf], _ groups: [[Int]], for method: SweepFile.Method) {
    var axes: [Axis] = []
    for group in groups {
      let ranges =
        group.count == 1
        ? leaves[group[0]].axis(method).map { [$0] } : Self.together(group.map { leaves[$0] })
      guard let ranges else { return nil }
      axes.append(Axis(leaves: group, ranges: ranges))
    }
    self.init(axes, width: leaves.count)
  }

  /// The values of the parameters of a `zip`, without combinations that occur before.
  private static func together(_ leaves: [SweepLeaf]) -> [SteppedRange]? {
    let lists = leaves.compactMap(\.choices)
    guard lists.count == leaves.count, let count = lists.first?.count else { return nil }
    var seen: Set<[JSON]> = []
    let kept = (0..<count).filter { index in
      seen.insert(lists.map { $0[index].normalized }).inserted
    }
    return lists.map { list in SteppedRange(kept.map { list[$0] }) }
  }
}
