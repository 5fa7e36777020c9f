import SpoolQueue
import SpoolTerminal

/// The top of a page: how many runs are in each state, the queues, and the running runs.
struct PageOverview {
  let page: PageData
  let anchors: PageAnchors

  /// The number of running runs that are shown; the list has them all.
  private static let runningLimit = 40
  /// The number of waiting runs that are shown.
  private static let nextLimit = 6

  var html: HTML {
    """
    <section id="overview" aria-label="Overview">
    \(tiles)\(figures)</section>
    <div class="two">
    <section class="panel"><h2>Queues <small>\(queueCount)</small></h2>
    \(queues)\(next)</section>
    <section class="panel"><h2>Running <small>\(page.figures.count(.running).grouped)</small></h2>
    \(running)</section>
    </div>

    """
  }

  private var tiles: HTML {
    var tiles: HTML = "<ul class=\"tiles\">"
    for state in RunState.allCases {
      let count = page.figures.count(state)
      tiles += """
        <li\(HTML.attribute("class", "zero", if: count == 0))><a href="#runs" data-state="\(state.rawValue)">\
        <b>\(count.grouped)</b><span class="st s-\(state.rawValue)">\(state.rawValue)</span></a></li>
        """
    }
    return tiles + "</ul>\n"
  }

  /// A line with further figures.
  private var figures: HTML {
    var parts: [HTML] = []
    func add(_ label: String, _ value: String) {
      parts.append("<span>\(label) <b>\(value)</b></span>")
    }
    let hosts = Dictionary(
      page.queues.flatMap(\.overview.agents).map { ($0.holder.host, $0.slots) },
      uniquingKeysWith: Swift.max)
    let used = page.queues.map { $0.slotsUsed }.clampedSum
    if !hosts.isEmpty {
      add("hosts", hosts.count.grouped)
      add("slots", "\(used.grouped) of \(hosts.values.clampedSum.grouped) in use")
    }
    if page.figures.held > 0 { add("held", page.figures.held.grouped) }
    if let oldest = page.figures.oldestWaiting {
      add("longest wait", SpanText.short(seconds: page.now.seconds(since: oldest)))
    }
    if let waits = page.figures.waits.summary {
      add("wait p50", DurationText.text(waits.p50.short))
      add("p90", DurationText.text(waits.p90.short))
    }
    let day = page.figures.ended(since: page.dayAgo)
    let ended = day.values.reduce(0, +)
    if ended > 0 {
      add("ended in 24 h", ended.grouped)
      add("of them failed or crashed", ((day[.failed] ?? 0) + (day[.crashed] ?? 0)).grouped)
    }
    if let omitted = page.omitted, omitted > 0 {
      add("older runs that are not on this page", omitted.grouped)
    } else if page.omitted == nil {
      parts.append("<span>there are older runs that are not on this page</span>")
    }
    return parts.isEmpty ? "" : "<p class=\"figures\">\(parts)</p>\n"
  }

  private var queueCount: String {
    page.queues.count == 1 ? page.queues[0].path : "\(page.queues.count)"
  }

  private var queues: HTML {
    if page.queues.isEmpty {
      return "<p class=\"none\">There are no queues here yet: spool queue create makes one.</p>\n"
    }
    var rows = HTML()
    for view in page.queues { rows += row(view) }
    return """
      <div class="scroll"><table class="queues">
      <thead><tr><th>Queue</th><th class="state">State</th><th class="r">Waiting</th>\
      <th class="r">Running</th><th class="r">Done</th><th class="r">Failed 24&nbsp;h</th>\
      <th class="r">Longest wait</th><th class="agents">Agents</th></tr></thead>
      <tbody>\(rows)</tbody>
      </table></div>

      """
  }

