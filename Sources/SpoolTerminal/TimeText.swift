/// Spans of time as tables show them.
package enum SpanText {
  /// The two largest units: `12s`, `1m05s`, `2h13m`, `3d04h`.
  ///
  /// A negative span (clocks disagree) is shown as `0s`.
  package static func short(seconds: Int) -> String {
    switch max(seconds, 0) {
    case let time where time < 60: "\(time)s"
    case let time where time < 3600: "\(time / 60)m\(twoDigits(time % 60))s"
    case let time where time < 86_400: "\(time / 3600)h\(twoDigits(time % 3600 / 60))m"
    case let time: "\(time / 86_400)d\(twoDigits(time % 86_400 / 3600))h"
    }
  }

  /// The two largest units; the fraction is cut off. Returns `-` for NaN.
  package static func short(seconds: Double) -> String {
    guard !seconds.isNaN else { return "-" }
    // Beyond this a double does not count single seconds, and a value that is not finite is not a number of seconds.
    return short(seconds: Int(min(max(seconds, 0), 0x1p53)))
  }

  /// The distance of a moment from now: `12s ago`, `in 2h13m`.
  package static func relative(seconds moment: Int64, now: Int64) -> String {
    // Moments come from files, and whole numbers trap if their difference is too large.
    let distance = Double(moment) - Double(now)
    return distance > 0 ? "in \(short(seconds: distance))" : "\(short(seconds: -distance)) ago"
  }
}

/// Moments as tables show them, in the user's time zone.
package enum MomentText {
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// `Nov 22 13:15`, or `Nov 22 2025 13:15` if that is not this year.
  package static func short(secondsSince1970 moment: Int64, now: Int64) -> String {
    guard let time = Terminal.localTime(secondsSince1970: moment) else { return "-" }
    return short(time, thisYear: Terminal.localTime(secondsSince1970: now)?.year)
  }

  /// `2026-11-22 13:15:01 +0100`; `-` for a year that the C library cannot count.
  package static func full(secondsSince1970 moment: Int64) -> String {
    Terminal.localTime(secondsSince1970: moment).map(full) ?? "-"
  }

  /// The short form of a local time.
  package static func short(_ time: Terminal.LocalTime, thisYear: Int?) -> String {
    let day = time.day < 10 ? " \(time.day)" : "\(time.day)"
    let year = time.year == thisYear ? "" : " \(time.year)"
    let clock = "\(twoDigits(time.hour)):\(twoDigits(time.minute))"
    return "\(months[time.month - 1]) \(day)\(year) \(clock)"
  }

  /// The full form of a local time.
  package static func full(_ time: Terminal.LocalTime) -> String {
    let date = "\(time.year)-\(twoDigits(time.month))-\(twoDigits(time.day))"
    let clock = "\(twoDigits(time.hour)):\(twoDigits(time.minute)):\(twoDigits(time.second))"
    let minutes = abs(time.offset) / 60
    let sign = time.offset < 0 ? "-" : "+"
    return "\(date) \(clock) \(sign)\(twoDigits(minutes / 60))\(twoDigits(minutes % 60))"
  }
}

private func twoDigits(_ number: Int) -> String {
  number < 10 ? "0\(number)" : "\(number)"
}
