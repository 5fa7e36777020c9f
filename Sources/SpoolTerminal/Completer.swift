/// Finds the words that may stand at the cursor, by a table of commands.
///
/// It reads the words as the parser does, but accepts errors: the user is still typing the command line.
package struct Completer: Sendable {
  let root: Command

  package init(root: Command) { self.root = root }

  /// A word that a shell may put in the place of the typed word.
  package struct Candidate: Sendable, Equatable {
    package var text: String
    /// Its meaning, in a few words; empty if the word itself is clear.
    package var explains: String

    package init(_ text: String, _ explains: String = "") {
      self.text = text
      self.explains = explains
    }
  }

  /// The words that fit in the place of the last word.
  package struct Answer: Sendable, Equatable {
    /// Words of the table that begin like the last word.
    package var candidates: [Candidate] = []
    /// The kind of names that fit as well; the program must look them up.
    package var values = Completion.none
    /// The part of the last word before such a name: `--queue=`, `-q`.
    package var prefix = ""
    /// The typed part of such a name.
    package var typed = ""
    /// The options that were given so far, with their last values.
    package var given: [String: String] = [:]
    /// The words of operands that were given so far.
    package var operands: [String] = []
  }

  /// Finds the words that fit in the place of the last word. `words` are the words after the program's name.
  package func complete(_ words: [String]) -> Answer {
    var reader = PartialReader(root)
    for word in words.dropLast() { reader.read(word) }
    return reader.answer(to: words.last ?? "")
  }
}

/// A reading of an unfinished command line.
private struct PartialReader {
  private var path: CommandPath
  private var pending: Parameter?
  private var given: [String: String] = [:]
  private var operands: [String] = []
  private var hasEndedOptions = false
  private var restCount: Int?

  init(_ root: Command) { path = CommandPath(root: root) }

  private var command: Command { path.command }

  mutating func read(_ word: String) {
    if let count = restCount {
      restCount = count + 1
    } else if let option = pending {
      given[option.long] = word
      pending = nil
    } else if hasEndedOptions {
      operands.append(word)
    } else if word == "--" {
      if command.rest == nil { hasEndedOptions = true } else { restCount = 0 }
    } else if word.hasPrefix("--") {
      readLong(word.dropFirst(2))
    } else if word.hasPrefix("-"), word != "-" {
      readShort(word.dropFirst())
    } else if operands.isEmpty, let subcommand = command.subcommand(word) {
      path = path.appending(subcommand)
    } else if command.restBeginsAtWord, operands.count == command.operands.count {
      restCount = 1
    } else {
      operands.append(word)
    }
  }

  private mutating func readLong(_ text: Substring) {
    let name = text.prefix { $0 != "=" }
    guard let option = path.options.first(where: { $0.long == name }) else { return }
    if name.endIndex < text.endIndex {
      given[option.long] = String(text[text.index(after: name.endIndex)...])
    } else if option.takesValue {
      pending = option
    } else {
      given[option.long] = ""
    }
  }

  private mutating func readShort(_ letters: Substring) {
    guard let (option, value) = Self.lastOption(letters, path.options) else { return }
    if option.takesValue, value.isEmpty {
      pending = option
    } else {
      given[option.long] = String(value)
    }
  }

  /// The option of a bundle such as `-fq` that takes the value, and the part of the value that is there.
  private static func lastOption(
    _ letters: Substring, _ options: [Parameter]
  ) -> (option: Parameter, value: Substring)? {
    var last: Parameter?
    for index in letters.indices {
      guard let option = options.first(where: { $0.short == letters[index] }) else { return nil }
      last = option
      if option.takesValue {
        let value = letters[letters.index(after: index)...]
        return (option, value.first == "=" ? value.dropFirst() : value)
      }
    }
    return last.map { ($0, "") }
  }

  func answer(to word: String) -> Completer.Answer {
    var answer = Completer.Answer()
    answer.given = given
    answer.operands = operands
    answer.typed = word
    if let pending {
      offer(pending, &answer)
    } else if let count = restCount {
      offerRest(count, &answer)
    } else if !hasEndedOptions, word.hasPrefix("-") {
      offerOptions(word, &answer)
    } else {
      offerWords(word, &answer)
    }
    return answer
  }

  private func offer(_ parameter: Parameter, _ answer: inout Completer.Answer) {
    answer.values = parameter.completion
    let typed = answer.typed
    answer.candidates += parameter.choices.filter { $0.hasPrefix(typed) }
      .map { Completer.Candidate(answer.prefix + $0) }
  }

  /// The first word of a command line is a command. The table defines the others.
  private func offerRest(_ count: Int, _ answer: inout Completer.Answer) {
    guard let rest = command.rest else { return }
    answer.values = count == 0 ? .program : rest.completion
  }

  private func offerOptions(_ word: String, _ answer: inout Completer.Answer) {
    if word.hasPrefix("--"), let sign = word.firstIndex(of: "=") {
      let name = word[word.index(word.startIndex, offsetBy: 2)..<sign]
      guard let option = path.options.first(where: { $0.long == name }), option.takesValue else {
        return
      }
      answer.prefix = String(word[...sign])
      answer.typed = String(word[word.index(after: sign)...])
      return offer(option, &answer)
    }
    if !word.hasPrefix("--"), word.utf8.count > 1 {
      guard let (option, value) = Self.lastOption(word.dropFirst(), path.options),
        option.takesValue
      else { return }
      if value.isEmpty {
        // The option is complete, and its value is the next word.
        answer.candidates = [Completer.Candidate(word, option.abstract)]
        return
      }
      answer.prefix = String(word.dropLast(value.count))
      answer.typed = String(value)
      return offer(option, &answer)
    }
    var names = path.options.filter { !$0.isHidden && (given[$0.long] == nil || $0.repeats) }
      .map { Completer.Candidate("--" + $0.long, $0.abstract) }
    names.append(Completer.Candidate("--help", "Show this help."))
    if path.commands.count == 1, path.root.version != nil {
      names.append(Completer.Candidate("--version", "Show the version."))
    }
    answer.candidates = names.filter { $0.text.hasPrefix(word) }
  }

  private func offerWords(_ word: String, _ answer: inout Completer.Answer) {
    if operands.isEmpty, !hasEndedOptions {
      answer.candidates = command.subcommands.filter { !$0.isHidden && $0.name.hasPrefix(word) }
        .map { Completer.Candidate($0.name, $0.abstract) }
    }
    let declared = command.operands
    var index = operands.count
    if let last = declared.last, last.arity == .many || last.arity == .manyRequired {
      index = min(index, declared.count - 1)
    }
    if declared.indices.contains(index) {
      offer(declared[index], &answer)
      if declared[index].completion == .command { offerCommands(word, &answer) }
    } else if index == declared.count, command.restBeginsAtWord, !hasEndedOptions {
      offerRest(0, &answer)
    }
  }

  /// The names of commands, below the commands that the earlier operands name.
  private func offerCommands(_ word: String, _ answer: inout Completer.Answer) {
    var place = path.root
    for name in operands {
      guard let below = place.subcommand(name) else { return }
      place = below
    }
    answer.candidates += place.subcommands.filter { !$0.isHidden && $0.name.hasPrefix(word) }
      .map { Completer.Candidate($0.name, $0.abstract) }
  }
}
