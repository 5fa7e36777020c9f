import SpoolQueue
import SpoolTerminal

extension Command {
  static let launch = Command(
    name: "launch", group: "RUN",
    abstract: "Queue a run and print its name.",
    discussion: """
      The command is executed as it stands, without a shell and with nothing replaced in it, in \
      the directory where launch was typed. Of the environment launch records only PATH, \
      VIRTUAL_ENV, CONDA_PREFIX, CONDA_DEFAULT_ENV, PYTHONPATH, LD_LIBRARY_PATH, LANG, LC_* and \
      TZ; --env and --env-all add others, and so does "env_keep": ["WANDB_*"] in the configuration \
      (~/.config/spool/config.json) or in queue.json.

      A named job is looked up now, and the run is pinned to that version. Of two values the one \
      further to the right wins: the queue's defaults, the named job, --from, -c, the file and \
      the flags, --set. Objects merge, any other value replaces; an empty list in CONFIG changes \
      nothing.

      --from takes over all that a run was asked for: command, configuration, directory, variables, \
      gpus, time limit, tags, priority and the rest of its job file. What belongs to that run alone \
      is left: after, not_before, author, and that it was held. Flags count more, and COMMAND \
      replaces its arguments where it has a named job, a script or args, otherwise its command; \
      launch says which. --dry-run shows what differs from that run.

      Launch says in a line on standard error if this host has no such program or directory, if a \
      script names no interpreter that is there, and if no live agent has what the run needs. The \
      run is queued all the same, since another host may have it; --strict queues nothing then.

      When launch has printed the name, the run is on disk and will be executed.

      With --each, or with a --file that has a JSON job on each line, all runs are queued or none, \
      and what is printed is the name of them all, which wait, kill, list --sweep, retry, hold and \
      --after take. In COMMAND {} stands for a line, {1} {2} … for its words between blanks, {#} \
      for its number; no shell looks at them. Without any of these the line is added as the last \
      word, and without COMMAND each line is a command for /bin/sh. Empty lines are left out. If \
      it is interrupted, either no run is queued, or the same command typed again queues the rest.

      With --wait or --follow it exits as the command does, as if no queue were between: with its \
      exit status, or 128 and the number of the signal that ended it; with 124 after the time \
      limit, 126 or 127 if the command could not be executed or was not found, and 125 for any \
      other trouble of spool. ^C ends the waiting, and not the run.

      With --unique, if a run with that key is not done, launch prints the name of that run and \
      exits with 1, or with 125 if --wait or --follow was given. --after takes only runs that exist, and a run that waits for an end which can \
      no longer come is an error.
      """,
    examples: [
      Example("spool launch -- python3 train.py --epochs 10", "Queues a command."),
      Example(
        "spool launch -q night --env SEED=7 --follow make -j4", "Queues it and shows its log."),
      Example(
        "spool launch -j train:v3 -q night -c config.json --set learning_rate=0.1",
        "Queues a version of a named job with its own configuration."),
      Example(
        "spool launch --from train-9x7c --set seed=2 --gpus 2 --dry-run",
        "Shows what would differ if an earlier run were queued again with these values."),
      Example(
        "spool launch --retries 3 --retry-on 75 --timeout 2h --warn 5m -- ./train",
        "Tries it again after status 75, and sends USR1 five minutes before the limit."),
      Example(
        "spool launch --after train-9x7c --in 2h -- python3 report.py",
        "Queues a run that starts when the other has finished and two hours have passed."),
      Example(
        "spool launch --after lr-k2p4 -- python3 best.py",
        "Queues a run that starts when all runs of a sweep have finished."),
      Example(
        "spool launch --unique backup -- ./backup.sh",
        "Queues it, unless a run with that key is not done yet."),
      Example("spool launch --script train.sh --gpus 1", "Queues a script as it is now."),
      Example(
        "spool launch --each seeds.txt --gpus 1 -- ./train --seed {}",
        "Queues a run for each line of a file."),
      Example(
        "ls *.wav | spool launch --each - -- ffmpeg -i {} out/{#}.flac",
        "Queues a run for each line of its input."),
      Example("spool launch --each commands.txt", "Queues each line, a command for the shell."),
      Example("spool launch --file jobs.jsonl", "Queues a run for each job of a file."),
      Example("spool launch --file job.json --dry-run", "Shows what would be queued."),
    ],
    parameters: [
      .queue, .entity, .root,
      .option(
        "job", short: "j", "JOB", completion: .job,
        "Run a named job: [ENTITY/]JOB[:VERSION], where VERSION may be an alias; latest when not"
          + " given."),
      .option(
        "from", "RUN", completion: .run,
        "Take all that an earlier run was asked for; what else is given counts more."),
      .option(
        "file", "FILE", completion: .file,
        "Queue what the file, in JSON or YAML, says; with a JSON job on each line, a run for each; -"
          + " reads standard input."),
      .option(
        "each", "FILE", completion: .file,
        "Queue a run for each line of a file: {} in COMMAND is the line, {1} its first word, {#} its"
          + " number; - reads standard input."),
      .option(
        "script", "FILE", completion: .file,
        "Take a script's text now and run it; - reads it from standard input."),
    ] + JobFlags.parameters() + [
      .option("max-running", "N", "How many runs of --each run at a time, over all agents."),
      .flag("strict", "Queue nothing that may crash, or that no live agent can run."),
      .flag("hold", "Queue it held: it waits for its release."),
      .flag("wait", short: "w", "Wait for its end, and exit with its command's exit status."),
      .flag("follow", short: "f", "Show its log until its end, as --wait does otherwise."),
      .status,
      .flag("dry-run", "Print the job file and the command, and queue nothing."),
      .json,
      .rest("COMMAND", completion: .file, "What to execute, with its arguments."),
    ],
    suggestedFor: ["run", "add", "submit", "enqueue", "sbatch", "srun"]
  ) { arguments in
    guard arguments.flag("wait") || arguments.flag("follow") else {
      if arguments.option("status") != nil {
        throw arguments.usageError("--status: needs --wait or --follow")
      }
      return try Launch(arguments).run()
    }
    return try arguments.waitingForOne { try Launch(arguments).run() }
  }
}

