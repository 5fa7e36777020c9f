/// The manual page of a whole command line, in the man macros that every roff knows.
package struct ManualPage: Sendable {
  /// A section that is not in the table: exit statuses, files.
  package struct Chapter: Sendable {
    package var title: String
    /// The terms with their explanations.
    package var entries: [(term: String, text: String)]

    package init(_ title: String, _ entries: [(term: String, text: String)]) {
      self.title = title
      self.entries = entries
    }
  }

  private let root: Command
  private let date: String
  private let chapters: [Chapter]

  /// Describes the command line below a root.
  ///
  /// - Parameter date: The date of this version: `2026-11-27`.
  package init(_ root: Command, date: String, chapters: [Chapter] = []) {
    self.root = root
    self.date = date
    self.chapters = chapters
  }

  /// The page, with a newline at its end.
  package var text: String {
    var page = Roff()
    let version = root.version.map { "\(root.name) \($0)" } ?? root.name
    page.title([root.name.uppercased(), "1", date, version, ""])
    page.macro("SH", ["NAME"])
    let abstract = root.abstract.dropLast()
    page.name(root.name, abstract.prefix(1).lowercased() + abstract.dropFirst())
    page.macro("SH", ["SYNOPSIS"])
    for path in paths where path.command.run != nil && path.commands.count == 2 {
      synopsis(of: path, &page)
    }
    page.macro("SH", ["DESCRIPTION"])
    page.paragraphs(root.discussion)
    if !root.examples.isEmpty { examples(of: root, &page) }
    page.macro("SH", ["COMMANDS"])
    let common = commonOptions
    for path in paths where path.commands.count > 1 { describe(path, without: common, &page) }
    if !common.isEmpty {
      page.macro("SH", ["OPTIONS OF MANY COMMANDS"])
      for option in common { page.entry(option.label, option.explanation) }
    }
    page.entry("-h, --help", "Show the help of a command.")
    for chapter in chapters {
      page.macro("SH", [chapter.title])
      for entry in chapter.entries { page.entry(entry.term, entry.text) }
    }
    return page.text
  }

  /// Every command that help shows, each before its subcommands.
  private var paths: [CommandPath] {
    func visit(_ path: CommandPath) -> [CommandPath] {
      [path]
        + path.command.subcommands.filter { !$0.isHidden }.flatMap { visit(path.appending($0)) }
    }
    return visit(CommandPath(root: root))
  }

  private func options(of path: CommandPath) -> [Parameter] {
    path.options.filter { !$0.isHidden }
  }

  /// Options that at least five commands take with the same meaning: the page explains them once.
  private var commonOptions: [Parameter] {
    var seen: [Parameter] = []
    var counts: [String: Int] = [:]
    for option in paths.flatMap({ options(of: $0) }) {
      let key = option.label + option.explanation
      counts[key, default: 0] += 1
      if counts[key] == 5 { seen.append(option) }
    }
    return seen
  }

  private func describe(_ path: CommandPath, without common: [Parameter], _ page: inout Roff) {
    let command = path.command
    page.macro("SS", [path.call])
    if command.run != nil {
      synopsis(of: path, &page)
      page.macro("PP", [])
    }
    page.line(command.abstract)
    if !command.discussion.isEmpty {
      page.macro("PP", [])
      page.paragraphs(command.discussion)
    }
    for word in command.parameters where !word.isOption && !word.isHidden {
      page.entry(word.placeholder, word.explanation)
    }
    let known = Set(common.map { $0.label + $0.explanation })
    let (shared, own) = options(of: path).reduce(into: ([Parameter](), [Parameter]())) {
      if known.contains($1.label + $1.explanation) { $0.0.append($1) } else { $0.1.append($1) }
    }
    for option in own { page.entry(option.label, option.explanation) }
    if !shared.isEmpty, command.run != nil {
      page.macro("PP", [])
      page.line("Also: " + shared.map { "--" + $0.long }.joined(separator: ", ") + ".")
    }
    if !command.examples.isEmpty { examples(of: command, &page) }
  }

  private func synopsis(of path: CommandPath, _ page: inout Roff) {
    guard let line = Synopsis(path).lines.first else { return }
    // The paragraph is hanging: its later lines are indented.
    page.macro("HP", [])
    page.synopsis(line, name: path.call)
  }

  private func examples(of command: Command, _ page: inout Roff) {
    page.macro("PP", [])
    page.line(command.examples.count == 1 ? "Example:" : "Examples:")
    for example in command.examples {
      page.macro("PP", [])
      page.line(example.explains)
      page.literal(example.text)
    }
  }
}

