/// The way from the root to one command.
package struct CommandPath: Sendable {
  /// The root first, the command itself last.
  package private(set) var commands: [Command]

  package init(root: Command) {
    commands = [root]
  }

  /// The command that this is the way to.
  package var command: Command { commands[commands.count - 1] }

  package var root: Command { commands[0] }

  /// The names below the root: `["queue", "create"]`.
  package var names: [String] { commands.dropFirst().map(\.name) }

  /// The words that call the command: `spool queue create`.
  package var call: String { commands.map(\.name).joined(separator: " ") }

  /// The flags and options of the command.
  package var options: [Parameter] { command.parameters.filter(\.isOption) }

  /// Steps down to a subcommand.
  package func appending(_ subcommand: Command) -> CommandPath {
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
    // `pause`, which is a command of `queue`.
    let below = visible.flatMap { command in
      command.subcommands.filter { !$0.isHidden && $0.name == word }
        .map { command.name + " " + $0.name }
    }
    let names = visible.map(\.name)
    guard
      let nearest = sought ?? (below.count == 1 ? below[0] : wordMeant(by: word, among: names))
    else { return UsageError("unknown command '\(word)'", at: self) }
    return UsageError("unknown command '\(word)' (did you mean \(nearest)?)", at: self)
  }
}
