/// How a text stands out on a terminal.
enum Style: Sendable, Equatable {
  case plain, bold, dim, red, green, yellow, blue, magenta, cyan

  /// The style of a run's state; plain for a word that is none.
  init(state: String) {
    switch state {
    case "idle": self = .dim
    case "queued": self = .yellow
    case "starting": self = .cyan
    case "running": self = .blue
    case "killed": self = .magenta
    case "crashed", "failed": self = .red
    case "finished": self = .green
    default: self = .plain
    }
  }

  /// The sequence that begins it; empty for plain.
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

  /// The sequence that ends it; empty for plain.
  var end: String { self == .plain ? "" : "\u{1b}[0m" }

  /// The text in this style, or as it is where colour is off.
  func apply(to text: String, colour: Bool) -> String {
    colour ? start + text + end : text
  }
}
