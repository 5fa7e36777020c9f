import Testing

@testable import SpoolTerminal

@Suite struct TableTests {
  private func draw(
    _ columns: [Table.Column], _ rows: [[String]], width: Int? = nil, colour: Bool = false,
    header: Bool = true
  ) -> String {
    var table = Table(columns)
    for row in rows { table.append(row) }
    #expect(table.count == rows.count)
    let text = String(
      decoding: table.render(width: width, colour: colour, header: header), as: UTF8.self)
    // A bar shows where each line ends.
    return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      .map { $0 + "|" }.joined(separator: "\n")
  }

  private let runs: [Table.Column] = [
    .init(title: "RUN", minimumWidth: 8, cut: .middle),
    .init(title: "STATUS", style: { $0 == "running" ? .blue : $0 == "failed" ? .red : .plain }),
    .init(title: "NOTES", cut: .end),
    .init(title: "TIME", alignment: .right),
  ]
  private let rows = [
    ["train-model-9x7c", "running", "the first one that may work", "1m05s"],
    ["eval-2k4p", "failed", "", "12s"],
    ["clean", "", "", ""],
  ]

  @Test func uncutWhereNothingIsKnownOfATerminal() {
    let expected = """
      RUN               STATUS   NOTES                         TIME|
      train-model-9x7c  running  the first one that may work  1m05s|
      eval-2k4p         failed                                  12s|
      clean|
      """
    #expect(draw(runs, rows) == expected)
    #expect(draw(runs, rows, width: 61) == expected)
    #expect(draw(runs, rows, width: 1000) == expected)
  }

  @Test func theWidestColumnGivesWayFirst() {
    let expected = """
      RUN               STATUS   NOTES                TIME|
      train-model-9x7c  running  the first one tha…  1m05s|
      eval-2k4p         failed                         12s|
      clean|
      """
    #expect(draw(runs, rows, width: 52) == expected)
  }

  @Test func namesLoseTheirMiddle() {
    let expected = """
      RUN          STATUS   NOTES          TIME|
      train…-9x7c  running  the first o…  1m05s|
      """
    #expect(draw(runs, [rows[0]], width: 41) == expected)
  }

  @Test func whatCannotBeCutFurtherIsWider() {
    let expected = """
      RUN       STATUS   NOTES   TIME|
      trai…x7c  running  the …  1m05s|
      """
    #expect(draw(runs, [rows[0]], width: 20) == expected)
    #expect(draw(runs, [rows[0]], width: 1) == expected)
  }

  @Test func wideAndCombiningCharacters() {
    let columns: [Table.Column] = [.init(title: "NAME", cut: .end), .init(title: "N")]
    let rows = [["実験テスト", "1"], ["cafe\u{301}", "2"], ["🚀🇯🇵👩‍👩‍👧", "3"], ["abcdefghij", "4"]]
    let whole = """
      NAME        N|
      実験テスト  1|
      cafe\u{301}        2|
      🚀🇯🇵👩‍👩‍👧      3|
      abcdefghij  4|
      """
    #expect(draw(columns, rows) == whole)
    // Half of a wide character cannot be drawn: a space takes its place.
    let cut = """
      NAME   N|
      実験…  1|
      cafe\u{301}   2|
      🚀🇯🇵…  3|
      abcd…  4|
      """
    #expect(draw(columns, rows, width: 8) == cut)
    let narrower = """
      NAME  N|
      実…   1|
      cafe\u{301}  2|
      🚀…   3|
      abc…  4|
      """
    #expect(draw(columns, rows, width: 7) == narrower)
  }

  @Test func controlCharactersAreEscaped() {
    let columns: [Table.Column] = [.init(title: "NOTES"), .init(title: "N")]
    let rows = [
      ["\u{1b}]0;owned\u{7}", "1"], ["a\nb\tc\rd", "2"], ["\r\n", "3"], ["\u{202e}x", "4"],
    ]
    let expected = #"""
      NOTES             N|
      \x1b]0;owned\x07  1|
      a\nb\tc\rd        2|
      \r\n              3|
      \u{202e}x         4|
      """#
    #expect(draw(columns, rows) == expected)
  }

  @Test func colourStandsAroundTheTextOnly() {
    let expected = """
      [1mRUN[0m               [1mSTATUS[0m|
      train-model-9x7c  [34mrunning[0m|
      eval-2k4p         [31mfailed[0m|
      clean|
      """
    let columns = Array(runs.prefix(2))
    let text = draw(columns, rows.map { Array($0.prefix(2)) }, colour: true)
    #expect(text.filter { $0 != "\u{1b}" } == expected)
    #expect(text.count { $0 == "\u{1b}" } == 8)
  }

  @Test func titlesAloneAndRowsAlone() {
    #expect(draw(runs, []) == "RUN       STATUS  NOTES  TIME|")
    #expect(draw(runs, [], header: false) == "")
    #expect(draw(Array(runs.prefix(1)), [["a"], ["b"]], header: false) == "a|\nb|")
    #expect(draw([], []) == "|")
  }
}
