import SpoolQueue
import SpoolTerminal

extension Command {
  static let hold = Command(
    name: "hold", group: "RUN",
    abstract: "Keep waiting runs from being started, until they are released.",
    discussion: """
      RUN is a run's name or a part that fits; filters select among the runs that wait. The \
      ending .held of the file's name holds a run: mv in queued/ does the same. In a queue of \
      several people filters select your runs; --everyone and --author select others.
      """,
    examples: [
      Example("spool hold train-9x7c", "Keeps a run waiting."),
      Example("spool hold --tag nightly --author ana", "Holds the waiting runs that have both."),
    ],
    parameters: [.queue, .entity, .root] + Parameter.runs(all: "All runs that wait."),
    suggestedFor: ["stash"]
  ) { arguments in
    var scope = Selection.waiting
    scope.isHeld = false
    return try change(arguments, .hold, "hold", within: scope, "held")
  }

  static let release = Command(
    name: "release", group: "RUN",
    abstract: "Let agents start held runs, and runs whose editing was interrupted.",
    examples: [
      Example("spool release train-9x7c", "Gives a held run back to the agents."),
      Example("spool release --all", "Gives back all that is held."),
    ],
    parameters: [.queue, .entity, .root] + Parameter.runs(all: "All runs that are held."),
    suggestedFor: ["unhold"]
  ) { arguments in
    var scope = Selection.waiting
    scope.isHeld = true
    return try change(arguments, .release, "release", within: scope, "released")
  }

  static let move = Command(
    name: "move", group: "RUN",
    abstract: "Give waiting runs another priority.",
    discussion: "The priority is in the file's name; mv in queued/ does the same.",
    examples: [
      Example("spool move train-9x7c --priority 10", "Lets a run pass all with a number above 10."),
      Example(
        "spool move --job train --priority 90", "Puts all waiting runs of a job behind the others."),
    ],
    parameters: [
      .queue, .entity, .root,
      .option(
        "priority", short: "p", "PP", isRequired: true,
        "From 0, first, to 99, last; or critical, high, medium, low."),
    ] + Parameter.runs(all: "All runs that wait."),
    suggestedFor: ["switch", "priority", "nice", "renice"]
  ) { arguments in
    let priority = try arguments.priority() ?? 50
    return try change(
      arguments, .move(toPriority: priority), "move", within: .waiting,
      "moved to priority \(priority)")
  }

  private static func change(
    _ arguments: ParsedArguments, _ change: Queue.WaitingChange, _ verb: String,
    within scope: Selection, _ done: String
  ) throws -> Int32 {
    try arguments.requireRuns()
    let context = try Context(arguments)
    let queue = try context.queue()
    let chosen = try ChosenRuns(arguments, in: queue, context, within: scope)
    guard try chosen.isConfirmed(verb, arguments) else { return ExitStatus.no }
    var results = try queue.change(chosen.runs, change)[...]
    let lines = FewLines()
    defer { lines.finish() }
    return try chosen.forEach(arguments) { run, _ in
      try results.popFirst()?.result.get()
      lines.say(of: run, done)
      return ExitStatus.done
    }
  }
}
