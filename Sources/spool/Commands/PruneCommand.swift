import SpoolQueue
import SpoolTerminal

extension Command {
  static let prune = Command(
    name: "prune", group: "SERVE",
    abstract: "Remove runs that are over, or their logs: some of them, or by age, number and size.",
    discussion: """
      Without limits of its own prune takes those of "keep" in queue.json, which agents apply by \
      themselves once an hour. It never touches a run that is not over, a run that a waiting \
      run names in after or repeats, or a run whose hook has not begun. Look first with --dry-run.

      RUN and filters select runs; without a limit all of these are removed, with limits those \
      that pass them, as if there were no others.

      "keep" of queue.json is for the runs of all users. In a queue of several people typed \
      limits are for your runs, as if there were no others; --everyone and --author select \
      others.
      """,
    examples: [
      Example(
        "spool prune --keep 30d --dry-run", "Shows the runs that ended more than 30 days ago."),
      Example("spool prune --keep-logs 7d", "Removes folders after a week; records stay."),
      Example("spool prune --keep-count 1000 --keep-bytes 10GB", "Keeps the newest, within 10 GB."),
      Example("spool prune --state failed --tag test", "Removes the failed runs with this tag."),
      Example("spool prune train-9x7c", "Removes one run."),
    ],
    parameters: [
      .queue, .entity, .root,
      .option("keep", "D", "How long a run is kept whole, from its end: 30d."),
      .option("keep-count", "N", "How many of the newest runs are kept."),
      .option("keep-logs", "D", "How long folders are kept, with logs and results; records stay."),
      .option(
        "keep-bytes", "SIZE", "How much the folders of the newest runs may have: 500MB, 10GB."),
      .everyone, .yes,
      .flag("dry-run", "Say what would be removed, and remove nothing."),
      .json, .state(),
    ] + Parameter.filters + [
      .operand(
        "run", arity: .many, completion: .run, "A run's name, or a part that fits; it must be over."
      )
    ],
    suggestedFor: ["clean", "gc", "purge", "rm"]
  ) { arguments in
    var rule = Retention()
    rule.age = try arguments.duration("keep")
    rule.count = try arguments.int("keep-count", range: 0...Int.max)
    rule.logs = try arguments.duration("keep-logs")
    rule.bytes = try arguments.option("keep-bytes").map { text in
      guard let bytes = ByteText.bytes(text) else {
        throw arguments.usageError(
          "--keep-bytes \(text): must be an amount of data like 500MB or 2GiB")
      }
      return bytes
    }
    let context = try Context(arguments)
    let queue = try context.queue()
    // The queue's own rule is for all users' runs, as agents apply it.
    let isTyped = !rule.keepsAll
    if !arguments.operands("run").isEmpty
      || arguments.givenFilters.contains(where: { !$0.hasPrefix("--author ") })
    {
      if !isTyped { rule.count = 0 }
      let chosen = try ChosenRuns(arguments, in: queue, context, within: .over)
      return try prune(chosen, rule, isTyped: isTyped, arguments)
    }
    if rule.keepsAll { rule = try queue.readSettings().keep ?? rule }
    if rule.keepsAll {
      throw arguments.usageError(
        "there is no limit: give --keep, --keep-count, --keep-logs or --keep-bytes, or \"keep\" in"
          + " queue.json")
    }
    return try prune(queue, rule, of: owners(arguments, queue, isTyped: isTyped), arguments)
  }

  /// Removes the runs that were named or selected, as far as a rule allows.
  private static func prune(
    _ chosen: ChosenRuns, _ rule: Retention, isTyped: Bool, _ arguments: ParsedArguments
  ) throws -> Int32 {
    var status = ExitStatus.done
    for error in chosen.errors {
      errorLine("spool: \(escapingControls(error.message))")
      status = Swift.max(status, error.kind.rawValue)
    }
    if chosen.runs.isEmpty {
      if chosen.errors.isEmpty { errorLine("spool: " + chosen.nothing(arguments)) }
      return Swift.max(status, ExitStatus.no)
    }
    chosen.tellOfOthers()
    var selection = Selection()
    selection.runs = Set(chosen.runs.map { $0.run })
    if !isTyped {
      // Of a run that stays a person wants to know why.
      let going = Set(try chosen.queue.prunable(by: rule, among: selection).map { $0.run })
      let lines = FewLines()
      for (run, _) in chosen.runs where !going.contains(run) {
        status = ExitStatus.no
        let state = try? chosen.queue.run(named: run).state
        lines.say(
          of: "spool: \(run)",
          state?.isDone == true
            ? "stays: a waiting run waits for it or repeats it, or its hook has not begun"
            : "is \(state?.rawValue ?? "gone"), and only runs that are over are removed")
      }
      lines.finish()
    }
    return Swift.max(status, try prune(chosen.queue, rule, of: selection, arguments))
  }

  /// The owner whose runs may be removed; nil for every owner.
  private static func owners(
    _ arguments: ParsedArguments, _ queue: Queue, isTyped: Bool
  ) -> Selection? {
    var selection = Selection()
    selection.authors = arguments.options("author")
    if isTyped, arguments.meansOwnRuns(in: queue) { selection.owners = Selection.ownNames }
    return selection == Selection() ? nil : selection
  }

  private static func prune(
    _ queue: Queue, _ rule: Retention, of selection: Selection?, _ arguments: ParsedArguments
  ) throws -> Int32 {
    let (dryRun, json) = (arguments.flag("dry-run"), arguments.flag("json"))
    var count = (runs: 0, folders: 0)
    var failure: SpoolError?
    // The run may belong to another user: the other runs may be removed all the same.
    func going(_ work: () throws(SpoolError) -> Bool) -> Bool {
      do throws(SpoolError) {
        return try work()
      } catch {
        if failure?.message != error.message { errorLine("spool: \(error.message)") }
        failure = failure ?? error
        return false
      }
    }
    let prunable = try queue.prunable(by: rule, among: selection)
    if !dryRun {
      guard try Confirmation.isGiven("prune", prunable.map { $0.run }, in: queue, arguments) else {
        return ExitStatus.no
      }
    }
    for start in stride(from: 0, to: prunable.count, by: Queue.lot) {
      let lot = Array(prunable[start..<Swift.min(start + Queue.lot, prunable.count)])
      let results = dryRun ? lot.map { _ in .success(true) } : queue.prune(lot)
      for (chosen, result) in zip(lot, results) {
        if !going({ () throws(SpoolError) in try result.get() }) { continue }
        if chosen.isWhole { count.runs += 1 } else { count.folders += 1 }
        if json {
          try printLine(
            JSONObject([
              ("run", .string(chosen.run)), ("what", .string(chosen.isWhole ? "run" : "folder")),
              ("ended_at", .string(chosen.endedAt.text)),
            ]).text)
        } else if dryRun {
          let what = chosen.isWhole ? "the whole run" : "its folder"
          try printLine("\(chosen.run): \(what), ended \(chosen.endedAt.text)")
        }
      }
    }
    if !dryRun {
      _ = going { () throws(SpoolError) in
        try queue.sweepPruned(by: rule, ofOthers: selection == nil)
        return true
      }
    }
    errorLine(
      "\(queue.reference): \(counted(count.runs, "run")) and \(counted(count.folders, "folder")) of others"
        + (dryRun ? " would be removed" : " removed"))
    return failure?.kind.rawValue ?? ExitStatus.done
  }
}
