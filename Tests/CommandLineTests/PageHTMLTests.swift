import SpoolQueue
import Testing

@testable import spool

@Suite("Markup, and the ends of logs") struct PageHTMLTests {
  @Test(
    "What is put into markup is text",
    arguments: [
      ("plain", "plain"),
      ("a & b", "a &amp; b"),
      ("</script><script>", "&lt;/script&gt;&lt;script&gt;"),
      (#"" onload="x"#, "&quot; onload=&quot;x"),
      ("it's", "it&#39;s"),
      ("\u{1b}[31mred", #"\x1b[31mred"#),
      ("turned\u{202e}round", #"turned\u{202e}round"#),
      ("null\u{0}byte\r\n", #"null\x00byte\r\n"#),
      ("größe 漢字", "größe 漢字"),
    ]) func escaping(text: String, markup: String)
  {
    let html: HTML = "<b title=\"\(text)\">\(text)</b>"
    #expect(html.text == "<b title=\"\(markup)\">\(markup)</b>")
    #expect(HTML.attribute("class", text, if: true).text == " class=\"\(markup)\"")
    #expect(HTML.attribute("class", text, if: false).text == "")
  }

  @Test("Numbers and markup are put in as they are") func values() {
    let inner: HTML = "<i>&amp;</i>"
    let html: HTML = "\(inner) \(12) \(0.5) \([inner, inner])"
    #expect(html.text == "<i>&amp;</i> 12 0.5 <i>&amp;</i><i>&amp;</i>")
    #expect(HTML(lines: ["a<", "b\u{7}"]).text == "a&lt;\nb\\x07")
  }

  @Test("Data ends no script, whatever is in it") func data() throws {
    let value: JSON = ["text": "</script><!-- & \u{2028} \u{1b}", "number": 1.50]
    let markup = HTML.data(id: "data", value).text
    let head = #"<script type="application/json" id="data">"#
    #expect(markup.hasPrefix(head))
    #expect(markup.hasSuffix("</script>\n"))
    let inner = String(markup.dropFirst(head.count).dropLast("</script>\n".count))
    #expect(!inner.contains("<") && !inner.contains(">") && !inner.contains("&"))
    #expect(try JSON(parsing: Array(inner.utf8), dialect: .strict) == value)
  }

  @Test(
    "Coordinates have two digits at most",
    arguments: [
      (0.0, "0"), (1, "1"), (12.5, "12.5"), (0.126, "0.13"), (-3.04, "-3.04"), (99.999, "100"),
      (.nan, "0"), (.infinity, "0"), (1e300, "1000000000000"), (-0.001, "0"),
    ]) func coordinates(value: Double, text: String)
  { #expect(value.coordinate == text) }

  @Test("Large numbers are read in threes") func grouped() {
    #expect([0, 999, 9999].map(\.grouped) == ["0", "999", "9999"])
    #expect([12_345, -1_234_567].map(\.grouped) == ["12\u{202F}345", "-1\u{202F}234\u{202F}567"])
  }

  @Test(
    "A line of a log is what a terminal would show at the end",
    arguments: [
      ("plain", "plain"),
      ("\u{1b}[1;31mred\u{1b}[0m and \u{1b}[Kmore", "red and more"),
      ("\u{1b}]0;title\u{7}text", "text"),
      ("\u{1b}]8;;http://x\u{1b}\\link\u{1b}]8;;\u{1b}\\", "link"),
      (" 10%\r 50%\r100%", "100%"),
      ("carriage return\r", "carriage return"),
      ("\u{1b}[31", "\u{1b}[31"),
      ("\u{1b}", "\u{1b}"),
      ("\u{1b}]0;open", "\u{1b}]0;open"),
    ]) func shown(line: String, text: String)
  { #expect(LogExcerpt.shown(line) == text) }

  @Test("The last lines of a log, whole ones") func excerpt() {
    let log = Array("one\ntwo\nthree\nfour\n\n".utf8)
    #expect(LogExcerpt(log, count: 2, isCut: false).lines == ["three", "four"])
    #expect(LogExcerpt(log, count: 2, isCut: false).isCut)
    #expect(LogExcerpt(log, count: 9, isCut: false).lines.count == 4)
    #expect(LogExcerpt(log, count: 9, isCut: true).lines == ["two", "three", "four"])
    #expect(LogExcerpt([], count: 9, isCut: false).lines == [])
    let raw = LogExcerpt([0xFF, 0xFE], count: 9, isCut: false)
    #expect(HTML(lines: raw.lines).text == #"\xff\xfe"#)
    let long = LogExcerpt(Array(repeating: 0x61, count: 16_384), count: 9, isCut: true)
    #expect(long.lines.map(\.count) == [401])
  }
}
