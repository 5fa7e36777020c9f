/// The path from the root of the table to one command.
package struct CommandPath: Sendable {
  /// The commands, from the root to the command itself.
  package private(set) var commands: [Command]

  package init(root: Command) {
    commands = [root]
  }

  /// The command at the end of the path.
  package var command: Command { commands[commands.count - 1] }

  package var root: Command { commands[0] }

  /// The names below the root: `["queue", "create"]`.
  package var names: [String] { commands.dropFirst().map(\.name) }

  /// The words that call the command: `spool queue create`.
  package var call: String { commands.map(\.name).joined(separator: " ") }

  /// The flags and options of the command.
  package var options: [Parameter] { command.parameters.filter(\.isOption) }

  /// The path to a subcommand.
  package func appending(_ subcommand: Command) -> CommandPath {
    var path = self
    path.commands.append(subcommand)
    return path
  }

  /// The path to the subcommand of a name.
  ///
  /// - Throws: A usage error that suggests a name if there is no such subcommand.
  func descending(to name: String) throws(UsageError) -> CommandPath {
    guard let subcommand = command.subcommand(name) else { throw unknownCommand(name) }
    return appending(subcommand)
  }

  /// The usage error about a word that is not a subcommand here.
  func unknownCommand(_ word: String) -> UsageError {
    let visible = command.subcommands.filter { !$0.isHidden }
    let sought = visible.first { $0.suggestedFor.contains(word) }?.name
    // An example is `pause`, which is a command of `queue`.
    let below = visible.flatMap { command in
      command.subcommands.filter { !$0.isHidden && $0.name == word }
        .map { command.name + " " + $0.name }
    }
    let names = visible.map(\.name)
    let meant = (below.count == 1 ? below : []) + (sought.map { [$0] } ?? [])
    guard
      let nearest = meant.isEmpty
        ? wordMeant(by: word, among: names) : meant.joined(separator: " or ")
    else { return UsageError("unknown command '\(word)'", at: self) }
    return UsageError("unknown command '\(word)' (did you mean \(nearest)?)", at: self)
  }
}
