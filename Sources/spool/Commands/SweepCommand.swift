import SpoolQueue
import SpoolTerminal

extension Command {
  static let sweep = Command(
    name: "sweep", group: "RUN",
    abstract: "Queue a run for each point of a parameter search and print the sweep's name.",
    discussion: """
      SWEEP is W&B's sweep configuration, in YAML or in JSON with comments: method (grid \
      or random), parameters with value, values and probabilities, or min, max, mu, sigma, q and \
      a distribution, nested parameters, run_cap, metric, and program, command or job. All \
      points are queued at once, none twice; Bayesian search, which looks at results, is refused, \
      and early_terminate changes nothing.

      Without a file, NAME=VALUES says what a parameter may be, and COMMAND what is executed. VALUES \
      are separated by commas; 1..5 are the whole numbers from 1 to 5, 0..1:0.25 steps; [\"a,b\"] is \
      a JSON array, and {…} a parameter as in a file. With --method random 0.1..0.9 are all numbers \
      between, and 1e-4..1e-1:log spreads their logarithms. {NAME} in COMMAND is the parameter's \
      value; without any the values are added as --NAME=VALUE.

      A word of the command that consists of one of W&B's macros is replaced: ${env} \
      ${interpreter} ${program} ${args} ${args_no_hyphens} ${args_no_boolean_flags} ${args_json} \
      ${args_json_file} ${args_no_equals} ${args_append_hydra} ${args_override_hydra} \
      ${envvar:NAME}; ${config.KEY} also inside longer words. A run finds its \
      point in $SPOOL_CONFIG and in wandb.config too, and is ranked by the number that it logs under \
      the metric's name, with wandb.log, spool metric, or in $SPOOL_RUN_DIR/summary.json.

      A sweep is queued whole or not at all: if the command is interrupted, either no run is \
      queued, or the same command typed again queues the rest.
      """,
    examples: [
      Example("spool sweep sweep.yaml", "Queues a run for each point."),
      Example(
        "spool sweep sweep.json --count 50 --seed 7 --max-running 4",
        "Draws 50 points, always the same, and runs four of them at a time."),
      Example("spool sweep sweep.json --dry-run", "Prints the points, and queues nothing."),
      Example(
        "spool sweep lr=1e-3,1e-2 seed=1..5 -- ./train",
        "Queues ten runs, such as ./train --lr=1e-3 --seed=1."),
      Example(
        "spool sweep seed=1..5 model=a,b --max-running 2 -- python3 train.py {model} --seed {seed}",
        "Says where the values go."),
      Example(
        "spool sweep lr=1e-4..1e-1:log --method random --count 20 --launch '{\"gpus\": 1}' -- ./train",
        "Draws 20 values, their logarithms evenly spread."),
    ],
    parameters: [
      .queue, .entity, .root,
      .option("job", short: "j", "JOB", completion: .job, "The named job that the runs are of."),
      .option(
        "program", "FILE", completion: .file,
        "What ${program} stands for, in place of the file's program."),
      .option("name", "NAME", "The beginning of the sweep's name."),
      .option("seed", "N", "The seed of a random search; the same seed gives the same points."),
      .option("count", short: "n", "N", "How many runs, in place of the file's run_cap."),
      .option("max-running", "N", "How many of the runs run at a time, over all agents."),
      .option(
        "priority", short: "p", "PP",
        "From 0, first, to 99, last; or critical, high, medium, low; 50 when not given."),
      .flag("env-all", "Add all variables of this shell."),
      .flag("dry-run", "Print the points, one a line, and queue nothing."),
      .json,
      .option(
        "method", "METHOD", choices: SweepFile.Method.allCases.map { $0.rawValue },
        "Of a sweep in words: grid, every combination, or random; grid when not given."),
      .option(
        "launch", "JSON", "Of a sweep in words: more keys of a job, such as {\"gpus\": 1}."),
      .operand(
        "sweep", arity: .many, completion: .file,
        "The sweep's file; - reads standard input. Or NAME=VALUES, one for each parameter."),
      .rest(
        "COMMAND", completion: .file, needsDashes: true, "What to execute, of a sweep in words."),
    ],
    subcommands: [.sweepList, .sweepShow],
    suggestedFor: ["grid", "search", "tune", "array"]
  ) { arguments in
    var launch = try SweepLaunch(arguments)
    return try launch.run()
  }
}

private struct SweepLaunch {
  private let arguments: ParsedArguments
  private let context: Context
  private var request: SweepRequest

  init(_ arguments: ParsedArguments) throws {
    self.arguments = arguments
    context = try Context(arguments)
    let file = try Self.file(arguments)
    for remark in file.remarks { errorLine("spool: \(escapingControls(remark))") }
    request = try SweepRequest(
      file, job: arguments.option("job"), environment: System.variable)
    request.name = arguments.option("name")
    request.seed = try arguments.int("seed", range: 0...Int.max).map { UInt64($0) }
    request.count = try arguments.int("count", range: 1...Int.max)
    request.maxRunning = try arguments.int("max-running", range: 1...Int.max)
    request.priority = try arguments.priority()
    if request.seed != nil, file.method == .grid, file.order != .random {
      throw arguments.usageError("--seed: a grid draws nothing, unless its \"order\" is \"random\"")
    }
  }

