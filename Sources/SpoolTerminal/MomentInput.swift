/// Moments as people type them, in their own time zone.
package enum MomentInput {
  /// The day that is meant if only a time of day is given.
  package enum Day: Sendable {
    /// The next day on which the clock shows the time.
    case next
    /// The last day on which the clock showed the time.
    case last
  }

  /// The forms that are understood, for messages.
  package static let forms =
    "a time like 22:30, tomorrow 8:00, 1 hour ago, 2026-11-28 07:30 or 2026-11-28T07:30:00Z"

  /// Reads `2026-11-28 07:30`, `2026-11-28` and `22:30`, with or without seconds, and `yesterday`, `today`
  /// and `tomorrow` in place of a date.
  ///
  /// - Parameters:
  ///   - text: The moment in the time zone of the user.
  ///   - now: The time now, in whole seconds since 1970.
  ///   - day: The day of a time of day without a date.
  /// - Returns: Whole seconds since 1970. Nil if the text is not a time, or if no clock in that time zone shows it.
  package static func localMoment(_ text: String, now: Int64, day: Day) -> Int64? {
    if let moment = momentOfDay(text, now: now) { return moment }
    let parts = text.split(omittingEmptySubsequences: false) { $0 == " " || $0 == "T" || $0 == "t" }
    switch parts.count {
    case 1:
      if let time = timeOfDay(parts[0]) { return nearest(time, to: now, day) }
      return date(parts[0]).flatMap { Terminal.moment(of: $0) }
    case 2:
      guard var date = date(parts[0]), let time = timeOfDay(parts[1]) else { return nil }
      (date.hour, date.minute, date.second) = (time.hour, time.minute, time.second)
      return Terminal.moment(of: date)
    default:
      return nil
    }
  }

  /// `tomorrow`, which begins at midnight, or `tomorrow 8:00`.
  private static func momentOfDay(_ text: String, now: Int64) -> Int64? {
    let days = ["yesterday": -1, "today": 0, "tomorrow": 1]
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    guard let day = days[String(words[0])], words.count <= 2,
      var moment = Terminal.localTime(secondsSince1970: now)
    else { return nil }
    (moment.hour, moment.minute, moment.second) = (0, 0, 0)
    if words.count == 2 {
      guard let time = timeOfDay(words[1]) else { return nil }
      (moment.hour, moment.minute, moment.second) = (time.hour, time.minute, time.second)
    }
    return Terminal.moment(of: moment, daysLater: day)
  }

  private static func nearest(
    _ time: Terminal.LocalTime, to now: Int64, _ day: Day
  ) -> Int64? {
    guard var today = Terminal.localTime(secondsSince1970: now) else { return nil }
    (today.hour, today.minute, today.second) = (time.hour, time.minute, time.second)
    // If one of the days does not have the time, since the clocks go forward then, the other day's time is meant.
    let moments = [-1, 0, 1].compactMap { Terminal.moment(of: today, daysLater: $0) }
    return day == .next ? moments.first { $0 > now } : moments.last { $0 <= now }
  }

  private static func date(_ text: Substring) -> Terminal.LocalTime? {
    guard let parts = numbers(text, "-", digits: [4, 2, 2]) else { return nil }
    return Terminal.LocalTime(
      year: parts[0], month: parts[1], day: parts[2], hour: 0, minute: 0, second: 0, offset: 0)
  }

  private static func timeOfDay(_ text: Substring) -> Terminal.LocalTime? {
    guard
      let parts = [[2, 2], [1, 2], [2, 2, 2], [1, 2, 2]].lazy
        .compactMap({ numbers(text, ":", digits: $0) }).first,
      parts[0] < 24, parts[1] < 60, parts.count < 3 || parts[2] < 60
    else { return nil }
    return Terminal.LocalTime(
      year: 0, month: 0, day: 0, hour: parts[0], minute: parts[1],
      second: parts.count > 2 ? parts[2] : 0, offset: 0)
  }

  private static func numbers(
    _ text: Substring, _ separator: Character, digits: [Int]
  ) -> [Int]? {
    let parts = text.split(separator: separator, omittingEmptySubsequences: false)
    guard parts.map({ $0.utf8.count }) == digits,
      parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
    else { return nil }
    return parts.compactMap { Int($0) }
  }
}
