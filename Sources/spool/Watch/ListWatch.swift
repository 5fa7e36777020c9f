import SpoolQueue
import SpoolTerminal

/// A list that is drawn again and again, as watch(1) does, until the user leaves.
struct ListWatch: LiveView {
  struct Part: Sendable, Equatable {
    /// The text above the table; nil for none.
    var heading: String?
    /// The lines of the table, as they are drawn.
    var rows: [String] = []
    /// Remarks on the table: how much was left out, why it cannot be read.
    var remarks: [String] = []
  }

  let interval: Double
  /// Looks at the queues, for a window of that width and that number of rows.
  let see: (_ width: Int, _ rows: Int) throws -> [Part]
  private let colour = Terminal.usesColour(1)
  private var parts: [Part] = []

  init(interval: Double, see: @escaping (_ width: Int, _ rows: Int) throws -> [Part]) {
    self.interval = interval
    self.see = see
  }

  mutating func look(width: Int, height: Int) {
    do {
      parts = try see(width, Swift.max(height - 4, 1))
    } catch {
      // The queue may be back at the next look.
      let message = (error as? SpoolError)?.message ?? "\(error)"
      parts = [Part(remarks: [escapingControls(message)])]
    }
  }

  /// The tables are cut to the window when they are made, so another look is needed.
  mutating func resize(width: Int, height: Int) -> Bool { true }

  func lines(width: Int, height: Int) -> [String] {
    Self.screen(parts, every: interval, width: width, height: height, colour: colour)
  }

  func press(_ key: Key) -> LiveStep? {
    switch key {
    case .interrupt, .escape, .character("q"): .quit
    case .suspend: .suspend
    case .redraw: .redraw
    case .enter, .character(" "): .look
    default: nil
    }
  }

  /// A line with styles, cut to the window's width: a table that cannot be cut that far is wider than its window.
  static func clipped(_ line: String, toCells cells: Int) -> String {
    var clipped = ""
    var used = 0
    var isSequence = false
    for character in line {
      if character == "\u{1b}" { isSequence = true }
      if isSequence {
        // A style takes no cell, and the sequence that ends it must not be lost.
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
