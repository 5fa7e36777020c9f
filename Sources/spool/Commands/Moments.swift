import SpoolQueue
import SpoolTerminal

extension Timestamp {
  /// Whole seconds since 1970, the precision in which moments are shown.
  var wholeSeconds: Int64 { nanoseconds / 1_000_000_000 }
}

extension MomentText {
  /// `Nov 22 13:15`, or `Nov 22 2025 13:15` if that is not this year.
  static func short(_ moment: Timestamp, now: Timestamp) -> String {
    short(secondsSince1970: moment.wholeSeconds, now: now.wholeSeconds)
  }

  /// `2026-11-22 13:15:01 +0100`.
  static func full(_ moment: Timestamp) -> String {
    full(secondsSince1970: moment.wholeSeconds)
  }
}

extension MomentInput {
  /// Reads `2026-11-28T07:30:00+01:00` and, in the user's time zone, `2026-11-28 07:30`, `2026-11-28` and `22:30`,
  /// with or without seconds.
  ///
  /// - Returns: Nil if the text is not a time, or if no clock in that time zone shows it.
  static func moment(_ text: String, now: Timestamp, day: Day) -> Timestamp? {
    if let moment = Timestamp(text) { return moment }
    return localMoment(text, now: now.wholeSeconds, day: day)
      .map { Timestamp(nanoseconds: $0.multiplied(clamped: 1_000_000_000)) }
  }

  /// Reads the value of `--since`: a span, which is counted back from now, or a moment.
  static func since(_ text: String, now: Timestamp) -> Timestamp? {
    if let seconds = DurationText.seconds(text) { return now.adding(seconds: -seconds) }
    return moment(text, now: now, day: .last)
  }
}