  /// Reads the sweep's file, or the words that stand in its place.
  private static func file(_ arguments: ParsedArguments) throws -> SweepFile {
    let words = arguments.operands("sweep")
    let (method, launch) = (arguments.option("method"), arguments.option("launch"))
    let program = arguments.option("program")
    if let first = words.first, SweepWords.isParameter(first) {
      if program != nil { throw arguments.usageError("--program is for a sweep's file") }
      let sweep = try SweepWords(
        words, method: method.flatMap { SweepFile.Method(rawValue: $0) } ?? .grid)
      let keys = try arguments.value("launch", expected: "a JSON object, such as {\"gpus\": 1}") {
        (try? JSON(parsing: $0.rawBytes, dialect: .relaxed))?.objectValue
      }
      guard !arguments.rest.isEmpty || arguments.option("job") != nil else {
        throw arguments.usageError("missing operand COMMAND (or give --job)")
      }
      let file = sweep.file(
        command: arguments.rest, job: arguments.option("job"), launch: keys)
      return try badInput("the sweep", doing: SweepFile(parsing: file.text.rawBytes))
    }
    if words.count > 1 || !arguments.rest.isEmpty {
      throw arguments.usageError(
        "unexpected operand '\(words.dropFirst().first ?? arguments.rest[0])' (give a sweep's file,"
          + " or NAME=VALUES… -- COMMAND)")
    }
    if method != nil || launch != nil {
      throw arguments.usageError(
        "--\(method != nil ? "method" : "launch") is for NAME=VALUES; a sweep's file says it itself"
      )
    }
    guard let name = words.first else { throw arguments.usageError("missing operand SWEEP") }
    let bytes = try NamedFile.read(name)
    return try badInput(
      NamedFile.title(name),
      doing: SweepFile(parsing: bytes, as: Notation(of: bytes, named: name), program: program))
  }

  /// Looks up the named job, and adds directory, umask and environment, as launch does.
  ///
  /// - Parameter queue: The queue; nil for the starter queue before its first use.
  private mutating func complete(_ queue: Queue?, _ settings: QueueSettings) throws {
    let job = JobRequest(request.job)
    request.version =
      if let queue { try queue.version(for: job, settings: settings) } else {
        try job.reference().map { try JobCatalog(context.spool).resolve($0) }
      }
    try LaunchEnvironment(context.spool, settings, all: arguments.flag("env-all")).complete(
      &request.job, over: request.version?.job ?? Job())
  }

  private func warn(_ settings: QueueSettings) {
    guard let warning = request.macroWarning(defaults: settings.jobDefaults) else { return }
    errorLine("spool: \(escapingControls(warning))")
  }

  mutating func run() throws -> Int32 {
    if arguments.flag("dry-run") { return try dryRun() }
    let existing = try context.existingQueue()
    let settings = try existing?.settingsOrDefaults() ?? QueueSettings()
    try complete(existing, settings)
    let queue = try existing ?? context.queueOrStarter()
    warn(settings)
    let sweep = try SweepQueueing(isJSON: arguments.flag("json")).run { report, tell in
      try queue.enqueue(request, reporting: report, telling: tell)
    }
    errorLine("spool: \(words(sweep))")
    context.tellIfUnserved(queue)
    return ExitStatus.done
  }

  private func words(_ sweep: Sweep) -> String {
    var words = sweep.extent
    if let seed = sweep.seed { words += ", seed \(seed)" }
    return words + Self.shortfall(request, sweep.points.count)
  }

  /// The message if the sweep has fewer points than were asked for.
  private static func shortfall(_ request: SweepRequest, _ count: Int) -> String {
    guard let wanted = request.count ?? request.file.runCap, wanted > count else { return "" }
    return "; there are no more points, though \(wanted) were asked for"
  }

  private mutating func dryRun() throws -> Int32 {
    let queue = try context.existingQueue()
    let settings = try queue?.settingsOrDefaults() ?? QueueSettings()
    try complete(queue, settings)
    warn(settings)
    let points = try SweepPoints(request.file, count: request.count, seed: request.seed)
    var first: [String]?
    var buffer = LineBuffer(.standard)
    for point in points.points {
      let command = try request.resolved(
        point, defaults: settings.jobDefaults, queue: context.queueReference
      ).command
      first = first ?? command
      try buffer.line(point.text)
    }
    try buffer.flush()
    let count = points.points.count
    var talk = "spool: would queue \(counted(count, "run"))"
    if let seed = points.seed { talk += ", seed \(seed)" }
    errorLine(talk + Self.shortfall(request, count))
    if let first {
      let words = shellQuoted(first)
      errorLine("spool: the first would execute: \(escapingControls(words))")
    }
    return ExitStatus.done
  }
}
