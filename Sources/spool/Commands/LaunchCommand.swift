import SpoolQueue

extension Command {
  /// Queues a run.
  static let launch = Command(
    name: "launch", group: "RUN",
    abstract: "Queue a run and print its name.",
    discussion: """
      The command is executed as it stands, without a shell, in the directory where launch was \
      typed. Of the environment only PATH, VIRTUAL_ENV, CONDA_PREFIX, CONDA_DEFAULT_ENV, \
      PYTHONPATH, LD_LIBRARY_PATH, LANG and LC_* are taken along; --env adds to them.

      When launch has printed the name, the run is on disk and will be executed.
      """,
    examples: [
      Example("spool launch -- python3 train.py --epochs 10", "Queues a command."),
      Example(
        "spool launch -q night --env SEED=7 --follow make -j4", "Queues it and shows its log."),
      Example("spool launch --file job.json --dry-run", "Shows what would be queued."),
    ],
    parameters: [
      .queue, .entity, .root,
      .option(
        "file", "FILE", completion: .file, "Queue what the file says; - reads standard input."),
      .option("name", "NAME", "What the run's name begins with."),
      .option(
        "priority", short: "p", "PP", "From 0, first, to 99, last; 50 when not given."),
      .option(
        "env", "K[=V]", repeats: true,
        "Add a variable; without =V the one that is set here. May be repeated."),
      .option(
        "env-file", "FILE", repeats: true, completion: .file,
        "A file of NAME=value lines, read when the run starts."),
      .option("cwd", "DIR", completion: .directory, "Where to execute it; here when not given."),
      .option("timeout", "D", "End it after that long: 90s, 15m, 1h30m."),
      .option("tag", "TAG", repeats: true, "Mark it. May be repeated."),
      .option("notes", "TEXT", "Say more about it."),
      .option("author", "NAME", "Who asks, shown beside the file's owner."),
      .flag("split", "Write standard error into err.log, not into out.log."),
      .flag("hold", "Queue it held: it waits for its release."),
      .flag("wait", short: "w", "Wait for its end; exit with 1 if it did not finish well."),
      .flag("follow", short: "f", "Show its log until its end, as --wait does otherwise."),
      .flag("dry-run", "Print the job file and the command, and queue nothing."),
      .json,
      .rest("COMMAND", completion: .file, "What to execute, with its arguments."),
    ],
    suggestedFor: ["run", "add", "submit", "enqueue"]
  ) { arguments in
    try Launch(arguments).run()
  }
}

/// One call of launch.
private struct Launch {
  private let arguments: ParsedArguments
  private let context: Context

  init(_ arguments: ParsedArguments) throws {
    self.arguments = arguments
    context = try Context(arguments)
  }

  func run() throws -> Int32 {
    let job = try job()
    if let key = job.unsupportedKey {
      throw SpoolError(.badInput, "key \"\(key)\": this version of spool cannot do that yet")
    }
    let priority = try arguments.int("priority", range: 0...99) ?? job.priority ?? 50
    if arguments.flag("dry-run") { return try dryRun(job) }
    let queue = try context.queue()
    let run = try queue.enqueue(job, priority: priority, held: arguments.flag("hold"))
    if arguments.flag("json") {
      try printLine(queue.run(named: run).json.text)
    } else {
      try printLine(run)
    }
    if try !queue.isServed() {
      errorLine("spool: no agent serves \(queue.reference): spool agent -q \(queue.reference)")
    }
    if arguments.flag("follow") { try LogFollower(queue, run).follow() }
    guard arguments.flag("wait") || arguments.flag("follow") else { return ExitStatus.done }
    return try waitForEnd(of: run, in: queue)
  }

  private func waitForEnd(of run: String, in queue: Queue) throws -> Int32 {
    guard let ended = try queue.wait(for: run) else { return ExitStatus.no }
    errorLine("spool: \(run) \(ended.state.rawValue): \(escapingControls(ended.reason ?? ""))")
    return ended.state == .finished ? ExitStatus.done : ExitStatus.no
  }

  private func dryRun(_ job: Job) throws -> Int32 {
    let argv = try Self.resolve(job, queue: context.queuePath)
    try printLine(String(decoding: job.json.bytes(pretty: true), as: UTF8.self))
    errorLine("spool: would execute: \(argv.map { shellQuoted($0) }.joined(separator: " "))")
    return ExitStatus.done
  }

  private static func resolve(_ job: Job, queue: String) throws -> [String] {
    let name = queue.split(separator: "/").suffix(2).joined(separator: "/")
    do throws(JobFileError) {
      return try job.resolvedCommand(run: RunName.cleaned(job.programName) + "-…", queue: name)
    } catch {
      throw SpoolError(.badInput, error.description)
    }
  }

