/// The command line does not say what to do.
package struct UsageError: Error, Equatable {
  package let message: String
  /// The names of the command, the program's first.
  let command: [String]
  /// How the command is called.
  let usage: String

  /// Describes what is wrong with a call of the command at the end of the path.
  init(_ message: String, at path: CommandPath) {
    // The message quotes what was typed, and that may come out of a file.
    self.message = escapingControls(message)
    self.command = path.commands.map(\.name)
    self.usage = Synopsis(path).lines[0]
  }
}

extension UsageError: CustomStringConvertible {
  /// The three lines for standard error, without a newline at the end.
  package var description: String {
    let below = command.dropFirst().joined(separator: " ")
    let program = command.first ?? ""
    let place = below.isEmpty ? "" : "\(below): "
    let help = below.isEmpty ? "" : " \(below)"
    return """
      \(program): \(place)\(message)
      Usage: \(usage)
      See '\(program) help\(help)'.
      """
  }
}
