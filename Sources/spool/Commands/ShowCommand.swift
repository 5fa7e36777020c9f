import SpoolQueue

extension Command {
  /// Shows one run.
  static let show = Command(
    name: "show", group: "LOOK",
    abstract: "Show one run: what was asked for, where it stands, its attempts and its logs.",
    examples: [
      Example("spool show train-9x7c", "Shows all that is known of a run."),
      Example("spool show 9x7c --json", "Prints it as one JSON object."),
    ],
    parameters: [
      .queue, .entity, .root, .json,
      .operand("run", completion: .run, "A run's name, or a part that fits."),
    ],
    suggestedFor: ["info", "describe", "inspect"]
  ) { arguments in
    let queue = try Context(arguments).queue()
    let run = try queue.run(named: try queue.resolve(arguments.operand("run") ?? ""))
    if arguments.flag("json") {
      try printLine(run.json.text)
    } else {
      try Output.standard.write(RunPage(run, try queue.attempts(of: run.run), queue).text)
    }
    return ExitStatus.done
  }
}
