import SpoolQueue
import SpoolTerminal

/// Many runs in one launch: one for each line of a file. All of them are queued, or none.
struct LaunchBatch {
  private let arguments: ParsedArguments
  private let context: Context
  /// The name of the file with the lines, in messages.
  private let title: String
  private let text: [UInt8]
  /// Whether each line is a job, and not a text for the command.
  private let areJobs: Bool

  /// Reads the lines of `--each`.
  init(_ arguments: ParsedArguments, _ context: Context) throws {
    let name = arguments.option("each") ?? "-"
    for other in ["file", "script", "from", "unique"] { try arguments.exclude("each", other) }
    self.init(
      arguments, context, named: name,
      text: try NamedFile.read(name, limit: BatchLines.sizeLimit), areJobs: false)
    try refuse()
  }

  /// Takes the lines of a `--file` that has a job on each.
  init(_ arguments: ParsedArguments, _ context: Context, jobs text: [UInt8]) throws {
    self.init(
      arguments, context, named: arguments.option("file") ?? "-", text: text, areJobs: true)
    try arguments.exclude("file", "unique")
    try refuse()
  }

  private init(
    _ arguments: ParsedArguments, _ context: Context, named name: String, text: [UInt8],
    areJobs: Bool
  ) {
    self.arguments = arguments
    self.context = context
    title = NamedFile.title(name)
    self.text = text
    self.areJobs = areJobs
  }

  private func refuse() throws {
    for flag in ["wait", "follow"] where arguments.flag(flag) {
      throw arguments.usageError(
        "--\(flag) is for a single run: spool wait SWEEP waits for all runs of a file")
    }
  }

  func run() throws -> Int32 {
    let existing = try context.existingQueue()
    let settings = try existing?.settingsOrDefaults() ?? QueueSettings()
    let maxRunning = try arguments.int("max-running", range: 1...Int.max)
    var batch = try make(BatchLines(text, title: title), existing, settings)
    batch.plan.maxRunning = maxRunning
    batch.plan.isHeld = arguments.flag("hold")
    complete(&batch.plan.asked)
    try Launch.tell(batch.warning, of: batch.first, in: existing, settings, arguments)
    if arguments.flag("dry-run") { return try dryRun(batch) }
    let queue = try existing ?? context.queueOrStarter()
    let plan = batch.plan
    let sweep = try SweepQueueing(isJSON: arguments.flag("json")).run { report, tell in
      try queue.enqueue(plan, settings: settings, reporting: report, telling: tell)
    }
    errorLine("spool: \(sweep.extent)")
    context.tellIfUnserved(queue)
    LaunchEnvironment.tellOfLeftBehind(by: batch.first)
    return ExitStatus.done
  }

  /// The runs that are to be queued.
  private struct Batch {
    var plan: SweepPlan
    /// The first run's job with everything merged.
    let first: Job
    let warning: String?
    /// The words that each run executes, made when they are asked for.
    let command: @Sendable (Int) throws(JobFileError) -> [String]
  }

  private func make(
    _ lines: BatchLines, _ queue: Queue?, _ settings: QueueSettings
  ) throws -> Batch {
    try areJobs ? jobs(lines.lines, queue, settings) : each(lines.lines, queue, settings)
  }

  // MARK: A command for each line

  private func each(
    _ lines: [BatchLines.Line], _ queue: Queue?, _ settings: QueueSettings
  ) throws -> Batch {
    var request = try LaunchRequest(arguments)
    let resolved = try request.resolve(context, queue, settings)
    let words = LineWords(resolved.asked)
    let merged = resolved.merged
    let reference = queue?.reference ?? context.queueReference
    func size(_ line: BatchLines.Line) throws(SpoolError) -> Int {
      do throws(SpoolError) {
        let job = try words.job(merged, line)
        _ = try badInput(
          "line \(line.number)", doing: job.launchedCommand(run: "run", queue: reference))
        return line.bytes.count
      } catch {
        throw SpoolError(error.kind, "\(title): \(error.message)")
      }
    }
    var bytes = 0
    for line in lines { bytes += try size(line) }
    let points = lines.map { JSONObject([("line", .string($0.text))]) }
    let asked = resolved.asked
    var plan = SweepPlan(
      .each, base: base(merged), asked: JSONObject([("lines", .string(String(raw: text)))]),
      points: points
    ) { (number, sweep) throws(SpoolError) in
      var job = try words.job(asked, lines[number])
      job.sweep = sweep
      return job
    }
    plan.parameters = ["line"]
    plan.jobs = [asked]
    plan.priority = try priority(merged)
    plan.asked["job"] = .object(Self.withoutEnvironment(asked, arguments))
    return Batch(plan: plan, first: try words.job(merged, lines[0]), warning: request.warning) {
      (number) throws(JobFileError) in
      guard let job = try? words.job(merged, lines[number]) else { return [] }
      return try job.launchedCommand(run: "run", queue: reference)
    }
  }

  // MARK: A job on each line

