import SpoolQueue
import SpoolTerminal

/// The request that the command line of launch makes with its flags and files.
struct LaunchRequest {
  private let arguments: ParsedArguments
  private var request: JobRequest

  /// Reads the named files, and checks everything that needs no queue.
  init(_ arguments: ParsedArguments) throws {
    self.arguments = arguments
    let readers = ["config", "file", "script"].filter { arguments.option($0) == "-" }
    if readers.count > 1 {
      throw arguments.usageError(
        "--\(readers[0]) - and --\(readers[1]) -: standard input can be only one of them")
    }
    request = JobRequest(try Self.own(arguments))
    request.config = try arguments.option("config").map { try LaunchConfig(reading: $0) }
    if arguments.isGiven("set") {
      request.assignments = try arguments.values("set") { try ConfigAssignment($0) }
    }
    let own = request.own
    let says = request.jobText != nil || own.command != nil || own.script != nil
    guard says || arguments.option("from") != nil else {
      throw arguments.usageError("missing operand COMMAND (or give --job, --file or --from)")
    }
  }

  /// The warning about keys of a configuration that have no meaning here.
  var warning: String? {
    request.config?.warning.map { "-c: \($0)" }
  }

  /// Looks up the run and the named job that are meant, and merges everything.
  ///
  /// - Parameter queue: The queue; nil for the starter queue before its first use.
  mutating func resolve(
    _ context: Context, _ queue: Queue?, _ settings: QueueSettings
  ) throws -> ResolvedJob {
    if let run = arguments.option("from") { request.pasted = try paste(run, context, queue) }
    try resolveTimes(context, queue)
    let version =
      if let queue { try queue.version(for: request, settings: settings) } else {
        try request.reference().map { try JobCatalog(context.spool).resolve($0) }
      }
    try LaunchEnvironment(context.spool, settings, all: arguments.flag("env-all")).complete(
      &request.own, arguments, over: version?.job ?? Job())
    let resolved = try request.checked(
      over: version, defaults: settings.jobDefaults,
      queue: queue?.reference ?? context.queueReference)
    // The reader checks the result again: flags obey the rules of files.
    return ResolvedJob(asked: try Self.check(resolved.asked), merged: resolved.merged)
  }

  /// Looks up the runs that it waits for, and turns a delay into a moment.
  @inline(never)
  private mutating func resolveTimes(_ context: Context, _ queue: Queue?) throws {
    try addDependencies(queue)
    if let after = request.own.after, !after.runs.isEmpty {
      guard let queue else {
        throw SpoolError(.notFound, "\(context.queueReference): there is no run \(after.runs[0])")
      }
      request.own.after = try queue.resolve(after)
    }
    if let delay = try arguments.duration("in") {
      // The moment is told by the file server's clock, by which agents go.
      let now = queue?.serverTime() ?? .now
      request.own.notBefore = Self.time(now.adding(seconds: delay))
    }
  }

  private static func own(_ arguments: ParsedArguments) throws -> Job {
    var job = Job()
    if let file = arguments.option("file") {
      if !arguments.rest.isEmpty {
        throw arguments.usageError("--file and COMMAND: give one of them")
      }
      try arguments.exclude("file", "script")
      // These options may complete the file.
      let isPart = ["job", "config", "from"].contains { arguments.option($0) != nil }
      job = try Job(readingFile: file, partial: isPart)
    } else if let script = arguments.option("script") {
      for other in ["job", "from"] { try arguments.exclude("script", other) }
      if !arguments.rest.isEmpty {
        throw arguments.usageError("--script and COMMAND: give one of them")
      }
      job = try Job(scriptFile: script)
    } else if !arguments.rest.isEmpty {
      job = Job(literal: arguments.rest)
    }
    if let name = arguments.option("job") {
      if !arguments.rest.isEmpty {
        throw arguments.usageError(
          "--job and COMMAND: give one of them (-c '{\"args\": [...]}' gives a job arguments)")
      }
      if job.command != nil || job.script != nil {
        throw arguments.usageError("--job and a --file with a command: give one of them")
      }
      job.job = name
    }
    if !arguments.options("env-file").isEmpty {
      job.envFile = arguments.options("env-file").map { Queue.absolute($0) }
    }
    job.name = arguments.option("name") ?? job.name
    job.timeout = try arguments.duration("timeout") ?? job.timeout
    job.warn = try arguments.duration("warn") ?? job.warn
    job.retries = try arguments.int("retries", range: 0...Int.max) ?? job.retries
    job.retryDelay = try arguments.duration("retry-delay") ?? job.retryDelay
    job.retryOn = try arguments.exitStatuses("retry-on") ?? job.retryOn
    job.launcher = try launcher(arguments) ?? job.launcher
    if !arguments.options("tag").isEmpty { job.tags = arguments.options("tag") }
    job.notes = arguments.option("notes") ?? job.notes
    job.author = arguments.option("author") ?? job.author
    if arguments.flag("split") { job.split = true }
    try schedule(&job, arguments)
    return try check(job, partial: true)
  }

  private static func launcher(_ arguments: ParsedArguments) throws -> [String]? {
    try arguments.value("launcher", expected: "words with every quote closed") { shellWords($0) }
  }

