import SpoolSystem

/// The text with every character escaped that could control a terminal.
///
/// A text from a file may contain sequences that move the cursor, rename the window or change the direction of
/// writing. Control characters become `\n`, `\t`, `\r` or `\xNN`, characters that reorder or break lines
/// `\u{NNNN}`, and bytes that are not UTF-8 `\xNN`.
package func escapingControls(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: mustEscape) else { return text }
  var escaped = ""
  escaped.reserveCapacity(text.utf8.count + 8)
  for scalar in text.unicodeScalars {
    if mustEscape(scalar) {
      escaped += escape(scalar)
    } else {
      escaped.unicodeScalars.append(scalar)
    }
  }
  return escaped
}

/// The text with only those bytes escaped that are not UTF-8, for a text that must be UTF-8 itself.
package func showingBytes(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: { RawText.byte($0) != nil }) else { return text }
  var shown = ""
  for scalar in text.unicodeScalars {
    if RawText.byte(scalar) == nil {
      shown.unicodeScalars.append(scalar)
    } else {
      shown += escape(scalar)
    }
  }
  return shown
}

private func mustEscape(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0..<0x20, 0x7f..<0xa0: true
  case 0x061c, 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069: true
  default: RawText.byte(scalar) != nil
  }
}

private func escape(_ scalar: Unicode.Scalar) -> String {
  switch scalar {
  case "\n": return "\\n"
  case "\r": return "\\r"
  case "\t": return "\\t"
  default: break
  }
  let digits = String(RawText.byte(scalar).map { UInt32($0) } ?? scalar.value, radix: 16)
  guard digits.utf8.count <= 2 else { return "\\u{\(digits)}" }
  return "\\x" + (digits.utf8.count == 1 ? "0" : "") + digits
}
