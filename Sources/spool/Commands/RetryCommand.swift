import SpoolQueue

extension Command {
  /// Repeats runs that are over.
  static let retry = Command(
    name: "retry", group: "RUN",
    abstract: "Queue new runs with the content of runs that are over, and print their names.",
    discussion: """
      A new run has the job file of the old one, its named job in the same version, the same \
      priority, and the old name in retry_of. It is called after the old run: train-9x7c-2, and \
      then train-9x7c-3. In a sweep it takes the place of the old run, so that sweep show counts the \
      newest of each point.

      RUN is a run's name or a part that fits; filters select among the runs that are over, but for \
      those that were repeated already, and narrow RUN where both are given. A run whose file has \
      retries is tried again by itself, as the same run.
      """,
    examples: [
      Example("spool retry train-9x7c", "Queues it once more."),
      Example("spool retry --failed", "Repeats all that did not finish."),
      Example("spool retry --failed --since 12h", "Repeats what failed in the last 12 hours."),
      Example(
        "spool retry --sweep lr-k2p4 --failed",
        "Repeats the points of a sweep that are over and did not finish."),
    ],
    parameters: [
      .queue, .entity, .root,
      .flag("failed", group: "selection", "Only runs that did not finish."),
      .json,
    ] + Parameter.runs(all: "All runs that are over."),
    suggestedFor: ["rerun", "repeat", "requeue"]
  ) { arguments in
    try arguments.requireRuns(or: arguments.flag("failed"))
    let context = try Context(arguments)
    let queue = try context.queue()
    let scope: Selection = arguments.flag("failed") ? .failed : .over
    var chosen = try ChosenRuns(arguments, in: queue, context, within: scope)
    let isSelection = !arguments.givenFilters.isEmpty || arguments.operands("run").isEmpty
    var names: [String] = []
    for (run, _) in chosen.runs {
      // One that was named is met by no scope.
      if !isSelection, arguments.flag("failed"), try queue.run(named: run).state == .finished {
        chosen.errors.append(SpoolError(.no, "\(run): finished, and is not repeated"))
      } else {
        names.append(run)
      }
    }
    var results: [String: Result<String, SpoolError>] = [:]
    let repeated = try queue.retry(names, newestOnly: isSelection)
    for (run, result) in repeated { results[run] = result }
    chosen.runs = repeated.map { ($0.run, nil) }
    if repeated.isEmpty, chosen.errors.isEmpty {
      errorLine("spool: there is no run to repeat")
      return ExitStatus.no
    }
    let status = try chosen.forEach(arguments) { run, _ in
      guard let new = try results[run]?.get() else { return ExitStatus.done }
      try printLine(arguments.flag("json") ? try queue.run(named: new).json.text : new)
      return ExitStatus.done
    }
    if !repeated.isEmpty { context.tellIfUnserved(queue) }
    return status
  }
}

extension Selection {
  /// Runs that are over.
  fileprivate static let over = Selection(states: [.killed, .crashed, .failed, .finished])
  /// Runs that are over and did not finish.
  fileprivate static let failed = Selection(states: [.killed, .crashed, .failed])
}
