/// The exit statuses. Scripts rely on them.
package enum ExitStatus {
  /// The work is done.
  package static let done: Int32 = 0
  /// The answer is no.
  package static let no: Int32 = 1
  /// The usage was wrong, or the input was bad.
  package static let usage: Int32 = 2
  /// A named run, queue or file does not exist.
  package static let notFound: Int32 = 3
  /// Permission or trust is missing.
  package static let refused: Int32 = 4
  /// The system failed.
  package static let system: Int32 = 5
}

extension Command {
  /// Reads a command line, does what it asks for and returns the exit status.
  ///
  /// - Parameter report: Reports an error of a command to the user, and returns the exit status. Usage errors and
  ///   failing output are handled here.
  package func main(_ words: [String], report: (any Error, ParsedArguments) -> Int32) -> Int32 {
    do throws(UsageError) {
      switch try CommandParser(root: self).parse(words) {
      case .help(let path):
        return show(Help(path).text(width: Terminal.proseWidth(of: Output.standard.descriptor)))
      case .version(let version, _):
        return show(version + "\n")
      case .run(let action, let arguments):
        return perform(action, arguments, report: report)
      }
    } catch {
      errorLine("\(error)")
      return ExitStatus.usage
    }
  }

  private func perform(
    _ action: Action, _ arguments: ParsedArguments,
    report: (any Error, ParsedArguments) -> Int32
  ) -> Int32 {
    do {
      return try action(arguments)
    } catch let error as UsageError {
      errorLine("\(error)")
      return ExitStatus.usage
    } catch let error as OutputError {
      return status(of: error)
    } catch {
      return report(error, arguments)
    }
  }

  private func show(_ text: String) -> Int32 {
    do throws(OutputError) {
      try Output.standard.write(text)
      return ExitStatus.done
    } catch {
      return status(of: error)
    }
  }

  private func status(of error: OutputError) -> Int32 {
    if error == .readerLeft { return ExitStatus.done }
    errorLine("\(name): \(error)")
    return ExitStatus.system
  }
}

extension Command {
  /// The command `help`, which shows the page of any other command.
  package static func help(of program: String) -> Command {
    Command(
      name: "help", abstract: "Show how a command is used.",
      examples: [Example("\(program) help list", "Explains one command.")],
      parameters: [
        .operand(
          "command", arity: .many, completion: .command, "The command, and the command below it.")
      ]
    ) { arguments in
      var path = CommandPath(root: arguments.root)
      for name in arguments.operands("command") { path = try path.descending(to: name) }
      let width = Terminal.proseWidth(of: Output.standard.descriptor)
      try Output.standard.write(Help(path).text(width: width))
      return ExitStatus.done
    }
  }
}
