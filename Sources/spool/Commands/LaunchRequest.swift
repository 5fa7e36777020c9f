import SpoolQueue
import SpoolTerminal

/// The request that the command line of launch makes with its flags and files.
struct LaunchRequest {
  private let arguments: ParsedArguments
  private let flags: JobFlags
  private var request: JobRequest
  /// The run that it comes from, and where the words behind `--` went; nil without `--from`.
  private(set) var source: (run: AskedRun, words: String?)?

  /// Reads the files that were named and checks what can be checked without a queue.
  ///
  /// - Parameters:
  ///   - file: The job of `--file`, if it was read already.
  ///   - config: The configuration of `--config`, if it was read already.
  init(_ arguments: ParsedArguments, file: Job? = nil, config: LaunchConfig? = nil) throws {
    self.arguments = arguments
    flags = JobFlags(arguments)
    request = try flags.request(over: Self.own(arguments, file), config: config)
    let own = request.own
    let says = request.jobText != nil || own.command != nil || own.script != nil
    guard says || arguments.option("from") != nil else {
      throw arguments.usageError("missing operand COMMAND (or give --job, --file or --from)")
    }
  }

  /// The warning of a configuration with keys that have no meaning here.
  var warning: String? {
    request.config?.warning.map { "-c: \($0)" }
  }

  /// Looks up the run and the named job that are meant, and merges everything.
  ///
  /// - Parameters:
  ///   - queue: The queue; nil for the starter queue before its first use.
  ///   - lookups: What was looked up for other requests of the same command line; nil for a single one.
  mutating func resolve(
    _ context: Context, _ queue: Queue?, _ settings: QueueSettings, _ lookups: LaunchLookups? = nil
  ) throws -> ResolvedJob {
    if let run = arguments.option("from") { try paste(run, context, queue) }
    let version: JobVersion?
    if let lookups {
      try lookUp(context, queue, lookups)
      let name = request.jobText ?? ""
      version = try lookups.versions[name] ?? self.version(context, queue, settings)
      lookups.versions[name] = version
    } else {
      try flags.lookUp(&request.own, in: queue, named: context.queueReference)
      version = try self.version(context, queue, settings)
    }
    let all = arguments.flag("env-all")
    let environment = LaunchEnvironment(context.spool, settings, all: all)
    // A run that is asked for again has its own directory and variables.
    if source == nil {
      try environment.complete(&request.own, over: version?.job ?? Job())
    } else if all {
      environment.addVariables(to: &request.own)
    }
    let resolved = try request.checked(
      over: version, defaults: settings.jobDefaults,
      queue: queue?.reference ?? context.queueReference)
    // Once more through the reader: flags obey the rules of files.
    return ResolvedJob(asked: try Self.check(resolved.asked), merged: resolved.merged)
  }

  private func version(
    _ context: Context, _ queue: Queue?, _ settings: QueueSettings
  ) throws -> JobVersion? {
    if let queue { return try queue.version(for: request, settings: settings) }
    return try request.reference().map { try JobCatalog(context.spool).resolve($0) }
  }

  /// Takes over the findings of an earlier request of the same command line, or looks them up.
  private mutating func lookUp(
    _ context: Context, _ queue: Queue?, _ lookups: LaunchLookups
  ) throws {
    let (after, moment) = (request.own.after, request.own.notBefore)
    if let known = lookups.times[after] {
      request.own.after = known.after
      request.own.notBefore = known.moment ?? moment
      return
    }
    try flags.lookUp(&request.own, in: queue, named: context.queueReference)
    let delayed = arguments.isGiven("in") ? request.own.notBefore : nil
    lookups.times[after] = (request.own.after, delayed)
  }

  private static func own(_ arguments: ParsedArguments, _ file: Job?) throws -> Job {
    let isAgain = arguments.option("from") != nil
    var job = Job()
    if let name = arguments.option("file") {
      if !arguments.rest.isEmpty {
        throw arguments.usageError("--file and COMMAND: give one of them")
      }
      try arguments.exclude("file", "script")
      job = try file ?? Job(readingFile: name, partial: arguments.completesFile)
    } else if let script = arguments.option("script") {
      for other in ["job", "from"] { try arguments.exclude("script", other) }
      if !arguments.rest.isEmpty {
        throw arguments.usageError("--script and COMMAND: give one of them")
      }
      job = try Job(scriptFile: script)
    } else if !arguments.rest.isEmpty, !isAgain {
      job = Job(literal: arguments.rest)
    } else if arguments.isGiven("each"), arguments.option("job") == nil {
      // Each line is a command for a shell.
      job.script = "{}"
    }
    if let name = arguments.option("job") {
      if !arguments.rest.isEmpty, !isAgain {
        throw arguments.usageError(
          "--job and COMMAND: give one of them (-c '{\"args\": [...]}' gives a job arguments)")
      }
      if job.command != nil || job.script != nil {
        throw arguments.usageError("--job and a --file with a command: give one of them")
      }
      job.job = name
    }
    return job
  }

  private static func check(_ job: Job) throws -> Job {
    do throws(JobFileError) {
      return try Job(parsing: job.json.bytes())
    } catch {
      throw SpoolError(.badInput, error.message)
    }
  }

  @inline(never)
  private mutating func paste(_ run: String, _ context: Context, _ queue: Queue?) throws {
    let asked = try Self.asked(run, context, queue)
    request.pasted = asked.again
    request.own.priority = try flags.priority ?? request.own.priority
    let words = arguments.rest
    source = (
      asked, words.isEmpty ? nil : request.own.replaceWords(words, of: asked.job)
    )
  }

  /// A run of the queue, else of another one of the same entity.
  private static func asked(
    _ run: String, _ context: Context, _ queue: Queue?
  ) throws -> AskedRun {
    let missing: SpoolError
    do throws(SpoolError) {
      guard let queue else { throw SpoolError(.notFound, "there is no run \(run)") }
      return try queue.asked(of: try queue.resolve(queue.meant(by: run)))
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
    return try first.queue.asked(of: first.run)
  }
}

/// The common facts of the requests of one command line, looked up once.
final class LaunchLookups {
  /// By the dependencies that a request has itself: those that it has with the flags, and the moment of `--in`.
  fileprivate var times: [Dependencies?: (after: Dependencies?, moment: ZonedTime?)] = [:]
  /// By the text that names the job; "" for none.
  fileprivate var versions: [String: JobVersion?] = [:]
}

extension ParsedArguments {
  /// Whether other options may say what a job file leaves out.
  var completesFile: Bool { ["job", "config", "from"].contains { option($0) != nil } }
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
  /// - Parameters:
  ///   - bytes: The content of the file, if it was read already.
  ///   - partial: Whether the command may be said elsewhere.
  init(readingFile file: String, bytes: [UInt8]? = nil, partial: Bool) throws(SpoolError) {
    let bytes = if let bytes { bytes } else { try NamedFile.read(file) }
    self = try badInput(
      NamedFile.title(file),
      doing: Job(parsing: bytes, partial: partial, as: Notation(of: bytes, named: file)))
  }
}

extension ParsedArguments {
  /// Refuses two options that both read standard input.
  func refuseTwoReaders() throws(UsageError) {
    let readers = ["config", "each", "file", "script"].filter { option($0) == "-" }
    if readers.count > 1 {
      throw usageError(
        "--\(readers[0]) - and --\(readers[1]) -: standard input can be only one of them")
    }
  }
}
