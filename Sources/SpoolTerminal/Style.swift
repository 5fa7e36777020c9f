/// The looks of a text on a terminal.
package enum Style: Sendable, Equatable {
  case plain, bold, dim, red, green, yellow, blue, magenta, cyan

  /// The sequence that begins the style; empty for plain.
  var start: String {
    switch self {
    case .plain: ""
    case .bold: "\u{1b}[1m"
    case .dim: "\u{1b}[2m"
    case .red: "\u{1b}[31m"
    case .green: "\u{1b}[32m"
    case .yellow: "\u{1b}[33m"
    case .blue: "\u{1b}[34m"
    case .magenta: "\u{1b}[35m"
    case .cyan: "\u{1b}[36m"
    }
  }

  /// The sequence that ends the style; empty for plain.
  var end: String { self == .plain ? "" : "\u{1b}[0m" }

  /// The text in this style, or unchanged if colour is off.
  package func apply(to text: String, colour: Bool) -> String {
    colour ? start + text + end : text
  }
}
