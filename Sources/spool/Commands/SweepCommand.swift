import SpoolQueue

extension Command {
  /// Queues sweeps, and shows them.
  static let sweep = Command(
    name: "sweep", group: "RUN",
    abstract: "Queue a run for each point of a parameter search and print the sweep's name.",
    discussion: """
      SWEEP.json is W&B's sweep configuration as JSON, comments welcome: method (grid or random), \
      parameters with value, values and probabilities, or min, max, mu, sigma, q and a \
      distribution, nested parameters, run_cap, metric, and program, command or job. All points \
      are queued at once, none twice; Bayesian search and early_terminate, which look at results, \
      are refused.

      The command's macros are W&B's: ${env} ${interpreter} ${program} ${args} ${args_no_hyphens} \
      ${args_no_boolean_flags} ${args_json} ${args_json_file} ${envvar:NAME}. A run finds its \
      point in $SPOOL_CONFIG too, and is ranked by the number that it writes into \
      $SPOOL_RUN_DIR/summary.json under the metric's name.

      It is all or nothing: if the command is interrupted, nothing is queued, or the same command \
      typed again queues the rest.
      """,
    examples: [
      Example("spool sweep sweep.json", "Queues a run for each point."),
      Example(
        "spool sweep sweep.json --count 50 --seed 7 --max-running 4",
        "Draws 50 points, the same at each time, and runs four of them at a time."),
      Example("spool sweep sweep.json --dry-run", "Prints the points, and queues nothing."),
    ],
    parameters: [
      .queue, .entity, .root,
      .option("job", short: "j", "JOB", completion: .job, "The named job that the runs are of."),
      .option("name", "NAME", "What the sweep's name begins with."),
      .option("seed", "N", "What a random search begins with; the same seed, the same points."),
      .option("count", short: "n", "N", "How many runs, in place of the file's run_cap."),
      .option("max-running", "N", "How many of the runs run at a time, over all agents."),
      .option("priority", short: "p", "PP", "From 0, first, to 99, last; 50 when not given."),
      .flag("dry-run", "Print the points, one a line, and queue nothing."),
      .json,
      .operand(
        "file", completion: .file, shownAs: "SWEEP.json",
        "The sweep's file; - reads standard input."),
    ],
    subcommands: [.sweepList, .sweepShow],
    suggestedFor: ["grid", "search", "tune"]
  ) { arguments in
    try SweepLaunch(arguments).run()
  }
}

extension Parameter {
  /// All runs of a sweep.
  static let sweep = option(
    "sweep", "SWEEP", repeats: true, "All runs of a sweep: its name, or a part that fits.")
}

extension ParsedArguments {
  /// Checks that runs are named, by themselves or by their sweep.
  func requireRuns() throws(UsageError) {
    if operands("run").isEmpty, options("sweep").isEmpty {
      throw usageError("missing operand RUN (or give --sweep)")
    }
  }
}

/// One call of sweep with a file.
private struct SweepLaunch {
  private let arguments: ParsedArguments
  private let context: Context
  private let request: SweepRequest

  init(_ arguments: ParsedArguments) throws {
    self.arguments = arguments
    context = try Context(arguments)
    let file = try Self.read(arguments.operand("file") ?? "-")
    for remark in file.remarks { errorLine("spool: \(escapingControls(remark))") }
    var request = try SweepRequest(
      file, job: arguments.option("job"), environment: Terminal.environment)
    request.name = arguments.option("name")
    request.seed = try arguments.int("seed", range: 0...Int.max).map { UInt64($0) }
    request.count = try arguments.int("count", range: 1...Int.max)
    request.maxRunning = try arguments.int("max-running", range: 1...Int.max)
    request.priority = try arguments.int("priority", range: 0...99)
    if request.seed != nil, file.method == .grid {
      throw arguments.usageError("--seed: a grid draws nothing")
    }
    request.job.cwd = try request.job.cwd ?? LaunchEnvironment.directory()
    request.job.umask = request.job.umask ?? LaunchEnvironment.mask
    request.job.env =
      request.job.env.map { $0.merging(over: LaunchEnvironment.captured()) }
      ?? LaunchEnvironment.captured()
    self.request = request
  }

