import SpoolQueue
import SpoolTerminal

extension Command {
  static let stats = Command(
    name: "stats", group: "LOOK",
    abstract: "Show figures: waiting and running runs, rates, waiting and run times, failures.",
    discussion: """
      Runs that are over are counted from the records in done/: all of them, or with --since \
      those of runs that ended since then. Waiting times are those from submission to start, of \
      runs that needed one attempt; nine of ten runs took at most P90. Failures are grouped by \
      kind, as "exit status 3" or "time limit".

      --prometheus prints metrics in Prometheus's text format, for node_exporter's textfile \
      collector. All are gauges, since the numbers become smaller when runs are pruned. With -o \
      the file is written aside and renamed, readable for everybody; if that fails, the old file \
      stays.
      """,
    examples: [
      Example("spool stats", "Shows the figures of your default queue."),
      Example(
        "spool stats --all --since 24h", "Shows the figures of every queue for the last day."),
      Example(
        "spool stats --tag nightly --job train --json", "Counts some of the runs, for a program."),
      Example(
        "* * * * * spool stats --all --prometheus -o /var/lib/node_exporter/spool.prom",
        "A crontab line: metrics for Prometheus, once a minute."),
    ],
    parameters: [
      .queues, .entity, .root,
      .flag("all", short: "a", "Count every queue of every entity; with -e those of that one."),
      .json,
      .flag("prometheus", "Print metrics in the text format of Prometheus."),
      .option(
        "output", short: "o", "FILE", completion: .file,
        "The file to write, by a rename; standard output when not given, or -."),
      .option("every", "D", "Do it again and again, that long apart, until it is stopped."),
      .state(short: "s"),
    ]
      + Parameter.filters.filter { $0.key != "since" } + [
        .option(
          "since", "TIME", group: "selection",
          "Of the runs that are over only those that ended since then: 12h ago, 22:30, 2026-11-28"
            + " 07:30.")
      ],
    suggestedFor: ["statistics", "metrics", "figures"]
  ) { arguments in
    try Stats(arguments).run()
  }
}

private struct Stats {
  private let arguments: ParsedArguments
  private let context: Context
  /// The queues that were named; nil for all.
  private let named: [Queue]?
  private let interval: Double?
  private let file: String?

  init(_ arguments: ParsedArguments) throws {
    let isAll = arguments.flag("all")
    try arguments.exclude("all", "queue")
    if isAll || arguments.options("queue").count > 1, !arguments.options("sweep").isEmpty {
      throw arguments.usageError("--sweep and several queues: a sweep is of one queue")
    }
    try arguments.exclude("json", "prometheus")
    interval = try arguments.duration("every").map { Swift.max($0, 0.1) }
    file = arguments.option("output").flatMap { $0 == "-" ? nil : $0 }
    if file == "" { throw arguments.usageError("option --output: '' is not a file") }
    let contexts = try Context.each(arguments)
    context = contexts[0]
    self.arguments = arguments
    if isAll {
      named = nil
      return
    }
    var queues: [Queue] = []
    for context in contexts {
      let queue = try context.queue()
      if queues.contains(where: { $0.path == queue.path }) { continue }
      if arguments.flag("prometheus"), queues.contains(where: { $0.reference == queue.reference }) {
        throw arguments.usageError(
          "two queues are called \(queue.reference), and metrics could not tell them apart")
      }
      queues.append(queue)
    }
    named = queues
  }

  func run() throws -> Int32 {
    // The faults of the last time and of this time.
    var before: [String] = []
    var troubles: [String] = []
    func tell(_ line: String) {
      troubles.append(line)
      // If a file is written again and again, each fault is reported once, not each time.
      if file == nil || !before.contains(line) { errorLine(escapingControls(line)) }
    }
    if interval == nil, file == nil { return try once(tell) }
    // A file that was begun is finished: an interruption leaves no half file beside the other.
    var isFirst = true
    return try UntilStopped.run(every: interval) {
      if !isFirst, file == nil, !arguments.flag("json") { try printLine("") }
      defer {
        isFirst = false
        (before, troubles) = (troubles, [])
      }
      do {
        return try once(tell)
      } catch let error as SpoolError where file != nil && !isFirst {
        // The file was written once: a full disk may get room again, and a missing share may come back.
        tell("spool: \(error.message)")
        return error.kind.rawValue
      }
    }
  }

  /// Counts and prints. If a queue cannot be read, the others are counted all the same.
  private func once(_ tell: (String) -> Void) throws -> Int32 {
    var status = ExitStatus.done
    var looks: [StatsMetrics.Look] = []
    let queues = try named ?? context.allQueues()
    if queues.isEmpty { tell("\(context.spool.root): no queues") }
    // The selection is worked out anew each time: an alias may have moved to another version, and --since moves on.
    var selection = try arguments.selection(in: named?.first, context)
    let since = selection.since
    selection.since = nil
    for queue in queues {
      do throws(SpoolError) {
        looks.append(.figures(try queue.statistics(of: selection, endedSince: since)))
      } catch {
        tell("spool: \(queue.reference): \(error.message)")
        status = Swift.max(status, error.kind.rawValue)
        looks.append(.failed(entity: queue.entity, queue: queue.name))
      }
    }
    try put(text(looks))
    return status
  }

  private func text(_ looks: [StatsMetrics.Look]) -> String {
    if arguments.flag("prometheus") { return StatsMetrics.text(looks, takenAt: .now) }
    let figures = looks.compactMap { look in
      if case .figures(let figures) = look { figures } else { nil }
    }
    if arguments.flag("json") { return figures.map { $0.json.text + "\n" }.joined() }
    let colour = file == nil && Terminal.usesColour(1)
    return figures.map { StatsText(figures: $0, colour: colour).text }.joined(separator: "\n")
  }

  private func put(_ text: String) throws {
    guard let file else { return try Output.standard.write(text) }
    // The program that reads the file may belong to another user.
    try OutputFile(file).write(Array(text.utf8), permissions: 0o644)
  }
}
