/// Times as text, computed from the calendar: no time zone database, no locale.
///
/// Times are nanoseconds since 1970 and range from 1677 to 2262; a time outside becomes the first or the last of them.
package enum RFC3339 {
  private static let second: Int64 = 1_000_000_000

  /// The text with milliseconds, in UTC: `2026-11-22T13:15:01.482Z`.
  package static func format(nanoseconds: Int64) -> String {
    text(Fields(nanoseconds), dash: "-", colon: ":", unit: 1_000_000, digits: 3)
  }

  /// The text with microseconds, in UTC, as in file names: `20261122T131501.482913Z`.
  package static func stamp(nanoseconds: Int64) -> String {
    text(Fields(nanoseconds), dash: "", colon: "", unit: 1000, digits: 6)
  }

  private static func text(
    _ time: Fields, dash: StaticString, colon: StaticString, unit: Int, digits: Int
  ) -> String {
    var text = Digits()
    text.append("", time.date.year, width: 4)
    text.append(dash, time.date.month)
    text.append(dash, time.date.day)
    text.append("T", time.hour)
    text.append(colon, time.minute)
    text.append(colon, time.second)
    text.append(".", time.nanosecond / unit, width: digits)
    text.append("Z")
    return text.string
  }

  /// The fields of a moment in UTC.
  private struct Fields {
    let date: CivilDate
    let hour: Int
    let minute: Int
    let second: Int
    let nanosecond: Int

    init(_ nanoseconds: Int64) {
      let seconds = nanoseconds.flooredQuotient(by: RFC3339.second)
      let days = seconds.flooredQuotient(by: 86_400)
      let ofDay = Int(seconds - days * 86_400)
      date = CivilDate(daysSince1970: Int(days))
      (hour, minute, second) = (ofDay / 3600, ofDay / 60 % 60, ofDay % 60)
      // Not `nanoseconds - seconds * second`: near the first possible moment that product overflows.
      let rest = nanoseconds % RFC3339.second
      nanosecond = Int(rest < 0 ? rest + RFC3339.second : rest)
    }
  }

  /// Appends numbers with leading zeros.
  private struct Digits {
    private var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(24) }

    var string: String { String(decoding: bytes, as: UTF8.self) }

    mutating func append(_ text: StaticString) {
      text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ before: StaticString, _ number: Int, width: Int = 2) {
      append(before)
      var divisor = 1
      for _ in 1..<width { divisor *= 10 }
      while divisor > 0 {
        bytes.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
        divisor /= 10
      }
    }
  }

  /// The reason why a text is no time.
  enum Problem: Error {
    /// It does not have the form of RFC 3339.
    case form
    /// It lacks the zone at the end.
    case noZone
    /// It has a day, or a time of day, that does not exist.
    case noSuchTime
  }

  /// The time of a text such as `2026-11-22T14:15:01.5+01:00`; nil if it is no time, or has no zone.
  package static func nanoseconds(_ text: String) -> Int64? { try? parse(text) }

  static func parse(_ text: String) throws(Problem) -> Int64 {
    try read(text, isStamp: false)
  }

  /// The time of a file name's stamp, `20261122T131501.482913Z`; nil for any other text.
  package static func nanoseconds(stamp: String) -> Int64? {
    stamp.utf8.count == 23 ? try? read(stamp, isStamp: true) : nil
  }

  /// Reads a time; a stamp has no separators inside its date and its time of day.
  private static func read(_ text: String, isStamp: Bool) throws(Problem) -> Int64 {
    var reader = Reader(rest: Array(text.utf8)[...])
    let year = try reader.number(digits: 4)
    if !isStamp { try reader.skip("-") }
    let month = try reader.number(digits: 2)
    if !isStamp { try reader.skip("-") }
    let day = try reader.number(digits: 2)
    try reader.skip(isStamp ? "T" : "Tt ")
    let hour = try reader.number(digits: 2)
    if !isStamp { try reader.skip(":") }
    let minute = try reader.number(digits: 2)
    if !isStamp { try reader.skip(":") }
    let second = try reader.number(digits: 2)
    let fraction = try reader.fraction()
    if isStamp, reader.rest.first != UInt8(ascii: "Z") { throw .form }
    let offset = try reader.zone()

    // Second 60 is a leap second, which counts as the first second of the next minute.
    guard let date = CivilDate(year: year, month: month, day: day), hour < 24, minute < 60,
      second <= 60
    else { throw .noSuchTime }
    let seconds = date.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second - offset
    return nanoseconds(seconds: seconds, fraction: fraction)
  }

  private static func nanoseconds(seconds: Int, fraction: Int) -> Int64 {
    let (whole, isTooLarge) = Int64(seconds).multipliedReportingOverflow(by: second)
    let (total, isTooLate) = whole.addingReportingOverflow(Int64(fraction))
    guard isTooLarge || isTooLate else { return total }
    return seconds < 0 ? .min : .max
  }

  /// Reads the parts of a time from its front.
  private struct Reader {
    var rest: ArraySlice<UInt8>

    mutating func skip(_ choices: StaticString) throws(Problem) {
      guard let first = rest.first,
        choices.withUTF8Buffer({ $0.contains(first) })
      else { throw .form }
      rest.removeFirst()
    }

    mutating func number(digits: Int) throws(Problem) -> Int {
      var value = 0
      for _ in 0..<digits {
        guard let digit = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else {
          throw .form
        }
        value = value * 10 + Int(digit - UInt8(ascii: "0"))
        rest.removeFirst()
      }
      return value
    }

    /// The fraction of the second, in nanoseconds; further digits do not count.
    mutating func fraction() throws(Problem) -> Int {
      guard rest.first == UInt8(ascii: ".") else { return 0 }
      rest.removeFirst()
      var value = try number(digits: 1) * 100_000_000
      var weight = 10_000_000
      while let digit = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) {
        value += Int(digit - UInt8(ascii: "0")) * weight
        weight /= 10
        rest.removeFirst()
      }
      return value
    }

    /// The seconds by which the zone is ahead of UTC.
    mutating func zone() throws(Problem) -> Int {
      guard let sign = rest.first else { throw .noZone }
      rest.removeFirst()
      var offset = 0
      switch sign {
      case UInt8(ascii: "Z"), UInt8(ascii: "z"): break
      case UInt8(ascii: "+"), UInt8(ascii: "-"):
        let hours = try number(digits: 2)
        try skip(":")
        let minutes = try number(digits: 2)
        guard hours < 24, minutes < 60 else { throw .noSuchTime }
        offset = (hours * 60 + minutes) * (sign == UInt8(ascii: "-") ? -60 : 60)
      default: throw .form
      }
      guard rest.isEmpty else { throw .form }
      return offset
    }
  }
}
