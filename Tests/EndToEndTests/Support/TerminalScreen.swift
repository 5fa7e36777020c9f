/// What a terminal shows of what it was sent: enough of one for lines that are wiped and drawn anew.
///
/// Lines do not scroll away: everything that was ever left on the screen is seen.
struct TerminalScreen {
  private var rows: [[Character]] = [[]]
  private var row = 0
  private var column = 0
  /// The longest line that was ever there, in characters.
  private(set) var widest = 0
  /// Sequences that are not known here.
  private(set) var unknown: [String] = []

  /// Shows what was sent. A program's newline has become one alone in ``TerminalProgram/screen``, and
  /// goes to the beginning of the next line.
  init(_ text: String) {
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      switch scalar {
      case "\r": column = 0
      case "\n":
        row += 1
        column = 0
        while rows.count <= row { rows.append([]) }
      case "\u{1b}": sequence(&rest)
      default: put(Character(scalar))
      }
    }
  }

  /// The lines, without blanks at their ends and without empty ones at the end.
  var lines: [String] {
    var lines = rows.map { row in
      var text = String(row)
      while text.last == " " { text.removeLast() }
      return text
    }
    while lines.last == "" { lines.removeLast() }
    return lines
  }

  private mutating func put(_ character: Character) {
    while rows[row].count <= column { rows[row].append(" ") }
    rows[row][column] = character
    column += 1
    widest = max(widest, column)
  }

  private mutating func sequence(_ rest: inout Substring.UnicodeScalarView) {
    guard rest.popFirst() == "[" else { return unknown.append("no CSI") }
    var parameters = ""
    while let scalar = rest.popFirst() {
      if scalar.value < 0x40 {
        parameters.unicodeScalars.append(scalar)
        continue
      }
      switch (scalar, parameters) {
      case ("K", ""): rows[row] = Array(rows[row].prefix(column))
      case ("m", _): break
      default: unknown.append(parameters + String(Character(scalar)))
      }
      return
    }
  }
}
