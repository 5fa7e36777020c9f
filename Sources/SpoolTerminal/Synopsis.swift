/// The call of a command, in one line or two.
struct Synopsis: Sendable {
  /// If there are more options than this, they are written as one word.
  private static let shownOptions = 8

  /// The line for the command itself, then the line for its subcommands, if it has both.
  let lines: [String]

  init(_ path: CommandPath) {
    let below = path.call + " SUBCOMMAND"
    if path.command.run == nil {
      lines = [below]
    } else {
      let own = ([path.call] + Self.options(path) + Self.operands(path.command))
        .joined(separator: " ")
      let hasSubcommands = path.command.subcommands.contains { !$0.isHidden }
      lines = hasSubcommands ? [own, below] : [own]
    }
  }

  private static func options(_ path: CommandPath) -> [String] {
    let visible = path.options.filter { !$0.isHidden }
    let collapses = visible.count > shownOptions
    let shown = collapses ? visible.filter(\.isRequired) : visible
    return (collapses ? ["[OPTIONS]"] : []) + shown.map(option)
  }

  private static func option(_ parameter: Parameter) -> String {
    let text = parameter.spelling
    let ellipsis = parameter.repeats ? "..." : ""
    return (parameter.isRequired ? text : "[\(text)]") + ellipsis
  }

  private static func operands(_ command: Command) -> [String] {
    var words = command.operands.map(\.operandSynopsis)
    if let rest = command.rest {
      words.append(
        rest.needsDashes ? "[-- \(rest.placeholder) ...]" : "[--] [\(rest.placeholder) ...]")
    }
    return words
  }
}

extension Parameter {
  /// The long name with the value's placeholder: `--queue QUEUE`.
  var spelling: String {
    takesValue ? "--\(long) \(placeholder)" : "--\(long)"
  }

  /// An operand in the synopsis: `RUN`, `[RUN]`, `[RUN ...]`, `RUN ...`.
  fileprivate var operandSynopsis: String {
    switch arity {
    case .required: placeholder
    case .optional: "[\(placeholder)]"
    case .many: "[\(placeholder) ...]"
    case .manyRequired: "\(placeholder) ..."
    }
  }
}
