import SpoolQueue
import SpoolTerminal

/// Text that is markup: the source's own text is taken as it is, and inserted values are escaped.
///
///     let cell: HTML = "<td>\(run.name)</td>"
///
/// A text becomes markup only here, so that no name, command or line of a log can become more than text. Attributes
/// must be quoted.
struct HTML: Sendable, Equatable {
  private(set) var text: String

  init() { text = "" }

  private init(markup: String) { text = markup }

  /// Lines of text, each on a line of its own.
  init(lines: [String]) {
    text = lines.map { Self.escaped($0) }.joined(separator: "\n")
  }

  /// A style sheet or a script that is part of this program.
  static func program(_ element: StaticString, nonce: String, _ source: String) -> HTML {
    HTML(markup: "<\(element) nonce=\"\(nonce)\">\n\(source)</\(element)>\n")
  }

  /// Data for a script: an element that browsers neither execute nor show.
  static func data(id: StaticString, _ value: JSON) -> HTML {
    var bytes: [UInt8] = []
    let json = value.bytes()
    bytes.reserveCapacity(json.count + json.count / 16)
    for byte in json {
      // JSON has none of these outside of strings, and within a string the escape means the same text.
      switch byte {
      case UInt8(ascii: "<"): bytes += Array("\\u003c".utf8)
      case UInt8(ascii: ">"): bytes += Array("\\u003e".utf8)
      case UInt8(ascii: "&"): bytes += Array("\\u0026".utf8)
      default: bytes.append(byte)
      }
    }
    return HTML(
      markup: "<script type=\"application/json\" id=\"\(id)\">"
        + String(decoding: bytes, as: UTF8.self) + "</script>\n")
  }

  /// An attribute with a space before it, if a condition holds.
  static func attribute(_ name: StaticString, _ value: String, if isThere: Bool) -> HTML {
    isThere ? HTML(markup: " \(name)=\"\(escaped(value))\"") : HTML()
  }

  static func += (left: inout HTML, right: HTML) { left.text += right.text }

  static func + (left: HTML, right: HTML) -> HTML { HTML(markup: left.text + right.text) }

  /// A text that may stand between tags and in quoted attributes.
  ///
  /// Characters that could control a terminal, or change the direction of writing, are made visible.
  static func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: needsCare) else { return text }
    var escaped = ""
    escaped.reserveCapacity(text.utf8.count + 16)
    for scalar in escapingControls(text).unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  private static func needsCare(_ byte: UInt8) -> Bool {
    switch byte {
    case 0..<0x20, 0x7F..., UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"),
      UInt8(ascii: "\""), UInt8(ascii: "'"):
      true
    default: false
    }
  }
}

extension HTML: ExpressibleByStringInterpolation {
  init(stringLiteral value: String) { text = value }

  init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + interpolationCount * 16)
    }

    mutating func appendLiteral(_ literal: String) { text += literal }

    /// Inserts a text, escaped.
    mutating func appendInterpolation(_ value: String) { text += HTML.escaped(value) }

    mutating func appendInterpolation(_ value: Int) { text += String(value) }

    /// Inserts a coordinate, to a hundredth.
    mutating func appendInterpolation(_ value: Double) { text += value.coordinate }

    mutating func appendInterpolation(_ value: HTML) { text += value.text }

    mutating func appendInterpolation(_ values: [HTML]) {
      for value in values { text += value.text }
    }
  }
}

extension Double {
  /// The number with at most two digits after the point: `12.5`; 0 for NaN.
  var coordinate: String {
    guard isFinite else { return "0" }
    let hundredths = Int((Swift.min(Swift.max(self, -1e12), 1e12) * 100).rounded())
    let sign = hundredths < 0 ? "-" : ""
    let (whole, rest) = hundredths.magnitude.quotientAndRemainder(dividingBy: 100)
    if rest == 0 { return sign + String(whole) }
    let digits = rest % 10 == 0 ? String(rest / 10) : (rest < 10 ? "0" : "") + String(rest)
    return sign + String(whole) + "." + digits
  }
}

extension Int {
  /// The number with a no-break space between thousands, as in `12 345`.
  var grouped: String {
    let digits = String(magnitude)
    guard digits.utf8.count > 4 else { return String(self) }
    var text = ""
    for (position, digit) in digits.enumerated() {
      if position > 0, (digits.utf8.count - position) % 3 == 0 { text += "\u{202F}" }
      text.append(digit)
    }
    return (self < 0 ? "-" : "") + text
  }
}
