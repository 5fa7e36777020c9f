/// One command of the command line, described as a value.
///
/// The whole command line is a tree of commands. The parser, the help pages, the completions, the manual page and
/// the checks are functions of that tree, so they cannot contradict each other.
package struct Command: Sendable {
  /// Does the work and returns the exit status.
  package typealias Action = @Sendable (ParsedArguments) throws -> Int32

  /// The word that calls the command.
  package var name: String
  /// The title of the section in which the help of its parent lists it.
  package var group: String?
  /// The command's effect, in one sentence.
  package var abstract: String
  /// The text of the help after the overview: paragraphs separated by blank lines.
  ///
  /// A line that begins with a space is shown as it is; any other line is wrapped.
  package var discussion: String
  package var examples: [Example]
  /// Flags, options, operands and the rest, in the order of the help.
  package var parameters: [Parameter]
  package var subcommands: [Command]
  /// Words that users may try instead of the name. They are not commands; the error message suggests the name.
  package var suggestedFor: [String]
  /// The text that `--version` prints; only the root has one.
  package var version: String?
  /// Whether help and completions leave it out.
  package var isHidden: Bool
  /// Does the work; nil for a command that only has subcommands.
  package var run: Action?

  package init(
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
  package var operands: [Parameter] { parameters.filter(\.isOperand) }

  /// The parameter for a command line at the end. Returns nil if the command takes none.
  package var rest: Parameter? { parameters.first(where: \.isRest) }

  /// Whether a word that is not an operand begins the command line at the end.
  var restBeginsAtWord: Bool { rest.map { !$0.needsDashes } ?? false }

  /// Whether every word that is not an option must be the name of a subcommand.
  var takesOnlySubcommands: Bool { !subcommands.isEmpty && operands.isEmpty && rest == nil }

  /// The subcommand of that name. Hidden subcommands are found too.
  func subcommand(_ name: String) -> Command? {
    subcommands.first { $0.name == name }
  }
}

/// A line to type, and its effect.
package struct Example: Sendable {
  /// The line to type, beginning with the name of the program.
  package var text: String
  /// The line's effect, in one sentence.
  package var explains: String

  package init(_ text: String, _ explains: String) {
    self.text = text
    self.explains = explains
  }
}
