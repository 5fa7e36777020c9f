import SpoolQueue
import SpoolTerminal
import Testing

@testable import spool

@Suite("Moments as people type them")
struct MomentInputTests {
  private let now = Timestamp(nanoseconds: 1_795_353_301_482_000_000)

  /// As the wall clock shows it, so that the test holds in every time zone.
  private func shown(_ moment: Timestamp?) throws -> String {
    let seconds = try #require(moment).nanoseconds / 1_000_000_000
    return String(MomentText.full(secondsSince1970: seconds).prefix(19))
  }

  private func read(_ text: String, _ day: MomentInput.Day = .next) -> Timestamp? {
    MomentInput.moment(text, now: now, day: day)
  }

  @Test("a zone counts; without one it is the user's")
  func forms() throws {
    #expect(read("2026-11-28T07:30:00Z") == Timestamp("2026-11-28T07:30:00Z"))
    #expect(read("2026-11-28 07:30:00+02:00") == Timestamp("2026-11-28T05:30:00Z"))
    #expect(try shown(read("2026-11-28 07:30")) == "2026-11-28 07:30:00")
    #expect(try shown(read("2026-11-28T07:30:15")) == "2026-11-28 07:30:15")
    #expect(try shown(read("2026-11-28")) == "2026-11-28 00:00:00")
  }

  @Test("a time of day is the next one, or the last one")
  func timeOfDay() throws {
    for text in ["00:00", "07:30", "12:00:30", "23:59"] {
      let next = try #require(read(text))
      let last = try #require(read(text, .last))
      #expect(next > now && next.seconds(since: now) <= 25 * 3600)
      #expect(last <= now && now.seconds(since: last) <= 25 * 3600)
      #expect(try shown(next).dropFirst(11).hasPrefix(text))
      #expect(try shown(last).dropFirst(11).hasPrefix(text))
    }
  }

  @Test(
    "what is no time is none",
    arguments: [
      "", "7:3", "24:00", "ago", "in", "2 hours ago now", "in 2 fortnights", "tomorrow 25:00",
      "tomorrow ",
      "1 hour 30", "today 1 2", "12:60", "2026-02-30", "2026-13-01", "2026-11-28 ", "28.11.2026",
      "2026-11-28 25:00", "2026-11-28T07:30:00X", "2026-11-28 07:30 07:30", "-1", "0000-01-01",
    ])
  func wrong(_ text: String) { #expect(read(text) == nil) }

  @Test("since takes a span as well")
  func since() {
    #expect(
      MomentInput.since("12h", now: now)
        == Timestamp(nanoseconds: now.nanoseconds - 43_200_000_000_000))
    #expect(
      MomentInput.since("90", now: now) == Timestamp(nanoseconds: now.nanoseconds - 90_000_000_000))
    #expect(MomentInput.since("00:00", now: now).map { $0 <= now } == true)
    #expect(MomentInput.since("the day before", now: now) == nil)
  }

  @Test("days have names, and spans may be said before or after now")
  func words() throws {
    #expect(try shown(read("tomorrow 8:00")).hasSuffix(" 08:00:00"))
    let days = try ["yesterday", "today", "tomorrow"].map { try #require(read($0)) }
    for (earlier, later) in zip(days, days.dropFirst()) {
      #expect((23 * 3600...25 * 3600).contains(later.seconds(since: earlier)))
      #expect(try shown(later).hasSuffix(" 00:00:00"))
    }
    #expect(days[1] <= now && now < days[2])
    #expect(read("now") == now)
    for (text, seconds) in [
      ("1 hour ago", -3600), ("12h ago", -43_200), ("1 hour 30 minutes ago", -5400),
      ("in 2 days", 172_800),
      ("in 90", 90), ("3 weeks ago", -1_814_400),
    ] as [(String, Double)] {
      #expect(read(text) == now.adding(seconds: seconds), "\(text)")
    }
    #expect(MomentInput.since("2 days", now: now) == now.adding(seconds: -172_800))
    #expect(MomentInput.since("12h ago", now: now) == now.adding(seconds: -43_200))
    #expect(MomentInput.since("yesterday", now: now) == days[0])
  }
}
