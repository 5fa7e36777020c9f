/// The words of a command with places for a line: `{}` for the whole line, `{1}` for its first field, `{#}` for its
/// number.
///
/// All other text in braces stays as it is, and so does text that a line has brought.
package struct LineTemplate: Sendable {
  private enum Part: Sendable {
    case text(String)
    case line
    case number
    case field(Int)
  }

  private let words: [[Part]]

  /// Whether there is a place for a line, or for a part of it.
  package let hasPlaces: Bool

  package init(_ words: [String]) {
    var hasPlaces = false
    self.words = words.map { word in
      let parts = Self.parts(of: word)
      for part in parts {
        if case .text = part { continue }
        hasPlaces = true
      }
      return parts
    }
    self.hasPlaces = hasPlaces
  }

  private static func parts(of word: String) -> [Part] {
    var parts: [Part] = []
    let units = word.utf8
    var (start, at) = (units.startIndex, units.startIndex)
    while let open = units[at...].firstIndex(of: UInt8(ascii: "{")) {
      at = units.index(after: open)
      // No place has more characters in its braces.
      guard let close = units[at...].prefix(7).firstIndex(of: UInt8(ascii: "}")),
        let part = part(word[at..<close])
      else { continue }
      if start < open { parts.append(.text(String(word[start..<open]))) }
      parts.append(part)
      at = units.index(after: close)
      start = at
    }
    if start < units.endIndex || parts.isEmpty { parts.append(.text(String(word[start...]))) }
    return parts
  }

  private static func part(_ inside: Substring) -> Part? {
    if inside.utf8.isEmpty { return .line }
    if inside == "#" { return .number }
    guard inside.utf8.allSatisfy({ (0x30...0x39).contains($0) }), inside.utf8.first != 0x30,
      let number = Int(inside)
    else { return nil }
    return .field(number)
  }

  /// The words for a line.
  ///
  /// - Throws: ``SpoolError`` of kind `badInput` if the line has too few fields, or makes the command too long.
  package func words(for line: BatchLines.Line) throws(SpoolError) -> [String] {
    let fields = line.fields
    // A long line may have many places, so the size is known before a word is made.
    var room = Job.sizeLimit
    var made: [String] = []
    made.reserveCapacity(words.count)
    for parts in words {
      var texts: [String] = []
      for part in parts {
        switch part {
        case .text(let text): texts.append(text)
        case .number: texts.append(String(line.number))
        case .line:
          room -= line.bytes.count
          if room >= 0 { texts.append(line.text) }
        case .field(let number):
          guard number <= fields.count else {
            throw SpoolError(
              .badInput,
              "line \(line.number) has \(counted(fields.count, "field")), and the command"
                + " asks for {\(number)}")
          }
          room -= fields[number - 1].count
          if room >= 0 { texts.append(String(raw: fields[number - 1])) }
        }
      }
      guard room >= 0 else {
        throw SpoolError(
          .badInput, "line \(line.number): the command would have more than \(Job.sizeLimit) bytes")
      }
      made.append(texts.count == 1 ? texts[0] : texts.joined())
    }
    return made
  }
}
