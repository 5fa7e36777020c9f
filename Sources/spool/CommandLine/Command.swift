/// One command of the command line, described as a value.
///
/// A tree of these is the whole command line. The parser, the help pages, the completions, the
/// manual page and the checks are functions of that tree, so none of them can drift from another.
struct Command: Sendable {
  /// Does the work and returns the exit status.
  typealias Action = @Sendable (ParsedArguments) throws -> Int32

  /// The word that calls it.
  var name: String
  /// The title of the section in which the help of its parent lists it.
  var group: String?
  /// What it does, in one sentence.
  var abstract: String
  /// What the help says after the overview: paragraphs separated by blank lines.
  ///
  /// A line that begins with a space is shown as it is, any other is wrapped.
  var discussion: String
  /// What to type, and what that does.
  var examples: [Example]
  /// Flags, options, operands and the rest, in the order of the help.
  var parameters: [Parameter]
  /// The commands below it.
  var subcommands: [Command]
  /// Words that people try for it; they are no commands, but are answered with its name.
  var suggestedFor: [String]
  /// What `--version` prints; only the root has one.
  var version: String?
  /// Whether help and completions leave it out.
  var isHidden: Bool
  /// What it does; nothing for a command that only holds others.
  var run: Action?

  /// Describes a command.
  init(
    name: String, group: String? = nil, abstract: String, discussion: String = "",
    examples: [Example] = [], parameters: [Parameter] = [], subcommands: [Command] = [],
    suggestedFor: [String] = [], version: String? = nil, isHidden: Bool = false,
    run: Action? = nil
  ) {
    self.name = name
    self.group = group
    self.abstract = abstract
    self.discussion = discussion
    self.examples = examples
    self.parameters = parameters
    self.subcommands = subcommands
    self.suggestedFor = suggestedFor
    self.version = version
    self.isHidden = isHidden
    self.run = run
  }

  /// The operands, in the order in which words fill them.
  var operands: [Parameter] { parameters.filter(\.isOperand) }

  /// The command line at the end, for a command that takes one.
  var rest: Parameter? { parameters.first(where: \.isRest) }

  /// Whether every word that is no option must be the name of a subcommand.
  var takesOnlySubcommands: Bool { !subcommands.isEmpty && operands.isEmpty && rest == nil }

  /// The subcommand of that name, hidden ones too.
  func subcommand(_ name: String) -> Command? {
    subcommands.first { $0.name == name }
  }
}

/// A line to type and what it does.
struct Example: Sendable {
  /// What to type, beginning with the name of the program.
  var text: String
  /// What that does, in one sentence.
  var explains: String

  /// Describes an example.
  init(_ text: String, _ explains: String) {
    self.text = text
    self.explains = explains
  }
}