  private func row(_ view: PageData.QueueView) -> HTML {
    let overview = view.overview
    if let trouble = overview.trouble {
      return """
        <tr><th scope="row">\(overview.reference)</th>\
        <td colspan="7" class="trouble">\(trouble)</td></tr>

        """
    }
    let counts = overview.counts
    let day = view.figures.ended(since: page.dayAgo)
    let failures = (day[.failed] ?? 0) + (day[.crashed] ?? 0)
    let oldest = view.figures.oldestWaiting.map {
      SpanText.short(seconds: page.now.seconds(since: $0))
    }
    let held: HTML = counts.held > 0 ? " <small>\(counts.held.grouped) held</small>" : ""
    let agents = overview.agents.map { "\($0.name) (\($0.slots))" }.joined(separator: ", ")
    return """
      <tr><th scope="row">\(overview.reference)</th>\
      <td class="state q-\(overview.state)">\(overview.pause?.words ?? overview.state)</td>\
      <td class="r">\(counts.queued.grouped)\(held)</td>\
      <td class="r">\((counts.running + counts.starting).grouped)</td>\
      <td class="r">\(counts.done.grouped)</td>\
      <td class="r\(failures > 0 ? " bad" : "")">\(failures.grouped)</td>\
      <td class="r">\(oldest ?? "–")</td>\
      <td class="agents" title="\(agents)">\(agents.isEmpty ? "none" : agents)</td></tr>

      """
  }

  /// The first waiting runs, in the order in which they will run, without held runs.
  private var next: HTML {
    let waiting = page.runs.indices.filter {
      page.runs[$0].run.state.isWaiting && !page.runs[$0].run.held
    }
    if waiting.isEmpty { return "" }
    var items = HTML()
    for index in waiting.prefix(Self.nextLimit) {
      let run = page.runs[index].run
      let age = run.createdAt.map { SpanText.short(seconds: page.now.seconds(since: $0)) }
      items += """
        <li><span class="st s-\(run.state.rawValue)">\(RunRow.status(of: run))</span>\
        <a class="nm" href="#\(anchors[index])">\(run.run)</a>\
        <span class="jb">\(PageRunText(view: page.runs[index], page: page).job)</span>\
        <span class="wa">\(age ?? "–")</span></li>

        """
    }
    let rest = waiting.count - Self.nextLimit
    var more = HTML()
    if rest > 0 {
      more =
        "<p class=\"none\"><a href=\"#runs\" data-state=\"queued\">\(rest.grouped) more</a></p>\n"
    }
    return "<div class=\"next\"><h3>Next</h3><ul>\n\(items)</ul>\n\(more)</div>\n"
  }

  private var running: HTML {
    let runs = page.runs.indices.filter { page.runs[$0].run.state == .running }
    if runs.isEmpty { return "<p class=\"none\">Nothing runs at this moment.</p>\n" }
    var items = HTML()
    for index in runs.prefix(Self.runningLimit) { items += item(index) }
    var list: HTML = "<ul class=\"running\">\n\(items)</ul>\n"
    if runs.count > Self.runningLimit {
      list +=
        "<p class=\"none\"><a href=\"#runs\" data-state=\"running\">\((runs.count - Self.runningLimit).grouped) more</a></p>\n"
    }
    return list
  }

  private func item(_ index: Int) -> HTML {
    let run = page.runs[index].run
    let progress = run.progress.map { RunProgress($0) }
    var state = HTML()
    if let fraction = progress?.fraction {
      let percent = fraction * 100
      state += """
        <svg class="bar" width="100%" height="6" role="img" aria-label="\(Int(percent)) percent">\
        \(SVG.share(fraction, height: 6, "f-running"))</svg>\
        <span class="pc">\(Int(percent))&nbsp;%</span>
        """
    }
    var words = run.suspended ? ["suspended"] : []
    if let text = progress?.words, !text.isEmpty { words.append(text) }
    if !run.suspended, let left = progress?.left(after: run.duration ?? 0) {
      words.append(SpanText.short(seconds: left) + " left")
    }
    if !words.isEmpty { state += "<span class=\"words\">\(words.joined(separator: " · "))</span>" }
    return """
      <li><a class="nm" href="#\(anchors[index])">\(run.run)</a>\
      <span class="ho">\(run.host ?? "–")</span>\
      <span class="du">\(run.duration.map { SpanText.short(seconds: $0) } ?? "–")</span>\
      <span class="pr">\(state)</span></li>

      """
  }
}
