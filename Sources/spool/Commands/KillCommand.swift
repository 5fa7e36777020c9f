import SpoolAgent
import SpoolQueue

extension Command {
  /// Stops runs.
  static let kill = Command(
    name: "kill", group: "RUN",
    abstract: "Stop runs, wherever they are: waiting, starting or running on any host.",
    discussion: """
      A waiting run ends as killed at once. The runner of a started one sends the signal to the \
      command's whole process group, and KILL after the grace; nothing of it is left. A request \
      stays with the run: no later attempt starts.
      """,
    examples: [
      Example("spool kill train-9x7c", "Sends TERM, and KILL after 10 seconds."),
      Example("spool kill --signal INT --grace 2m --reason 'wrong data' 9x7c", "Lets it clean up."),
      Example("spool kill --sweep lr-k2p4", "Stops all runs of a sweep that are not over."),
    ],
    parameters: [
      .queue, .entity, .root,
      .option("signal", short: "s", "SIGNAL", "The first signal, TERM when not given."),
      .option("grace", "D", "From the first signal to KILL, 10s when not given."),
      .option("reason", "TEXT", "Why; it stands in the record."),
      .sweep, .json,
      .operand("run", arity: .many, completion: .run, "A run's name, or a part that fits."),
    ],
    suggestedFor: ["stop", "cancel"]
  ) { arguments in
    let signal = arguments.option("signal") ?? "TERM"
    guard let number = SignalName.number(signal) else {
      throw arguments.usageError("--signal \(signal): there is no such signal")
    }
    let request = KillRequest(
      reason: arguments.option("reason"), signal: SignalName.text(number),
      grace: try arguments.duration("grace") ?? KillRequest.defaultGrace)
    try arguments.requireRuns()
    let queue = try Context(arguments).queue()
    let json = arguments.flag("json")
    var status = ExitStatus.done
    for text in arguments.options("sweep") {
      status = Swift.max(
        status, try kill(try queue.sweep(named: text), in: queue, request, json))
    }
    for text in arguments.operands("run") {
      do {
        let run = try queue.resolve(text)
        let result = try queue.kill(run, request)
        if result == .wasDone { status = Swift.max(status, ExitStatus.no) }
        try report(run, result, json)
      } catch let error as SpoolError {
        errorLine("spool: \(escapingControls(error.message))")
        status = error.kind.rawValue
      }
    }
    return status
  }

  /// Stops what is not over of a sweep; that nothing was left to stop is a no.
  private static func kill(
    _ sweep: Sweep, in queue: Queue, _ request: KillRequest, _ json: Bool
  ) throws -> Int32 {
    let results = try queue.kill(sweep, request)
    var status = ExitStatus.done
    for (run, result) in results {
      switch result {
      case .success(let result): try report(run, result, json)
      case .failure(let error):
        errorLine("spool: \(escapingControls(error.message))")
        status = error.kind.rawValue
      }
    }
    if results.isEmpty {
      errorLine("\(sweep.id): all its runs were over already")
      status = ExitStatus.no
    }
    return status
  }

  private static func report(_ run: String, _ result: Queue.KillResult, _ json: Bool) throws {
    let (word, text) =
      switch result {
      case .ended: ("killed", "\(run): killed")
      case .requested: ("requested", "\(run): its runner was asked to stop it")
      case .wasDone: ("done", "\(run): was over already")
      }
    if json {
      try printLine(JSONObject([("run", .string(run)), ("result", .string(word))]).text)
    } else {
      errorLine(text)
    }
  }
}