struct Launch {
  private let arguments: ParsedArguments
  private let context: Context

  init(_ arguments: ParsedArguments) throws {
    self.arguments = arguments
    context = try Context(arguments)
  }

  func run() throws -> Int32 {
    try arguments.refuseTwoReaders()
    if isAlone { return try ask() }
    if arguments.isGiven("each") { return try LaunchBatch(arguments, context).run() }
    var file: Job?
    if let name = arguments.option("file"), arguments.rest.isEmpty {
      let bytes = try NamedFile.read(name, limit: BatchLines.sizeLimit)
      if BatchLines.areObjects(bytes, named: name) {
        return try LaunchBatch(arguments, context, jobs: bytes).run()
      }
      file = try Job(readingFile: name, bytes: bytes, partial: arguments.completesFile)
    }
    if arguments.option("max-running") != nil {
      throw arguments.usageError("--max-running: needs --each, or a --file with a job on each line")
    }
    // Everything that can be wrong is checked before the first use makes a queue.
    var request = try LaunchRequest(arguments, file: file)
    let existing = try context.existingQueue()
    let settings = try existing?.settingsOrDefaults() ?? QueueSettings()
    let resolved = try request.resolve(context, existing, settings)
    if let source = request.source, let words = source.words {
      Self.tell("the words given replace the \(words) of \(source.run.run)")
    }
    Self.tell(warningOfInput)
    try Self.tell(request.warning, of: resolved.merged, in: existing, settings, arguments)
    let priority = try arguments.priority() ?? resolved.merged.priority ?? 50
    if arguments.flag("dry-run") {
      return try dryRun(resolved, priority, from: request.source?.run)
    }
    return try enqueue(resolved, priority, try existing ?? context.queueOrStarter(), settings)
  }

  /// Reports the doubts about a job that has everything merged.
  ///
  /// - Parameter warning: The warning about the command line.
  /// - Throws: ``SpoolError`` if `--strict` was given, and something may be wrong.
  static func tell(
    _ warning: String?, of job: Job, in queue: Queue?, _ settings: QueueSettings,
    _ arguments: ParsedArguments
  ) throws {
    tell(warning)
    tell(job.macroWarning)
    tell(Self.warning(ofGPUs: job))
    let doubts = try queue?.doubts(about: job, settings: settings) ?? job.doubts
    for doubt in doubts { tell(doubt) }
    if arguments.flag("strict"), !doubts.isEmpty {
      throw SpoolError(.no, "nothing was queued, since --strict allows no doubts")
    }
  }

  private static func tell(_ warning: String?) {
    if let warning { errorLine("spool: \(escapingControls(warning))") }
  }

