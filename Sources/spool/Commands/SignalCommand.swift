import SpoolQueue
import SpoolTerminal

// The requests to the runner of a run that goes on afterwards: kill is for its end.

extension Command {
  static let signal = Command(
    name: "signal", group: "RUN",
    abstract: "Send the commands of running runs a signal, on any host.",
    discussion: """
      The run's runner sends it to the command's process group, once, and says so: spool waits \
      for its word. A request that the runner does not take in time is withdrawn, and the signal is \
      not sent. A command that does not expect the signal usually ends, and its run has failed.

      SIGNAL is a name or a number: USR1, HUP, INT, 34. To end a run use kill, which also keeps it \
      from being tried again; to stop it for a while and to let it go on use suspend and resume.
      """,
    examples: [
      Example("spool signal USR1 train-9x7c", "Asks a run for a checkpoint."),
      Example("spool signal HUP --job server", "Lets all runs of a job read their settings again."),
    ],
    parameters: [
      .queue, .entity, .root, .answerTime, .json,
      .operand("signal", completion: .names("signal"), "The signal: USR1, SIGUSR1, usr1 or 10."),
    ] + Parameter.runs(all: "All runs that are running."),
    suggestedFor: ["notify"]
  ) { arguments in
    let text = arguments.operand("signal") ?? ""
    let verb: RunRequest.Verb
    do throws(SpoolError) {
      verb = try Queue.verb(text)
    } catch {
      throw arguments.usageError(error.message)
    }
    return try ask(arguments, verb, "signal")
  }

  static let suspend = Command(
    name: "suspend", group: "RUN",
    abstract: "Stop the commands of running runs until they are resumed.",
    discussion: """
      All processes that a run has started are stopped, on any host. It stays a running run: it \
      keeps its slots, gpus and memory, and its time limit stands still. list, show, why, watch \
      and the page say that it is suspended, by whom and why. kill ends a suspended run.

      Waiting runs are kept waiting with hold, and queue pause keeps agents from starting more.
      """,
    examples: [
      Example("spool suspend train-9x7c", "Stops a run."),
      Example(
        "spool suspend --job train --reason 'demonstration until 3'",
        "Stops all running runs of a job, and says why."),
    ],
    parameters: [
      .queue, .entity, .root, .option("reason", "TEXT", "Why; it is shown with the run."),
      .answerTime, .json,
    ] + Parameter.runs(all: "All runs that are running."),
    suggestedFor: ["pause", "freeze"]
  ) { arguments in try ask(arguments, .suspend, "suspend") }

  static let resume = Command(
    name: "resume", group: "RUN",
    abstract: "Let suspended runs go on.",
    discussion: """
      Filters select among the runs that are suspended. A paused queue is resumed with queue \
      resume, a held run is released with release.
      """,
    examples: [
      Example("spool resume train-9x7c", "Lets a run go on."),
      Example("spool resume --all", "Lets all suspended runs go on."),
    ],
    parameters: [.queue, .entity, .root, .answerTime, .json]
      + Parameter.runs(all: "All runs that are suspended."),
    suggestedFor: ["continue", "unpause", "thaw"]
  ) { arguments in
    if arguments.namesNothing {
      throw arguments.usageError(
        "missing operand RUN (or give --all); spool queue resume is for a paused queue")
    }
    return try ask(arguments, .resume, "resume")
  }

  private static func ask(
    _ arguments: ParsedArguments, _ verb: RunRequest.Verb, _ word: String
  ) throws -> Int32 {
    let reason = arguments.declares("reason") ? arguments.option("reason") : nil
    let seconds = try arguments.duration("timeout") ?? Queue.answerTime
    try arguments.requireRuns()
    let context = try Context(arguments)
    let queue = try context.queue()
    var chosen = try ChosenRuns(arguments, in: queue, context, within: .executed)
    if verb == .resume, chosen.isSelection {
      // A run may be pruned meanwhile.
      let isSuspended = { (run: String) in (try? queue.run(named: run).suspended) ?? false }
      chosen.runs = chosen.runs.filter { isSuspended($0.run) }
      chosen.keepOthers { $0.filter(isSuspended) }
    }
    guard try chosen.isConfirmed(word, arguments) else { return ExitStatus.no }
    let json = arguments.flag("json")
    var rest = chosen.runs[...]
    var results: ArraySlice<Result<Queue.RequestResult, SpoolError>> = []
    return try chosen.forEach(arguments) { run, _ in
      if results.isEmpty {
        results =
          queue.ask(
            Array(rest.prefix(Queue.lot)), verb, reason: reason, within: seconds)[...]
        rest = rest.dropFirst(Queue.lot)
      }
      let result = try results.removeFirst().get()
      if json {
        try printLine(result.json(run).text)
      } else {
        errorLine(escapingControls(result.text(run, verb)))
      }
      return ExitStatus.done
    }
  }
}

extension Parameter {
  fileprivate static let answerTime = option(
    "timeout", "D", "How long to wait for the run's runner, 15s when not given.")
}

extension Selection {
  fileprivate static let executed = Selection(states: [.starting, .running])
}

extension Queue.RequestResult {
  /// In words, after the run's name.
  func text(_ run: String, _ verb: RunRequest.Verb) -> String {
    switch (self, verb) {
    case (.done(let remark), _): "\(run): \(verb.past)" + (remark.map { "; \($0)" } ?? "")
    case (.unchanged, .suspend): "\(run): was suspended already"
    case (.unchanged, _): "\(run): was not suspended"
    }
  }

  fileprivate func json(_ run: String) -> JSONObject {
    var object = JSONObject([("run", .string(run))])
    switch self {
    case .done(let remark):
      object["result"] = "done"
      object["remark"] = remark.map { .string($0) } ?? .null
    case .unchanged:
      object["result"] = "unchanged"
      object["remark"] = .null
    }
    return object
  }
}

extension RunRequest.Verb {
  fileprivate var past: String {
    switch self {
    case .signal(let number): "\(SignalName.text(number)) was sent"
    case .suspend: "suspended"
    case .resume: "resumed"
    }
  }
}
