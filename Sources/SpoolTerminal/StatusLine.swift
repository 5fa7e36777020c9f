import SpoolSystem
import Synchronization

/// A line below all other text on a terminal. It is drawn again and again, and shows the progress of some work.
///
/// It is on standard error, and only while that is a terminal with this program in its foreground. Any other output
/// to the terminal (see ``Output``) erases it first, and the next ``show(_:)`` draws it again. While a line of a
/// log is not ended, it is not drawn. It is erased when the program ends, also by a signal. Elsewhere it is never
/// written: standard output is data, and a file of standard error has whole lines.
package struct StatusLine: ~Copyable {
  /// Whether it is drawn at all. Ask before you read files only to fill it.
  package let isShown: Bool
  private let began = Instant.now

  /// Delay before the line is first drawn.
  private static let patience = TimeSpan.milliseconds(300)
  /// Time between two draws.
  private static let interval = TimeSpan.milliseconds(200)

  /// Makes a line, which is drawn if standard error is a terminal that can draw it.
  ///
  /// - Parameters:
  ///   - isWanted: Whether it is to be drawn if that is possible.
  ///   - catchesSignals: Whether a signal that ends the program erases it; false in a program that handles signals
  ///     itself.
  package init(isWanted: Bool = true, catchesSignals: Bool = true) {
    isShown = isWanted && Terminal.canDraw(2)
    guard isShown else { return }
    Self.drawn.withLock { $0.sharesOutput = Terminal.isTerminal(1) }
    Self.isActive.store(true, ordering: .releasing)
    if catchesSignals { Terminal.wipeOnSignals() }
  }

  deinit {
    guard isShown else { return }
    Self.drawn.withLock { $0.wipe() }
    Self.isActive.store(false, ordering: .releasing)
  }

  /// Draws the line anew, if it is time for that.
  ///
  /// - Parameter text: The text, which is cut to the width of the window; an empty text erases the line.
  package func show(_ text: () throws -> StatusText) rethrows {
    guard isShown else { return }
    let now = Instant.now
    if now - began < Self.patience { return }
    guard Self.drawn.withLock({ now - $0.lastDraw >= Self.interval }) else { return }
    let text = try text()
    Self.drawn.withLock { $0.draw(text, at: now) }
  }

  private static let drawn = Mutex(Drawn())
  /// Whether a line may be on the terminal. Without one, output takes no lock.
  private static let isActive = Atomic<Bool>(false)

  /// Writes other output to the terminal, or to any other place, while the line is erased.
  static func aside<Result, Failure>(
    writing bytes: ArraySlice<UInt8>, to descriptor: Int32, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    if !isActive.load(ordering: .acquiring) { return try body() }
    // The lock is held during the write: the line is not drawn in between.
    return try drawn.withLock { (drawn) throws(Failure) in
      if descriptor == 2 || drawn.sharesOutput {
        drawn.wipe()
        // A message about a run must not continue the last line of its log.
        if descriptor == 2, drawn.isWithinLine { drawn.endLine() }
        if let last = bytes.last {
          drawn.isWithinLine = descriptor == 1 && last != UInt8(ascii: "\n")
        }
      }
      return try body()
    }
  }

  /// The state of the terminal.
  struct Drawn {
    var lastDraw = Instant.first
    /// Whether standard output goes to a terminal too: most often it is the same terminal.
    var sharesOutput = false
    /// Whether the cursor is after output that has not reached the end of its line.
    var isWithinLine = false
    /// The number of cells of the line; 0 if no line is on the terminal.
    private var cells = 0
    /// The line as it was sent, and the width of the window then.
    private var sent = (line: "", width: 0)

    mutating func draw(_ text: StatusText, at now: Instant) {
      if isWithinLine || !Terminal.isInForeground(2) { return }
      lastDraw = now
      forgetIfWiped()
      let width = Terminal.drawingWidth(of: 2)
      // The last cell stays free: after it the cursor would be in the next line, on some terminals.
      let (line, cells) = text.line(width: width - 1, colour: Terminal.usesColour(2))
      if cells == 0 { return wipe() }
      if self.cells > 0, sent == (line, width) { return }
      // This comes before the line is drawn: a signal that comes in between erases the line, or nothing.
      Terminal.hasStatusLine.store(true, ordering: .releasing)
      send(Self.erasing(self.cells, width: width) + line)
      sent = (line, width)
      self.cells = cells
    }

    func endLine() { send("\n") }

    /// Forgets the line if ^Z has erased it: the text at the cursor then belongs to a shell.
    private mutating func forgetIfWiped() {
      if !Terminal.hasStatusLine.load(ordering: .acquiring) { cells = 0 }
    }

    mutating func wipe() {
      forgetIfWiped()
      if cells == 0 { return }
      send(Self.erasing(cells, width: Terminal.drawingWidth(of: 2)))
      cells = 0
      Terminal.hasStatusLine.store(false, ordering: .releasing)
    }

    /// The sequences that erase a line at whose end the cursor is. A window that became narrow has broken it into
    /// several lines.
    static func erasing(_ cells: Int, width: Int) -> String {
      let folds = Swift.max(cells - 1, 0) / Swift.max(width, 1)
      return "\r" + (folds > 0 ? "\u{1b}[\(folds)A\u{1b}[J" : "\u{1b}[K")
    }

    private func send(_ text: String) {
      // A terminal that is gone cannot be told of the failure.
      _ = Array(text.utf8).withUnsafeBytes { Terminal.write($0, to: 2) }
    }
  }
}

/// The text of a ``StatusLine``: pieces of text with two blanks between them.
package struct StatusText: Sendable, Equatable {
  private(set) var pieces: [Piece] = []

  struct Piece: Sendable, Equatable {
    let text: String
    let style: Style
  }

  package init() {}

  package init(_ text: String) { add(text) }

  /// Adds a piece, unless it is empty.
  package mutating func add(_ text: String, _ style: Style = .plain) {
    if !text.isEmpty { pieces.append(Piece(text: text, style: style)) }
  }

  /// The text without styles.
  var plain: String { pieces.map(\.text).joined(separator: "  ") }

  /// The text in at most that number of cells, and the number of cells that it takes.
  package func line(width: Int, colour: Bool) -> (text: String, cells: Int) {
    var line = ""
    var used = 0
    for piece in pieces {
      if used > 0 {
        if used + 3 > width { break }
        line += "  "
        used += 2
      }
      let whole = escapingControls(piece.text)
      let text = cutText(whole, toCells: width - used)
      let isCut = text != whole
      line += piece.style.apply(to: text, colour: colour)
      used += textWidth(text)
      if isCut { break }
    }
    return (line, used)
  }
}
