import SpoolSystem
import Testing

@testable import SpoolTerminal

@Suite struct TextTests {
  @Test(arguments: [
    ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("ß", 1), ("Ω", 1), ("…", 1),
    ("日本", 4), ("ｱ", 1), ("Ａ", 2), ("한", 2), ("\u{1112}\u{1161}\u{11ab}", 2),
    ("🚀", 2), ("❤\u{fe0f}", 2), ("❤", 1), ("👍🏽", 2), ("🇯🇵", 2), ("1\u{fe0f}\u{20e3}", 2),
    ("a\u{200b}b", 2), ("a\u{ad}b", 3), ("नि", 2), ("\u{20000}", 2),
  ])
  func width(text: String, cells: Int) {
    #expect(textWidth(text) == cells)
  }

  @Test(arguments: [
    ("plain, wörtlich 日本", "plain, wörtlich 日本"),
    ("\u{1b}[2J", #"\x1b[2J"#),
    ("\u{0}\u{7f}\u{9b}", #"\x00\x7f\x9b"#),
    ("a\nb\r\n\tc", #"a\nb\r\n\tc"#),
    ("a\u{202e}b\u{2028}", #"a\u{202e}b\u{2028}"#),
    (#"a\nb"#, #"a\nb"#),
    ("👩‍👧", "👩‍👧"),
  ])
  func escaping(text: String, expected: String) {
    #expect(escapingControls(text) == expected)
  }

  @Test(arguments: [
    ("", 10, []),
    ("one two three", 7, ["one two", "three"]),
    ("one two three", 6, ["one", "two", "three"]),
    ("incomprehensible yes", 6, ["incomprehensible", "yes"]),
    ("日本 日本", 8, ["日本", "日本"]),
    ("日本 日本", 9, ["日本 日本"]),
  ])
  func wrapping(text: String, width: Int, expected: [String]) {
    #expect(wrap(text, width: width) == expected)
  }

  @Test(arguments: [
    "make all -j4", "echo 'a b; $x' \"c d\" e\\ f\\;", "python3 train.py --lr=0.1", "'a=b' c", "",
  ])
  func wordsNeedNoShell(line: String) {
    #expect(!needsShell(line))
  }

  @Test(arguments: [
    "a; b", "a | b", "a >log", "a &", "echo $HOME", "echo \"$HOME\"", "ls *.c", "echo `date`",
    "X=1 make", "cd ~", "(a)", "a # b", "echo 'a", "echo a\\", "echo \"a\\\"\"",
  ])
  func otherLinesNeedAShell(line: String) {
    #expect(needsShell(line))
  }

  @Test func bracketsStayTogether() {
    let lines = wrap("a [b c] [d [e f]] g", width: 9, keepingBrackets: true)
    #expect(lines == ["a [b c]", "[d [e f]]", "g"])
  }

  @Test func indentedLinesAreKept() {
    let text = "one two\nthree\n\n  kept   as it is\nfour"
    #expect(wrapParagraphs(text, width: 9) == "one two\nthree\n\n  kept   as it is\nfour")
    #expect(wrapParagraphs(text, width: 40) == "one two three\n\n  kept   as it is\nfour")
  }

  @Test(arguments: [
    ("list", "list", 0), ("lsit", "list", 1), ("lit", "list", 1), ("listt", "list", 1),
    ("fist", "list", 1), ("", "list", 4), ("list", "", 4), ("launch", "lunhc", 2),
    ("kitten", "sitting", 3), ("ca", "abc", 3),
  ])
  func edits(first: String, second: String, distance: Int) {
    #expect(Suggestion.distance(Array(first.utf8), Array(second.utf8)) == distance)
  }

  @Test(arguments: [
    ("lauhcn", "launch"), ("lnch", "launch"), ("rel", "release"), ("hodl", "hold"), ("x", nil),
    ("l", nil), ("li", "list"), ("create", nil), ("", nil),
  ])
  func suggestions(typed: String, expected: String?) {
    let names = ["launch", "list", "hold", "release"]
    #expect(wordMeant(by: typed, among: names) == expected)
  }
}

@Suite struct TimeTextTests {
  @Test(arguments: [
    (-5, "0s"), (0, "0s"), (59, "59s"), (60, "1m00s"), (65, "1m05s"), (3599, "59m59s"),
    (3600, "1h00m"), (7980, "2h13m"), (86_399, "23h59m"), (86_400, "1d00h"), (273_600, "3d04h"),
    (100 * 86_400, "100d00h"),
  ])
  func durations(seconds: Int, expected: String) {
    #expect(SpanText.short(seconds: seconds) == expected)
  }

  @Test(
    arguments: [
      ("", []), ("  ", []), ("srun", ["srun"]), (" srun  --gres=gpu:1 ", ["srun", "--gres=gpu:1"]),
      ("a 'b c' \"d \\\"e\" f\\ g", ["a", "b c", "d \"e", "f g"]), ("''", [""]),
      (
        "ssh host 'a; b' >x | y #z & $(q)",
        ["ssh", "host", "a; b", ">x", "|", "y", "#z", "&", "$(q)"]
      ),
      ("a 'b", nil), ("a \"b", nil), ("a\\", nil), ("a\nb", ["a", "b"]),
    ] as [(String, [String]?)])
  func wordsOfACommand(text: String, expected: [String]?) {
    #expect(shellWords(text) == expected)
  }

  @Test(arguments: [
    (0.999, "0s"), (65.9, "1m05s"), (-1, "0s"), (Double.nan, "-"), (-.infinity, "0s"),
    (.infinity, "104249991374d07h"),
  ])
  func fractions(seconds: Double, expected: String) {
    #expect(SpanText.short(seconds: seconds) == expected)
  }

  @Test func distances() {
    #expect(SpanText.relative(seconds: 100, now: 112) == "12s ago")
    #expect(SpanText.relative(seconds: 8092, now: 112) == "in 2h13m")
    #expect(SpanText.relative(seconds: 5, now: 5) == "0s ago")
    #expect(SpanText.relative(seconds: .max, now: .min) == "in 104249991374d07h")
  }

  @Test func moments() {
    var time = Terminal.LocalTime(
      year: 2026, month: 11, day: 2, hour: 9, minute: 5, second: 1, offset: 3600)
    #expect(MomentText.short(time, thisYear: 2026) == "Nov  2 09:05")
    #expect(MomentText.short(time, thisYear: 2027) == "Nov  2 2026 09:05")
    #expect(MomentText.full(time) == "2026-11-02 09:05:01 +0100")
    time.offset = -12_600
    #expect(MomentText.full(time) == "2026-11-02 09:05:01 -0330")
  }

  @Test func theClockOfThisHost() throws {
    let moment: Int64 = 1_795_353_301
    let time = try #require(Terminal.localTime(secondsSince1970: moment))
    // Greenwich is the same everywhere: 22 November 2026, 13:15:01.
    let greenwich = moment % 86_400
    let here = Int64(time.hour * 3600 + time.minute * 60 + time.second - time.offset)
    #expect((here - greenwich) % 86_400 == 0)
    #expect(time.year == 2026 && time.month == 11)
    #expect(MomentText.short(secondsSince1970: .max, now: moment) == "-")
    #expect(MomentText.full(secondsSince1970: .max) == "-")
  }
}