  private func jobs(
    _ lines: [BatchLines.Line], _ queue: Queue?, _ settings: QueueSettings
  ) throws -> Batch {
    let lookups = LaunchLookups()
    let reference = queue?.reference ?? context.queueReference
    let isPart = arguments.completesFile
    var (asked, priorities, points): ([Job], [Int], [JSONObject]) = ([], [], [])
    var (first, warning): (Job?, String?) = (nil, nil)
    // It may come from a pipe, which can be read once.
    let config = try arguments.option("config").map { try LaunchConfig(reading: $0) }
    for line in lines where !line.isComment {
      do {
        let job = try badInput(nil, doing: Job(parsing: Array(line.bytes), partial: isPart))
        var request = try LaunchRequest(arguments, file: job, config: config)
        let resolved = try request.resolve(context, queue, settings, lookups)
        try check(resolved, reference)
        asked.append(resolved.asked)
        priorities.append(try priority(resolved.merged))
        points.append(resolved.asked.runConfig ?? JSONObject())
        first = first ?? resolved.merged
        warning = warning ?? request.warning
      } catch let error as SpoolError {
        throw SpoolError(error.kind, "\(title): " + Self.located(error.message, line.number))
      }
    }
    guard let first else {
      throw SpoolError(.badInput, "\(title): has no line that asks for a run")
    }
    let made = asked
    var plan = SweepPlan(
      .each, base: base(first), asked: JSONObject([("lines", .string(String(raw: text)))]),
      points: points
    ) { number, sweep in
      var job = made[number]
      job.sweep = sweep
      return job
    }
    plan.asked["job"] = .object(Self.withoutEnvironment(made[0], arguments))
    plan.priorities = priorities
    plan.priority = priorities[0]
    plan.parameters = Self.names(in: points)
    var known: Set<String> = []
    plan.jobs = made.filter { job in job.job.map { known.insert($0).inserted } ?? false }
    return Batch(plan: plan, first: first, warning: warning) { (number) throws(JobFileError) in
      try made[number].launchedCommand(run: "run", queue: reference)
    }
  }

  /// Refuses a job that would mean something else among the runs of a file.
  private func check(_ resolved: ResolvedJob, _ reference: String) throws {
    if resolved.merged.unique != nil {
      throw SpoolError(.badInput, "\"unique\" is for a single run")
    }
    let alone = try badInput(
      nil, doing: resolved.merged.launchedCommand(run: "run", queue: reference))
    var job = resolved.merged
    job.sweep = "sweep"
    let together = try badInput(nil, doing: job.launchedCommand(run: "run", queue: reference))
    if alone != together {
      throw SpoolError(
        .badInput,
        "its command has a macro for arguments, such as ${args}, which stands for the"
          + " run_config in a run of a sweep: write the arguments into the command")
    }
  }

  /// The names of the values, at most 20, that differ among the runs.
  private static func names(in points: [JSONObject]) -> [String] {
    var names: [String] = []
    for point in points.prefix(100) {
      for name in point.keys where names.count < 20 && !names.contains(name) { names.append(name) }
    }
    return names.filter { name in points.contains { $0[name] != points[0][name] } }
  }

  // MARK: Both kinds of lines

  private func base(_ job: Job) -> String {
    arguments.option("name") ?? job.name ?? job.programName
  }

  private func priority(_ job: Job) throws -> Int {
    try arguments.priority() ?? job.priority ?? 50
  }

  /// Adds to a request all that makes it the same when it is made again.
  private func complete(_ asked: inout JSONObject) {
    let names = [
      "name", "priority", "max-running", "tag", "timeout", "gpus", "slots", "after", "env",
    ]
    for name in names where arguments.isGiven(name) {
      asked[name] = .strings(arguments.options(name))
    }
    if arguments.flag("hold") { asked["hold"] = .bool(true) }
  }

  /// The message about a line, which is a whole text for the parser of a job.
  private static func located(_ message: String, _ number: Int) -> String {
    let first = "line 1, "
    guard message.hasPrefix(first) else { return "line \(number): \(message)" }
    let begun = "begun at line 1,"
    return "line \(number), "
      + message.dropFirst(first.count).replacing(begun, with: "begun at line \(number),")
  }

  /// A job without the parts that a shell may change between two commands.
  private static func withoutEnvironment(_ job: Job, _ arguments: ParsedArguments) -> JSONObject {
    var job = job
    job.env = nil
    if arguments.isGiven("in") { job.notBefore = nil }
    return job.json
  }

  /// Prints the command of each run.
  private func dryRun(_ batch: Batch) throws -> Int32 {
    var buffer = LineBuffer(.standard)
    for number in batch.plan.points.indices {
      let words = try badInput(nil, doing: batch.command(number))
      try buffer.line(shellQuoted(words))
    }
    try buffer.flush()
    errorLine("spool: would queue \(counted(batch.plan.points.count, "run"))")
    return ExitStatus.done
  }
}

extension BatchLines.Line {
  /// Whether it has nothing but a comment of JSON.
  fileprivate var isComment: Bool {
    bytes.drop { $0 == 0x20 || $0 == 0x09 }.starts(with: "//".utf8)
  }
}

/// Where a line goes in a job.
private struct LineWords: Sendable {
  private let command: LineTemplate?
  private let arguments: LineTemplate?
  private let isScript: Bool

  init(_ job: Job) {
    isScript = job.script != nil
    let words = job.command.map { LineTemplate($0) }
    let args = job.args.map { LineTemplate($0) }
    let hasPlaces = isScript || words?.hasPlaces == true || args?.hasPlaces == true
    // Without a place the line is the last word.
    if let own = job.command, !hasPlaces, args == nil {
      command = LineTemplate(own + ["{}"])
      arguments = nil
    } else {
      command = words
      arguments = hasPlaces ? args : LineTemplate((job.args ?? []) + ["{}"])
    }
  }

  func job(_ job: Job, _ line: BatchLines.Line) throws(SpoolError) -> Job {
    var job = job
    if isScript { job.script = line.text }
    if let command, job.command != nil { job.command = try command.words(for: line) }
    if let arguments { job.args = try arguments.words(for: line) }
    return job
  }
}
