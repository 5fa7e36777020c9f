// Amounts and names in sentences.

/// A number with its noun: `1 run`, `2 runs`.
package func counted(_ count: Int, _ one: String, _ many: String? = nil) -> String {
  "\(count) \(count == 1 ? one : many ?? one + "s")"
}

/// A word in the form that a shell needs: unchanged, or in quotes.
///
/// - Parameter isShown: Whether a person sees it. Then a byte that is not UTF-8 is written as `$'\xe9'`,
///   which most shells read, instead of the byte itself.
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

/// Text and bytes, each in quotes of their own kind, in turn: `'caf'$'\xe9'`.
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

/// Words in the form that a shell needs, separated by blanks.
package func shellQuoted(_ words: [String]) -> String {
  words.map { shellQuoted($0) }.joined(separator: " ")
}
