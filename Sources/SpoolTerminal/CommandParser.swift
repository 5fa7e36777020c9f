/// The request that a command line makes.
package enum Invocation: Sendable {
  /// Run this action with the parsed arguments.
  case run(Command.Action, ParsedArguments)
  /// Show the help of the command at the end of the path.
  case help(CommandPath)
  /// Print the version, which only the root has.
  case version(String, CommandPath)
}

/// Reads command lines by a table of commands.
///
/// - `--x=v` and `--x v` mean the same, and so do `-x v`, `-xv` and `-x=v`. Flags can be bundled, and the last
///   option of a bundle may take a value. Names are never abbreviated.
/// - Options and operands may be mixed. `--` ends the options. In a command that takes a command line, the first
///   word of that line ends them too: the rest is passed on unchanged.
/// - A value may be empty. A value that looks like an option of the command must be attached (`--x=--y`), so that a
///   forgotten value is noticed.
/// - `-h` and `--help` before the end of the options show the help, whatever other errors there are.
package struct CommandParser: Sendable {
  private let root: Command

  package init(root: Command) { self.root = root }

  /// Reads the words after the program's name.
  package func parse(_ words: [String]) throws(UsageError) -> Invocation {
    var reader = ArgumentReader(root: root, words: words)
    do throws(UsageError) {
      return try reader.read()
    } catch {
      if reader.helpFollows { return .help(reader.path) }
      throw error
    }
  }
}

/// One reading of a command line, word by word.
private struct ArgumentReader {
  private let words: [String]
  private var index = 0
  private(set) var path: CommandPath
  private var operands: [Parameter]
  private var flags: [String] = []
  private var values = NamedWords()
  private var operandWords: [String] = []
  private var rest: [String]?

  init(root: Command, words: [String]) {
    self.words = words
    path = CommandPath(root: root)
    operands = root.operands
  }

  private var command: Command { path.command }

  /// The first option or flag of the command for which `isMeant` is true.
  private func option(where isMeant: (Parameter) -> Bool) -> Parameter? {
    command.parameters.first { $0.isOption && isMeant($0) }
  }

  mutating func read() throws(UsageError) -> Invocation {
    while rest == nil, let word = next() {
      if word == "--" {
        let remaining = takeRemaining()
        if command.rest == nil { operandWords += remaining } else { rest = remaining }
      } else if word.utf8.starts(with: "--".utf8) {
        if let answer = try readLong(word) { return answer }
      } else if word.utf8.starts(with: "-".utf8), word != "-" {
        if let answer = try readShort(word) { return answer }
      } else {
        try readWord(word)
      }
    }
    return try finish()
  }

  /// Whether the words that an error has left unread ask for help.
  var helpFollows: Bool {
    for word in words[index...] {
      if word == "-h" || word == "--help" { return true }
      let endsOptions = command.restBeginsAtWord && !word.utf8.starts(with: "-".utf8)
      if word == "--" || endsOptions { return false }
    }
    return false
  }

  private mutating func next() -> String? {
    guard index < words.count else { return nil }
    index += 1
    return words[index - 1]
  }

  private mutating func takeRemaining() -> [String] {
    defer { index = words.count }
    return Array(words[index...])
  }

  private func failure(_ message: String) -> UsageError {
    UsageError(message, at: path)
  }
}

extension ArgumentReader {
  private mutating func readLong(_ word: String) throws(UsageError) -> Invocation? {
    let text = word.dropFirst(2)
    // The search is by bytes: a combining character after the sign would hide it among the characters.
    let sign = text.utf8.firstIndex(of: UInt8(ascii: "="))
    let name = String(text[..<(sign ?? text.endIndex)])
    let attached = sign.map { String(text[text.utf8.index(after: $0)...]) }
    let builtIn = builtIn(name)
    if builtIn != nil, attached == nil { return builtIn }
    if builtIn != nil { throw failure("flag --\(name) takes no value") }
    guard let parameter = option(where: { $0.long == name }) else {
      throw unknownOption("--\(name)", resembling: name)
    }
    try take(parameter, spelled: "--\(name)", attached: attached)
    return nil
  }

  private mutating func readShort(_ word: String) throws(UsageError) -> Invocation? {
    let letters = word.unicodeScalars.dropFirst()
    var position = letters.startIndex
    while position < letters.endIndex {
      let letter = Character(letters[position])
      position = letters.index(after: position)
      if letter == "h" { return .help(path) }
      guard let parameter = option(where: { $0.short == letter }) else {
        throw unknownOption("-\(letter)", resembling: String(String.UnicodeScalarView(letters)))
      }
      var attached: String?
      let isSigned = position < letters.endIndex && letters[position] == "="
      if isSigned || parameter.takesValue && position < letters.endIndex {
        let start = isSigned ? letters.index(after: position) : position
        attached = String(String.UnicodeScalarView(letters[start...]))
        position = letters.endIndex
      }
      try take(parameter, spelled: "-\(letter)", attached: attached)
    }
    return nil
  }

  /// The answer to `--help` and `--version`, which the parser gives itself.
  private func builtIn(_ name: String) -> Invocation? {
    if name == "help" { return .help(path) }
    if name == "version", path.commands.count == 1, let version = command.version {
      return .version(version, path)
    }
    return nil
  }

