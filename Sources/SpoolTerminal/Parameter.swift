/// A flag, an option, an operand or a command line that a command takes, described as a value.
package struct Parameter: Sendable {
  /// The form in which a parameter is written.
  package enum Kind: Sendable, Equatable {
    /// `--name`, given or not.
    case flag
    /// `--name VALUE` or `--name=VALUE`. If there are choices, the value is one of them.
    case option(placeholder: String, choices: [String], repeats: Bool)
    /// A word by itself. If there are choices, it is one of them.
    case operand(name: String, arity: Arity, choices: [String])
    /// A command line: every word from the first word that is not an operand, or all words after `--`; only those
    /// after `--` if ``needsDashes`` is set.
    case rest(name: String)
  }

  /// The number of words that an operand takes.
  package enum Arity: Sendable, Equatable {
    case required, optional, many, manyRequired
  }

  package var kind: Kind
  /// The name after the two dashes; empty for operands.
  package var long: String
  /// The letter that may follow a single dash instead.
  package var short: Character?
  package var abstract: String
  package var completion: Completion
  /// The title of the section in which the help lists it.
  package var group: String?
  /// The word that the help shows in place of the operand's name in capitals.
  package var shownAs: String?
  /// Whether an option must be given.
  package var isRequired = false
  /// Whether the command line at the end begins with `--` in any case: other words are operands.
  package var needsDashes = false
  /// Whether help and completions leave it out.
  package var isHidden = false

  package static func flag(
    _ long: String, short: Character? = nil, group: String? = nil, isHidden: Bool = false,
    _ abstract: String
  ) -> Parameter {
    Parameter(
      kind: .flag, long: long, short: short, abstract: abstract, completion: .none, group: group,
      isHidden: isHidden)
  }

  package static func option(
    _ long: String, short: Character? = nil, _ placeholder: String, choices: [String] = [],
    repeats: Bool = false, completion: Completion = .none, group: String? = nil,
    isRequired: Bool = false, isHidden: Bool = false, _ abstract: String
  ) -> Parameter {
    Parameter(
      kind: .option(placeholder: placeholder, choices: choices, repeats: repeats), long: long,
      short: short, abstract: abstract, completion: completion, group: group,
      isRequired: isRequired, isHidden: isHidden)
  }

  package static func operand(
    _ name: String, arity: Arity = .required, choices: [String] = [],
    completion: Completion = .none, shownAs: String? = nil, _ abstract: String
  ) -> Parameter {
    Parameter(
      kind: .operand(name: name, arity: arity, choices: choices), long: "", short: nil,
      abstract: abstract, completion: completion, shownAs: shownAs)
  }

  package static func rest(
    _ name: String, completion: Completion = .none, shownAs: String? = nil,
    needsDashes: Bool = false, _ abstract: String
  ) -> Parameter {
    Parameter(
      kind: .rest(name: name), long: "", short: nil, abstract: abstract, completion: completion,
      shownAs: shownAs, needsDashes: needsDashes)
  }
}

/// The kind of values that a shell may offer for a parameter.
package enum Completion: Sendable, Equatable {
  case none, file, directory
  /// A command of this program, or a program of the system.
  case command, program
  /// Names that the program looks up itself; the text says which kind.
  case names(String)
}

extension Parameter {
  /// Whether it is written with dashes: a flag or an option.
  package var isOption: Bool {
    switch kind {
    case .flag, .option: true
    case .operand, .rest: false
    }
  }

  var takesValue: Bool {
    if case .option = kind { true } else { false }
  }

  var isOperand: Bool {
    if case .operand = kind { true } else { false }
  }

  /// Whether it is the command line at the end.
  package var isRest: Bool {
    if case .rest = kind { true } else { false }
  }

  package var repeats: Bool {
    if case .option(_, _, let repeats) = kind { repeats } else { false }
  }

  /// The only allowed values; empty if any value is allowed.
  package var choices: [String] {
    switch kind {
    case .option(_, let choices, _), .operand(_, _, let choices): choices
    case .flag, .rest: []
    }
  }

  package var arity: Arity {
    if case .operand(_, let arity, _) = kind { arity } else { .many }
  }

  /// The name by which a command asks for it: without dashes, as in the table.
  package var key: String {
    switch kind {
    case .flag, .option: long
    case .operand(let name, _, _), .rest(let name): name
    }
  }

  /// The word for its value in usage and help: `QUEUE`, `RUN`.
  package var placeholder: String {
    switch kind {
    case .flag: ""
    case .option(let placeholder, _, _): placeholder
    case .operand(let name, _, _), .rest(let name): shownAs ?? name.uppercased()
    }
  }

  /// Its name in messages: `option --queue`, `operand RUN`.
  package var title: String {
    switch kind {
    case .flag: "flag --\(long)"
    case .option: "option --\(long)"
    case .operand, .rest: "operand \(placeholder)"
    }
  }
}
