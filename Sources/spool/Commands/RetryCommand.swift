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

      The options of launch change the new runs: --set, --env, --gpus, --timeout and the others \
      replace one value each. --tag, --project, --author and --job select runs here, and those of \
      the new runs are --new-tag, --new-project, --new-author and --new-job. WORDS after -- \
      replace the arguments of a run that has a named job, a script or args, otherwise its command. --after and its kin \
      replace all that the old run waited for. With --name a new run is called after that, is not \
      counted as the repeat of the old one, and takes no place in a sweep.

      --edit opens the job file of each new run in $VISUAL, $EDITOR or vi, as spool edit does; \
      a run whose text is left wrong is not repeated, and the text is kept. --dry-run shows what \
      would differ from each run, and queues nothing.
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
      Example(
        "spool retry --failed --set lr=0.01 --timeout 4h --dry-run",
        "Shows what would differ if they were repeated with these values."),
      Example("spool retry train-9x7c --edit", "Repeats it with a job file that you edit first."),
      Example(
        "spool retry train-9x7c --hold -- python3 train.py --epochs 20",
        "Repeats it with another command, and holds the new run."),
    ],
    parameters: [
      .queue, .entity, .root,
      .flag("failed", group: "selection", "Only runs that failed or crashed."),
      .flag("edit", "Change the job file of each new run in your editor."),
      .flag("hold", "Queue the new runs held: they wait for their release."),
      .flag("dry-run", "Print how the new runs would differ, and queue nothing."),
      .json,
    ] + JobFlags.parameters(besideSelection: true)
      + Parameter.runs(all: "All runs that are over.") + [
        .rest(
          "words", completion: .file, needsDashes: true,
          "What replaces the arguments, or else the command.")
      ],
    suggestedFor: ["rerun", "repeat", "requeue", "restart", "again"]
  ) { arguments in
    // Without a run it means the last run that is over, as `!!` in a shell means the last command.
    let isAlone = arguments.namesNothing && !arguments.flag("failed")
    if !isAlone { try arguments.requireRuns(or: arguments.flag("failed")) }
    try arguments.exclude("edit", "dry-run")
    let flags = JobFlags(arguments)
    var change = RepeatChange()
    change.request = try flags.request()
    change.priority = try flags.priority
    change.words = arguments.rest
    change.isHeld = arguments.flag("hold")
    change.isDry = arguments.flag("dry-run")
    let context = try Context(arguments)
    let queue = try context.queue()
    try flags.lookUp(&change.request.own, in: queue, named: queue.reference)
    let settings = try queue.settingsOrDefaults()
    if arguments.flag("env-all") {
      LaunchEnvironment(context.spool, settings, all: true).addVariables(to: &change.request.own)
    }
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
      guard
        try change.isDry || Confirmation.isGiven("retry", names, in: queue, arguments)
      else { return ExitStatus.no }
    }
    if let warning = change.request.config?.warning {
      errorLine("spool: -c: \(escapingControls(warning))")
    }
    let isEdited = arguments.flag("edit")
    let review = RetryReview(queue, settings, isEdited: isEdited)
    change.review = review.review
    if isEdited { Interruption.note() }
    var results: [String: Result<String, SpoolError>] = [:]
    let repeated = try queue.retry(names, newestOnly: chosen.isSelection, changing: change)
    for (run, result) in repeated { results[run] = result }
    review.finish(repeated)
    if isEdited || flags.isGiven || !change.words.isEmpty {
      let words = change.words
      let remarks = words.isEmpty ? [] : review.replacements(by: words, change.request.own)
      for remark in remarks + review.doubts { errorLine("spool: \(escapingControls(remark))") }
    }
    chosen.runs = repeated.map { ($0.run, nil) }
    if repeated.isEmpty, chosen.errors.isEmpty {
      chosen.tellOfOthers()
      errorLine("spool: there is no run to repeat")
      return ExitStatus.no
    }
    let status = try chosen.forEach(arguments) { run, _ in
      guard let new = try results[run]?.get() else { return ExitStatus.done }
      if change.isDry {
        try review.printDifferences(
          of: run, priority: change.priority, isJSON: arguments.flag("json"))
        return ExitStatus.done
      }
      try printLine(arguments.flag("json") ? try queue.run(named: new).json.text : new)
      return ExitStatus.done
    }
    if !change.isDry, repeated.contains(where: { (try? $0.result.get()) != nil }) {
      context.tellIfUnserved(queue)
    }
    if isEdited { Interruption.obey() }
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
