import SpoolQueue
import SpoolTerminal

/// The lines of a live view. Pure: the same snapshot, state and size give the same lines.
struct WatchScreen {
  private let snapshot: WatchSnapshot
  private let state: WatchState
  private let width: Int
  private let height: Int
  private let colour: Bool

  /// Draws for a window of that size; `log` has the last lines of the shown log.
  init(
    _ snapshot: WatchSnapshot, _ state: WatchState, width: Int, height: Int, colour: Bool
  ) {
    self.snapshot = snapshot
    self.state = state
    self.width = Swift.max(width, 20)
    self.height = Swift.max(height, 5)
    self.colour = colour
  }

  /// As many lines as the window has, none wider than the window.
  func lines(log: [String] = []) -> [String] {
    let body: [String] =
      switch state.mode {
      case .help: Self.help.map { fitted($0) }
      case .log(let run, _): [title("log of \(run)")] + log.suffix(height - 2).map { fitted($0) }
      case .list, .filter, .confirm: list
      }
    var lines = Array(body.prefix(height - 1))
    while lines.count < height - 1 { lines.append("") }
    return lines + [bottom]
  }

  /// A line of the list, and whether it is the chosen run's.
  private struct Row {
    var text: String
    var isChosen = false
  }

  private var list: [String] {
    let items = state.items(snapshot)
    let chosen = state.position(in: items)
    let words = words(items)
    var rows: [Row] = []
    var number = 0
    for (index, queue) in snapshot.queues.enumerated() {
      if index > 0 { rows.append(Row(text: "")) }
      rows.append(Row(text: heading(queue)))
      if let trouble = queue.overview.trouble {
        rows.append(Row(text: styled(.red, fitted("  " + trouble))))
      }
      while number < items.count, items[number].queue == index {
        rows.append(Row(text: line(items[number].run, words[number]), isChosen: number == chosen))
        number += 1
      }
    }
    // The chosen run stays in the window, with its neighbours.
    let place = rows.firstIndex { $0.isChosen } ?? 0
    let room = height - 1
    let start = Swift.min(Swift.max(place - room / 2, 0), Swift.max(rows.count - room, 0))
    return rows.dropFirst(start).prefix(room).map { row in
      row.isChosen ? marked(row.text) : row.text
    }
  }

  private func heading(_ queue: WatchSnapshot.QueueView) -> String {
    styled(.bold, fitted("\(queue.overview.reference)  \(queue.overview.words)"))
  }

  private func line(_ run: Run, _ what: String) -> String {
    // The whole status is too long for its column.
    let status = run.suspended ? "suspended" : RunRow.status(of: run)
    if width < 40 { return fitted("  \(run.run) \(status)") }
    let name = column(run.run, Swift.min(Swift.max(width / 4, 12), 30))
    let state = styled(Style(state: run.state.rawValue), column(status, 12))
    let fixed = textWidth(name) + 12 + 4
    let rest = column(details(run, what), Swift.max(width - fixed, 0)).trimmingBlanks
    return "  " + name + " " + state + " " + rest
  }

  private func details(_ run: Run, _ what: String) -> String {
    switch run.state {
    case .running, .starting: runningDetails(run, what)
    case .idle, .queued: what
    default:
      (run.duration.map { SpanText.short(seconds: $0) } ?? "-") + "  "
        + (run.state == .finished ? what : run.reason ?? "")
    }
  }

  private func runningDetails(_ run: Run, _ what: String) -> String {
    let elapsed = run.startedAt.map { snapshot.now.seconds(since: $0) } ?? 0
    var parts = [SpanText.short(seconds: elapsed)]
    if let host = run.host { parts.append(host) }
    // A run that stands still has no speed.
    if let text = run.progress {
      parts += RunProgress(text).parts(after: run.suspended ? 0 : elapsed)
    }
    parts.append(what)
    return parts.joined(separator: "  ")
  }

  /// The words for the runs, in the order of the items.
  private func words(_ items: [WatchState.Item]) -> [String] {
    RunWhat.words(items.map { RunWhat($0.run) })
  }

  private var bottom: String {
    switch state.mode {
    case .filter: return fitted("/" + state.filter + "_")
    case .confirm(_, let question): return styled(.yellow, fitted(question + " y: yes, other: no"))
    case .log: return styled(.dim, fitted("q: back"))
    case .help: return styled(.dim, fitted("q: back"))
    case .list: break
    }
    if !state.message.isEmpty { return styled(.yellow, fitted(state.message)) }
    let filter = state.filter.isEmpty ? "" : "only \"\(state.filter)\"  "
    return styled(
      .dim, fitted(filter + "?: help  l: log  x: kill  h: hold  r: retry  /: filter  q: quit"))
  }

  static let help = [
    "up, down, k, j     move", "PgUp, PgDn, g, G   move by a page, to the first, to the last",
    "l, Return          the end of the run's log, as it grows",
    "x                  kill the run, after a question",
    "h                  hold a waiting run, or release it",
    "s                  suspend a running run, or let it go on",
    "r                  retry a run that is over: a new run with the same content",
    "/                  show only what contains a text: name, job, author or state",
    "Esc                show everything again", "^L                 draw everything anew",
    "^Z                 suspend", "q, ^C              quit",
  ]

  private func title(_ text: String) -> String { styled(.bold, fitted(text)) }

  private func styled(_ style: Style, _ text: String) -> String {
    style.apply(to: text, colour: colour)
  }

  private func marked(_ text: String) -> String {
    // Without colour the mark is a character.
    let line = ">" + text.dropFirst()
    return colour ? "\u{1b}[7m" + line.replacingResets + "\u{1b}[0m" : line
  }

  private func fitted(_ text: String) -> String { column(text, width).trimmingBlanks }

  /// The text in exactly that number of cells, cut at its end or filled with blanks.
  private func column(_ text: String, _ cells: Int) -> String {
    let cut = cutText(escapingControls(text), toCells: cells)
    return cut + String(repeating: " ", count: Swift.max(cells - textWidth(cut), 0))
  }
}

extension String {
  fileprivate var trimmingBlanks: String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }

  /// A reset inside a marked line must not end the mark.
  fileprivate var replacingResets: String {
    let parts = split(separator: "\u{1b}[0m", omittingEmptySubsequences: false)
    return parts.joined(separator: "\u{1b}[0m\u{1b}[7m")
  }
}
