/// What must be sent to a terminal so that it shows new lines: those that changed, and no others.
struct ScreenPainter: Sendable {
  private var shown: [String] = []

  /// Nothing is on the screen yet.
  init() {}

  /// Forgets what is on the screen: the window has another size, or something else wrote to it.
  mutating func forget() { shown = [] }

  /// The sequences that make the screen show these lines.
  mutating func paint(_ lines: [String]) -> String {
    var text = shown.isEmpty ? "\u{1b}[2J" : ""
    for (number, line) in lines.enumerated() {
      if shown.indices.contains(number), shown[number] == line { continue }
      text += "\u{1b}[\(number + 1);1H\u{1b}[0m\u{1b}[2K" + line
    }
    shown = lines
    return text
  }
}
