import SpoolQueue
import SpoolTerminal

/// A view that is drawn again and again on the whole terminal, until the user leaves.
protocol LiveView {
  /// Seconds from one look to the next.
  var interval: Double { get }

  mutating func look(width: Int, height: Int)

  /// Takes the new size of the window. Returns whether the view needs another look.
  mutating func resize(width: Int, height: Int) -> Bool

  func lines(width: Int, height: Int) -> [String]

  /// Takes a key. Returns nil if the view only has to be drawn again.
  mutating func press(_ key: Key) -> LiveStep?
}

enum LiveStep {
  case quit, suspend
  /// Draws everything, and not only the lines that changed.
  case redraw
  /// Looks at once.
  case look
}

extension LiveView {
  /// Draws until the user leaves, and gives the terminal back, which ``Terminal/enterScreen()`` took. If a signal
  /// asked for the end, it then ends the program.
  mutating func run() -> Int32 {
    let signal = draw()
    Terminal.leaveScreen()
    if signal > 0 { Terminal.end(by: signal) }
    return ExitStatus.done
  }

  /// Draws until the user leaves. Returns the signal that ended it, 0 for none.
  private mutating func draw() -> Int32 {
    var painter = ScreenPainter()
    var size = (width: 0, height: 0)
    var nextLook = Instant.first
    while true {
      let window = (Terminal.windowSize(of: 1) ?? (80, 24))
      if window != size {
        if resize(width: window.width, height: window.height) { nextLook = .first }
        painter.forget()
      }
      size = window
      if Instant.now >= nextLook {
        look(width: size.width, height: size.height)
        nextLook = .now + .seconds(interval)
      }
      let text = painter.paint(lines(width: size.width, height: size.height))
      // The wait notices a terminal that is gone.
      if !text.isEmpty { try? Output.standard.write(text) }
      let left = Swift.max((nextLook - .now).milliseconds, 1)
      var keys: [Key] = []
      switch Terminal.wait(milliseconds: left) {
      case .time: continue
      case .end(let signal): return signal
      case .stop: keys = [.suspend]
      case .keys(let bytes): keys = Key.read(bytes)
      }
      for key in keys {
        switch press(key) {
        case nil: continue
        case .quit: return 0
        case .suspend:
          Terminal.suspend()
          painter.forget()
        case .redraw: painter.forget()
        case .look: break
        }
        nextLook = .first
      }
    }
  }
}

/// Makes the bytes that show new lines on a terminal: only lines that changed are sent.
struct ScreenPainter: Sendable {
  private var shown: [String] = []

  /// Forgets the content of the screen: the window has another size, or another program wrote to it.
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