/// Text in the markup of roff.
private struct Roff {
  private(set) var text = ""

  mutating func macro(_ name: String, _ arguments: [String]) {
    let words = arguments.map { "\"" + Self.escaped($0, isLiteral: true) + "\"" }
    text += ([".\(name)"] + words).joined(separator: " ") + "\n"
  }

  /// The first line. Its date is not escaped: a hyphen in it stays a hyphen.
  mutating func title(_ words: [String]) {
    text += ".TH " + words.map { "\"\($0)\"" }.joined(separator: " ") + "\n"
  }

  /// The line from which whatis and apropos learn about the page.
  mutating func name(_ name: String, _ abstract: String) {
    text +=
      Self.escaped(name, isLiteral: true) + " \\- "
      + Self.escaped(abstract, isLiteral: false) + "\n"
  }

  /// Prose. The lines may be short: the reader's program fills them.
  mutating func line(_ line: String) {
    for part in wrap(line, width: 60) {
      text += Self.guarded(Self.escaped(part, isLiteral: false)) + "\n"
    }
  }

  /// Paragraphs as the help has them: a line that begins with a space is shown as it is.
  mutating func paragraphs(_ paragraphs: String) {
    var isFirst = true
    for block in paragraphs.split(separator: "\n\n") {
      if !isFirst { macro("PP", []) }
      isFirst = false
      let lines = block.split(separator: "\n")
      if lines.allSatisfy({ $0.hasPrefix(" ") }) {
        literal(lines.joined(separator: "\n"))
      } else {
        for line in lines { self.line(String(line)) }
      }
    }
  }

  mutating func entry(_ term: String, _ explanation: String) {
    macro("TP", [])
    text += "\\fB" + Self.escaped(term, isLiteral: true) + "\\fR\n"
    line(explanation)
  }

  /// The name in bold, and the rest as it is. No line is broken within brackets.
  mutating func synopsis(_ line: String, name: String) {
    let rest = String(line.dropFirst(name.count))
    let parts = wrap(rest, width: 1, keepingBrackets: true).map {
      Self.escaped($0, isLiteral: true).split(separator: " ", omittingEmptySubsequences: false)
        .joined(separator: "\\ ")
    }
    text += "\\fB" + Self.escaped(name, isLiteral: true) + "\\fR\n"
    for part in parts { text += Self.guarded(part) + "\n" }
  }

  mutating func literal(_ lines: String) {
    text += ".PP\n.RS 4\n.EX\n"
    for line in lines.split(separator: "\n", omittingEmptySubsequences: false) {
      text += Self.guarded(Self.escaped(String(line), isLiteral: true)) + "\n"
    }
    text += ".EE\n.RE\n"
  }

  /// - Parameter isLiteral: Whether it may be copied to a shell: then its hyphens become minus signs.
  private static func escaped(_ text: String, isLiteral: Bool) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\e"
      case "-": result += isLiteral ? "\\-" : "-"
      case "'": result += "\\(aq"
      case "`": result += "\\(ga"
      case "^": result += "\\(ha"
      case "~": result += "\\(ti"
      case "\"": result += "\\(dq"
      case _ where scalar.isASCII: result.unicodeScalars.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result += "\\[u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "]"
      }
    }
    // In prose the names of options are literal too.
    return isLiteral ? result : result.replacing("--", with: "\\-\\-")
  }

  /// Protects a line that begins with a dot, which would be a request of roff.
  private static func guarded(_ line: String) -> String {
    line.hasPrefix(".") ? "\\&" + line : line
  }
}
