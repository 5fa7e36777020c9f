import SpoolQueue

// How RUN… may always be a selection: the parameters, and what they come to.

extension Parameter {
  /// Which states.
  static func state(short: Character? = nil) -> Parameter {
    .option(
      "state", short: short, "STATE", choices: RunState.allCases.map { $0.rawValue }, repeats: true,
      group: "selection",
      "Only runs in this state, queued for idle ones too.")
  }

  /// What narrows a selection beside the state.
  static let filters: [Parameter] = [
    .option(
      "tag", "TAG", repeats: true, group: "selection",
      "Only runs with this tag; with all of them where it is repeated."),
    .option(
      "job", short: "j", "JOB", repeats: true, completion: .job, group: "selection",
      "Only runs of this named job: [ENTITY/]JOB[:VERSION]."),
    .option(
      "author", "NAME", repeats: true, group: "selection",
      "Only runs of this author or owner."),
    .option(
      "since", "TIME", group: "selection",
      "Only runs that were queued, or ended, since then: 12h ago, 22:30, 2026-11-28 07:30."),
    .option(
      "sweep", "SWEEP", repeats: true, completion: .sweep, group: "selection",
      "Only runs of this sweep: its name, or a part that fits."),
  ]

  /// RUN…, or a selection; the operand comes last.
  static func runs(all: String) -> [Parameter] {
    [.state()] + filters + [
      .flag("all", group: "selection", all),
      .operand("run", arity: .many, completion: .liveRun, "A run's name, or a part that fits."),
    ]
  }
}

extension ParsedArguments {
  /// The filters that were given, as they were typed: `--state queued`.
  var givenFilters: [String] {
    ["state", "tag", "job", "author", "since", "sweep"].filter { declares($0) }.flatMap { name in
      options(name).map { "--\(name) \(shellQuoted($0))" }
    }
  }

  /// What the filters say together; every run where none was given.
  func selection(in queue: Queue?, _ context: Context) throws -> Selection {
    var selection = Selection()
    selection.states = Set(options("state").compactMap { RunState(rawValue: $0) })
    // What waits is the one or the other, as an agent comes or goes.
    if selection.states.contains(.queued) { selection.states.insert(.idle) }
    selection.tags = options("tag")
    selection.authors = options("author")
    selection.since = try value("since", expected: "a span like 12h, or \(MomentInput.forms)") {
      MomentInput.since($0, now: .now)
    }
    selection.jobs = try options("job").map { try job($0, context) }
    if let queue {
      selection.sweeps = try options("sweep").map { try queue.sweep(named: $0).id }
    }
    return selection
  }

  /// A named job; an alias is what it stands for now, as runs are pinned to versions.
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

  /// Checks that runs are named, one by one or by a filter: to mean every run is to say so.
  ///
  /// - Parameter isSelection: Whether something else that was given selects runs.
  func requireRuns(or isSelection: Bool = false) throws(UsageError) {
    let isNamed = !operands("run").isEmpty
    if isNamed, flag("all") { throw usageError("--all and RUN: give one of them") }
    if !isNamed, !flag("all"), givenFilters.isEmpty, !isSelection {
      throw usageError("missing operand RUN (or give --all, or a filter such as --state)")
    }
  }
}

/// The runs that a command line means.
struct ChosenRuns {
  /// Each with the place where it was met; nil: it was named, and nobody has looked yet.
  var runs: [(run: String, place: Queue.Place?)] = []
  /// Why others are not among them.
  var errors: [SpoolError] = []

  /// Looks up RUN… and the filters.
  ///
  /// Only runs that the command can act upon are selected by a filter; one that is named is left to
  /// the command, which says why it cannot.
  ///
  /// - Parameters:
  ///   - arguments: What was typed; ``ParsedArguments/requireRuns()`` holds.
  ///   - queue: Where to look.
  ///   - context: Whose named jobs are meant.
  ///   - scope: What the command can act upon.
  init(
    _ arguments: ParsedArguments, in queue: Queue, _ context: Context, within scope: Selection
  ) throws {
    let texts = arguments.operands("run")
    var named: [String] = []
    var known: Set<String> = []
    if !texts.isEmpty {
      for result in try queue.resolve(texts) {
        switch result {
        case .success(let run): if known.insert(run).inserted { named.append(run) }
        case .failure(let error): errors.append(error)
        }
      }
      if arguments.givenFilters.isEmpty {
        // Of one the command looks itself, right before it acts; of many one look is enough.
        let places = named.count > 8 ? try queue.places(of: known) : [:]
        runs = named.map { ($0, places[$0]) }
        return
      }
    }
    for sweep in arguments.options("sweep") {
      try queue.queueRest(of: queue.sweep(named: sweep))
    }
    var selection = try arguments.selection(in: queue, context)
    if selection.states.isEmpty {
      selection.states = scope.states
    } else if !scope.states.isEmpty {
      selection.states.formIntersection(scope.states)
      // Without a state a selection would be one of every state.
      if selection.states.isEmpty {
        throw arguments.usageError(
          "--state \(arguments.options("state").joined(separator: ", ")): only runs that are"
            + " \(scope.stateWords) can be meant here")
      }
    }
    selection.isHeld = scope.isHeld
    if !texts.isEmpty { selection.runs = Set(named) }
    runs = try queue.select(selection).map { ($0.run, $0.place) }
    let met = Set(runs.map(\.run))
    for run in named where !met.contains(run) {
      errors.append(
        SpoolError(.no, "\(run): is not \(arguments.givenFilters.joined(separator: " "))"))
    }
  }

  /// Puts those that wait before the others, the last of them first.
  mutating func putWaitingFirst() {
    let waits: (Queue.Place?) -> Bool = { place in
      if case .queued? = place { true } else { false }
    }
    runs = runs.filter { waits($0.place) }.reversed() + runs.filter { !waits($0.place) }
  }

  /// Does the same to each of the runs; one that refuses does not keep the others from it.
  ///
  /// - Parameters:
  ///   - arguments: What was typed, for the message where there is no such run.
  ///   - act: Does it and says so; returns an exit status.
  /// - Returns: The exit status: the gravest. That there is no such run is a no.
  func forEach(
    _ arguments: ParsedArguments, _ act: (String, Queue.Place?) throws -> Int32
  ) throws -> Int32 {
    var status = ExitStatus.done
    func tell(_ error: SpoolError) {
      errorLine("spool: \(escapingControls(error.message))")
      status = Swift.max(status, error.kind.rawValue)
    }
    for error in errors { tell(error) }
    for (run, place) in runs {
      do {
        status = Swift.max(status, try act(run, place))
      } catch let error as SpoolError {
        tell(error)
      }
    }
    if runs.isEmpty, errors.isEmpty {
      let filters = arguments.givenFilters.joined(separator: " ")
      errorLine("spool: there is no such run" + (filters.isEmpty ? "" : ": \(filters)"))
      status = ExitStatus.no
    }
    return status
  }
}

extension Selection {
  /// The states in words: `idle, queued, starting or running`.
  fileprivate var stateWords: String {
    let words = RunState.allCases.filter { states.contains($0) }.map { $0.rawValue }
    guard let last = words.last, words.count > 1 else { return words.last ?? "" }
    return words.dropLast().joined(separator: ", ") + " or " + last
  }

  /// Runs that are not over.
  static let unfinished = Selection(states: [.idle, .queued, .starting, .running])
  /// Runs that wait.
  static let waiting = Selection(states: [.idle, .queued])
}
