/// Finds the name that was meant by one that does not exist.
enum Suggestion {
  /// The nearest of the names, or `nil` when none is near.
  ///
  /// Near is what takes few edits for its length, and what the typed word is the beginning of. The
  /// first of several that are equally near wins.
  static func nearest(to typed: String, among names: [String]) -> String? {
    let length = typed.utf8.count
    // A single letter is one edit from every short word, and begins too many.
    guard length >= 2 else { return nil }
    var best: (name: String, distance: Int)?
    for name in names {
      let allowed = length == 2 ? 0 : max(1, max(length, name.utf8.count) / 3)
      let distance = editDistance(Array(typed.utf8), Array(name.utf8))
      if distance <= allowed, distance < best?.distance ?? .max { best = (name, distance) }
    }
    if let best { return best.name }
    return names.first { $0.utf8.starts(with: typed.utf8) }
  }

  /// The number of single edits between two words.
  ///
  /// An edit inserts, removes or replaces one byte, or swaps two neighbours.
  static func editDistance(_ first: [UInt8], _ second: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...second.count)
    for (row, left) in first.enumerated() {
      var current = [row + 1]
      current.reserveCapacity(last.count)
      for (column, right) in second.enumerated() {
        var cost = min(last[column + 1], current[column]) + 1
        cost = min(cost, last[column] + (left == right ? 0 : 1))
        let isSwap = row > 0 && column > 0 && left == second[column - 1] && first[row - 1] == right
        if isSwap { cost = min(cost, beforeLast[column - 1] + 1) }
        current.append(cost)
      }
      beforeLast = last
      last = current
    }
    return last[second.count]
  }
}
