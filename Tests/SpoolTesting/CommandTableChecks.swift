package import SpoolTerminal

/// What is wrong with a table, a sentence for each fault; nothing for a good one.
///
/// A test applies it to the real table, so that help, completions and manual page, which are made from
/// it, can rely on these rules.
package func checkTable(_ root: Command) -> [String] {
  check(CommandPath(root: root))
}

private func check(_ path: CommandPath) -> [String] {
  let command = path.command
  var faults = checkCommand(command)
  faults += checkNames(of: path)
  faults += command.parameters.flatMap(checkParameter)
  faults += checkOperands(of: command)
  faults += checkSubcommands(of: command)
  faults += command.examples.flatMap { checkExample($0, of: path) }
  return faults.map { "\(path.call): \($0)" }
    + command.subcommands.flatMap { check(path.appending($0)) }
}

private func checkCommand(_ command: Command) -> [String] {
  var faults: [String] = []
  let name = command.name.drop { $0 == "_" }
  if !isName(name) || (name.count < command.name.count && !command.isHidden) {
    faults.append("its name is not made of lower-case letters, digits and dashes")
  }
  if !isSentence(command.abstract) { faults.append("its abstract is no sentence") }
  if command.run == nil, command.subcommands.isEmpty { faults.append("it does nothing") }
  if command.run == nil, !command.operands.isEmpty || command.rest != nil {
    faults.append("it has operands, but nothing that reads them")
  }
  if command.group?.isEmpty == true { faults.append("its group has no title") }
  return faults
}

// MARK: - Parameters

private func checkNames(of path: CommandPath) -> [String] {
  var faults: [String] = []
  let isRoot = path.commands.count == 1
  for name in repeated(path.options.map(\.long)) { faults.append("--\(name) is declared twice") }
  for name in repeated(path.options.compactMap(\.short)) {
    faults.append("-\(name) is declared twice")
  }
  for option in path.options {
    if option.long == "help" || option.short == "h" {
      faults.append("\(option.title) takes the place of the help")
    }
    if option.long == "version", isRoot, path.root.version != nil {
      faults.append("\(option.title) takes the place of the version")
    }
  }
  let keys = path.command.parameters.filter { !$0.isOption }.map(\.key)
  for name in repeated(keys) { faults.append("operand '\(name)' is declared twice") }
  return faults
}

private func checkParameter(_ parameter: Parameter) -> [String] {
  var faults: [String] = []
  let title = parameter.title
  if parameter.isOption, !isName(parameter.long[...]) || parameter.long.utf8.count < 2 {
    faults.append("the name of \(title) is not made of lower-case letters, digits and dashes")
  }
  if let short = parameter.short, !short.isASCII || !(short.isLetter || short.isNumber) {
    faults.append("the short name of \(title) is no letter and no digit")
  }
  if !isSentence(parameter.abstract) { faults.append("the abstract of \(title) is no sentence") }
  if parameter.kind != .flag, parameter.placeholder.isEmpty || parameter.key.isEmpty {
    faults.append("\(title) has no placeholder")
  }
  if parameter.choices.contains("") { faults.append("\(title) has an empty choice") }
  for choice in repeated(parameter.choices) {
    faults.append("\(title) has the choice '\(choice)' twice")
  }
  if parameter.isRequired, parameter.isHidden {
    faults.append("\(title) is required, but hidden")
  }
  return faults
}

private func checkOperands(of command: Command) -> [String] {
  var faults: [String] = []
  let words = command.parameters.filter { !$0.isOption }
  var last: Parameter?
  for word in words {
    defer { last = word }
    guard let last else { continue }
    let title = word.title
    if last.isRest {
      faults.append("\(title) stands after the rest, which leaves no words")
    } else if word.needsDashes {
      continue
    } else if last.arity == .many || last.arity == .manyRequired {
      faults.append("\(title) stands after \(last.title), which leaves no words")
    } else if last.arity == .optional, word.isRest || word.arity != .optional {
      faults.append("\(title) stands after \(last.title), which may be left out")
    }
  }
  return faults
}

// MARK: - Subcommands and examples

private func checkSubcommands(of command: Command) -> [String] {
  let names = command.subcommands.map(\.name)
  var faults = repeated(names).map { "the command '\($0)' is declared twice" }
  let sought = command.subcommands.flatMap(\.suggestedFor)
  faults += sought.filter(names.contains).map { "'\($0)' is suggested for, but is a command" }
  faults += repeated(sought).map { "'\($0)' is suggested for twice" }
  return faults
}

private func checkExample(_ example: Example, of path: CommandPath) -> [String] {
  var faults: [String] = []
  if !isSentence(example.explains) {
    faults.append("the explanation of '\(example.text)' is no sentence")
  }
  var showsCommand = false
  for words in shellCommands(example.text) {
    // What comes before is `sudo`, a variable, or the five fields of a crontab.
    guard let start = words.firstIndex(of: path.root.name) else { continue }
    do throws(UsageError) {
      let parser = CommandParser(root: path.root)
      let called = try parser.parse(Array(words[(start + 1)...])).path
      showsCommand = showsCommand || called.names.starts(with: path.names)
    } catch {
      faults.append("the example '\(example.text)' does not parse: \(error.message)")
      showsCommand = true
    }
  }
  if !showsCommand { faults.append("the example '\(example.text)' does not show it") }
  return faults
}

extension Invocation {
  /// The way to the command that is called or explained.
  fileprivate var path: CommandPath {
    switch self {
    case .run(_, let arguments): arguments.path
    case .help(let path), .version(_, let path): path
    }
  }
}

// MARK: - Grammar

private func isName(_ name: Substring) -> Bool {
  guard let first = name.utf8.first, isLetterOrDigit(first) else { return false }
  return name.utf8.allSatisfy { byte in
    isLetterOrDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
  }
}

private func isLetterOrDigit(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
  default: false
  }
}

/// One sentence on one line: a capital first, a period last.
private func isSentence(_ text: String) -> Bool {
  guard let first = text.first, text.count > 1 else { return false }
  return !first.isLowercase && !first.isWhitespace && text.last == "." && !text.contains("\n")
}

/// What occurs more than once, each named once.
private func repeated<Item: Hashable>(_ items: [Item]) -> [Item] {
  var counts: [Item: Int] = [:]
  var result: [Item] = []
  for item in items {
    counts[item, default: 0] += 1
    if counts[item] == 2 { result.append(item) }
  }
  return result
}
