import SpoolQueue
import SpoolTerminal

extension Command {
  static let list = Command(
    name: "list", group: "LOOK",
    abstract: "Show running and waiting runs, and the last that ended.",
    discussion: """
      Running runs come first, then the queue in the order in which it will run, then the newest \
      that ended. A run is idle, not queued, if no agent serves the queue; a held run, and a run \
      in a paused queue, is marked. With --json a line is the run's whole record.

      WHAT is the named job or the words that are executed; of several runs of one job, and of a \
      sweep, it tells the values in which they differ. With several hosts there is a column HOST. \
      On a terminal the table is cut to the window, elsewhere nothing is cut. --columns takes \
      the names of --json, with dots to reach inside, config for run_config, what and status. \
      --sort looks at all runs, before --limit counts.

      With --watch the list is drawn again in the window, every 2 seconds or as --every says, \
      and cut to it: what runs, what waits and what ended have a share of the rows each, and so \
      has each queue; q or ^C leaves, and the terminal is as it was. It needs a terminal. spool \
      watch shows more, and has keys for logs, kill and hold.
      """,
    examples: [
      Example("spool list", "Shows the first 50 runs of your default queue."),
      Example(
        "spool list -q night --state failed --state crashed",
        "Shows the runs that failed or crashed."),
      Example(
        "spool list --since 12h --tag nightly",
        "Shows the runs that were queued or ended since then."),
      Example(
        "spool list --columns run,host,config.lr,summary.loss --sort summary.loss",
        "Compares runs by what they were given and what they found."),
      Example("spool list -n 0 --format csv >runs.csv", "Writes a table for another program."),
      Example("spool list --limit 0 --json", "Prints every run, one JSON object a line."),
      Example("spool list --watch --state running --every 5s", "Watches the running runs."),
    ],
    parameters: [
      .queue, .entity, .root,
      .flag("all", short: "a", "Show every queue of every entity; with -e those of that one."),
      .option("limit", short: "n", "N", "How many runs, 50 when not given; 0 shows all."),
      .option(
        "columns", "NAMES", completion: .names("column"),
        "Which columns: names of --json with commas between, such as run,host,config.lr."),
      .option(
        "sort", "NAME", completion: .names("column"),
        "Sort by such a value, with a - before it the greatest first: -summary.loss."),
      .option(
        "format", "FORMAT", choices: ["table", "csv", "json"],
        "How to print it, a table when not given; CSV has whole values."),
      .flag("watch", short: "w", "Draw it again and again, on a terminal."),
      .option("every", "D", "How often with --watch, 2s when not given."),
      .json, .state(short: "s"),
    ] + Parameter.filters,
    suggestedFor: ["ls", "ps", "status", "queue-list", "squeue", "sacct", "history"]
  ) { arguments in
    try List(arguments).run()
  }
}

private struct List {
  private let context: Context
  private let isAll: Bool
  private let isJSON: Bool
  private let limit: Int?
  private let arguments: ParsedArguments
  private let columns: RunColumns?
  private let order: RunOrder?
  private let isCSV: Bool

  private let interval: Double

  private static let defaultLimit = 50

  init(_ arguments: ParsedArguments) throws {
    isAll = arguments.flag("all")
    try arguments.exclude("all", "queue")
    if isAll, !arguments.options("sweep").isEmpty {
      throw arguments.usageError("--all and --sweep: a sweep is of one queue")
    }
    context = try Context(arguments)
    try arguments.exclude("json", "format")
    let format = arguments.option("format")
    isJSON = arguments.flag("json") || format == "json"
    isCSV = format == "csv"
    let chosen = try arguments.option("columns").map { try RunColumns($0, arguments) }
    columns = chosen ?? (isCSV ? .all : nil)
    order = try arguments.option("sort").map { try RunOrder($0, arguments) }
    if isJSON, chosen != nil {
      throw arguments.usageError("--columns and JSON: a line of JSON has every value")
    }
    let limit = try arguments.int("limit", range: 0...Int.max) ?? Self.defaultLimit
    self.limit = limit == 0 ? nil : limit
    interval = try arguments.duration("every").map { Swift.max($0, 0.1) } ?? 2
    if arguments.option("every") != nil, !arguments.flag("watch") {
      throw arguments.usageError("--every: how often with --watch, which is missing")
    }
    try arguments.exclude("json", "watch")
    try arguments.exclude("format", "watch")
    self.arguments = arguments
  }

