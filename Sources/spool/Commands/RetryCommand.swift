import SpoolQueue
import SpoolTerminal

extension Command {
  static let retry = Command(
    name: "retry", group: "RUN",
    abstract: "Queue new runs with the content of runs that are over, and print their names.",
    discussion: """
      A new run has the job file of the old one, its named job in the same version, the same \
      priority, and the old name in retry_of. It is called after the old run: train-9x7c-2, and \
      then train-9x7c-3. In a sweep it takes the place of the old run, so that sweep show counts \
      the newest of each point.

      RUN is a run's name or a part that fits; filters select among the runs that are over and \
      were not repeated yet, and narrow RUN if both are given. In a queue of several people they \
      select your runs; --everyone and --author select others. --failed leaves out killed runs, \
      since they were stopped on purpose; --state killed adds them.

      A repeated run waits again for the runs that the old one waited for (after), or for their \
      newest repeats: a graph that is repeated together is the same graph. A run whose file has \
      retries is tried again by itself, as the same run.
      """,
    examples: [
      Example("spool retry train-9x7c", "Queues it once more."),
      Example("spool retry", "Repeats your newest run that is over."),
      Example("spool retry --failed", "Repeats all that failed or crashed."),
      Example("spool retry --failed --state killed", "Repeats killed runs as well."),
      Example(
        "spool retry --failed --since 12h", "Repeats the runs that failed in the last 12 hours."),
      Example(
        "spool retry --sweep lr-k2p4 --failed",
        "Repeats the points of a sweep that failed or crashed."),
    ],
    parameters: [
      .queue, .entity, .root,
      .flag("failed", group: "selection", "Only runs that failed or crashed."),
      .json,
    ] + Parameter.runs(all: "All runs that are over."),
    suggestedFor: ["rerun", "repeat", "requeue", "restart", "again"]
  ) { arguments in
    // Without a run it means the last run that is over, as `!!` in a shell means the last command.
    let isAlone = arguments.namesNothing && !arguments.flag("failed")
    if !isAlone { try arguments.requireRuns(or: arguments.flag("failed")) }
    let context = try Context(arguments)
    let queue = try context.queue()
    var chosen = try ChosenRuns(
      arguments, in: queue, context, within: .over,
      and: arguments.flag("failed") ? Self.failed : [],
      newestIn: isAlone ? Selection.over.states : nil)
    if isAlone, let run = chosen.runs.first?.run { errorLine("spool: repeats \(run)") }
    var names: [String] = []
    for (run, _) in chosen.runs {
      // The scope filters selections only, not runs named explicitly.
      if !chosen.isSelection, arguments.flag("failed"),
        let refusal = refusal(of: try queue.run(named: run))
      {
        chosen.errors.append(refusal)
      } else {
        names.append(run)
      }
    }
    if chosen.isSelection {
      names = try queue.withoutRepeated(names)
      try chosen.keepOthers { try queue.withoutRepeated($0) }
      guard try Confirmation.isGiven("retry", names, in: queue, arguments) else {
        return ExitStatus.no
      }
    }
    var results: [String: Result<String, SpoolError>] = [:]
    let repeated = try queue.retry(names, newestOnly: chosen.isSelection)
    for (run, result) in repeated { results[run] = result }
    chosen.runs = repeated.map { ($0.run, nil) }
    if repeated.isEmpty, chosen.errors.isEmpty {
      chosen.tellOfOthers()
      errorLine("spool: there is no run to repeat")
      return ExitStatus.no
    }
    let status = try chosen.forEach(arguments) { run, _ in
      guard let new = try results[run]?.get() else { return ExitStatus.done }
      try printLine(arguments.flag("json") ? try queue.run(named: new).json.text : new)
      return ExitStatus.done
    }
    if repeated.contains(where: { (try? $0.result.get()) != nil }) { context.tellIfUnserved(queue) }
    return status
  }

  /// The states that `--failed` means. A killed run is not among them: it was stopped on purpose.
  private static let failed: Set<RunState> = [.crashed, .failed]

  /// Why `--failed` does not mean a named run. Returns nil if it does, or if the run is not over.
  private static func refusal(of run: Run) -> SpoolError? {
    switch run.state {
    case .finished: SpoolError(.no, "\(run.run): finished, and is not repeated")
    case .killed:
      SpoolError(.no, "\(run.run): was killed, and is not repeated (without --failed it is)")
    default: nil
    }
  }
}

extension Selection {
  fileprivate static let over = Selection(states: [.killed, .crashed, .failed, .finished])
}
