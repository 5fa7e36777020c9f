import SpoolQueue
import SpoolTerminal

/// The texts of one run on a page: the cells of its row, and the details of the opened row.
///
/// The script of the page makes the same texts from ``PageRunData``: change both together.
struct PageRunText {
  let view: PageData.RunView
  let page: PageData
  private var run: Run { view.run }

  /// The longest text, in characters. The run's own record has longer texts in full.
  static let textLimit = 2000
  /// The longest text of a cell.
  private static let cellLimit = 160

  /// The named job with its values, or the words that are executed.
  var job: String {
    let line = view.what == "-" ? "–" : view.what
    let head = line.prefix(Self.cellLimit)
    return head.endIndex == line.endIndex ? line : head + "…"
  }
  var host: String { run.host ?? "–" }
  var author: String { RunRow.author(run.author, owner: run.owner) }
  var created: String {
    run.createdAt.map { MomentText.short($0, now: page.now) } ?? "–"
  }
  var waited: String { run.waited.map { SpanText.short(seconds: $0) } ?? "–" }
  var duration: String { run.duration.map { SpanText.short(seconds: $0) } ?? "–" }

  /// The other facts, with labels.
  var details: [(label: String, lines: [String])] {
    var details = notes().map { ($0.label, Self.lines($0.text)) }
    for (label, time) in [
      ("created", run.createdAt), ("started", run.startedAt), ("ended", run.endedAt),
    ] {
      guard let time else { continue }
      details.append((label, [MomentText.full(time)]))
    }
    if let log { details.append(("log", [log])) }
    return details.map { (label: $0.0, lines: $0.1) }
  }

  /// The details that are texts of their own, not made from numbers.
  ///
  /// - Parameter limit: The longest text, in characters.
  func notes(limit: Int = PageRunText.textLimit) -> [(label: String, text: String)] {
    var notes: [(label: String, text: String)] = []
    func add(_ label: String, _ text: String?) {
      guard let text, !text.isEmpty else { return }
      let head = text.prefix(limit)
      notes.append((label, head.endIndex == text.endIndex ? text : head + "…"))
    }
    add("reason", run.reason)
    if let command = run.command {
      if let script = RunRow.script(in: command) {
        add("script", script)
      } else {
        add("command", RunRow.commandLine(command, run.args))
      }
    }
    if let config = run.runConfig, !config.isEmpty { add("config", config.text) }
    add("summary", run.summary?.withShortNumbers.text)
    if !run.state.isDone { add("progress", run.progress) }
    add("tags", run.tags?.joined(separator: " "))
    add("notes", run.notes)
    add("sweep", run.sweep)
    add("retry of", run.retryOf)
    add("after", run.after?.text)
    // A narrow row has no space for these.
    if page.queues.count > 1 { add("queue", page.queues[view.queue].overview.reference) }
    if run.author != nil || run.owner != nil { add("author", author) }
    add("host", run.host)
    add("agent", run.agent)
    if let attempts = run.attempts, attempts > 1, let attempt = run.attempt {
      add("attempt", "\(attempt) of \(attempts)")
    }
    add("earlier", view.earlier.joined(separator: "\n"))
    return notes
  }

  /// The path of its last log. Nil if it never started.
  private var log: String? {
    guard let attempt = run.attempt else { return nil }
    return "\(page.queues[view.queue].path)/runs/\(run.run)/\(attempt)/\(Queue.outputFile)"
  }

  /// The lines of a text, each safe to be shown.
  static func lines(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map {
      escapingControls(String($0))
    }
  }
}