  /// The warning for a job that names gpus itself. Returns nil if there is no reason for a warning.
  private static func warning(ofGPUs job: Job) -> String? {
    guard job.env?["CUDA_VISIBLE_DEVICES"] != nil else { return nil }
    return job.gpus?.isNone == false
      ? "CUDA_VISIBLE_DEVICES is not the job's to say beside --gpus: the agent chooses"
      : "CUDA_VISIBLE_DEVICES is the job's own: no agent keeps these gpus for it, as for --gpus"
  }

  /// The warning that a script on standard input does not reach the run. Returns nil if there is no such script.
  private var warningOfInput: String? {
    let interpreters = ["sh", "bash", "dash", "ksh", "zsh", "fish", "perl", "ruby", "node", "R"]
    guard let program = arguments.rest.first?.pathParts.last,
      arguments.rest.count == 1 || arguments.rest.last == "-",
      interpreters.contains(String(program)) || program.hasPrefix("python"), Terminal.hasInput
    else { return nil }
    return "standard input is not the run's: launch --script - takes a script from there"
  }

  /// Whether the command line names nothing to queue, and there is a terminal to ask on.
  private var isAlone: Bool {
    arguments.rest.isEmpty && arguments.given.isSubset(of: Self.besideDialogue)
      && Terminal.isTerminal(0) && Terminal.isTerminal(2)
  }

  /// The flags that may be given beside the dialogue: the place, and further actions. The dialogue asks for
  /// everything else, and would ignore any other flag.
  private static let besideDialogue: Set<String> = [
    "queue", "entity", "root", "priority", "hold", "wait", "follow", "json",
  ]

  @inline(never)
  private func ask() throws -> Int32 {
    try context.spool.requireEntity()
    var dialogue = LaunchDialogue(context.spool)
    guard let answer = try dialogue.run() else { return ExitStatus.no }
    let priority = try arguments.priority() ?? answer.job.merged.priority ?? 50
    return try enqueue(answer.job, priority, answer.queue, answer.queue.settingsOrDefaults())
  }

  private func enqueue(
    _ resolved: ResolvedJob, _ priority: Int, _ queue: Queue, _ settings: QueueSettings
  ) throws -> Int32 {
    let run: String
    do throws(SpoolError) {
      run = try queue.enqueue(
        resolved: resolved, priority: priority, held: arguments.flag("hold"), settings: settings)
    } catch {
      // A run that exists already is an answer too.
      if let other = error.run { try show(other, of: queue) }
      throw error
    }
    try show(run, of: queue)
    context.tellIfUnserved(queue)
    LaunchEnvironment.tellOfLeftBehind(by: resolved.merged)
    guard arguments.flag("wait") || arguments.flag("follow") else { return ExitStatus.done }
    LastWords.say(ofRuns: [run], in: queue)
    defer { LastWords.forget() }
    if arguments.flag("follow") { try LogFollower(queue: queue, run: run).follow() }
    return try waitForEnd(of: run, in: queue)
  }

  private func show(_ run: String, of queue: Queue) throws {
    guard arguments.flag("json") else { return try printLine(run) }
    // If the name is only reserved, no more is known about it.
    let found = try? queue.run(named: run).json
    try printLine((found ?? JSONObject([("run", .string(run))])).text)
  }

  private func waitForEnd(of run: String, in queue: Queue) throws -> Int32 {
    let status = StatusLine()
    var pulse = try RunPulse(queue, run)
    var watch = try RunWatch(queue, [run])
    let found = try watch.next(within: nil, showing: status, in: queue) { pulse.text() }
    guard let ended = found.first else { return ExitStatus.no }
    errorLine("spool: \(run) \(ended.state.rawValue): \(escapingControls(ended.reason ?? ""))")
    return arguments.status(of: ended)
  }

  /// Prints the file that would be queued, and the command with everything merged.
  @inline(never)
  private func dryRun(
    _ resolved: ResolvedJob, _ priority: Int, from source: AskedRun?
  ) throws -> Int32 {
    let run = resolved.asked.unique ?? RunName.cleaned(resolved.merged.programName) + "-…"
    let argv = try badInput(
      nil, doing: resolved.merged.launchedCommand(run: run, queue: context.queueReference))
    try printLine(String(raw: resolved.asked.json.bytes(pretty: true)))
    errorLine("spool: would execute: \(shellQuoted(argv))")
    if let source {
      let changes = JobDifference.between(source, resolved.asked, priority: priority)
      errorLine(
        "spool: " + (changes.isEmpty ? "as \(source.run)" : "differs from \(source.run):"))
      for change in changes { errorLine("  " + change.text) }
    }
    return ExitStatus.done
  }
}
