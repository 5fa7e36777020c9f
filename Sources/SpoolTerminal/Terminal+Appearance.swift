import SpoolSystem

extension Terminal {
  /// The number of cells of a line of output. Returns nil if no line is to be cut.
  package static func width(of descriptor: Int32) -> Int? {
    width(
      isTerminal: isTerminal(descriptor), columns: System.variable("COLUMNS"),
      reported: windowSize(of: descriptor)?.width)
  }

  /// The number of cells of a line of prose: the terminal's, the number in `COLUMNS`, or 80.
  static func proseWidth(of descriptor: Int32) -> Int {
    width(
      isTerminal: true, columns: System.variable("COLUMNS"),
      reported: isTerminal(descriptor) ? windowSize(of: descriptor)?.width : nil) ?? 80
  }

  /// The number of cells of the window's lines now; 80 if the terminal does not know.
  static func drawingWidth(of descriptor: Int32) -> Int {
    // COLUMNS may be the width of another window, and a line that is too long becomes two lines.
    windowSize(of: descriptor)?.width ?? 80
  }

  /// Whether to use colour: on a terminal that is not dumb, without `NO_COLOR`.
  package static func usesColour(_ descriptor: Int32) -> Bool {
    usesColour(
      isTerminal: isTerminal(descriptor), noColour: System.variable("NO_COLOR"),
      term: System.variable("TERM"))
  }

  /// Whether lines can be drawn: on a terminal that is not dumb. Colour is not needed.
  static func canDraw(_ descriptor: Int32) -> Bool {
    canDraw(isTerminal: isTerminal(descriptor), term: System.variable("TERM"))
  }

  /// Takes the terminal for a live view; see ``enterScreen()``.
  ///
  /// - Returns: A message that says which terminal is needed; nil if this terminal was taken.
  package static func takeScreen() -> String? {
    guard isTerminal(0), isTerminal(1) else { return "a terminal" }
    guard canDraw(1) else {
      let term = escapingControls(System.variable("TERM") ?? "")
      return "a terminal that can draw, and TERM is \"\(term)\""
    }
    return enterScreen() ? nil : "a terminal"
  }

  // MARK: By the facts alone

  static func width(isTerminal: Bool, columns: String?, reported: Int?) -> Int? {
    guard isTerminal else { return nil }
    if let columns = columns.flatMap({ Int($0) }), columns > 0 { return columns }
    return reported
  }

  static func usesColour(isTerminal: Bool, noColour: String?, term: String?) -> Bool {
    // https://no-color.org: any value except the empty one counts.
    (noColour ?? "").isEmpty && canDraw(isTerminal: isTerminal, term: term)
  }

  static func canDraw(isTerminal: Bool, term: String?) -> Bool {
    isTerminal && !(term ?? "").isEmpty && term != "dumb"
  }
}
