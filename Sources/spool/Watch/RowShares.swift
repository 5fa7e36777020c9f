import SpoolQueue

/// How the rows of a window are shared by lists that would each like more of them.
enum RowShares {
  /// The rows that each list gets.
  ///
  /// Each gets its part by weight, as far as it has lines; what one leaves over goes to the others, in their order.
  ///
  /// - Parameters:
  ///   - wanted: The number of lines of each.
  ///   - weights: The part of each, above 0.
  static func of(_ wanted: [Int], weights: [Int], room: Int) -> [Int] {
    let wanted = wanted.map { Swift.max($0, 0) }
    var given = wanted.map { _ in 0 }
    var left = Swift.max(room, 0)
    // Lists that are full leave the next round; each round gives at least one row.
    while left > 0 {
      let open = wanted.indices.filter { given[$0] < wanted[$0] }
      if open.isEmpty { break }
      let weight = open.reduce(0) { $0 + weights[$1] }
      let before = left
      for place in open where left > 0 {
        let share = Swift.max(before * weights[place] / weight, 1)
        let rows = Swift.min(share, wanted[place] - given[place], left)
        given[place] += rows
        left -= rows
      }
    }
    return given
  }
}

extension RunListing {
  /// Chooses the rows of a window: running, waiting and ended runs have a share of them each.
  ///
  /// - Parameter records: The newest that are selected, one more than the rows.
  func share(
    _ rows: Int, _ selection: Selection, records: [Entry]
  ) -> Selected {
    let active = select(limit: claimed.count.adding(clamped: rows), selection, records: [])
    func isClaimed(_ entry: Entry) -> Bool {
      if case .active(let run) = entry { run.folder != .queued } else { false }
    }
    let lists = [
      active.entries.filter { isClaimed($0) }, active.entries.filter { !isClaimed($0) }, records,
    ]
    let shares = RowShares.of(lists.map(\.count), weights: WatchSection.weights, room: rows)
    let entries = zip(lists, shares).flatMap { $0.prefix($1) }
    if selection == Selection() {
      return Selected(entries: entries, omitted: count - entries.count)
    }
    let isWhole = active.omitted == 0 && entries.count == lists.reduce(0) { $0 + $1.count }
    return Selected(entries: entries, omitted: isWhole ? 0 : nil)
  }
}
