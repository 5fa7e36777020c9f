/// The number of cells of a terminal that a text takes.
///
/// Combining characters take none, East Asian wide characters and emoji take two. The text must have no control
/// characters: see ``escapingControls(_:)``.
package func textWidth(_ text: String) -> Int {
  var bytes = 0
  for byte in text.utf8 {
    guard byte < 0x80 else { return text.reduce(0) { $0 + cellWidth($1) } }
    bytes += 1
  }
  return bytes
}

/// The text in at most that number of cells, with `…` in place of the part that does not fit.
package func cutText(_ text: String, toCells cells: Int) -> String {
  if textWidth(text) <= cells { return text }
  var used = 0
  var cut = ""
  for character in text {
    let next = cellWidth(character)
    if used + next > cells - 1 { break }
    cut.append(character)
    used += next
  }
  return cells > 0 ? cut + "…" : ""
}

/// The text in at most that number of cells, with an ellipsis in place of its middle if it does not fit.
package func cutTextInMiddle(_ text: String, toCells cells: Int) -> String {
  if textWidth(text) <= cells { return text }
  guard cells > 0 else { return "" }
  var head = ""
  var room = cells / 2
  for character in text {
    room -= cellWidth(character)
    if room < 0 { break }
    head.append(character)
  }
  var tail: [Character] = []
  room = cells - 1 - textWidth(head)
  for character in text.reversed() {
    room -= cellWidth(character)
    if room < 0 { break }
    tail.append(character)
  }
  return head + "…" + String(tail.reversed())
}

/// The number of cells that a character takes.
package func cellWidth(_ character: Character) -> Int {
  let scalars = character.unicodeScalars
  guard let first = scalars.first else { return 0 }
  if first.value < 0x7f, character.utf8.count == 1 { return 1 }
  // An emoji is drawn as one picture, however many parts it has.
  let isPicture = scalars.contains { $0.value == 0xfe0f } && first.properties.isEmoji
  if isPicture || first.properties.isEmojiPresentation { return 2 }
  return scalars.reduce(0) { $0 + cellWidth($1) }
}

private func cellWidth(_ scalar: Unicode.Scalar) -> Int {
  let value = scalar.value
  // A soft hyphen is a format character, but terminals draw it.
  if value == 0xad { return 1 }
  if medialJamo.contains(value) || finalJamo.contains(value) { return 0 }
  switch scalar.properties.generalCategory {
  case .nonspacingMark, .enclosingMark, .format: return 0
  default: break
  }
  if scalar.properties.isEmojiPresentation { return 2 }
  return isWide(value) ? 2 : 1
}

// The second and third letters of a Hangul syllable are drawn into the cells of its first.
private let medialJamo: ClosedRange<UInt32> = 0x1160...0x11ff
private let finalJamo: ClosedRange<UInt32> = 0xd7b0...0xd7ff

/// Wide and full-width blocks of Unicode's EastAsianWidth.txt; emoji are known to the standard library.
private let wideBlocks: [ClosedRange<UInt32>] = [
  0x1100...0x115f, 0x2329...0x232a, 0x2e80...0x303e, 0x3041...0x4dbf, 0x4e00...0xa4cf,
  0xa960...0xa97c, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe10...0xfe19, 0xfe30...0xfe6f,
  0xff01...0xff60, 0xffe0...0xffe6, 0x16fe0...0x18dff, 0x1aff0...0x1b2ff, 0x1f200...0x1f265,
  0x20000...0x3fffd,
]

private func isWide(_ value: UInt32) -> Bool {
  value >= 0x1100 && wideBlocks.contains { $0.contains(value) }
}
