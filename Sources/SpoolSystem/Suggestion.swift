/// Finds a word that may have been meant.
package enum Suggestion {
  /// The most slips between two words, by their lengths in bytes.
  package typealias Limit = (_ word: Int, _ candidate: Int) -> Int

  /// The candidate with the fewest slips, if one is near enough; of several the first.
  ///
  /// A slip is a letter too many, a missing letter, a wrong letter, or two swapped letters.
  ///
  /// - Parameters:
  ///   - word: The word that was typed; only its first 64 bytes count.
  ///   - limit: The most slips: two by default, and one in a word of at most three letters.
  package static func nearest(
    to word: String, among candidates: [String],
    forgiving limit: Limit = { word, _ in word <= 3 ? 1 : 2 }
  ) -> String? {
    let letters = Array(word.utf8.prefix(64))
    var best: (candidate: String, distance: Int)?
    for candidate in candidates {
      let length = candidate.utf8.count
      let limit = limit(letters.count, length)
      // A difference in length is a number of slips: most of many thousand candidates are ruled out by it.
      guard (-limit...limit).contains(length.subtracting(clamped: letters.count)) else { continue }
      let distance = distance(letters, Array(candidate.utf8))
      if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.candidate
  }

  /// The number of slips between two words (the optimal string alignment distance).
  package static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      row.reserveCapacity(b.count + 1)
      for j in b.indices {
        var cost = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          cost = min(cost, beforeLast[j - 1] + 1)
        }
        row.append(cost)
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }

  /// ` (did you mean "…"?)`; empty if no candidate is near.
  package static func note(for word: String, among candidates: [String]) -> String {
    nearest(to: word, among: candidates).map { " (did you mean \"\($0)\"?)" } ?? ""
  }
}
