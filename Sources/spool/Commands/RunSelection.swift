import SpoolQueue
import SpoolTerminal

// Every command that takes RUN… also takes a selection of runs. These are the parameters, and their meaning.

extension Parameter {
  static func state(short: Character? = nil) -> Parameter {
    .option(
      "state", short: short, "STATE", choices: RunState.allCases.map { $0.rawValue }, repeats: true,
      group: "selection",
      "Only runs in this state, queued for idle ones too.")
  }

  /// The options that narrow a selection beside the state.
  static let filters: [Parameter] = [
    .option(
      "tag", "TAG", repeats: true, group: "selection",
      "Only runs with this tag; given several times, with all of the tags."),
    .option(
      "job", short: "j", "JOB", repeats: true, completion: .job, group: "selection",
      "Only runs of this named job: [ENTITY/]JOB[:VERSION]."),
    .option(
      "project", "PROJECT", repeats: true, group: "selection", "Only runs of this project."),
    .option(
      "author", "NAME", repeats: true, group: "selection",
      "Only runs of this author or owner."),
    .option(
      "since", "TIME", group: "selection",
      "Only runs that were queued, or ended, since then: 12h ago, yesterday, 22:30, 2026-11-28."),
    .option(
      "sweep", "SWEEP", repeats: true, completion: .sweep, group: "selection",
      "Only runs of this sweep: its name, or a part that fits."),
  ]

  static let everyone = flag(
    "everyone", group: "selection",
    "In a queue of several people the runs of all; without it, or --author, only yours.")
  static let yes = flag("yes", short: "y", "Ask nothing: a terminal is asked above 5 runs.")

  /// The operand of a run that may be left out.
  static let newestOrNamedRun = operand(
    "run", arity: .optional, completion: .run,
    "A run's name, or a part that fits; @latest, your newest, when not given; @latest-failed.")

  /// RUN…, or a selection; the operand comes last.
  ///
  /// - Parameter isChange: Whether the command changes the runs, so that it asks before it changes many.
  static func runs(all: String, isChange: Bool = true) -> [Parameter] {
    (isChange ? [.yes] : []) + [.state()] + filters + [
      .flag("all", group: "selection", all), .everyone,
      .operand(
        "run", arity: .many, completion: .liveRun,
        "A run's name, or a part that fits; @latest is your newest, @latest-failed your last failure."
      ),
    ]
  }
}

extension ParsedArguments {
  /// The run that is named, or the newest run of the user if none is named.
  func run(in queue: Queue) throws -> String {
    let text = operand("run") ?? "@latest"
    return try queue.resolve(queue.meant(by: text))
  }

  /// The filters that were given, as they were typed: `--state queued`.
  var givenFilters: [String] {
    ["state", "tag", "job", "project", "author", "since", "sweep"].filter { declares($0) }.flatMap {
      name in
      options(name).map { "--\(name) \(shellQuoted($0))" }
    }
  }

  /// Whether a single run is named, without a filter.
  var namesOneRun: Bool { operands("run").count == 1 && givenFilters.isEmpty }

  /// Whether neither a run nor a filter is given.
  var namesNothing: Bool {
    operands("run").isEmpty && !flag("all") && givenFilters.isEmpty
  }

  /// The selection that all filters make together; every run if no filter was given.
  func selection(in queue: Queue?, _ context: Context) throws -> Selection {
    var selection = Selection()
    selection.states = Set(options("state").compactMap { RunState(rawValue: $0) })
    // A waiting run changes between queued and idle as agents come and go.
    if selection.states.contains(.queued) { selection.states.insert(.idle) }
    selection.tags = options("tag")
    selection.authors = options("author")
    selection.projects = options("project")
    selection.since = try value("since", expected: "a span like 12h, or \(MomentInput.forms)") {
      MomentInput.since($0, now: .now)
    }
    selection.jobs = try options("job").map { try job($0, context) }
    if let queue {
      selection.sweeps = try options("sweep").map { try queue.sweep(named: $0).id }
    }
    return selection
  }

  /// A named job. An alias is replaced by its version, since runs are pinned to versions.
  private func job(_ text: String, _ context: Context) throws -> Selection.Job {
    guard var job = Selection.Job(text), let reference = JobReference(text) else {
      throw usageError("option --job: '\(text)' is not a job as in [ENTITY/]JOB[:VERSION]")
    }
    switch job.version {
    case nil, .version: break
    case .latest, .alias: job.version = .version(try context.jobs.resolve(reference).number)
    }
    return job
  }

  /// Checks that runs are named, one by one or by a filter: a user who means every run has to say so.
  ///
  /// - Parameter isSelection: Whether another given option selects runs.
  func requireRuns(or isSelection: Bool = false) throws(UsageError) {
    let isNamed = !operands("run").isEmpty
    if isNamed, flag("all") { throw usageError("--all and RUN: give one of them") }
    if !isNamed, !flag("all"), givenFilters.isEmpty, !isSelection {
      throw usageError("missing operand RUN (or give --all, or a filter such as --state)")
    }
  }
}

extension ParsedArguments {
  /// Whether a selection means only the runs of the user who typed it: several people share the queue, and no
  /// option says whose runs are meant.
  func meansOwnRuns(in queue: Queue) -> Bool {
    queue.isShared && !flag("everyone") && options("author").isEmpty
  }
}

extension ParsedArguments {
  /// W&B's words for priorities.
  private static let priorities = [("critical", 0), ("high", 25), ("medium", 50), ("low", 75)]

  /// The priority that was given, as a number or in W&B's words. Returns nil if none was given.
  func priority() throws(UsageError) -> Int? {
    let words = Self.priorities.map(\.0).joined(separator: ", ")
    return try value("priority", expected: "a whole number from 0 to 99, or \(words)") { text in
      if let named = Self.priorities.first(where: { $0.0 == text }) { return named.1 }
      return Int(text).flatMap { (0...99).contains($0) ? $0 : nil }
    }
  }
}

extension Selection {
  static let unfinished = Selection(states: [.idle, .queued, .starting, .running])
  static let waiting = Selection(states: [.idle, .queued])
  static let over = Selection(states: [.killed, .crashed, .failed, .finished])
}
