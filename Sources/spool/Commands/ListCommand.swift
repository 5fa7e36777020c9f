import SpoolQueue

extension Command {
  /// Shows runs.
  static let list = Command(
    name: "list", group: "LOOK",
    abstract: "Show what runs, what waits and what ended last.",
    discussion: """
      Running runs come first, then the queue in the order in which it will run, then the newest \
      that ended. A run is idle, not queued, where no agent serves the queue; one that is held, or \
      whose queue is paused, says so. With --json a line is the run's whole record.
      """,
    examples: [
      Example("spool list", "Shows the first 50 runs of your default queue."),
      Example("spool list -q night --state failed --state crashed", "Shows what went wrong."),
      Example("spool list --since 12h --tag nightly", "Shows what was queued or ended since then."),
      Example("spool list --limit 0 --json", "Prints every run, one JSON object a line."),
    ],
    parameters: [
      .queue, .entity, .root,
      .flag("all", short: "a", "Show every queue of every entity."),
      .option("limit", short: "n", "N", "How many runs, 50 when not given; 0 shows all."),
      .json, .state(short: "s"),
    ] + Parameter.filters,
    suggestedFor: ["ls", "ps", "status", "queue-list"]
  ) { arguments in
    try List(arguments).run()
  }
}

/// One call of list.
private struct List {
  private let context: Context
  private let isAll: Bool
  private let isJSON: Bool
  private let limit: Int?
  private let arguments: ParsedArguments

  private static let defaultLimit = 50

  init(_ arguments: ParsedArguments) throws {
    isAll = arguments.flag("all")
    if isAll, arguments.option("queue") != nil {
      throw arguments.usageError("--all and --queue: give one of them")
    }
    if isAll, !arguments.options("sweep").isEmpty {
      throw arguments.usageError("--all and --sweep: a sweep is of one queue")
    }
    context = try Context(arguments)
    isJSON = arguments.flag("json")
    let limit = try arguments.int("limit", range: 0...Int.max) ?? Self.defaultLimit
    self.limit = limit == 0 ? nil : limit
    self.arguments = arguments
  }

  func run() throws -> Int32 {
    guard isAll else {
      try show(try RunListing(context.queue()))
      return ExitStatus.done
    }
    let queues = context.spool.queues()
    if queues.isEmpty { errorLine("\(escapingControls(context.spool.root)): no queues") }
    for (number, queue) in queues.enumerated() {
      let listing = try RunListing(queue)
      if !isJSON {
        if number > 0 { try printLine("") }
        try printLine(escapingControls(try Self.heading(queue, listing)))
      }
      try show(listing)
    }
    return ExitStatus.done
  }

  private func show(_ listing: RunListing) throws {
    let queue = listing.reader.queue
    let selection = try arguments.selection(in: queue, context)
    let selected = listing.select(limit: limit, selection)
    var refusals: [String] = []
    if isJSON {
      try printJSON(selected, listing, &refusals)
    } else if !selected.entries.isEmpty {
      try printTable(selected, listing, &refusals)
    }
    let name = queue.reference
    if let omitted = selected.omitted {
      if omitted > 0 { tell(name, "\(omitted) more (--limit 0 shows all)") }
    } else {
      tell(name, "there are more (--limit 0 shows all)")
    }
    if let first = refusals.first {
      let others = refusals.count > 1 ? ", and \(refusals.count - 1) more like it" : ""
      tell(name, first + others)
    }
    if selected.entries.isEmpty, !isJSON, !isAll {
      tell(name, "no runs" + (selection == Selection() ? "" : " like that"))
    }
  }

  private func tell(_ queue: String, _ text: String) {
    errorLine(escapingControls("\(queue): \(text)"))
  }

  /// Some lines of the list, and why others are not there.
  private struct Part<Lines: Sendable>: Sendable {
    var lines: Lines
    var refusals: [String] = []
  }

  private func printTable(
    _ selected: RunListing.Selected, _ listing: RunListing, _ refusals: inout [String]
  ) throws {
    let now = Timestamp.now
    var table = Table(RunRow.columns)
    listing.read(selected.entries, into: Part(lines: [RunRow]())) { part, listed in
      if let refusal = listed.refusal(listing.reader) {
        part.refusals.append(refusal)
      } else {
        part.lines.append(RunRow(listed, listing.reader, now: now))
      }
    } body: { part in
      for row in part.lines { table.append(row.cells) }
      refusals += part.refusals
    }
    try Output.standard.write(
      table.render(width: Terminal.width(of: 1), colour: Terminal.usesColour(1)))
  }

  private func printJSON(
    _ selected: RunListing.Selected, _ listing: RunListing, _ refusals: inout [String]
  ) throws {
    try listing.read(selected.entries, into: Part(lines: [UInt8]())) { part, listed in
      // The record is its line: nothing is built and written anew.
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

  private static func heading(_ queue: Queue, _ listing: RunListing) throws -> String {
    let counts = listing.counts
    let agents = try queue.liveAgents().count
    var parts = ["\(counts.running + counts.starting) running", "\(counts.queued) queued"]
    if counts.held > 0 { parts.append("\(counts.held) held") }
    parts.append("\(counts.done) done")
    parts.append(agents == 1 ? "1 agent" : "\(agents) agents")
    if counts.isPaused { parts.append("paused") }
    return "\(queue.reference): " + parts.joined(separator: ", ")
  }
}

extension ListedRun {
  /// Why the run cannot be shown; nil: it can.
  fileprivate func refusal(_ reader: RunReader) -> String? {
    guard case .refused = self else { return nil }
    return run(reader).reason
  }
}