  private static func schedule(_ job: inout Job, _ arguments: ParsedArguments) throws {
    try arguments.exclude("in", "not-before")
    let moment = try arguments.value("not-before", expected: MomentInput.forms) {
      MomentInput.moment($0, now: .now, day: .next)
    }
    job.notBefore = moment.flatMap { time($0) } ?? job.notBefore
    job.slots = try arguments.int("slots", range: 1...Int.max) ?? job.slots
    job.gpus = try arguments.int("gpus", range: 0...Int.max) ?? job.gpus
    if !arguments.options("require").isEmpty { job.require = arguments.options("require") }
    job.unique = arguments.option("unique") ?? job.unique
  }

  /// Adds the runs for which the run waits.
  private mutating func addDependencies(_ queue: Queue?) throws {
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
    var after = request.own.after ?? Dependencies()
    if !runs[0].isEmpty { after.ok = (after.ok ?? []) + runs[0] }
    if !runs[1].isEmpty { after.any = (after.any ?? []) + runs[1] }
    if !runs[2].isEmpty { after.failed = (after.failed ?? []) + runs[2] }
    request.own.after = after
  }

  /// The runs that are named: each by its own name, or all runs of a sweep by the sweep's name.
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

  private static func time(_ moment: Timestamp) -> ZonedTime? { ZonedTime(moment.text) }

  private static func check(_ job: Job, partial: Bool = false) throws -> Job {
    do throws(JobFileError) {
      // A part of a job is never written: its values are checked without turning them into text.
      return partial ? try Job(recorded: job.json) : try Job(parsing: job.json.bytes())
    } catch {
      throw SpoolError(.badInput, error.message)
    }
  }

  /// Finds a run of the queue, otherwise of another queue of the same entity.
  @inline(never)
  private func paste(_ run: String, _ context: Context, _ queue: Queue?) throws -> Job {
    let missing: SpoolError
    do throws(SpoolError) {
      guard let queue else { throw SpoolError(.notFound, "there is no run \(run)") }
      return try queue.paste(from: try queue.resolve(queue.meant(by: run)))
    } catch {
      if error.kind != .notFound { throw error }
      missing = error
    }
    let entity = queue?.entity ?? context.spool.entity
    let others = context.spool.queues().filter { $0.entity == entity && $0.path != queue?.path }
    let found = others.compactMap { other in
      (try? other.resolve(run)).map { (queue: other, run: $0) }
    }
    guard let first = found.first else { throw missing }
    if found.count > 1 {
      let names = found.map { "\($0.queue.reference) \($0.run)" }.joined(separator: ", ")
      throw SpoolError(.badInput, "--from \(run): fits runs of several queues: \(names)")
    }
    return try first.queue.paste(from: first.run)
  }
}

extension ParsedArguments {
  /// The exit statuses of a repeated option, whose values are one or several with commas between them. Returns nil
  /// if the option was not given.
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

extension Job {
  /// Makes a job of a script's text for the interpreter in its first line, or for `/bin/sh` if it has no such line.
  ///
  /// - Parameter file: The path of the script; `-` is standard input.
  init(scriptFile file: String) throws(SpoolError) {
    // A shell takes the carriage returns of Windows for parts of words.
    let text = String(raw: try NamedFile.read(file)).replacing("\r\n", with: "\n")
    let title = NamedFile.title(file)
    guard text.utf8.contains(where: { $0 > 0x20 }) else {
      throw SpoolError(.badInput, "\(title): is an empty script")
    }
    var interpreter = ["/bin/sh"]
    if text.hasPrefix("#!") {
      let line = text.dropFirst(2).prefix { $0 != "\n" }
      interpreter = line.split { $0 == " " || $0 == "\t" }.map { String($0) }
    }
    // `env` searches the PATH, and a run does that too.
    if interpreter.count > 1, interpreter[0].hasSuffix("/env") { interpreter.removeFirst() }
    let name = interpreter.first?.pathParts.last.map { String($0) } ?? ""
    let option: String
    switch name {
    case "sh", "bash", "dash", "ksh", "zsh", "fish": option = "-c"
    case let name where name.hasPrefix("python") || name.hasPrefix("pypy"): option = "-c"
    case "perl", "ruby", "node", "Rscript": option = "-e"
    default:
      throw SpoolError(
        .badInput,
        "\(title): its interpreter \(shellQuoted(interpreter)) takes no text: launch the file itself,"
          + " which must then be there when the run starts")
    }
    self.init(literal: interpreter + [option, text])
    if file != "-" { self.name = file.pathParts.last.map { RunName.cleaned(String($0)) } }
  }

  /// Reads a job file that was named on the command line, in JSON or YAML; `-` is standard input.
  ///
  /// - Parameter partial: Whether the command may be given elsewhere.
  init(readingFile file: String, partial: Bool) throws(SpoolError) {
    let bytes = try NamedFile.read(file)
    self = try badInput(
      NamedFile.title(file),
      doing: Job(parsing: bytes, partial: partial, as: Notation(of: bytes, named: file)))
  }
}
