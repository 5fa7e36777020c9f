import SpoolQueue
import SpoolTerminal

/// A run as one row of a table.
struct RunRow: Sendable, Equatable {
  /// The texts of ``columns``, except those that need the other rows.
  private(set) var cells: [String]
  /// The words that the run executes.
  let what: RunWhat
  /// The host on which it runs or ran.
  let host: String?

  static let columns: [Table.Column] = [
    Table.Column(title: "RUN", minimumWidth: 12, cut: .middle),
    Table.Column(title: "WHAT", minimumWidth: 12, cut: .middle),
    Table.Column(title: "STATUS", style: statusStyle),
    Table.Column(title: "AUTHOR", minimumWidth: 8, cut: .end),
    Table.Column(title: "CREATED"),
    Table.Column(title: "STARTED"),
    Table.Column(title: "DURATION", alignment: .right),
  ]

  init(_ run: Run, now: Timestamp) {
    cells = [
      run.run,
      "",
      Self.status(of: run),
      Self.author(run.author, owner: run.owner),
      Self.moment(run.createdAt, now),
      Self.moment(run.startedAt, now),
      run.duration.map { SpanText.short(seconds: $0) } ?? "-",
    ]
    what = RunWhat(run)
    host = run.host
  }

  /// The style of a text of the column STATUS.
  @Sendable static func statusStyle(_ status: String) -> Style {
    Style(state: String(status.prefix { $0 != " " }))
  }

  /// Rows as one table, with a column HOST if the runs are of several hosts.
  static func table(_ rows: [RunRow]) -> Table {
    let hosts = Set(rows.compactMap(\.host))
    let host = Table.Column(title: "HOST", minimumWidth: 8, cut: .end)
    let place = 3
    let isSeveral = hosts.count > 1
    var columns = Self.columns
    if isSeveral { columns.insert(host, at: place) }
    var table = Table(columns)
    for (row, words) in zip(rows, RunWhat.words(rows.map(\.what))) {
      var cells = row.cells
      cells[1] = words
      if isSeveral { cells.insert(row.host ?? "-", at: place) }
      table.append(cells)
    }
    return table
  }

  /// The state, and the facts that qualify it: `queued held`, `failed (3)`, `failed (SEGV)`.
  static func status(of run: Run) -> String {
    var text = run.state.rawValue
    switch run.state {
    case .idle, .queued:
      if run.held { text += " held" }
      if run.paused { text += " paused" }
      if run.isUnstarted { text += " (start failed)" }
    case .failed:
      text += ending(run.exitCode, run.signal)
    case .running:
      // The run should have ended, and the reason says why it has not.
      if run.suspended { text += " (suspended)" } else if run.reason != nil { text += " (stuck)" }
    case .starting, .killed, .crashed, .finished:
      break
    }
    return text
  }

  private static func ending(_ status: Int?, _ signal: String?) -> String {
    if let status { return " (\(status))" }
    return signal.map { " (\($0))" } ?? ""
  }

  /// The command as it would be typed; for a script, its first line with content.
  static func commandLine(_ command: [String], _ args: [String]?) -> String {
    if let script = script(in: command) {
      let line = script.split(separator: "\n").first { line in
        line.first != "#" && !line.allSatisfy { $0.isWhitespace }
      }
      return String(line ?? "")
    }
    return shellQuoted(command + (args ?? []))
  }

  /// The text of a `script`, which is recorded as `/bin/sh -c TEXT`.
  static func script(in command: [String]) -> String? {
    command.count == 3 && command[0] == "/bin/sh" && command[1] == "-c" ? command[2] : nil
  }

  /// The author that the job file names, and the owner of the file if that is another user.
  static func author(_ author: String?, owner: String?) -> String {
    guard let author else { return owner ?? "-" }
    guard let owner, owner != author else { return author }
    return "\(author) (\(owner))"
  }

  private static func moment(_ time: Timestamp?, _ now: Timestamp) -> String {
    guard let time else { return "-" }
    return MomentText.short(time, now: now)
  }
}

extension RunRow {
  private static let scanner = RecordScanner([
    .state, .job, .author, .owner, .command, .args, .runConfig, .createdAt, .startedAt, .duration,
    .exitCode, .signal, .host,
  ])

  /// The row of a record in `done/`. Only the shown values are built. Returns nil if the text is not a record, or if
  /// more of the record is needed.
  ///
  /// - Parameter ranges: Memory for the scanner that can be used again for each row.
  init?(
    run: String, record bytes: UnsafeRawBufferPointer, _ ranges: inout [Range<Int>?],
    now: Timestamp
  ) {
    guard let found = Self.scanner.scan(bytes, &ranges), let state = found.state else { return nil }
    let job = found.text(.job)
    let command = found.texts(.command)
    // Only the whole record has the values of macros.
    if job == nil, RunWhat.hasMacro(command) { return nil }
    let ending = state == .failed ? Self.ending(found.whole(.exitCode), found.text(.signal)) : ""
    cells = [
      run,
      "",
      state.rawValue + ending,
      Self.author(found.text(.author), owner: found.text(.owner)),
      Self.moment(found.time(.createdAt), now),
      Self.moment(found.time(.startedAt), now),
      found.number(.duration).map { SpanText.short(seconds: $0) } ?? "-",
    ]
    what = RunWhat(
      job: job, command: command, args: found.texts(.args), config: found.object(.runConfig))
    host = found.text(.host)
  }

  init(_ listed: ListedRun, _ reader: RunReader, now: Timestamp) {
    if case .record(_, let bytes) = listed {
      var ranges: [Range<Int>?] = []
      if let row = RunRow(run: listed.name, record: bytes, &ranges, now: now) {
        self = row
        return
      }
    }
    self.init(listed.run(reader), now: now)
  }
}

extension Style {
  /// The style of a run's state; plain for a word that is not a state.
  init(state: String) {
    switch state {
    case "idle": self = .dim
    case "queued": self = .yellow
    case "starting": self = .cyan
    case "running": self = .blue
    case "killed": self = .magenta
    case "crashed", "failed": self = .red
    case "finished": self = .green
    default: self = .plain
    }
  }
}
