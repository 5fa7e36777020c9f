import SpoolQueue
import SpoolTerminal

extension Command {
  static let wait = Command(
    name: "wait", group: "RUN",
    abstract: "Wait until runs have ended, and say how.",
    discussion: """
      Prints a line for each run as it ends: its name and its state. Of one run it exits with the \
      command's exit status, or 128 and the number of the signal that ended it; with 124 if a \
      time limit or --timeout passed, 126 or 127 if the command could not be executed or was not \
      found, and 125 for any other trouble of spool, for example if there is no such run.

      Without RUN it waits for your newest run. Of several runs, of a selection, and with \
      --status 0/1, it exits with 0 if all of them finished, with 1 if one did not or if the time \
      passed first, and with 3 if there is no such run.

      A filter also selects runs that are over already: a run that failed before the wait has \
      failed all the same, unless spool retry has repeated it since. --all, alone or with \
      filters, means the runs that are not over by now; if there are none, wait exits with 0. In \
      a queue of several people a selection means your runs; --everyone and --author select \
      others.

      On a terminal a line on standard error tells meanwhile how many runs have ended, how fast, \
      and how long the rest will take, or what the one run does.
      """,
    examples: [
      Example("spool wait train-9x7c --timeout 2h", "Waits two hours at most."),
      Example("spool wait --any 9x7c k2p4", "Waits for the end of one of two runs."),
      Example("spool wait --sweep lr-k2p4", "Waits for all runs of a sweep."),
      Example("spool wait --all", "Waits until no run waits or runs."),
    ],
    parameters: [
      .queue, .entity, .root,
      .flag("any", "Wait until at least one of them has ended."),
      .option("timeout", short: "t", "D", "How long to wait at most: 90s, 15m, 1h30m."),
      .status, .json,
    ] + Parameter.runs(all: "All runs that are not over yet.", isChange: false)
  ) { arguments in
    let isOne = arguments.namesNothing || arguments.namesOneRun
    if isOne { return try arguments.waitingForOne { try waitForRuns(arguments, isOne: true) } }
    if arguments.option("status") == "command" {
      throw arguments.usageError("--status command: only a single RUN has one")
    }
    return try waitForRuns(arguments, isOne: false)
  }

  private static func waitForRuns(_ arguments: ParsedArguments, isOne: Bool) throws -> Int32 {
    if !arguments.namesNothing { try arguments.requireRuns() }
    let timeout = try arguments.duration("timeout")
    let context = try Context(arguments)
    let queue = try context.queue()
    let chosen = try ChosenRuns(
      arguments, in: queue, context,
      within: arguments.flag("all") ? .unfinished : Selection(),
      newestIn: arguments.namesNothing ? [] : nil)
    // A script must not take a typing error for a good end.
    if let error = chosen.errors.first { throw error }
    var runs = chosen.runs.map { $0.run }
    // A filter no longer means a run that was repeated since; a run's own name does.
    if !arguments.givenFilters.isEmpty || !chosen.sweeps.isEmpty {
      runs = try queue.withoutRepeated(runs)
    }
    let isOne = isOne && chosen.sweeps.isEmpty
    if runs.isEmpty { return try nothing(arguments, chosen) }
    chosen.tellOfOthers()
    let deadline = timeout.map { Instant.now + .seconds($0) }
    LastWords.say(ofRuns: runs, in: queue)
    defer { LastWords.forget() }
    var watch = try RunWatch(queue, runs)
    let line = StatusLine()
    // Runs that are over already do not count for the speed.
    var ended = try watch.next(within: 0)
    var progress = try EndProgress(queue, runs, over: ended.count, isForAll: !arguments.flag("any"))
    var status = ExitStatus.done
    let lines = EndLines(json: arguments.flag("json"), isOne: isOne)
    defer { lines.finish() }
    repeat {
      if ended.isEmpty {
        let left = deadline.map { ($0 - .now).seconds }
        ended = try watch.next(within: left, showing: line, in: queue) { progress.text() }
      }
      if ended.isEmpty {
        let lines = FewLines()
        for run in runs where watch.remaining.contains(run) {
          lines.say(of: "spool: \(run)", "has not ended in time")
        }
        lines.finish()
        return isOne && arguments.tellsOfCommand ? ExitStatus.late : ExitStatus.no
      }
      for run in ended.sorted(by: { ($0.endedAt ?? .now) < ($1.endedAt ?? .now) }) {
        progress.add(run.run, run.state)
        try lines.report(run)
        if isOne {
          status = arguments.status(of: run)
        } else if run.state != .finished {
          status = ExitStatus.no
        }
      }
      ended = []
    } while !watch.remaining.isEmpty && !arguments.flag("any")
    return status
  }

  /// Answers if there is no such run: it has reached the state already, or it never existed.
  private static func nothing(
    _ arguments: ParsedArguments, _ chosen: ChosenRuns
  ) throws -> Int32 {
    if arguments.givenFilters.allSatisfy({ $0.hasPrefix("--state ") }) {
      chosen.tellOfOthers()
      errorLine("spool: there is nothing to wait for")
      return ExitStatus.done
    }
    throw SpoolError(.notFound, chosen.nothing(arguments))
  }
}

/// A line for each end. A program reads all of them; on a terminal they are the first ten, and then those that did not
/// finish, ten as well.
private final class EndLines {
  private let json: Bool
  private let isShort: Bool
  private var count = 0
  private var reasons = 0
  /// The number of ends of each state that have no line.
  private var rest: [RunState: Int] = [:]

  init(json: Bool, isOne: Bool) {
    self.json = json
    isShort = !json && !isOne && Terminal.isTerminal(1)
  }

  func report(_ run: Run) throws {
    if json { return try printLine(run.json.text) }
    count += 1
    if !isShort || count <= FewLines.limit {
      try printLine("\(run.run) \(run.state.rawValue)")
    } else {
      rest[run.state, default: 0] += 1
    }
    guard run.state != .finished, let reason = run.reason else { return }
    reasons += 1
    if reasons <= FewLines.limit {
      errorLine("spool: \(run.run) \(run.state.rawValue): \(escapingControls(reason))")
    }
  }

  func finish() {
    let words = RunState.allCases.compactMap { state in
      rest[state].map { "\($0) \(state.rawValue)" }
    }
    if !words.isEmpty { try? printLine("and more: \(words.joined(separator: ", "))") }
    if reasons > FewLines.limit {
      errorLine(
        "spool: and \(reasons - FewLines.limit) more that did not finish")
    }
  }
}
