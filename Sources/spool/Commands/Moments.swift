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
    if let moment = Timestamp(text) ?? relative(text, now: now) { return moment }
    return localMoment(text, now: now.wholeSeconds, day: day)
      .map { Timestamp(nanoseconds: $0.multiplied(clamped: 1_000_000_000)) }
  }

  /// Reads `now`, `12h ago`, `1 hour 30 minutes ago` and `in 2 days`.
  private static func relative(_ text: String, now: Timestamp) -> Timestamp? {
    if text == "now" { return now }
    var words = text.split(separator: " ").map { String($0) }
    let isPast = words.last == "ago"
    guard isPast != (words.first == "in") else { return nil }
    if isPast { words.removeLast() } else { words.removeFirst() }
    return span(words).map { now.adding(seconds: isPast ? -$0 : $0) }
  }

  /// The seconds of `12h`, or of numbers and units: `1 hour 30 minutes`.
  private static func span(_ words: [String]) -> Double? {
    if words.count == 1 { return DurationText.seconds(words[0]) }
    guard !words.isEmpty, words.count.isMultiple(of: 2) else { return nil }
    var total = 0.0
    for place in stride(from: 0, to: words.count, by: 2) {
      var unit = words[place + 1]
      if unit.count > 1, unit.hasSuffix("s") { unit.removeLast() }
      guard let count = DurationText.seconds(words[place]), let length = lengths[unit] else {
        return nil
      }
      total += count * length
    }
    return total <= DurationText.limit ? total : nil
  }

  private static let lengths: [String: Double] = [
    "second": 1, "sec": 1, "s": 1, "minute": 60, "min": 60, "m": 60, "hour": 3600, "h": 3600,
    "day": 86_400, "d": 86_400, "week": 604_800, "w": 604_800,
  ]

  /// Reads the value of `--since`: a span, which is counted back from now, or a moment.
  static func since(_ text: String, now: Timestamp) -> Timestamp? {
    if let seconds = span(text.split(separator: " ").map { String($0) }) {
      return now.adding(seconds: -seconds)
    }
    return moment(text, now: now, day: .last)
  }
}
