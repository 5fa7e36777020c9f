import SpoolQueue
import SpoolTesting
import Testing

@Suite struct JobFileTimeTests {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0),
    ("2026-11-22T13:15:01.482Z", 1_795_353_301_482_000_000),
    ("2026-11-22t14:15:01.482+01:00", 1_795_353_301_482_000_000),
    ("2026-11-22 07:45:01.482-05:30", 1_795_353_301_482_000_000),
    ("2026-11-22T13:15:01.4829137779z", 1_795_353_301_482_913_777),
    ("2024-02-29T23:59:60Z", 1_709_251_200_000_000_000),
    ("1969-12-31T23:59:59.5Z", -500_000_000),
    ("2000-03-01T00:00:00Z", 951_868_800_000_000_000),
    ("9999-12-31T23:59:59Z", Int64.max),
    ("0000-01-01T00:00:00Z", Int64.min),
  ])
  func reads(_ text: String, _ nanoseconds: Int64) {
    #expect(RFC3339.nanoseconds(text) == nanoseconds)
    #expect(ZonedTime(text)?.nanoseconds == nanoseconds)
    #expect(ZonedTime(text)?.text == text)
  }

  @Test(arguments: [
    "", "2026-11-22", "2026-11-22T13:15:01", "2026-11-22T13:15Z", "2026-11-22T13:15:01.Z",
    "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
    "2026-04-31T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z",
    "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+0100", "2026-01-01T00:00:00Zx",
    "26-01-01T00:00:00Z", "2026-1-01T00:00:00Z", "+026-01-01T00:00:00Z", "２026-01-01T00:00:00Z",
  ])
  func refuses(_ text: String) {
    #expect(RFC3339.nanoseconds(text) == nil)
  }

  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000Z", "19700101T000000.000000Z"),
      (1_795_353_301_482_913_777, "2026-11-22T13:15:01.482Z", "20261122T131501.482913Z"),
      (-1, "1969-12-31T23:59:59.999Z", "19691231T235959.999999Z"),
      (Int64.max, "2262-04-11T23:47:16.854Z", "22620411T234716.854775Z"),
      (Int64.min, "1677-09-21T00:12:43.145Z", "16770921T001243.145224Z"),
    ] as [(Int64, String, String)])
  func writes(_ nanoseconds: Int64, _ text: String, _ stamp: String) {
    #expect(RFC3339.format(nanoseconds: nanoseconds) == text)
    #expect(RFC3339.stamp(nanoseconds: nanoseconds) == stamp)
  }

  @Test func whatIsWrittenReadsBack() {
    var generator = SeededGenerator(state: 3)
    for _ in 0..<1000 {
      let microseconds = Int64.random(
        in: -9_000_000_000_000_000...9_000_000_000_000_000, using: &generator)
      let time = microseconds * 1000
      #expect(RFC3339.nanoseconds(stamp: RFC3339.stamp(nanoseconds: time)) == time)
      let milliseconds = microseconds / 1000 * 1_000_000
      #expect(RFC3339.nanoseconds(RFC3339.format(nanoseconds: milliseconds)) == milliseconds)
    }
  }

  @Test func everyDayIsFollowedByTheNext() {
    let day: Int64 = 86_400_000_000_000
    var previous = RFC3339.stamp(nanoseconds: -100_000 * day)
    for number in -99_999...80_000 as ClosedRange<Int64> {
      let next = RFC3339.stamp(nanoseconds: number * day)
      #expect(previous < next)
      previous = next
    }
    #expect(previous == "21890112T000000.000000Z")
  }

  @Test(arguments: [
    "", "20261122T131501.482913", "20261122T131501.48291Z", "20261122T131501Z",
    "20261322T131501.482913Z", "20261122T251501.482913Z", "20261122t131501.482913Z",
    "20261122T131501.482913ZZ",
  ])
  func refusesStamps(_ text: String) {
    #expect(RFC3339.nanoseconds(stamp: text) == nil)
  }
}
