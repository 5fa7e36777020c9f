/// The way from the root to one command.
struct CommandPath: Sendable {
  /// The root first, the command itself last.
  private(set) var commands: [Command]

  /// The way to the root itself.
  init(root: Command) {
    commands = [root]
  }

  /// The command that this is the way to.
  var command: Command { commands[commands.count - 1] }

  /// The command at the top.
  var root: Command { commands[0] }

  /// The names below the root: `["queue", "create"]`.
  var names: [String] { commands.dropFirst().map(\.name) }

  /// What is typed to call it: `spool queue create`.
  var call: String { commands.map(\.name).joined(separator: " ") }

  /// Every flag and option that holds here: the command's own and the global ones from above.
  var options: [Parameter] {
    let inherited = commands.dropLast().flatMap(\.parameters).filter(\.isGlobal)
    return (command.parameters + inherited).filter(\.isOption)
  }

  /// Every parameter that holds here.
  var parameters: [Parameter] {
    command.parameters.filter { !$0.isOption } + options
  }

  /// Steps down to a subcommand.
  func appending(_ subcommand: Command) -> CommandPath {
    var path = self
    path.commands.append(subcommand)
    return path
  }

  /// Steps down to the subcommand of a name.
  ///
  /// - Throws: A usage error that suggests a name when there is none.
  func descending(to name: String) throws(UsageError) -> CommandPath {
    guard let subcommand = command.subcommand(name) else { throw unknownCommand(name) }
    return appending(subcommand)
  }

  /// The usage error about a word that is no subcommand here.
  func unknownCommand(_ word: String) -> UsageError {
    let visible = command.subcommands.filter { !$0.isHidden }
    let sought = visible.first { $0.suggestedFor.contains(word) }?.name
    guard let nearest = sought ?? Suggestion.nearest(to: word, among: visible.map(\.name)) else {
      return UsageError("unknown command '\(word)'", at: self)
    }
    return UsageError("unknown command '\(word)' (did you mean \(nearest)?)", at: self)
  }
}
