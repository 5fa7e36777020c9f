import SpoolQueue
import SpoolTesting
import Testing

@testable import SpoolTerminal
@testable import spool

@Suite("How far many things are") struct ProgressTests {
  private func at(_ seconds: Double) -> Instant { .boot + .seconds(seconds) }

  @Test func countsAndTimes() {
    var progress = CountProgress(total: 120, before: 20, now: at(0))
    #expect(progress.text("ended", at: at(10)).plain == "0 of 120 ended")
    for _ in 1...20 { progress.add() }
    // Those were over before: nobody knows yet how fast it goes.
    #expect(progress.rate(at: at(10)) == nil)
    #expect(progress.left(at: at(10)) == nil)
    progress.add(40, failed: 2)
    #expect(progress.rate(at: at(0.5)) == nil)
    #expect(progress.rate(at: at(80)) == 0.5)
    #expect(progress.left(at: at(80)) == 120)
    #expect(
      progress.text("ended", ["3 running"], at: at(80)).plain
        == "60 of 120 ended  2 failed  3 running  30 a minute  2m00s left")
    #expect(
      progress.text("ended", hasEnd: false, at: at(80)).plain
        == "60 of 120 ended  2 failed  30 a minute")
    progress.add(60)
    #expect(progress.left(at: at(80)) == nil)
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

@Suite("Progress in the last line of a log")
struct LogProgressTests {
  @Test(
    "a count is found where progress bars write it, and nothing else is taken for one",
    arguments: [
      (" 42%|####2     | 42/100 [00:10<00:14,  4.1it/s]", "42% 42/100 [00:10<00:14, 4.1it/s]"),
      ("epoch 3: step 37/100, loss 0.25", "37/100 epoch 3: step loss 0.25"),
      ("[3/4] Linking", "3/4 Linking"), ("100%", "100%"), ("7.5% done", "7.5% done"),
      ("24/7 service", nil), ("11/29/2026", nil), ("usr/lib", nil), ("1/0", nil), ("/", nil),
      ("", nil),
      ("120%", nil), ("-3%", nil), ("nan%", nil), ("%", nil), ("|||", nil),
    ] as [(String, String?)])
  func lines(line: String, text: String?) { #expect(RunProgress.text(inLine: line) == text) }

  @Test("of a long line some words are shown")
  func long() throws {
    let text = try #require(RunProgress.text(inLine: "1/2 " + String(repeating: "x", count: 100)))
    #expect(text == "1/2 " + String(repeating: "x", count: 60) + "…")
  }

  @Test("of a line that is written again and again the last state is left, in any pieces")
  func states() {
    let text = Array(" 0%\r 50%\r100%\r\nplain\nwindows\r\n\r\n 7%\r 8%\r".utf8)
    for size in 1...text.count {
      var filter = LastStates()
      var out: [UInt8] = []
      for start in stride(from: 0, to: text.count, by: size) {
        out += filter.take(Array(text[start..<Swift.min(start + size, text.count)]))
      }
      out += filter.rest()
      #expect(String(decoding: out, as: UTF8.self) == "100%\r\nplain\nwindows\r\n\r\n 8%")
    }
  }
}
