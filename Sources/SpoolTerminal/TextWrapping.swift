package func spaces(_ count: Int) -> String {
  String(repeating: " ", count: max(count, 0))
}

/// Breaks a text at its spaces into lines of at most that many cells.
///
/// A longer word has a line of its own.
///
/// - Parameter keepingBrackets: Whether text in square brackets stays together.
func wrap(_ text: String, width: Int, keepingBrackets: Bool = false) -> [String] {
  var lines: [String] = []
  var line = ""
  var lineWidth = 0
  for word in words(of: text, keepingBrackets: keepingBrackets) {
    let wordWidth = textWidth(word)
    if line.isEmpty {
      line = word
      lineWidth = wordWidth
    } else if lineWidth + 1 + wordWidth <= width {
      line += " " + word
      lineWidth += 1 + wordWidth
    } else {
      lines.append(line)
      line = word
      lineWidth = wordWidth
    }
  }
  if !line.isEmpty { lines.append(line) }
  return lines
}

/// Wraps paragraphs that are separated by blank lines.
///
/// Lines that begin with a space are kept as they are.
func wrapParagraphs(_ text: String, width: Int) -> String {
  var lines: [String] = []
  var paragraph: [Substring] = []
  func endParagraph() {
    lines += wrap(paragraph.joined(separator: " "), width: width)
    paragraph = []
  }
  for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
    if line.isEmpty || line.first == " " {
      endParagraph()
      lines.append(String(line))
    } else {
      paragraph.append(line)
    }
  }
  endParagraph()
  return lines.joined(separator: "\n")
}

private func words(of text: String, keepingBrackets: Bool) -> [String] {
  let words = text.split(separator: " ").map(String.init)
  guard keepingBrackets else { return words }
  var joined: [String] = []
  var depth = 0
  for word in words {
    if depth > 0, let last = joined.popLast() {
      joined.append("\(last) \(word)")
    } else {
      joined.append(word)
    }
    for byte in word.utf8 {
      if byte == UInt8(ascii: "[") { depth += 1 }
      if byte == UInt8(ascii: "]") { depth -= 1 }
    }
  }
  return joined
}
