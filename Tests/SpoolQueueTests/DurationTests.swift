import SpoolQueue
import SpoolTesting
import Testing

@Suite struct DurationTests {
  @Test(
    arguments: [
      ("90s", 90), ("15m", 900), ("1h30m", 5400), ("2h", 7200), ("1d", 86_400), ("500ms", 0.5),
      ("90", 90), ("0", 0), ("1.5", 1.5), ("1.5h", 5400), ("1d2h3m4s5ms", 93_784.005),
      ("36500d", 36_500 * 86_400),
    ] as [(String, Double)])
  func reads(_ text: String, _ seconds: Double) {
    #expect(DurationText.seconds(text) == seconds)
  }

  @Test(arguments: [
    "", "s", "h1", "1x", "1h30", "30m1h", "1m1m", "1 h", "-1s", "+1s", "1.s", ".5s", "1.2.3s",
    "1e3",
    "0x10", "inf", "nan", "36501d", "99999999999999999999d", "1S", "١s",
  ])
  func refuses(_ text: String) {
    #expect(DurationText.seconds(text) == nil)
  }

  @Test(
    arguments: [
      (0, "0s"), (0.0001, "0s"), (0.25, "250ms"), (0.9996, "1s"), (1, "1s"), (1.25, "1.25s"),
      (1.5, "1.5s"), (1.05, "1.05s"), (12.345, "12.35s"), (59.99, "59.99s"), (59.999, "1m"),
      (60, "1m"), (65.4, "1m5s"), (5400, "1h30m"), (86_400, "1d"), (93_784, "1d2h3m4s"), (-3, "0s"),
      (.nan, "0s"), (.infinity, "36500d"),
    ] as [(Double, String)])
  func writes(_ seconds: Double, _ text: String) {
    #expect(DurationText.text(seconds) == text)
  }

  @Test func whatIsWrittenReadsBack() {
    var generator = SeededGenerator(state: 7)
    for _ in 0..<1000 {
      let seconds = Double.random(in: 0...200_000, using: &generator)
      let text = DurationText.text(seconds)
      let again = DurationText.seconds(text)
      #expect(again.map { DurationText.text($0) } == text)
    }
  }
}
