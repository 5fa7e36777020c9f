import CLibrary

extension Terminal {
  /// A moment as the clock on the wall shows it.
  package struct LocalTime: Sendable, Equatable {
    package var year: Int
    /// From 1 to 12.
    package var month: Int
    package var day: Int
    package var hour: Int
    package var minute: Int
    package var second: Int
    /// Seconds east of Greenwich.
    package var offset: Int

    package init(
      year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int, offset: Int
    ) {
      (self.year, self.month, self.day) = (year, month, day)
      (self.hour, self.minute, self.second) = (hour, minute, second)
      self.offset = offset
    }
  }

  /// The moment in the time zone of the user: localtime_r(3).
  ///
  /// - Returns: `nil` for a year that the C library cannot count.
  package static func localTime(secondsSince1970 seconds: Int64) -> LocalTime? {
    guard var time = time_t(exactly: seconds) else { return nil }
    var parts = tm()
    guard localtime_r(&time, &parts) != nil else { return nil }
    return LocalTime(
      year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday),
      hour: Int(parts.tm_hour), minute: Int(parts.tm_min), second: Int(parts.tm_sec),
      offset: Int(parts.tm_gmtoff))
  }

  /// The moment at which the clock on the wall shows a time, some days later: mktime(3).
  ///
  /// - Returns: Seconds since 1970, for a time that the clock shows twice one of the two; `nil` if
  ///   there is no such day, or the clock skips that time.
  package static func moment(of time: LocalTime, daysLater days: Int = 0) -> Int64? {
    guard (1...12).contains(time.month), (1...31).contains(time.day), (1...9999).contains(time.year)
    else { return nil }
    var parts = tm()
    parts.tm_year = Int32(time.year - 1900)
    parts.tm_mon = Int32(time.month - 1)
    parts.tm_mday = Int32(time.day + days)
    parts.tm_hour = Int32(time.hour)
    parts.tm_min = Int32(time.minute)
    parts.tm_sec = Int32(time.second)
    // Whether summer time is in force is found out.
    parts.tm_isdst = -1
    let seconds = Int64(mktime(&parts))
    guard let shown = localTime(secondsSince1970: seconds),
      (shown.hour, shown.minute, shown.second) == (time.hour, time.minute, time.second),
      days != 0 || (shown.month, shown.day) == (time.month, time.day)
    else { return nil }
    return seconds
  }
}
