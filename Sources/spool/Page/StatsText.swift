import SpoolQueue
import SpoolTerminal

struct StatsText {
  let figures: QueueStatistics
  let colour: Bool

  /// The number of kinds of failures that are shown separately; the rest are added up.
  private static let kinds = 10

  /// The lines, each ended by a newline.
  var text: String {
    var text = styled(.bold, escapingControls("\(figures.entity)/\(figures.queue)"))
    text += (figures.isPaused ? " " + styled(.yellow, "paused") : "") + "\n"
    text += line("waiting", waiting)
    text += line("running", running)
    text += line("ended", ended)
    if let since = figures.since { text += line("since", MomentText.full(since)) }
    text += line("rate", rate)
    text += line("agents", agents)
    text += spans
    return text + failures
  }

  private var failures: String {
    let kinds = figures.runs.frequentFailures()
    var rows = kinds.prefix(Self.kinds).map { ("\($0.count)", $0.failure.words) }
    let others = kinds.dropFirst(Self.kinds).reduce(0) { $0 + $1.count }
    if others > 0 { rows.append(("\(others)", "others")) }
    let width = rows.map { $0.0.utf8.count }.max() ?? 0
    return rows.enumerated().map { number, row in
      let room = String(repeating: " ", count: width - row.0.utf8.count)
      return line(number == 0 ? "failures" : "", room + row.0 + "  " + row.1)
    }.joined()
  }

  private func line(_ label: String, _ value: String) -> String {
    label + String(repeating: " ", count: Swift.max(12 - label.utf8.count, 1)) + value + "\n"
  }

  private func styled(_ style: Style, _ text: String) -> String {
    style.apply(to: text, colour: colour)
  }

  private var waiting: String {
    let runs = figures.runs
    guard runs.waiting > 0 else { return "none" }
    // Without an agent they are idle, and no agent will take them.
    let states = [RunState.queued, .idle].filter { runs.count($0) > 0 }
    var text = states.map { count($0) }.joined(separator: ", ")
    if runs.held > 0 { text += ", \(runs.held) of them held" }
    if let oldest = figures.oldestWaiting {
      text += ", the oldest for \(Self.span(oldest))"
    }
    return text
  }

  private var running: String {
    var parts: [String] = []
    for state in [RunState.running, .starting] where figures.runs.count(state) > 0 {
      parts.append(count(state))
    }
    if parts.isEmpty { return "none" }
    return parts.joined(separator: ", ") + ", in \(counted(figures.slotsUsed, "slot"))"
  }

  private var ended: String {
    let states = [RunState.finished, .failed, .crashed, .killed]
      .filter { figures.runs.count($0) > 0 }
    return states.isEmpty ? "none" : states.map { count($0) }.joined(separator: ", ")
  }

  private func count(_ state: RunState) -> String {
    "\(figures.runs.count(state)) " + styled(Style(state: state.rawValue), state.rawValue)
  }

  private var rate: String {
    func rate(_ seconds: Double) -> String { Self.tenths(figures.hourlyRate(last: seconds)) }
    // The time before --since is unknown.
    let known = figures.since.map { figures.takenAt.seconds(since: $0) } ?? .infinity
    if known <= 3600 { return "\(rate(3600)) an hour since then" }
    // A rate per hour would mislead if the first run is less than an hour old.
    let age = figures.runs.firstCreated.map { figures.takenAt.seconds(since: $0) } ?? .infinity
    if age < 3600 {
      return
        "\(figures.runs.done) in \(SpanText.short(seconds: Swift.max(age, 1))), since the first run"
    }
    let hour = "\(rate(3600)) an hour in the last hour, "
    if age < 86_400, age < known { return hour + "\(rate(age)) since the first run" }
    return hour + "\(rate(86_400)) " + (known <= 86_400 ? "since then" : "over the last day")
  }

  private var agents: String {
    if figures.agents == 0 { return "none" }
    return "\(figures.agents), whose hosts have \(counted(figures.slots, "slot"))"
  }

  private var spans: String {
    let rows = [("waited", figures.runs.waits), ("ran", figures.runs.durations)]
      .compactMap { label, spans in spans.summary.map { (label, $0) } }
    if rows.isEmpty { return "" }
    var table = Table(
      [Table.Column(title: "", minimumWidth: 10)]
        + ["RUNS", "P50", "P90", "P99", "LONGEST"].map {
          Table.Column(title: $0, alignment: .right, minimumWidth: 6)
        })
    for (label, summary) in rows {
      table.append(
        [label, "\(summary.count)"]
          + [summary.p50, summary.p90, summary.p99, summary.longest].map { Self.span($0) })
    }
    return String(raw: table.render(colour: colour))
  }

  /// A span in at most two units. Short spans have parts of a second.
  private static func span(_ seconds: Double) -> String {
    seconds < 10
      ? DurationText.text(seconds) : SpanText.short(seconds: seconds)
  }

  private static func tenths(_ value: Double) -> String {
    let tenths = Int((Swift.min(value, 1e12) * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
