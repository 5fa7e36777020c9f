// How amounts and names are put into sentences.

/// A number and what is counted: `1 run`, `2 runs`.
package func counted(_ count: Int, _ one: String, _ many: String? = nil) -> String {
  "\(count) \(count == 1 ? one : many ?? one + "s")"
}

/// A word as a shell must be given it: as it is, or in quotes.
///
/// - Parameter isShown: Whether a person sees it: then a byte that is not UTF-8 is written as `$'\xe9'`,
///   which most shells read, and not as it is.
package func shellQuoted(_ word: String, isShown: Bool = true) -> String {
  if isShown, word.unicodeScalars.contains(where: { RawText.byte($0) != nil }) {
    return quotedWithBytes(word)
  }
  let isPlain = word.utf8.allSatisfy { unit in
    (0x30...0x39).contains(unit) || (0x41...0x5A).contains(unit) || (0x61...0x7A).contains(unit)
      || "_-./:=,+@%".utf8.contains(unit)
  }
  if isPlain, !word.isEmpty { return word }
  return "'" + word.replacing("'", with: "'\\''") + "'"
}

/// Text in quotes and bytes in others, in turn: `'caf'$'\xe9'`.
private func quotedWithBytes(_ word: String) -> String {
  var quoted = ""
  var text = ""
  var bytes = ""
  func end() {
    if !text.isEmpty { quoted += shellQuoted(text) }
    if !bytes.isEmpty { quoted += "$'\(bytes)'" }
    (text, bytes) = ("", "")
  }
  for scalar in word.unicodeScalars {
    if let byte = RawText.byte(scalar) {
      if bytes.isEmpty { end() }
      bytes += "\\x" + String(byte, radix: 16)
    } else {
      if text.isEmpty { end() }
      text.unicodeScalars.append(scalar)
    }
  }
  end()
  return quoted
}

/// Words as a shell needs them, with blanks between.
package func shellQuoted(_ words: [String]) -> String {
  words.map { shellQuoted($0) }.joined(separator: " ")
}
