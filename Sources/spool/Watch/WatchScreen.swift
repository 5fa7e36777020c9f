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

  private var list: [String] {
    let items = state.items(snapshot)
    let chosen = state.position(in: items)
    let room = height - 1
    let ranges = Self.ranges(items)
    // A small window has no room for titles: the states tell.
    let hasTitles = height >= 16
    let titles = hasTitles ? ranges.count { !$0.isEmpty } : 0
    let heads = headings(limit: Swift.max(room / 4, room - titles - items.count, 1))
    var shares = RowShares.of(
      ranges.map(\.count), weights: WatchSection.weights, room: room - heads.count - titles)
    // The chosen run stays in the window.
    if let place = ranges.firstIndex(where: { $0.contains(chosen) }), shares[place] == 0,
      let largest = shares.indices.max(by: { shares[$0] < shares[$1] }), shares[largest] > 0
    {
      shares[largest] -= 1
      shares[place] = 1
    }
    let windows = zip(ranges, shares).map { range, share in
      let middle = range.contains(chosen) ? chosen - share / 2 : range.lowerBound
      let start = Swift.min(Swift.max(middle, range.lowerBound), range.upperBound - share)
      return start..<start + share
    }
    let shown = windows.flatMap { items[$0] }
    let words = RunWhat.words(shown.map { RunWhat($0.run) })
    var lines = heads
    var number = 0
    for (section, window) in zip(WatchSection.allCases, windows) where !window.isEmpty {
      if hasTitles { lines.append(title(section, window.count, ranges[section.rawValue].count)) }
      for place in window {
        let text = line(items[place], words[number])
        lines.append(place == chosen ? marked(text) : text)
        number += 1
      }
    }
    return lines
  }

  /// The places of each section among the items, which are in the order of the sections.
  private static func ranges(_ items: [WatchState.Item]) -> [Range<Int>] {
    var start = 0
    return WatchSection.allCases.map { section in
      let end = items[start...].firstIndex { WatchSection(of: $0.run) != section } ?? items.endIndex
      defer { start = end }
      return start..<end
    }
  }

  /// The title of a section: `waiting: 4 of 312`.
  private func title(_ section: WatchSection, _ shown: Int, _ known: Int) -> String {
    var all = known
    // Only the first runs of each queue are read.
    if state.filter.isEmpty {
      let counts = snapshot.queues.map(\.overview.counts)
      let total =
        switch section {
        case .running: counts.reduce(0) { $0 + $1.running + $1.starting }
        case .waiting: counts.reduce(0) { $0 + $1.queued }
        case .ended: counts.reduce(0) { $0 + $1.done }
        }
      all = Swift.max(all, total)
    }
    let count = shown == all ? "\(all)" : "\(shown) of \(all)"
    return styled(.dim, fitted("\(section): \(count)"))
  }

  /// A line for each queue, or for those in which something happens and one for the others.
  private func headings(limit: Int) -> [String] {
    let queues = snapshot.queues
    if queues.count <= limit { return queues.map { heading($0) } }
    let isBusy = queues.map { queue in
      let counts = queue.overview.counts
      return queue.overview.trouble != nil || counts.running + counts.starting + counts.queued > 0
    }
    let order = queues.indices.filter { isBusy[$0] } + queues.indices.filter { !isBusy[$0] }
    let chosen = Set(order.prefix(Swift.max(limit - 1, 0)))
    let rest = queues.indices.filter { !chosen.contains($0) }.map { queues[$0].overview.counts }
    let running = rest.reduce(0) { $0 + $1.running + $1.starting }
    let queued = rest.reduce(0) { $0 + $1.queued }
    let more = "\(rest.count) \(chosen.isEmpty ? "queues" : "more queues")"
    return queues.indices.filter { chosen.contains($0) }.map { heading(queues[$0]) }
      + [styled(.bold, fitted("\(more): \(running) running, \(queued) queued"))]
  }

  private func heading(_ queue: WatchSnapshot.QueueView) -> String {
    if let trouble = queue.overview.trouble {
      return styled(.red, fitted("\(queue.overview.reference)  \(trouble)"))
    }
    return styled(.bold, fitted("\(queue.overview.reference)  \(queue.overview.words)"))
  }

  /// How wide the columns are: the same for every line, so that none moves while runs come and go.
  private var widths: (queue: Int, name: Int, what: Int, rest: Int) {
    let labels = width < 60 ? 0 : labels.map { textWidth($0) }.max() ?? 0
    let queue = Swift.min(labels, Swift.max(width / 8, 8))
    let name = Swift.min(Swift.max(width / 5, 12), 30)
    let rest = width - 2 - (queue > 0 ? queue + 1 : 0) - name - 1 - 12 - 1
    return (queue, name, Swift.max(rest / 3, Swift.min(rest, 12)), Swift.max(rest, 0))
  }

  /// How the queue of a run is told where there are several: without the entity if that is always the same.
  private var labels: [String] {
    if snapshot.queues.count < 2 { return [] }
    let references = snapshot.queues.map(\.overview.reference)
    let parts = references.map { $0.split(separator: "/", maxSplits: 1).map { String($0) } }
    guard Set(parts.map(\.first)).count == 1 else { return references }
    return parts.map { $0.last ?? "" }
  }

  private func line(_ item: WatchState.Item, _ what: String) -> String {
    let run = item.run
    // The whole status is too long for its column.
    let status = run.suspended ? "suspended" : RunRow.status(of: run)
    if width < 40 { return fitted("  \(run.run) \(status)") }
    let widths = widths
    var text = "  "
    if widths.queue > 0, labels.indices.contains(item.queue) {
      text += column(labels[item.queue], widths.queue) + " "
    }
    text += inMiddle(run.run, widths.name) + " "
    text += styled(Style(state: run.state.rawValue), column(status, 12)) + " "
    guard let details = details(run) else {
      return text + inMiddle(what, widths.rest).trimmingBlanks
    }
    let rest = inMiddle(what, widths.what) + " " + details
    return text + column(rest, widths.rest).trimmingBlanks
  }

  /// The text beside the command. Returns nil for a waiting run, which has none.
  private func details(_ run: Run) -> String? {
    switch run.state {
    case .running, .starting: return runningDetails(run)
    case .idle, .queued: return nil
    default:
      let duration = run.duration.map { SpanText.short(seconds: $0) } ?? "-"
      return duration + (run.state == .finished ? "" : "  " + (run.reason ?? ""))
    }
  }

  private func runningDetails(_ run: Run) -> String {
    let elapsed = run.startedAt.map { snapshot.now.seconds(since: $0) } ?? 0
    var parts = [SpanText.short(seconds: elapsed)]
    if let host = run.host { parts.append(host) }
    // A run that stands still has no speed.
    if let text = run.progress {
      parts += RunProgress(text).parts(after: run.suspended ? 0 : elapsed)
    }
    return parts.joined(separator: "  ")
  }

  private func inMiddle(_ text: String, _ cells: Int) -> String {
    filled(cutTextInMiddle(escapingControls(text), toCells: cells), cells)
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
    filled(cutText(escapingControls(text), toCells: cells), cells)
  }

  private func filled(_ cut: String, _ cells: Int) -> String {
    cut + String(repeating: " ", count: Swift.max(cells - textWidth(cut), 0))
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
