import SpoolQueue
import SpoolTerminal

extension Command {
  static let page = Command(
    name: "page", group: "LOOK",
    abstract: "Write one HTML page that shows queues, runs, failures and sweeps.",
    discussion: """
      One file that needs nothing else: no server, no network, and scripts only to search and \
      sort. It shows how many runs are in each state, the queues and their agents, running runs \
      with their progress, a timeline of runs by host, waiting times, run times and throughput, \
      failures with the last lines of their logs, sweeps with the courses of the metric and each \
      parameter against it, and the runs themselves. #run-NAME behind its address opens a run.

      Without -q and -e it shows every queue of every entity, with -e every queue of that one. \
      With -o the file is replaced by a rename, so that a web server or a share can show it at \
      any moment; with --every it is made again, and a browser that shows it loads it again.

      The page holds commands, configurations and the ends of logs: put it where only the right \
      people can read it. The environment of a run is never on it.
      """,
    examples: [
      Example("spool page -o queue.html", "Writes a page of every queue."),
      Example("spool page -q night --since 7d -o night.html", "Shows a week of one queue."),
      Example(
        "spool page --every 30s -o /var/www/html/queue.html",
        "Keeps a page for a screen on the wall up to date, until it is stopped."),
    ],
    parameters: [
      .option(
        "queue", short: "q", "QUEUE", repeats: true, completion: .queue,
        "A queue to show: a name, ENTITY/QUEUE, or the path of its directory."),
      .option(
        "entity", short: "e", "ENTITY", completion: .entity,
        "Whose queues: a person or a team; all when not given."),
      .root,
      .flag(
        "all", short: "a",
        "Show every queue of every entity, as without -q; with -e those of that one."),
      .option(
        "output", short: "o", "FILE", completion: .file,
        "The file to write; standard output when not given, or -."),
      .option("every", "D", "Write it again each D until interrupted: 30s, 5m."),
      .option(
        "limit", short: "n", "N",
        "How many of the newest runs it holds, 10000 when not given; 0 holds all."),
      .state(short: "s"),
      // A sweep belongs to one queue, and a page may show many.
    ] + Parameter.filters.filter { $0.long != "sweep" },
    suggestedFor: ["html", "dashboard", "web"]
  ) { arguments in
    var writer = try PageWriter(arguments)
    return try writer.run()
  }
}

private struct PageWriter {
  private let context: Context
  private let names: [String]
  private let entity: String?
  private let file: OutputFile?
  private let interval: Double?
  private let arguments: ParsedArguments
  private var limit: Int?
  private var isFirst = true
  /// The faults of the last time.
  private var told: [String] = []

  init(_ arguments: ParsedArguments) throws {
    self.arguments = arguments
    names = arguments.options("queue")
    entity = arguments.option("entity")
    try arguments.exclude("all", "queue")
    interval = try arguments.duration("every").map { Swift.max($0.rounded(.up), 1) }
    limit = try arguments.int("limit", range: 0...Int.max) ?? PageReader.defaultLimit
    if limit == 0 { limit = nil }
    let output = arguments.option("output") ?? "-"
    if interval != nil, output == "-" {
      throw arguments.usageError("--every needs a file to write: -o FILE")
    }
    context = try Context(arguments, queue: names.first)
    file = output == "-" ? nil : try OutputFile(output)
  }

  mutating func run() throws -> Int32 {
    guard file != nil else { return try look() }
    // A page that was begun is finished: an interruption leaves no half file beside it.
    return try UntilStopped.run(every: interval) { try look() }
  }

  /// Makes the page once, and reports the faults.
  private mutating func look() throws -> Int32 {
    var troubles: [String] = []
    do {
      troubles = try write()
    } catch let error as SpoolError where !isFirst {
      // The page was written once: a full disk may get room again, and a missing share may come back.
      troubles = [error.message]
    }
    // Each fault is reported once, not each time, and again if it was gone meanwhile.
    for text in troubles where !told.contains(text) {
      errorLine("spool: \(escapingControls(text))")
    }
    told = troubles
    isFirst = false
    return troubles.isEmpty ? ExitStatus.done : ExitStatus.system
  }

  /// Makes the page. Returns the faults of queues.
  private func write() throws -> [String] {
    var reader = PageReader()
    reader.limit = limit
    reader.selection = try arguments.selection(in: nil, context)
    let queues = try queues()
    var page = reader.read(queues, title: title(queues))
    page.interval = interval
    let bytes = PageDocument(page).bytes
    if let file {
      try file.write(bytes)
    } else {
      try Output.standard.write(bytes)
    }
    return page.queues.map(\.overview).compactMap { queue in
      queue.trouble.map { "\(queue.reference): \($0)" }
    }
  }

  /// The meant queues as they are now: a queue that was made meanwhile is shown too. A name without a queue is an
  /// error at first. Later it means that the queue has vanished, and the page says so.
  private func queues() throws -> [(reference: String, path: String)] {
    if names.isEmpty {
      return try context.allQueues().map { ($0.reference, $0.path) }
    }
    return try names.map { name in
      let named = try Context(arguments, queue: name)
      if isFirst {
        let queue = try named.queue()
        return (queue.reference, queue.path)
      }
      return (named.queueReference, named.queuePath)
    }
  }

  private func title(_ queues: [(reference: String, path: String)]) -> String {
    if queues.count == 1 { return queues[0].reference }
    if !names.isEmpty { return queues.map(\.reference).joined(separator: ", ") }
    return entity ?? context.spool.root
  }
}
