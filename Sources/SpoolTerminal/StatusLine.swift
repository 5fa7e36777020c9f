import SpoolSystem
import Synchronization

/// One line below everything else on a terminal, drawn again and again, that tells how far something
/// is.
///
/// It stands on standard error, and only while that is a terminal with this program in its foreground.
/// Whatever else is written to the terminal (see ``Output``) wipes it first, and it comes back with the
/// next ``show(_:)``; while a line of a log is not ended it stays away. It is gone when the program
/// ends, by a signal too. Elsewhere nothing of it is seen: standard output is data, and a file of
/// standard error has whole lines.
package struct StatusLine: ~Copyable {
  /// Whether it is drawn at all; who would read files only to fill it asks first.
  package let isShown: Bool
  private let began = Instant.now

  /// Delay before the line is first drawn.
  private static let patience = TimeSpan.milliseconds(300)
  /// Time between two draws.
  private static let interval = TimeSpan.milliseconds(200)

  /// A line, if standard error is a terminal that can draw one.
  ///
  /// - Parameters:
  ///   - isWanted: Whether it is to be drawn where that is possible.
  ///   - catchesSignals: Whether a signal that ends the program wipes it; false in a program that deals
  ///     with signals itself.
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

  /// Draws it anew, if it is time for that.
  ///
  /// - Parameter text: The text, which is cut to the width of the window; an empty one wipes the line.
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

  /// Writes something else to the terminal, or wherever it goes, with the line out of its way.
  static func aside<Result, Failure>(
    writing bytes: ArraySlice<UInt8>, to descriptor: Int32, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    if !isActive.load(ordering: .acquiring) { return try body() }
    // Held while it is written: nothing is drawn in between.
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
    /// Whether standard output goes to a terminal as well: most often it is the same.
    var sharesOutput = false
    /// Whether the cursor stands behind output that has not come to the end of its line.
    var isWithinLine = false
    /// How many cells the line has; 0 if no line is on the terminal.
    private var cells = 0
    /// The line as it was sent, and how wide the window was.
    private var sent = (line: "", width: 0)

    mutating func draw(_ text: StatusText, at now: Instant) {
      if isWithinLine || !Terminal.isInForeground(2) { return }
      lastDraw = now
      forgetIfWiped()
      let width = Terminal.drawingWidth(of: 2)
      // The last cell stays free: behind it the cursor would be in the next line, on some terminals.
      let (line, cells) = text.line(width: width - 1, colour: Terminal.usesColour(2))
      if cells == 0 { return wipe() }
      if self.cells > 0, sent == (line, width) { return }
      // Before it is there: a signal that comes in between wipes it, or nothing.
      Terminal.hasStatusLine.store(true, ordering: .releasing)
      send(Self.erasing(self.cells, width: width) + line)
      sent = (line, width)
      self.cells = cells
    }

    func endLine() { send("\n") }

    /// ^Z has wiped it, and whatever stands where the cursor is now is a shell's.
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

    /// The sequences that erase a line at whose end the cursor stands. A window that became narrow has
    /// folded it.
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

  /// A text that belongs together.
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

  /// It without styles.
  var plain: String { pieces.map(\.text).joined(separator: "  ") }

  /// It in so many cells at most, and how many it takes.
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
