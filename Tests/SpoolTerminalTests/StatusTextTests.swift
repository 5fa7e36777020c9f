import Testing

@testable import SpoolTerminal

@Suite("What a status line shows") struct StatusTextTests {
  static let lines: [([String], Int, String)] = [
    ([], 10, ""), (["one"], 10, "one"), (["one", "two"], 10, "one  two"),
    (["one", "two"], 8, "one  two"), (["one", "two"], 7, "one  t…"), (["one", "two"], 6, "one  …"),
    (["one", "two"], 5, "one"), (["one", "two", "three"], 7, "one  t…"), (["one"], 2, "o…"),
    (["one"], 1, "…"), (["one"], 0, ""), (["one", "", "two"], 20, "one  two"),
    (["日本語"], 5, "日本…"), (["日本語"], 4, "日…"), (["a\u{1b}[31m\nb"], 20, "a\\x1b[31m\\nb"),
    (["a\u{1b}[31m"], 4, "a\\x…"),
  ]

  @Test("It is cut to the width, and nothing in it drives a terminal", arguments: lines.indices)
  func cut(_ row: Int) {
    let (pieces, width, expected) = Self.lines[row]
    var text = StatusText()
    for piece in pieces { text.add(piece) }
    let line = text.line(width: width, colour: false)
    #expect(line.text == expected)
    #expect(line.cells == textWidth(expected))
    #expect(line.cells <= max(width, 0))
  }

  @Test func colourTakesNoCells() {
    var text = StatusText("a")
    text.add("failed", .red)
    let line = text.line(width: 80, colour: true)
    #expect(line.text == "a  \u{1b}[31mfailed\u{1b}[0m")
    #expect(line.cells == 9)
  }

  @Test(
    "How many lines a window has folded it into",
    arguments: [
      (1, 80, "\r\u{1b}[K"), (80, 80, "\r\u{1b}[K"), (81, 80, "\r\u{1b}[1A\u{1b}[J"),
      (79, 20, "\r\u{1b}[3A\u{1b}[J"), (0, 80, "\r\u{1b}[K"), (5, 0, "\r\u{1b}[4A\u{1b}[J"),
    ])
  func erasing(cells: Int, width: Int, sequence: String) {
    #expect(StatusLine.Drawn.erasing(cells, width: width) == sequence)
  }

  @Test func whereItIsDrawn() {
    #expect(Terminal.canDraw(isTerminal: true, term: "xterm"))
    #expect(!Terminal.canDraw(isTerminal: false, term: "xterm"))
    #expect(!Terminal.canDraw(isTerminal: true, term: "dumb"))
    #expect(!Terminal.canDraw(isTerminal: true, term: ""))
    #expect(!Terminal.canDraw(isTerminal: true, term: nil))
  }
}
