import SpoolQueue
import SpoolTerminal

/// The options of a request for a run, one list for every command that has them: launch and retry ask for a run,
/// edit changes the request of a waiting run.
///
/// Where the word of an option selects runs, as in retry, the one that changes them has `new-` before it.
struct JobFlags {
  private let arguments: ParsedArguments

  /// The command line of a command with ``parameters(besideSelection:)``.
  init(_ arguments: ParsedArguments) { self.arguments = arguments }

  /// The options that change a run which has its name and its place in the queue.
  static var ofNamedRun: [Parameter] {
    parameters().filter { $0.long != "name" && $0.long != "priority" }
  }

  /// The options.
  ///
  /// - Parameter isBesideSelection: Whether the command has the options that select runs as well.
  static func parameters(besideSelection isBesideSelection: Bool = false) -> [Parameter] {
    var parameters = job + place + schedule
    if !isBesideSelection { return parameters }
    parameters.insert(
      .option(
        "job", "JOB", completion: .job, "Run another version of the named job, or another job."),
      at: 0)
    for position in parameters.indices {
      parameters[position].group = "change"
      if selecting.contains(parameters[position].long) {
        parameters[position].long = Self.prefix + parameters[position].long
        parameters[position].short = nil
      }
    }
    return parameters
  }

  private static let prefix = "new-"
  private static let selecting: Set<String> = ["job", "tag", "project", "author"]

  private static let job: [Parameter] = [
    .option(
      "config", short: "c", "CONFIG", completion: .file,
      "Change the job's args, run_config or entry_point: a file in JSON or YAML, - for standard"
        + " input, or the text itself."),
    .option(
      "set", "K=V", repeats: true,
      "Set a value of run_config: JSON, else text; dots reach inside."),
    .option("name", "NAME", "The beginning of the run's name."),
    .option(
      "priority", short: "p", "PP",
      "From 0, first, to 99, last; or critical, high, medium, low; 50 when not given."),
    .option("timeout", "D", "End it after that long: 90s, 15m, 1h30m."),
    .option("warn", "D", "Send USR1 that long before the time limit."),
    .option("retries", "N", "Try it up to N more times if it does not finish."),
    .option(
      "retry-delay", "D",
      "Wait that long before the second attempt, twice as long before each next one; 30s when"
        + " not given."),
    .option(
      "retry-on", "STATUS", repeats: true,
      "Try it again only after this exit status, or one of several: 75,111."),
    .option("tag", "TAG", repeats: true, "Mark it."),
    .option("notes", "TEXT", "Say more about it."),
    .option("project", "PROJECT", "The project to which it belongs; W&B's client gets it."),
    .option("author", "NAME", "The person who asks; shown beside the file's owner."),
  ]

  private static let place: [Parameter] = [
    .option(
      "env", "K[=V]", repeats: true,
      "Add a variable; without =V it has the value that it has here."),
    .flag("env-all", "Add all variables of this shell, but for those about the shell itself."),
    .option(
      "env-file", "FILE", repeats: true, completion: .file,
      "A file of NAME=value lines, read when the run starts."),
    .option("cwd", "DIR", completion: .directory, "Where to execute it; here when not given."),
    .option(
      "launcher", "WORDS",
      "Put a command before it, in one text as a shell reads it: 'srun --gres=gpu:1'; '' for none,"
        + " whatever the queue says."),
    .flag("split", "Write standard error into err.log, not into out.log."),
  ]

  private static let schedule: [Parameter] = [
    .option("in", "D", group: "schedule", "Start it no sooner than in that time: 90s, 15m, 2h."),
    .option(
      "not-before", "TIME", group: "schedule",
      "Start it no sooner than then: 22:30, 'tomorrow 8:00', 2026-11-28T07:30:00Z."),
    .option(
      "after", "RUN", repeats: true, completion: .run, group: "schedule",
      "Start it when that run, or all of that sweep, has finished; several separated by commas."),
    .option(
      "after-any", "RUN", repeats: true, completion: .run, group: "schedule",
      "Start it when that run has ended, in whatever way."),
    .option(
      "after-tag", "TAG", repeats: true, group: "schedule",
      "Start it when all runs that have this tag now, and are not over, have finished."),
    .option(
      "after-failed", "RUN", repeats: true, completion: .run, group: "schedule",
      "Start it when that run has ended without finishing."),
    .option("slots", "N", group: "schedule", "How many of its host's slots it takes."),
    .option(
      "gpus", "N", group: "schedule",
      "How many of its host's gpus it takes, or a share of one in eighths: 0.5."),
    .option(
      "require", "LABEL", repeats: true, group: "schedule",
      "Start it only with an agent that has this label; the name of a host is one."),
    .option(
      "unique", "KEY", group: "schedule",
      "Queue it as KEY-1, KEY-2…, and only while no other run with that key is not done."),
  ]
}

