import SpoolQueue
import Testing

@testable import spool

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

  // MARK: Counting

  private static let second: Int64 = 1_000_000_000

  @Test func countsAndTimes() {
    var progress = CountProgress(total: 120, before: 20, now: 0)
    #expect(progress.text("ended", at: 10 * Self.second).plain == "0 of 120 ended")
    for _ in 1...20 { progress.add() }
    // Those were over before: nobody knows yet how fast it goes.
    #expect(progress.rate(at: 10 * Self.second) == nil)
    #expect(progress.left(at: 10 * Self.second) == nil)
    progress.add(40, failed: 2)
    #expect(progress.rate(at: Self.second / 2) == nil)
    #expect(progress.rate(at: 80 * Self.second) == 0.5)
    #expect(progress.left(at: 80 * Self.second) == 120)
    #expect(
      progress.text("ended", ["3 running"], at: 80 * Self.second).plain
        == "60 of 120 ended  2 failed  3 running  30 a minute  2m00s left")
    #expect(
      progress.text("ended", hasEnd: false, at: 80 * Self.second).plain
        == "60 of 120 ended  2 failed  30 a minute")
    progress.add(60)
    #expect(progress.left(at: 80 * Self.second) == nil)
  }

  @Test(
    "Rates in the unit that can be read",
    arguments: [
      (40.0, "40 a second"), (9.6, "10 a second"), (1.0, "60 a minute"), (0.2, "12 a minute"),
      (0.01, "36 an hour"), (1.0 / 3600, "1 an hour"), (1.0 / 86_400, "1 a day"), (0.0, "0 a day"),
      (-1.0, "0 a day"), (1e30, "1000000000000 a second"),
    ])
  func rates(rate: Double, words: String) { #expect(CountProgress.words(rate: rate) == words) }

  @Test func partsOfARunsProgress() {
    #expect(
      RunProgress("37/100 reading shards").parts(after: 37) == [
        "[###-------] 37%", "1m03s left", "reading shards",
      ])
    #expect(RunProgress("reading").parts(after: 1) == ["reading"])
    #expect(RunProgress("5%").parts(after: 0) == ["[----------] 5%"])
  }
}
