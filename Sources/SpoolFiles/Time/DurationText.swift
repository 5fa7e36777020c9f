/// Spans of time as people write them: `90s`, `15m`, `1h30m`, `2h`, `1d`, `500ms`.
package enum DurationText {
  /// The longest accepted span: a hundred years, so that no clock can overflow.
  package static let limit: Double = 36_500 * 86_400

  private static let units: [(name: String, seconds: Double)] = [
    ("d", 86_400), ("h", 3600), ("m", 60), ("s", 1), ("ms", 0.001),
  ]

  /// The seconds of a text; nil if the text is no span of time.
  ///
  /// Larger units come first, each once, and any number may have a fraction. A bare number is seconds.
  package static func seconds(_ text: String) -> Double? {
    var rest = text.utf8[...]
    if let bare = number(&rest), rest.isEmpty { return bare }

    rest = text.utf8[...]
    var total = 0.0
    var smaller = units[...]
    while !rest.isEmpty {
      guard let count = number(&rest) else { return nil }
      let name = rest.prefix { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
      guard let unit = smaller.firstIndex(where: { $0.name.utf8.elementsEqual(name) }) else {
        return nil
      }
      total += count * smaller[unit].seconds
      smaller = smaller[(unit + 1)...]
      rest = rest[name.endIndex...]
    }
    return text.isEmpty || total > limit ? nil : total
  }

  /// Removes digits, with or without a fraction, from the front.
  private static func number(_ rest: inout Substring.UTF8View) -> Double? {
    let digits = rest.prefix {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: ".")
    }
    // Double refuses two points, and a text without digits. It accepts `.5` and `5.`, which people do not
    // write as numbers.
    guard let first = digits.first, let last = digits.last, first != UInt8(ascii: "."),
      last != UInt8(ascii: "."), let value = Double(Substring(digits)), value <= limit
    else { return nil }
    rest = rest[digits.endIndex...]
    return value
  }

  /// The text of a span for people: `1h30m`, `1m5s`, `1.25s`, `250ms`.
  ///
  /// Exact to the second for a minute or more, to a hundredth of a second for a second or more, and to
  /// a millisecond below. ``seconds(_:)`` reads it back.
  package static func text(_ seconds: Double) -> String {
    let seconds = seconds > 0 ? min(seconds, limit) : 0
    let milliseconds = Int((seconds * 1000).rounded())
    if milliseconds < 1000 { return milliseconds == 0 ? "0s" : "\(milliseconds)ms" }

    let hundredths = Int((seconds * 100).rounded())
    if hundredths < 6000 {
      let fraction = hundredths % 100
      if fraction == 0 { return "\(hundredths / 100)s" }
      if fraction % 10 == 0 { return "\(hundredths / 100).\(fraction / 10)s" }
      return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)s"
    }

    var rest = Int(seconds.rounded())
    var text = ""
    for (name, size) in [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)] where rest >= size {
      text += "\(rest / size)\(name)"
      rest %= size
    }
    return text
  }
}