extension JobFlags {
  /// Whether any of them was given.
  var isGiven: Bool {
    Self.parameters(besideSelection: arguments.declares(Self.prefix + "tag")).contains {
      arguments.isGiven($0.long)
    }
  }

  /// The name by which the command has an option that selects runs elsewhere.
  private func name(_ name: String) -> String {
    arguments.declares(Self.prefix + name) ? Self.prefix + name : name
  }

  /// The priority that was given, from 0 to 99 or in W&B's words; nil if none was.
  var priority: Int? {
    get throws { try arguments.priority() }
  }

  /// What they say over a job: a request without the runs that it waits for, which ``lookUp(_:in:orNamed:)`` adds.
  ///
  /// - Throws: That a value is wrong, or a file cannot be read.
  func request(over job: Job = Job(), config: LaunchConfig? = nil) throws -> JobRequest {
    var job = job
    try apply(to: &job)
    var request = JobRequest(try Self.checked(job))
    request.config = try config ?? arguments.option("config").map { try LaunchConfig(reading: $0) }
    if arguments.isGiven("set") {
      request.assignments = try arguments.values("set") { try ConfigAssignment($0) }
    }
    return request
  }

  private func apply(to job: inout Job) throws {
    if arguments.declares(Self.prefix + "job") {
      job.job = arguments.option(Self.prefix + "job") ?? job.job
    }
    if let directory = arguments.option("cwd") { job.cwd = Queue.absolute(directory) }
    let files = arguments.options("env-file")
    if !files.isEmpty { job.envFile = files.map { Queue.absolute($0) } }
    try addVariables(to: &job)
    if arguments.isGiven("name") { job.name = arguments.option("name") }
    job.timeout = try arguments.duration("timeout") ?? job.timeout
    job.warn = try arguments.duration("warn") ?? job.warn
    job.retries = try arguments.int("retries", range: 0...Int.max) ?? job.retries
    job.retryDelay = try arguments.duration("retry-delay") ?? job.retryDelay
    job.retryOn = try arguments.exitStatuses("retry-on") ?? job.retryOn
    job.launcher =
      try arguments.value("launcher", expected: "words with every quote closed") { shellWords($0) }
      ?? job.launcher
    let tags = arguments.options(name("tag"))
    if !tags.isEmpty { job.tags = tags }
    job.notes = arguments.option("notes") ?? job.notes
    job.project = arguments.option(name("project")) ?? job.project
    job.author = arguments.option(name("author")) ?? job.author
    if arguments.flag("split") { job.split = true }
    try arguments.exclude("in", "not-before")
    let moment = try arguments.value("not-before", expected: MomentInput.forms) {
      MomentInput.moment($0, now: .now, day: .next)
    }
    job.notBefore = moment.flatMap { ZonedTime($0.text) } ?? job.notBefore
    job.slots = try arguments.int("slots", range: 1...Int.max) ?? job.slots
    if let text = arguments.option("gpus") {
      let number = Double(text)
      let whole = Int(text).flatMap { $0 >= 0 ? GPUAmount($0) : nil }
      guard let gpus = whole ?? number.flatMap({ GPUAmount($0) }) else {
        throw arguments.usageError(
          "option --gpus: '\(text)' is not \(GPUAmount.expected(beside: number))")
      }
      job.gpus = gpus
    }
    let labels = arguments.options("require")
    if !labels.isEmpty { job.require = labels }
    job.unique = arguments.option("unique") ?? job.unique
  }

  private func addVariables(to job: inout Job) throws {
    let texts = arguments.options("env")
    if texts.isEmpty { return }
    var environment = job.env ?? Environment()
    for text in texts {
      if let (name, value) = text.cut(at: "=") {
        environment[name] = value
      } else if let value = System.variable(text) {
        environment[text] = value
      } else {
        throw arguments.usageError("--env \(text): there is no such variable here; give \(text)=…")
      }
    }
    job.env = environment
  }

