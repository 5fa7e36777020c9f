import SpoolQueue

extension Command {
  /// Waits for runs.
  static let wait = Command(
    name: "wait", group: "RUN",
    abstract: "Wait until runs have ended, and say how.",
    discussion: """
      A line is printed for each run as it ends: its name and its state. Exits with 0 if all of \
      them finished, and with 1 if one did not, or if the time passed first.
      """,
    examples: [
      Example("spool wait train-9x7c --timeout 2h", "Waits two hours at most."),
      Example("spool wait --any 9x7c k2p4", "Waits for the first of two to end."),
      Example("spool wait --sweep lr-k2p4", "Waits for all runs of a sweep."),
    ],
    parameters: [
      .queue, .entity, .root,
      .flag("any", "Wait for one of them only."),
      .option("timeout", short: "t", "D", "How long to wait at most: 90s, 15m, 1h30m."),
      .sweep, .json,
      .operand("run", arity: .many, completion: .run, "A run's name, or a part that fits."),
    ]
  ) { arguments in
    try arguments.requireRuns()
    let timeout = try arguments.duration("timeout")
    let queue = try Context(arguments).queue()
    var runs: [String] = []
    for text in arguments.options("sweep") {
      let sweep = try queue.sweep(named: text)
      try queue.queueRest(of: sweep)
      runs += try queue.runs(of: sweep)
    }
    for text in arguments.operands("run") {
      let run = try queue.resolve(text)
      if !runs.contains(run) { runs.append(run) }
    }
    let deadline = timeout.map { Clock.sinceBoot + Int64($0 * 1e9) }
    var watch = try RunWatch(queue, runs)
    var status = ExitStatus.done
    repeat {
      let left = deadline.map { Double($0 - Clock.sinceBoot) / 1e9 }
      let ended = try watch.next(within: left)
      if ended.isEmpty {
        for run in runs where watch.remaining.contains(run) {
          errorLine("spool: \(run): has not ended in time")
        }
        return ExitStatus.no
      }
      for run in ended.sorted(by: { ($0.endedAt ?? .now) < ($1.endedAt ?? .now) }) {
        try report(run, arguments.flag("json"))
        if run.state != .finished { status = ExitStatus.no }
      }
    } while !watch.remaining.isEmpty && !arguments.flag("any")
    return status
  }

  private static func report(_ run: Run, _ json: Bool) throws {
    if json {
      try printLine(run.json.text)
    } else {
      try printLine("\(run.run) \(run.state.rawValue)")
      if run.state != .finished, let reason = run.reason {
        errorLine("spool: \(run.run) \(run.state.rawValue): \(escapingControls(reason))")
      }
    }
  }
}
