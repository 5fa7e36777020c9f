import SpoolQueue
import SpoolTerminal

extension Command {
  static let kill = Command(
    name: "kill", group: "RUN",
    abstract: "Stop runs, wherever they are: waiting, starting or running on any host.",
    discussion: """
      A waiting run ends as killed at once. The runner of a started run sends the signal to the \
      command's whole process group, and KILL after the grace; no process of it is left. The \
      request stays with the run: no later attempt starts. The record tells who asked, and why.

      RUN is a run's name or a part that fits; filters select among the runs that are not over, \
      and narrow RUN if both are given. In a queue of several people they select your runs, by \
      the owner of the file; --everyone and --author select others.
      """,
    examples: [
      Example("spool kill train-9x7c", "Sends TERM, and KILL after 10 seconds."),
      Example("spool kill --signal INT --grace 2m --reason 'wrong data' 9x7c", "Lets it clean up."),
      Example("spool kill --state queued --all", "Stops everything that waits."),
      Example("spool kill --sweep lr-k2p4", "Stops all runs of a sweep that are not over."),
      Example("spool kill --all --everyone", "In a team's queue: stops the runs of all members."),
    ],
    parameters: [
      .queue, .entity, .root,
      .option("signal", short: "s", "SIGNAL", "The first signal, TERM when not given."),
      .option("grace", "D", "From the first signal to KILL, 10s when not given."),
      .option("reason", "TEXT", "Why; it stands in the record."),
      .json,
    ] + Parameter.runs(all: "All runs that are not over."),
    suggestedFor: ["stop", "cancel", "abort", "scancel", "delete", "remove"]
  ) { arguments in
    let signal = arguments.option("signal") ?? "TERM"
    guard let number = SignalName.number(signal) else {
      throw arguments.usageError("--signal \(signal): there is no such signal")
    }
    let request = KillRequest(
      reason: arguments.option("reason"), signal: SignalName.text(number),
      grace: try arguments.duration("grace") ?? KillRequest.defaultGrace)
    try arguments.requireRuns()
    let context = try Context(arguments)
    let queue = try context.queue()
    var chosen = try queue.mendingFolders { () throws in
      try ChosenRuns(arguments, in: queue, context, within: .unfinished)
    }
    // Agents take runs from the front: a run that is stopped in the queue is never started.
    chosen.putWaitingFirst()
    guard try chosen.isConfirmed("kill", arguments) else { return ExitStatus.no }
    let json = arguments.flag("json")
    let lines = FewLines()
    defer { lines.finish() }
    var rest = chosen.runs[...]
    var results: ArraySlice<Result<Queue.KillResult, SpoolError>> = []
    return try chosen.forEach(arguments) { run, _ in
      if results.isEmpty {
        results = queue.kill(Array(rest.prefix(Queue.lot)), request)[...]
        rest = rest.dropFirst(Queue.lot)
      }
      let result = try results.removeFirst().get()
      try report(run, result, json ? nil : lines)
      return result == .wasDone ? ExitStatus.no : ExitStatus.done
    }
  }

  private static func report(
    _ run: String, _ result: Queue.KillResult, _ lines: FewLines?
  ) throws {
    guard let lines else {
      let word =
        switch result {
        case .ended: "killed"
        case .requested: "requested"
        case .wasDone: "done"
        }
      return try printLine(JSONObject([("run", .string(run)), ("result", .string(word))]).text)
    }
    lines.say(of: run, result.words)
  }
}

extension Queue.KillResult {
  func text(_ run: String) -> String { "\(run): \(words)" }

  /// The result, behind the name of the run.
  var words: String {
    switch self {
    case .ended: "killed"
    case .requested: "its runner was asked to stop it"
    case .wasDone: "was over already"
    }
  }
}