  func run() throws -> Int32 {
    if arguments.flag("watch") { return try watch() }
    guard isAll else {
      let listing = try context.existingQueue().map { try RunListing($0) }
      try showHeader()
      if let listing {
        try show(listing)
      } else if !isJSON {
        errorLine("\(escapingControls(context.queueReference)): no runs")
      }
      return ExitStatus.done
    }
    let queues = try context.allQueues()
    try showHeader()
    if queues.isEmpty { errorLine("\(escapingControls(context.spool.root)): no queues") }
    for (number, queue) in queues.enumerated() {
      let listing = try RunListing(queue)
      if !isJSON, !isCSV {
        if number > 0 { try printLine("") }
        try printLine(escapingControls(try Self.heading(listing)))
      }
      try show(listing)
    }
    if !isJSON, !isCSV { context.tellOfClosedQueues() }
    return ExitStatus.done
  }

  private func showHeader() throws {
    if isCSV, let columns { try Output.standard.write(columns.header) }
  }

  /// Draws the list again and again, until the user leaves.
  private func watch() throws -> Int32 {
    // A fault of the words or of the queue is reported before the screen is taken: there it stays readable.
    _ = try arguments.selection(in: isAll ? nil : context.queue(), context)
    if let need = Terminal.takeScreen() {
      throw arguments.usageError(
        "--watch needs \(need); "
          + (isAll
            ? context.spool.command("list --all --json")
            : try context.queue().command("list --json"))
          + ", in a loop, is for programs")
    }
    var earlier: [String: SeenPart] = [:]
    var watch = ListWatch(interval: interval) { width, rows in
      let queues = try isAll ? context.allQueues() : [context.queue()]
      let listings = queues.map { queue in
        Result { () throws(SpoolError) in try RunListing(queue, after: earlier[queue.path]?.seen) }
      }
      // Beside its rows each has a heading, titles, a remark and a blank line.
      let shares = RowShares.of(
        listings.map { (try? $0.get())?.count ?? 0 }, weights: queues.map { _ in 1 },
        room: rows - 4 * (queues.count - 1))
      return try zip(zip(queues, listings), shares).map { look, share in
        try part(look.0, look.1, width: width, rows: Swift.max(share, 1), &earlier[look.0.path])
      }
    }
    return watch.run()
  }

  /// The records of a queue that the last look chose. Records do not change. So they are chosen again only if some
  /// have come or gone, if more are shown, or if a minute of `--since` has passed.
  private struct SeenPart {
    var seen: RunListing.SeenRecords?
    var selection: Selection
    var limit: Int
    var time: Instant
    var records: [RunListing.Entry]
  }

  private func part(
    _ queue: Queue, _ listing: Result<RunListing, SpoolError>, width: Int, rows: Int,
    _ earlier: inout SeenPart?
  ) throws -> ListWatch.Part {
    var part = ListWatch.Part()
    do {
      let listing = try listing.get()
      part.heading = escapingControls(try Self.heading(listing))
      let selection = try arguments.selection(in: queue, context)
      var lasting = selection
      lasting.since = nil
      let shown = Swift.min(limit ?? .max, rows)
      let limit = order == nil ? shown : .max
      let isKnown =
        listing.hasSameRecords && earlier?.selection == lasting && earlier?.limit == limit
        && (selection.since == nil || Instant.now - (earlier?.time ?? .first) < .seconds(60))
      if !isKnown {
        earlier = SeenPart(
          selection: lasting, limit: limit, time: .now,
          records: listing.newestRecords(limit: limit.adding(clamped: 1), selection))
      }
      earlier?.seen = listing.seen
      let records = earlier?.records ?? []
      var selected =
        order == nil
        ? listing.share(shown, selection, records: records)
        : listing.select(limit: limit, selection, records: records)
      var refusals: [String] = []
      if selected.entries.isEmpty {
        part.remarks.append("no runs" + (selection == Selection() ? "" : " like that"))
      } else {
        let table = table(&selected, listing, &refusals, limit: shown)
          .render(width: width, colour: Terminal.usesColour(1))
        part.rows = String(raw: table).split(separator: "\n").map { String($0) }
      }
      part.remarks += remarks(selected, refusals, hint: "")
    } catch let error as SpoolError where isAll {
      // An unreachable queue does not hide the others.
      part.heading = queue.reference
      part.remarks.append(escapingControls(error.message))
    }
    return part
  }

