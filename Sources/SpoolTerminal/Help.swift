/// The help page of one command.
struct Help: Sendable {
  private let path: CommandPath

  init(_ path: CommandPath) {
    self.path = path
  }

  /// The page for a terminal with that number of cells, with a newline at its end.
  func text(width: Int) -> String {
    let width = max(width, 20)
    let sections = argumentSections + optionSections + subcommandSections
    let labels = sections.flatMap(\.entries).map { textWidth($0.label) + 4 }
    // Labels longer than this column have lines of their own, as everywhere on this platform.
    let column = min(labels.max() ?? 0, width < 60 ? width / 3 : 26)
    var blocks = [overview(width)]
    if !path.command.discussion.isEmpty {
      blocks.append(wrapParagraphs(path.command.discussion, width: width))
    }
    blocks.append(usage(width))
    blocks += sections.map { $0.text(column: column, width: width) }
    if !path.command.examples.isEmpty { blocks.append(examples(width)) }
    if !path.command.subcommands.isEmpty {
      let own = (["help"] + path.names + ["SUBCOMMAND"]).joined(separator: " ")
      blocks.append("  See '\(path.root.name) \(own)' for detailed help.")
    }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  private func overview(_ width: Int) -> String {
    wrap("OVERVIEW: \(path.command.abstract)", width: width).joined(separator: "\n")
  }

  private func usage(_ width: Int) -> String {
    let label = "USAGE: "
    let lines = Synopsis(path).lines.map { line in
      wrapSynopsis(line, width: width - label.count)
    }
    let text = lines.flatMap { $0 }.joined(separator: "\n" + spaces(label.count))
    return label + text
  }

  /// Breaks a synopsis between its parts and indents the later lines.
  private func wrapSynopsis(_ line: String, width: Int) -> [String] {
    let indent = 2
    let lines = wrap(line, width: width - indent, keepingBrackets: true)
    return lines.enumerated().map { $0.offset == 0 ? $0.element : spaces(indent) + $0.element }
  }

  private func examples(_ width: Int) -> String {
    let entries = path.command.examples.map { example in
      let explanation = wrap(example.explains, width: width - 6).map { spaces(6) + $0 }
      let text = example.text.split(separator: "\n").map { "  " + $0 }
      return (text + explanation).joined(separator: "\n")
    }
    return "EXAMPLES:\n" + entries.joined(separator: "\n")
  }
}

extension Help {
  private struct Entry {
    var label: String
    var text: String
  }

  private struct Section {
    var title: String
    var entries: [Entry]

    func text(column: Int, width: Int) -> String {
      let lines = entries.flatMap { entry -> [String] in
        let label = "  " + entry.label
        let text = wrap(entry.text, width: max(width - column, 10))
        let fits = textWidth(label) + 2 <= column
        let indented = text.map { spaces(column) + $0 }
        guard fits, let first = text.first else { return [label] + indented }
        return [label + spaces(column - textWidth(label)) + first] + indented.dropFirst()
      }
      return ([title + ":"] + lines).joined(separator: "\n")
    }
  }

  private var argumentSections: [Section] {
    let entries = path.command.parameters.filter { !$0.isOption && !$0.isHidden }.map { parameter in
      Entry(label: parameter.placeholder, text: parameter.explanation)
    }
    return entries.isEmpty ? [] : [Section(title: "ARGUMENTS", entries: entries)]
  }

  private var optionSections: [Section] {
    let visible = path.options.filter { !$0.isHidden }
    var sections = grouped(visible, by: \.group, title: "OPTIONS") { parameter in
      Entry(label: parameter.label, text: parameter.explanation)
    }
    var builtIn = [Entry(label: "-h, --help", text: "Show this help.")]
    if path.commands.count == 1, path.root.version != nil {
      builtIn.insert(Entry(label: "--version", text: "Show the version."), at: 0)
    }
    if let plain = sections.firstIndex(where: { $0.title == "OPTIONS" }) {
      sections[plain].entries += builtIn
    } else {
      sections.append(Section(title: "OPTIONS", entries: builtIn))
    }
    return sections
  }

  private var subcommandSections: [Section] {
    let visible = path.command.subcommands.filter { !$0.isHidden }
    return grouped(visible, by: \.group, title: "SUBCOMMANDS") { command in
      Entry(label: command.name, text: command.abstract)
    }
  }

  /// One section for each group, in the order in which the groups first appear.
  private func grouped<Item>(
    _ items: [Item], by group: (Item) -> String?, title: String, _ entry: (Item) -> Entry
  ) -> [Section] {
    var sections: [Section] = []
    for item in items {
      let heading = group(item).map { "\($0.uppercased()) \(title)" } ?? title
      if let known = sections.firstIndex(where: { $0.title == heading }) {
        sections[known].entries.append(entry(item))
      } else {
        sections.append(Section(title: heading, entries: [entry(item)]))
      }
    }
    return sections
  }
}

extension Parameter {
  /// The option as the help lists it: `-q, --queue QUEUE`.
  var label: String {
    short.map { "-\($0), \(spelling)" } ?? spelling
  }

  /// The abstract, with the facts about its value.
  var explanation: String {
    var notes: [String] = []
    if !choices.isEmpty { notes.append("values: " + choices.joined(separator: ", ")) }
    if isRequired { notes.append("required") }
    if repeats { notes.append("may be repeated") }
    return notes.isEmpty ? abstract : "\(abstract) (\(notes.joined(separator: "; ")))"
  }
}