  /// A part of a job is never written: its values are checked without a text of it.
  private static func checked(_ job: Job) throws -> Job {
    do throws(JobFileError) {
      return try Job(recorded: job.json)
    } catch {
      throw SpoolError(.badInput, error.message)
    }
  }

  /// Looks up the runs that it waits for, and the moment that is some time from now.
  ///
  /// - Parameters:
  ///   - queue: The queue; nil for the starter queue before its first use.
  ///   - reference: How the queue is called.
  @inline(never)
  func lookUp(_ job: inout Job, in queue: Queue?, named reference: String) throws {
    try addDependencies(to: &job, queue)
    if let after = job.after, !after.runs.isEmpty {
      guard let queue else {
        throw SpoolError(.notFound, "\(reference): there is no run \(after.runs[0])")
      }
      job.after = try queue.resolve(after)
    }
    if let delay = try arguments.duration("in") {
      // By the clock that agents go by, the file server's.
      let now = queue?.serverTime() ?? .now
      job.notBefore = ZonedTime(now.adding(seconds: delay).text)
    }
  }

  /// Adds the runs that it waits for.
  private func addDependencies(to job: inout Job, _ queue: Queue?) throws {
    let names = ["after", "after-any", "after-failed"]
    if !(names + ["after-tag"]).contains(where: { arguments.isGiven($0) }) { return }
    var runs = try names.map { name in
      let texts = arguments.options(name).flatMap { list in
        list.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
      }
      if texts.contains("") { throw arguments.usageError("option --\(name): '' is no run's name") }
      guard let queue, !texts.isEmpty else { return texts }
      return try Self.runs(texts, in: queue)
    }
    let tags = arguments.options("after-tag")
    if !tags.isEmpty {
      guard let queue else {
        throw SpoolError(.notFound, "there is no run with the tag \(tags[0]) that is not over")
      }
      runs[0] += try Self.runs(tagged: tags, in: queue)
    }
    if runs.allSatisfy({ $0.isEmpty }) { return }
    var after = job.after ?? Dependencies()
    if !runs[0].isEmpty { after.ok = (after.ok ?? []) + runs[0] }
    if !runs[1].isEmpty { after.any = (after.any ?? []) + runs[1] }
    if !runs[2].isEmpty { after.failed = (after.failed ?? []) + runs[2] }
    job.after = after
  }

  /// The runs that are meant: each by its own name, or all of a sweep by the sweep's.
  private static func runs(_ texts: [String], in queue: Queue) throws -> [String] {
    let texts = try texts.map { try queue.meant(by: $0) }
    return try zip(texts, queue.resolve(texts)).flatMap { text, result in
      do throws(SpoolError) {
        return [try result.get()]
      } catch {
        guard let sweep = try? queue.sweep(named: text) else { throw error }
        try queue.queueRest(of: sweep)
        var selection = Selection()
        selection.sweeps = [sweep.id]
        return try queue.withoutRepeated(queue.select(selection).map { $0.run })
      }
    }
  }

  /// The user's runs that have all of these tags and are not over.
  private static func runs(tagged tags: [String], in queue: Queue) throws -> [String] {
    var selection = Selection.unfinished
    selection.tags = tags
    if queue.isShared { selection.owners = Selection.ownNames }
    let runs = try queue.select(selection).map { $0.run }
    if runs.isEmpty {
      let words = tags.joined(separator: ", ")
      throw SpoolError(
        .notFound, "\(queue.reference): there is no run with the tag \(words) that is not over")
    }
    return runs
  }
}

extension ParsedArguments {
  /// The exit statuses of a repeated option, each value one or several with commas between; nil
  /// if none was given.
  fileprivate func exitStatuses(_ name: String) throws(UsageError) -> [Int]? {
    var statuses: [Int] = []
    for text in options(name) {
      for part in text.split(separator: ",", omittingEmptySubsequences: false) {
        guard let status = Int(part), (0...255).contains(status) else {
          throw usageError("option --\(name): '\(part)' is not an exit status from 0 to 255")
        }
        statuses.append(status)
      }
    }
    return statuses.isEmpty ? nil : statuses
  }
}