  private func show(_ listing: RunListing) throws {
    let queue = listing.reader.queue
    let selection = try arguments.selection(in: queue, context)
    var selected = select(listing, limit, selection)
    var refusals: [String] = []
    if isCSV, let columns {
      try Output.standard.write(columns.csv(runs(&selected, listing, &refusals, limit: limit)))
    } else if isJSON, order == nil {
      try printJSON(selected, listing, &refusals)
    } else if isJSON {
      for run in runs(&selected, listing, &refusals, limit: limit) { try printLine(run.json.text) }
    } else if !selected.entries.isEmpty {
      try table(&selected, listing, &refusals, limit: limit).write()
    }
    let name = escapingControls(queue.reference)
    for remark in remarks(selected, refusals, hint: " (--limit 0 shows all)") {
      errorLine("\(name): \(remark)")
    }
    if selected.entries.isEmpty, !isJSON, !isCSV, !isAll {
      errorLine("\(name): no runs" + (selection == Selection() ? "" : " like that"))
    }
    if isJSON || isCSV || isAll { return }
    if listing.counts.isPaused, let pause = try queue.readPause() {
      let resume = Queue.command("queue resume", ofQueueAt: queue.path)
      errorLine("\(name): is \(escapingControls(pause.words)); \(resume) goes on")
    }
    // A look into other queues takes time: it is made only if the user may wonder where the runs are.
    let isEmpty = selected.entries.isEmpty && selection == Selection()
    if isEmpty || arguments.option("queue") == nil && Terminal.isTerminal(2) {
      context.tellOfOtherQueues(than: queue, isEmpty: isEmpty)
    }
  }

  /// The remarks on runs that are not shown.
  private func remarks(
    _ selected: RunListing.Selected, _ refusals: [String], hint: String
  ) -> [String] {
    var remarks: [String] = []
    if let omitted = selected.omitted {
      if omitted > 0 { remarks.append("\(omitted) more\(hint)") }
    } else {
      remarks.append("there are more\(hint)")
    }
    if let first = refusals.first {
      let others = refusals.count > 1 ? ", and \(refusals.count - 1) more like it" : ""
      remarks.append(escapingControls(first + others))
    }
    return remarks
  }

  /// Some lines of the list, and the reasons why others are missing.
  private struct Part<Lines: Sendable>: Sendable {
    var lines: Lines
    var refusals: [String] = []
  }

  /// Chooses runs. A sorted list needs all of them.
  private func select(
    _ listing: RunListing, _ limit: Int?, _ selection: Selection
  ) -> RunListing.Selected {
    listing.select(limit: order == nil ? limit : nil, selection)
  }

  /// The whole runs in their order, with the results that they wrote.
  private func runs(
    _ selected: inout RunListing.Selected, _ listing: RunListing, _ refusals: inout [String],
    limit: Int?
  ) -> [Run] {
    var runs: [Run] = []
    listing.read(selected.entries, into: Part(lines: [Run]())) { part, listed in
      if let refusal = listed.refusal(listing.reader) {
        part.refusals.append(refusal)
        return
      }
      var run = listed.run(listing.reader)
      // Results that cannot be read are left out, and are no error.
      try? listing.reader.addResults(to: &run)
      part.lines.append(run)
    } body: { part in
      runs += part.lines
      refusals += part.refusals
    }
    guard let order else { return runs }
    let sorted = order.sorted(runs)
    guard let limit, sorted.count > limit else { return sorted }
    selected.omitted = sorted.count - limit
    return Array(sorted.prefix(limit))
  }

  private func table(
    _ selected: inout RunListing.Selected, _ listing: RunListing, _ refusals: inout [String],
    limit: Int?
  ) -> Table {
    let now = Timestamp.now
    if columns != nil || order != nil {
      let runs = runs(&selected, listing, &refusals, limit: limit)
      return columns?.table(runs, now: now) ?? RunRow.table(runs.map { RunRow($0, now: now) })
    }
    var rows: [RunRow] = []
    listing.read(selected.entries, into: Part(lines: [RunRow]())) { part, listed in
      if let refusal = listed.refusal(listing.reader) {
        part.refusals.append(refusal)
      } else {
        part.lines.append(RunRow(listed, listing.reader, now: now))
      }
    } body: { part in
      rows += part.lines
      refusals += part.refusals
    }
    return RunRow.table(rows)
  }

  private func printJSON(
    _ selected: RunListing.Selected, _ listing: RunListing, _ refusals: inout [String]
  ) throws {
    try listing.read(selected.entries, into: Part(lines: [UInt8]())) { part, listed in
      // The record is printed as its line: no object is built and written anew.
      if let line = listed.line {
        part.lines.append(contentsOf: line)
      } else if let refusal = listed.refusal(listing.reader) {
        part.refusals.append(refusal)
        return
      } else {
        part.lines += listed.run(listing.reader).json.bytes()
      }
      part.lines.append(UInt8(ascii: "\n"))
    } body: { (part) throws(OutputError) in
      try Output.standard.write(part.lines)
      refusals += part.refusals
    }
  }

  private static func heading(_ listing: RunListing) throws -> String {
    let overview = try QueueOverview(listing.reader.queue, listing.counts)
    return "\(overview.reference): \(overview.words)"
  }
}

extension ListedRun {
  /// Why the run cannot be shown. Returns nil if it can.
  fileprivate func refusal(_ reader: RunReader) -> String? {
    guard case .refused = self else { return nil }
    return run(reader).reason
  }
}
