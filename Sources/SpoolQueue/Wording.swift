// How amounts and names are put into sentences.

/// A number and what is counted: `1 run`, `2 runs`.
///
/// - Parameters:
///   - count: How many there are.
///   - one: What one of them is called.
///   - many: What several are called; nil: the same with an s.
package func counted(_ count: Int, _ one: String, _ many: String? = nil) -> String {
  "\(count) \(count == 1 ? one : many ?? one + "s")"
}

/// A word as a shell must be given it: as it is, or in quotes.
package func shellQuoted(_ word: String) -> String {
  let isPlain = word.utf8.allSatisfy { unit in
    (0x30...0x39).contains(unit) || (0x41...0x5A).contains(unit) || (0x61...0x7A).contains(unit)
      || "_-./:=,+@%".utf8.contains(unit)
  }
  if isPlain, !word.isEmpty { return word }
  return "'" + word.replacing("'", with: "'\\''") + "'"
}

/// Words as a shell needs them, with blanks between.
package func shellQuoted(_ words: [String]) -> String {
  words.map { shellQuoted($0) }.joined(separator: " ")
}