  private func job() throws -> Job {
    var job: Job
    if let file = arguments.option("file") {
      if !arguments.rest.isEmpty {
        throw arguments.usageError("--file and COMMAND: give one of them")
      }
      job = try Self.read(file)
    } else {
      guard !arguments.rest.isEmpty else {
        throw arguments.usageError("missing operand COMMAND (or give --file)")
      }
      job = Job(command: arguments.rest)
    }
    job.cwd =
      try arguments.option("cwd").map { try Self.directory($0) } ?? job.cwd
      ?? LaunchEnvironment.directory()
    job.umask = job.umask ?? LaunchEnvironment.mask
    job.env = try environment(job.env)
    if !arguments.options("env-file").isEmpty {
      job.envFile = arguments.options("env-file").map { Queue.absolute($0) }
    }
    job.name = arguments.option("name") ?? job.name
    job.timeout = try arguments.duration("timeout") ?? job.timeout
    if !arguments.options("tag").isEmpty { job.tags = arguments.options("tag") }
    job.notes = arguments.option("notes") ?? job.notes
    job.author = arguments.option("author") ?? job.author
    if arguments.flag("split") { job.split = true }
    // Once more through the reader: flags obey the rules of files.
    do throws(JobFileError) {
      return try Job(parsing: job.json.bytes())
    } catch {
      throw SpoolError(.badInput, error.message)
    }
  }

  private static func read(_ file: String) throws -> Job {
    let path = file == "-" ? "/dev/stdin" : file
    let bytes = try attempt("read", file) { () throws(Errno) in
      try System.openFollowing(path).readAll(limit: Job.sizeLimit)
    }
    do throws(JobFileError) {
      return try Job(parsing: bytes)
    } catch {
      throw SpoolError(.badInput, "\(file): \(error)")
    }
  }

  private static func directory(_ path: String) throws -> String {
    let path = Queue.absolute(path)
    return path
  }

  private func environment(_ own: Environment?) throws -> Environment {
    var environment = LaunchEnvironment.captured().merging(own)
    for text in arguments.options("env") {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      if parts.count == 2 {
        environment[name] = String(parts[1])
      } else if let value = Terminal.environment(name) {
        environment[name] = value
      } else {
        throw arguments.usageError("--env \(name): there is no such variable here; give \(name)=…")
      }
    }
    return environment
  }
}

/// What launch takes along of the place where it was typed.
enum LaunchEnvironment {
  /// The umask that was in force when the program began; a queue's files do not follow it.
  static let mask = Int(CreationMask.clear())

  /// The directory, by the name that the shell knows where that is right: on another host an
  /// automounter may know no other.
  static func directory() throws -> String {
    let real = try attempt("find out", "the current directory") { () throws(Errno) in
      try System.realPath(".")
    }
    if let logical = Terminal.environment("PWD"), logical.hasPrefix("/"),
      let there = try? System.informationFollowing(logical),
      let here = try? System.informationFollowing("."),
      there.inode == here.inode, there.device == here.device
    {
      return logical
    }
    return real
  }

  /// The variables.
  static func captured() -> Environment {
    var environment = Environment()
    for name in names {
      if let value = Terminal.environment(name) { environment[name] = value }
    }
    return environment
  }

  private static let names =
    [
      "PATH", "VIRTUAL_ENV", "CONDA_PREFIX", "CONDA_DEFAULT_ENV", "PYTHONPATH", "LD_LIBRARY_PATH",
      "LANG",
    ]
    + [
      "ALL", "CTYPE", "NUMERIC", "TIME", "COLLATE", "MONETARY", "MESSAGES", "PAPER", "NAME",
      "ADDRESS", "TELEPHONE", "MEASUREMENT", "IDENTIFICATION",
    ].map { "LC_" + $0 }
}

extension Environment {
  /// With the other's variables over these.
  fileprivate func merging(_ other: Environment?) -> Environment {
    other.map { $0.merging(over: self) } ?? self
  }
}

/// A word as a shell would need it.
func shellQuoted(_ word: String) -> String {
  let plain = word.utf8.allSatisfy { unit in
    (0x30...0x39).contains(unit) || (0x41...0x5A).contains(unit) || (0x61...0x7A).contains(unit)
      || "_-./:=,+@%".utf8.contains(unit)
  }
  if plain, !word.isEmpty { return word }
  return "'"
    + word.split(separator: "'", omittingEmptySubsequences: false).joined(
      separator: "'\\''") + "'"
}