  private mutating func take(
    _ parameter: Parameter, spelled: String, attached: String?
  ) throws(UsageError) {
    guard parameter.takesValue else {
      if attached != nil { throw failure("flag \(spelled) takes no value") }
      if !flags.contains(parameter.long) { flags.append(parameter.long) }
      return
    }
    var value = attached ?? ""
    if attached == nil { value = try separateValue(of: parameter, spelled: spelled) }
    try check(value, for: parameter, named: "option \(spelled)")
    if values.has(parameter.long), !parameter.repeats {
      throw failure("option \(spelled) may be given only once")
    }
    values.append(value, named: parameter.long)
  }

  private mutating func separateValue(
    of parameter: Parameter, spelled: String
  ) throws(UsageError) -> String {
    let needs = "option \(spelled) needs a value, \(parameter.placeholder)"
    guard index < words.count, words[index] != "--" else { throw failure(needs) }
    let word = words[index]
    if spellsOption(word) {
      throw failure("\(needs) (\(word) is an option; '--\(parameter.long)=\(word)' would take it)")
    }
    index += 1
    return word
  }

  private func spellsOption(_ word: String) -> Bool {
    if word == "-h" { return true }
    guard word.utf8.starts(with: "--".utf8) else {
      return option { parameter in parameter.short.map { word == "-\($0)" } ?? false } != nil
    }
    let name = word.utf8.dropFirst(2).prefix { $0 != UInt8(ascii: "=") }
    return name.elementsEqual("help".utf8) || option { $0.long.utf8.elementsEqual(name) } != nil
  }

  private func check(
    _ value: String, for parameter: Parameter, named name: String
  ) throws(UsageError) {
    let choices = parameter.choices
    guard !choices.isEmpty, !choices.contains(value) else { return }
    let list = choices.joined(separator: ", ")
    let hint = wordMeant(by: value, among: choices).map { " (did you mean \($0)?)" } ?? ""
    throw failure("\(name): '\(value)' is none of \(list)\(hint)")
  }

  private func unknownOption(_ spelled: String, resembling name: String) -> UsageError {
    if command.subcommands.contains(where: { $0.parameters.contains { $0.isSpelled(spelled) } }) {
      return failure("unknown option \(spelled) (the options of a command go after its name)")
    }
    let names = path.options.filter { !$0.isHidden }.map(\.long) + ["help"]
    guard let nearest = wordMeant(by: name, among: names) else {
      return failure("unknown option \(spelled)")
    }
    return failure("unknown option \(spelled) (did you mean --\(nearest)?)")
  }
}

extension Parameter {
  /// Whether the word, without a value, is this option.
  fileprivate func isSpelled(_ word: String) -> Bool {
    guard isOption else { return false }
    return word == "--\(long)" || short.map { word == "-\($0)" } ?? false
  }
}

extension ArgumentReader {
  private mutating func readWord(_ word: String) throws(UsageError) {
    let subcommands = command.subcommands
    if operandWords.isEmpty, let place = subcommands.firstIndex(where: { $0.name == word }) {
      return try descend(to: subcommands[place])
    }
    if command.takesOnlySubcommands {
      // The remaining words belong to an unknown command, even `--help`.
      index = words.count
      throw path.unknownCommand(word)
    }
    if command.restBeginsAtWord, operandWords.count == operands.count {
      index -= 1
      rest = takeRemaining()
    } else {
      operandWords.append(word)
    }
  }

  private mutating func descend(to subcommand: Command) throws(UsageError) {
    let early = option { option in
      flags.contains(option.long) || values.has(option.long)
    }
    if let early {
      throw failure("\(early.title) goes after '\(subcommand.name)', if that takes it")
    }
    path = path.appending(subcommand)
    operands = subcommand.operands
  }

  private func finish() throws(UsageError) -> Invocation {
    guard let action = command.run else {
      // A program without words shows its help; half a command is a mistake in a script.
      if words.isEmpty { return .help(path) }
      if let word = operandWords.first { throw failure("unexpected operand '\(word)'") }
      let names = command.subcommands.filter { !$0.isHidden }.map(\.name)
      throw failure("missing command: one of \(names.joined(separator: ", "))")
    }
    let assigned = try assignOperands()
    if let missing = option(where: { $0.isRequired && !values.has($0.long) }) {
      throw failure("missing option --\(missing.long) \(missing.placeholder)")
    }
    let arguments = ParsedArguments(
      path: path, flags: flags, options: values, operands: assigned, rest: rest ?? [])
    return .run(action, arguments)
  }

  private func assignOperands() throws(UsageError) -> NamedWords {
    var assigned = NamedWords()
    var left = operandWords[...]
    for operand in operands {
      let takesAll = operand.arity == .many || operand.arity == .manyRequired
      let isNeeded = operand.arity == .required || operand.arity == .manyRequired
      let taken = takesAll ? left : left.prefix(1)
      if isNeeded, taken.isEmpty { throw failure("missing operand \(operand.placeholder)") }
      for word in taken {
        try check(word, for: operand, named: operand.title)
        assigned.append(word, named: operand.key)
      }
      left = left.dropFirst(taken.count)
    }
    if let surplus = left.first {
      let after = operands.last.map { " after \($0.placeholder)" } ?? ""
      throw failure("unexpected operand '\(surplus)'\(after)")
    }
    return assigned
  }
}
