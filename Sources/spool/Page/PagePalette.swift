import SpoolQueue

/// The colours of a page, in both themes.
enum PagePalette {
  struct Colour: Sendable {
    /// The name of the custom property: `--NAME`.
    var name: String
    /// The colour on a light page, `#rrggbb`.
    var light: String
    /// The colour on a dark page, `#rrggbb`.
    var dark: String
  }

  /// The backgrounds; each has text on it.
  static let grounds = [
    Colour(name: "page", light: "#f6f8fa", dark: "#0d1117"),
    Colour(name: "panel", light: "#ffffff", dark: "#151b23"),
    Colour(name: "well", light: "#f1f4f7", dark: "#1c232d"),
  ]

  static let inks = [
    Colour(name: "ink", light: "#1f2328", dark: "#e6edf3"),
    Colour(name: "soft", light: "#59636e", dark: "#9198a1"),
    Colour(name: "link", light: "#0757ba", dark: "#6cb0ff"),
  ]

  static let lines = [
    Colour(name: "line", light: "#d8dee4", dark: "#2b333d"),
    Colour(name: "faint", light: "#e9edf1", dark: "#20272f"),
  ]

  /// The colour of a state's text.
  static func ink(_ state: RunState) -> Colour {
    switch state {
    case .idle: Colour(name: "idle", light: "#59636e", dark: "#9aa2ab")
    case .queued: Colour(name: "queued", light: "#855a00", dark: "#d9a13a")
    case .starting: Colour(name: "starting", light: "#0b6570", dark: "#3fc1cc")
    case .running: Colour(name: "running", light: "#0757ba", dark: "#6cb0ff")
    case .killed: Colour(name: "killed", light: "#7040c0", dark: "#bb93fa")
    case .crashed: Colour(name: "crashed", light: "#a63d00", dark: "#f0924c")
    case .failed: Colour(name: "failed", light: "#bf1f2c", dark: "#ff7b72")
    case .finished: Colour(name: "finished", light: "#196c33", dark: "#56c469")
    }
  }

  /// The colour of a state's bar in a picture: quieter than the text, except for failures.
  static func fill(_ state: RunState) -> Colour {
    switch state {
    case .idle: Colour(name: "idle-fill", light: "#b4bdc6", dark: "#525b66")
    case .queued: Colour(name: "queued-fill", light: "#e3b341", dark: "#a5781c")
    case .starting: Colour(name: "starting-fill", light: "#56b8c2", dark: "#2a8f99")
    case .running: Colour(name: "running-fill", light: "#5aa0f2", dark: "#3b7dd8")
    case .killed: Colour(name: "killed-fill", light: "#b393ec", dark: "#7f5bc4")
    case .crashed: Colour(name: "crashed-fill", light: "#ec8a4a", dark: "#c9621b")
    case .failed: Colour(name: "failed-fill", light: "#e5534b", dark: "#da4a45")
    case .finished: Colour(name: "finished-fill", light: "#8fcea0", dark: "#2f7d43")
    }
  }

  private static var all: [Colour] {
    grounds + inks + lines + RunState.allCases.map { ink($0) } + RunState.allCases.map { fill($0) }
  }

  /// The custom properties, for the theme of the reader's system or the theme that was chosen on the page.
  static var style: String {
    let light = all.map { "--\($0.name):\($0.light);" }.joined()
    let dark = all.map { "--\($0.name):\($0.dark);" }.joined()
    var text = """
      :root{color-scheme:light;\(light)}
      @media (prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;\(dark)}}
      :root[data-theme=dark]{color-scheme:dark;\(dark)}
      @media print{:root,:root[data-theme]{color-scheme:light;\(light)}}

      """
    for state in RunState.allCases {
      let name = state.rawValue
      text += ".s-\(name){color:var(--\(name))}.f-\(name){fill:var(--\(name)-fill)}\n"
    }
    return text
  }
}
