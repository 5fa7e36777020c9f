import SpoolQueue

extension Command {
  private static let runs = Parameter.operand(
    "run", arity: .manyRequired, completion: .run, "A run's name, or a part that fits.")

  /// Takes runs out of the agents' reach.
  static let hold = Command(
    name: "hold", group: "RUN",
    abstract: "Keep waiting runs from being started, until they are released.",
    examples: [Example("spool hold train-9x7c", "Keeps a run waiting.")],
    parameters: [.queue, .entity, .root, runs]
  ) { arguments in
    try forEachRun(arguments, "held") { (queue, run) throws(SpoolError) in
      try queue.hold(run)
    }
  }

  /// Gives held runs back.
  static let release = Command(
    name: "release", group: "RUN",
    abstract: "Let held runs be started.",
    examples: [Example("spool release train-9x7c", "Gives a held run back to the agents.")],
    parameters: [.queue, .entity, .root, runs]
  ) { arguments in
    try forEachRun(arguments, "released") { (queue, run) throws(SpoolError) in
      try queue.release(run)
    }
  }

  /// Changes priorities.
  static let move = Command(
    name: "move", group: "RUN",
    abstract: "Give waiting runs another priority.",
    discussion: "The priority is in the file's name; mv in queued/ does the same.",
    examples: [Example("spool move train-9x7c --priority 10", "Lets a run pass those above 10.")],
    parameters: [
      .queue, .entity, .root,
      .option(
        "priority", short: "p", "PP", isRequired: true, "From 0, first, to 99, last."),
      runs,
    ]
  ) { arguments in
    let priority = try arguments.int("priority", range: 0...99) ?? 50
    return try forEachRun(arguments, "moved to priority \(priority)") {
      (queue, run) throws(SpoolError) in
      try queue.move(run, toPriority: priority)
    }
  }

  /// Does the same to each of the runs; one that refuses does not keep the others from it.
  private static func forEachRun(
    _ arguments: ParsedArguments, _ done: String,
    _ change: (Queue, String) throws(SpoolError) -> Void
  ) throws -> Int32 {
    let queue = try Context(arguments).queue()
    var status = ExitStatus.done
    for text in arguments.operands("run") {
      do throws(SpoolError) {
        let run = try queue.resolve(text)
        try change(queue, run)
        errorLine("\(run): \(done)")
      } catch {
        errorLine("spool: \(escapingControls(error.message))")
        status = Swift.max(status, error.kind.rawValue)
      }
    }
    return status
  }
}
