import SpoolQueue

/// The list of runs: the newest as rows that need no script, and all of them as data for the script.
struct PageRunList {
  let page: PageData
  let anchors: PageAnchors

  /// The number of rows that are written as HTML.
  static let rowLimit = 500
  /// The number of those rows that may be waiting runs, the first ones.
  private static let waitingLimit = 100

  /// The columns: the keys by which the script sorts, and their titles.
  static let columns: [(key: String, title: String)] = [
    ("st", "Status"), ("nm", "Run"), ("jb", "What"), ("qu", "Queue"), ("ho", "Host"),
    ("au", "Author"), ("cr", "Created"), ("wa", "Waited"), ("du", "Duration"),
  ]

  private var rows: [Int] {
    let active = page.runs.indices.prefix { !page.runs[$0].run.state.isDone }
    let waiting = active.filter { page.runs[$0].run.state.isWaiting }
    let claimed = active.filter { !page.runs[$0].run.state.isWaiting }
    let first = (claimed + waiting.prefix(Self.waitingLimit)).prefix(Self.rowLimit)
    return Array(first)
      + page.runs.indices.dropFirst(active.count).prefix(Self.rowLimit - first.count)
  }

  var html: HTML {
    let rows = rows
    var list = HTML()
    for index in rows { list += row(index) }
    var head = HTML()
    for (key, title) in Self.columns {
      head += "<span class=\"\(key)\" data-sort=\"\(key)\">\(title)</span>"
    }
    if rows.isEmpty { list = "<p class=\"none\">There are no runs here yet.</p>\n" }
    var note = page.runs.count.grouped
    if rows.count < page.runs.count {
      note = "\(rows.count.grouped) of \(page.runs.count.grouped); scripts show the others"
    }
    let kind = page.queues.count > 1 ? "runs several" : "runs"
    return """
      <section class="panel wide \(kind)" id="runs"><h2>Runs <small id="count">\(note)</small></h2>
      \(filter)<div class="cols" aria-hidden="true">\(head)</div>
      <div id="list">
      \(list)</div>
      <p class="moreline"><button type="button" id="more" hidden>More</button></p>
      </section>

      """
  }

  /// The controls. They need a script, and are hidden without it.
  private var filter: HTML {
    var chips = HTML()
    for state in RunState.allCases {
      chips += """
        <button type="button" class="chip s-\(state.rawValue)" data-chip="\(state.rawValue)" \
        aria-pressed="false">\(state.rawValue) <i>\(page.figures.count(state).grouped)</i></button>
        """
    }
    var queues = HTML()
    if page.queues.count > 1 {
      queues = "<select id=\"queue\" aria-label=\"Queue\"><option value=\"\">all queues</option>"
      for (number, view) in page.queues.enumerated() {
        queues += "<option value=\"\(number)\">\(view.overview.reference)</option>"
      }
      queues += "</select>"
    }
    return """
      <form id="filter" role="search" hidden>
      <input type="search" id="q" placeholder="Filter by name, command, host, config… ( / )" \
      aria-label="Filter runs" autocomplete="off" spellcheck="false">\(queues)
      <div class="chips" role="group" aria-label="States">\(chips)</div>
      </form>

      """
  }

  private func row(_ index: Int) -> HTML {
    let view = page.runs[index]
    let run = view.run
    let text = PageRunText(view: view, page: page)
    var details = HTML()
    for (label, value) in text.details {
      details += "<dt>\(label)</dt><dd>\(HTML(lines: value))</dd>"
    }
    if let log = view.log, !log.lines.isEmpty {
      details += "<dt>last lines</dt><dd><pre tabindex=\"0\">\(HTML(lines: log.lines))</pre></dd>"
    }
    return """
      <details class="run"><summary>\
      <span class="st s-\(run.state.rawValue)">\(RunRow.status(of: run))</span>\
      <span class="nm">\(run.run)</span><span class="jb">\(text.job)</span>\
      <span class="qu">\(page.queues[view.queue].overview.reference)</span><span class="ho">\(text.host)</span>\
      <span class="au">\(text.author)</span><span class="cr">\(text.created)</span>\
      <span class="wa">\(text.waited)</span><span class="du">\(text.duration)</span></summary>
      <dl id="\(anchors[index])">\(details)</dl></details>

      """
  }

  var data: HTML { HTML.data(id: "data", PageRunData(page: page, anchors: anchors).json) }
}
