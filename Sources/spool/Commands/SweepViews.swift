import SpoolQueue
import SpoolTerminal

extension Command {
  static let sweepList = Command(
    name: "list",
    abstract: "Show the sweeps of a queue, the newest first.",
    examples: [Example("spool sweep list", "Shows how far each sweep is, and its best value.")],
    parameters: [.queue, .entity, .root, .json]
  ) { arguments in
    let queue = try Context(arguments).queue()
    let sweeps = try queue.sweeps()
    let standings = try queue.standings(of: sweeps)
    if sweeps.isEmpty, !arguments.flag("json") {
      errorLine("\(queue.reference): no sweeps")
      return ExitStatus.done
    }
    try arguments.printList(zip(sweeps, standings).map { SweepView(sweep: $0, standings: $1) })
    return ExitStatus.done
  }

  static let sweepShow = Command(
    name: "show",
    abstract: "Show the points of a sweep with their states, the best first.",
    discussion: """
      Runs are ranked by the metric of the sweep's file, the number of that name in the \
      run's summary: what it logged last with wandb.log or spool metric, or wrote into its \
      summary.json. Parameters that are the same for \
      all runs are not shown; --json has them.
      """,
    examples: [
      Example("spool sweep show train-9x7c", "Shows every point and its value."),
      Example("spool sweep show 9x7c --json", "Prints them, one JSON object a line."),
    ],
    parameters: [
      .queue, .entity, .root, .json,
      .operand("sweep", completion: .sweep, "A sweep's name, or a part that fits."),
    ]
  ) { arguments in
    let queue = try Context(arguments).queue()
    let sweep = try queue.sweep(named: arguments.operand("sweep") ?? "")
    let view = SweepView(sweep: sweep, standings: try queue.standings(of: sweep))
    if arguments.flag("json") {
      var buffer = LineBuffer(.standard)
      for standing in view.standings { try buffer.line(standing.json(of: sweep).text) }
      try buffer.flush()
      return ExitStatus.done
    }
    errorLine(escapingControls(view.heading))
    if view.unqueued > 0 {
      errorLine(
        "spool: queueing it was interrupted; the next agent, or \(queue.command("recover")),"
          + " queues the rest")
    }
    try view.table.write()
    return ExitStatus.done
  }
}

struct SweepView {
  let sweep: Sweep
  let standings: [SweepStanding]

  private func count(_ states: RunState...) -> Int {
    standings.count { standing in standing.state.map { states.contains($0) } ?? false }
  }

  /// The number of runs that are not queued yet, since queueing the sweep was interrupted.
  var unqueued: Int { standings.count { $0.isUnqueued } }

  /// The best run. Returns nil if no run has a value.
  private var best: SweepStanding? { standings.first { $0.rank == 1 } }
}

extension SweepView: ListedView {
  static let columns: [Table.Column] = [
    Table.Column(title: "SWEEP", minimumWidth: 12, cut: .middle),
    Table.Column(title: "METHOD"),
    Table.Column(title: "RUNS", alignment: .right),
    Table.Column(title: "WAITING", alignment: .right),
    Table.Column(title: "RUNNING", alignment: .right),
    Table.Column(title: "FINISHED", alignment: .right),
    Table.Column(title: "FAILED", alignment: .right),
    Table.Column(title: "CREATED"),
    Table.Column(title: "BEST", minimumWidth: 8, cut: .end),
  ]

  var row: [String] {
    [
      sweep.id, sweep.method.rawValue, "\(standings.count)",
      "\(count(.idle, .queued) + unqueued)", "\(count(.starting, .running))",
      "\(count(.finished))", "\(count(.failed, .crashed, .killed))",
      MomentText.short(sweep.createdAt, now: .now),
      best.flatMap { best in
        best.value.map { "\(sweep.metric?.name ?? "") \($0.tableText), \(best.point.run)" }
      } ?? "-",
    ]
  }

  /// The sweep as an object for one line, without its points.
  var json: JSONObject {
    JSONObject([
      ("sweep", .string(sweep.id)),
      ("method", .string(sweep.method.rawValue)),
      ("metric", sweep.metric.map { .string($0.name) } ?? .null),
      ("goal", sweep.metric.map { .string($0.isMaximized ? "maximize" : "minimize") } ?? .null),
      ("seed", sweep.seed.map { .number("\($0)") } ?? .null),
      ("max_running", sweep.maxRunning.map { .number($0) } ?? .null),
      ("priority", .number(sweep.priority)),
      ("created_at", .string(sweep.createdAt.text)),
      ("parameters", .strings(sweep.parameters)),
      ("runs", .number(standings.count)),
      ("unqueued", .number(unqueued)),
      ("states", .object(states)),
      ("best", best?.value ?? .null),
      ("best_run", best.map { .string($0.point.run) } ?? .null),
    ])
  }

  private var states: JSONObject {
    var states = JSONObject()
    for state in RunState.allCases { states[state.rawValue] = .number(count(state)) }
    return states
  }
}

extension SweepView {
  /// The sweep in one line: `train-9x7c: grid, 9 runs: 7 finished, 2 running; best first by loss`.
  var heading: String {
    var counts = RunState.allCases.reversed().compactMap { state in
      let count = count(state)
      return count > 0 ? "\(count) \(state.rawValue)" : nil
    }
    if unqueued > 0 { counts.append("\(unqueued) not queued yet") }
    let pruned = standings.count { $0.state == nil && !$0.isUnqueued }
    if pruned > 0 { counts.append("\(pruned) without a record") }
    var text = "\(sweep.id): \(sweep.method.rawValue)"
    if let seed = sweep.seed { text += ", seed \(seed)" }
    text += ", \(counted(standings.count, "run"))"
    text += ": " + counts.joined(separator: ", ")
    guard let metric = sweep.metric else { return text }
    return text + "; best first by \(metric.name), "
      + (metric.isMaximized ? "the greatest" : "the least")
  }

  var table: Table {
    var columns = [
      Table.Column(title: "RANK", alignment: .right),
      Table.Column(title: "RUN", minimumWidth: 12, cut: .middle),
      Table.Column(title: "STATUS") { Style(state: $0) },
    ]
    if let metric = sweep.metric {
      columns.append(Table.Column(title: metric.name, alignment: .right))
    }
    columns += sweep.parameters.map { Table.Column(title: $0, minimumWidth: 6, cut: .end) }
    var table = Table(columns)
    for standing in standings {
      var row = [
        standing.rank.map { "\($0)" } ?? "-", standing.point.run,
        standing.state?.rawValue ?? (standing.isUnqueued ? "not queued" : "-"),
      ]
      if sweep.metric != nil { row.append(standing.value?.tableText ?? "-") }
      row += sweep.parameters.map { name in
        standing.value(of: name)?.tableText ?? "-"
      }
      table.append(row)
    }
    return table
  }
}