  private static func read(_ file: String) throws -> SweepFile {
    let path = file == "-" ? "/dev/stdin" : file
    let bytes = try attempt("read", file) { () throws(Errno) in
      try System.openFollowing(path).readAll(limit: Job.sizeLimit)
    }
    do throws(JobFileError) {
      return try SweepFile(parsing: bytes)
    } catch {
      throw SpoolError(.badInput, "\(file): \(error)")
    }
  }

  func run() throws -> Int32 {
    if arguments.flag("dry-run") { return try dryRun() }
    let queue = try context.queue()
    let (sweep, wasInterrupted) = try queue.enqueue(request)
    if arguments.flag("json") {
      try printLine(json(sweep).text)
    } else {
      try printLine(sweep.id)
    }
    if wasInterrupted {
      errorLine("spool: \(sweep.id) was interrupted before; the rest of it is queued now")
    }
    errorLine("spool: \(words(sweep))")
    if try !queue.isServed() {
      errorLine("spool: no agent serves \(queue.reference): spool agent -q \(queue.reference)")
    }
    return ExitStatus.done
  }

  private func words(_ sweep: Sweep) -> String {
    let count = sweep.points.count
    var words = "\(count) \(count == 1 ? "run" : "runs")"
    if let first = sweep.points.first, let last = sweep.points.last {
      words += count == 1 ? ", \(first.run)" : ", \(first.run) to \(last.run)"
    }
    if let seed = sweep.seed { words += ", seed \(seed)" }
    return words + Self.shortfall(request, count)
  }

  /// What to say where there are fewer points than were asked for.
  private static func shortfall(_ request: SweepRequest, _ count: Int) -> String {
    guard let wanted = request.count ?? request.file.runCap, wanted > count else { return "" }
    return "; there are no more points, though \(wanted) were asked for"
  }

  private func json(_ sweep: Sweep) -> JSONObject {
    JSONObject([
      ("sweep", .string(sweep.id)),
      ("method", .string(sweep.method.rawValue)),
      ("seed", sweep.seed.map { .number("\($0)") } ?? .null),
      ("max_running", sweep.maxRunning.map { .number($0) } ?? .null),
      ("runs", .strings(sweep.points.map(\.run))),
    ])
  }

  private func dryRun() throws -> Int32 {
    let points = try SweepPoints(request.file, count: request.count, seed: request.seed)
    var buffer = LineBuffer(.standard)
    for point in points.points { try buffer.line(point.text) }
    try buffer.flush()
    let count = points.points.count
    var talk = "spool: would queue \(count) \(count == 1 ? "run" : "runs")"
    if let seed = points.seed { talk += ", seed \(seed)" }
    errorLine(talk + Self.shortfall(request, count))
    if let first = points.points.first, let command = try command(of: first) {
      errorLine("spool: the first would execute: \(escapingControls(command))")
    }
    return ExitStatus.done
  }

  /// The command line of a point; nil: its job is not known here.
  private func command(of point: JSONObject) throws -> String? {
    if request.job.job != nil { return nil }
    var job = request.job
    job.sweep = "sweep"
    job.runConfig = point.merging(over: job.runConfig ?? JSONObject())
    let queue = context.queuePath.split(separator: "/").suffix(2).joined(separator: "/")
    do throws(JobFileError) {
      let run = RunName.cleaned(request.name ?? request.file.name ?? "sweep") + "-…-0001"
      return try job.resolvedCommand(run: run, queue: queue).map { shellQuoted($0) }
        .joined(separator: " ")
    } catch {
      throw SpoolError(.badInput, error.description)
    }
  }
}
