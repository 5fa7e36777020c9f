/// An error in the command line, which does not say what to do.
package struct UsageError: Error, Equatable {
  package let message: String
  /// The words that call the command, the program's name first.
  let command: [String]
  /// The synopsis of the command.
  let usage: String

  /// Describes the fault in a call of the command at the end of the path.
  init(_ message: String, at path: CommandPath) {
    // The message quotes the typed words, which may come from a file.
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
