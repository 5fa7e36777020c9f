import SpoolQueue

/// A list that is drawn anew again and again, as watch(1) does, until somebody leaves.
struct ListWatch {
  /// What of one queue is shown.
  struct Part: Sendable, Equatable {
    /// What stands above it; nil: nothing.
    var heading: String?
    /// The lines of the table, as they are drawn.
    var rows: [String] = []
    /// What is to be said of it: what was left out, why it cannot be read.
    var remarks: [String] = []
  }

  private let interval: Double
  private let look: (_ width: Int, _ rows: Int) throws -> [Part]
  private let colour = Terminal.usesColour(1)
  private var painter = ScreenPainter()
  private var parts: [Part] = []
  private var size = (width: 0, height: 0)

  /// - Parameters:
  ///   - interval: Seconds from one look to the next.
  ///   - look: Looks at the queues, for a window of that width and so many rows.
  init(every interval: Double, look: @escaping (_ width: Int, _ rows: Int) throws -> [Part]) {
    self.interval = interval
    self.look = look
  }

  /// Draws until somebody leaves; returns the signal that ended it, 0 for none.
  mutating func run() -> Int32 {
    var nextLook: Int64 = 0
    while true {
      let now = Terminal.windowSize
      if now != size {
        // Tables are cut to the window.
        nextLook = 0
        painter.forget()
      }
      size = now
      if Clock.sinceBoot >= nextLook {
        do {
          parts = try look(size.width, Swift.max(size.height - 4, 1))
        } catch {
          // It may be back at the next look.
          let message = (error as? SpoolError)?.message ?? "\(error)"
          parts = [Part(remarks: [escapingControls(message)])]
        }
        nextLook = Clock.sinceBoot.adding(clamped: Int64(nanosecondsOf: interval))
      }
      let text = painter.paint(
        Self.screen(
          parts, every: interval, width: size.width, height: size.height, colour: colour))
      // A terminal that is gone is noticed by the wait.
      if !text.isEmpty { try? Output.standard.write(text) }
      let left = Swift.max(nextLook - Clock.sinceBoot, 0)
      switch Terminal.wait(milliseconds: Int(left / 1_000_000) + 1) {
      case .time: continue
      case .end(let signal): return signal
      case .stop:
        Terminal.suspend()
        painter.forget()
        nextLook = 0
      case .keys(let bytes):
        for key in Key.read(bytes) {
          switch key {
          case .interrupt, .escape, .character("q"): return 0
          case .suspend:
            Terminal.suspend()
            painter.forget()
            nextLook = 0
          case .redraw:
            painter.forget()
            nextLook = 0
          case .enter, .character(" "): nextLook = 0
          default: break
          }
        }
      }
    }
  }

  /// A line with styles in it, and no more of its text than fits: a table that cannot be cut that far
  /// is wider than its window.
  static func clipped(_ line: String, toCells cells: Int) -> String {
    var clipped = ""
    var used = 0
    var isSequence = false
    for character in line {
      if character == "\u{1b}" { isSequence = true }
      if isSequence {
        // A style costs no cell, and the one that ends it must not be lost.
        clipped.append(character)
        if character.isLetter { isSequence = false }
        continue
      }
      used += cellWidth(character)
      if used <= cells { clipped.append(character) }
    }
    return clipped
  }

  /// As many lines as the window has. Pure: the same parts and size give the same lines.
  static func screen(
    _ parts: [Part], every interval: Double, width: Int, height: Int, colour: Bool
  ) -> [String] {
    func styled(_ style: Style, _ text: String) -> String {
      style.apply(to: cutText(text, toCells: width), colour: colour)
    }
    var lines: [String] = []
    for (number, part) in parts.enumerated() {
      if number > 0 { lines.append("") }
      if let heading = part.heading { lines.append(styled(.bold, heading)) }
      lines += part.rows.map { clipped($0, toCells: width) }
      lines += part.remarks.map { styled(.yellow, $0) }
    }
    let room = Swift.max(height - 1, 0)
    var bottom = "every \(DurationText.text(interval))  q: quit"
    if lines.count > room { bottom = "\(lines.count - room) more lines below  " + bottom }
    lines = Array(lines.prefix(room))
    while lines.count < room { lines.append("") }
    return height > 0 ? lines + [styled(.dim, bottom)] : lines
  }
}
