import SpoolQueue

/// The sweeps: the courses of the metric, each parameter against the metric, and the best runs.
struct PageSweeps {
  private let page: PageData
  private let anchors: [String: String]

  /// The number of parameters that get a picture, in the order of the sweep's file.
  private static let plotLimit = 8
  /// The number of best runs that are shown.
  private static let bestCount = 10
  /// A table with more parameters is too wide for a screen.
  private static let columnLimit = 8

  init(_ page: PageData, _ anchors: PageAnchors) {
    self.page = page
    var known: [String: String] = [:]
    for (index, view) in page.runs.enumerated() where view.run.sweep != nil {
      known["\(view.queue)/\(view.run.run)"] = anchors[index]
    }
    self.anchors = known
  }

  /// This part of the page; empty if there are no sweeps.
  var html: HTML {
    if page.sweeps.isEmpty { return "" }
    var parts = HTML()
    for part in page.sweeps { parts += sweep(part) }
    var note = ""
    if page.omittedSweeps > 0 {
      note = "the newest; \(page.omittedSweeps.grouped) older ones are not shown"
    }
    return """
      <section class="panel wide" id="sweeps"><h2>Sweeps <small>\(note)</small></h2>
      \(parts)</section>

      """
  }

  private func sweep(_ part: PageData.SweepPart) -> HTML {
    let view = SweepView(sweep: part.sweep, standings: part.standings)
    // The heading begins with the name, which is shown in another style here.
    let words = view.heading.dropFirst(part.sweep.id.count + 2)
    let queue = page.queues.count > 1 ? page.queues[part.queue].overview.reference : ""
    var body = HTML()
    let plots = plots(part)
    if !plots.isEmpty { body += "<div class=\"plots\">\n\(plots)</div>\n" }
    body = "<div class=\"parts\">\(body)\(best(part))</div>\n"
    return """
      <article class="sweep"><h3>\(part.sweep.id) <small>\(queue)</small></h3>
      <p class="note">\(String(words))</p>
      \(body)</article>

      """
  }

  private func plots(_ part: PageData.SweepPart) -> [HTML] {
    guard let metric = part.sweep.metric else { return [] }
    let logarithmic = part.sweep.logarithmicParameters
    let plots = part.sweep.parameters.lazy.compactMap { name in
      SweepPlot(part, parameter: name, isLogarithmic: logarithmic.contains(name))
    }
    let courses = CoursePlot(part.courses, metric: metric.name).map { plot in
      [plot.html { anchors["\(part.queue)/\($0)"] }]
    }
    return (courses ?? [])
      + plots.prefix(Self.plotLimit).map { plot in
        plot.html(part.standings, metric: metric.name) { anchors["\(part.queue)/\($0)"] }
      }
  }

  private func best(_ part: PageData.SweepPart) -> HTML {
    let ranked = part.standings.prefix { $0.rank != nil }.prefix(Self.bestCount)
    guard let metric = part.sweep.metric, !ranked.isEmpty else {
      return "<p class=\"none\">No run has logged the metric yet.</p>\n"
    }
    let parameters = part.sweep.parameters.prefix(Self.columnLimit)
    var head: HTML = "<th class=\"r\">Rank</th><th>Run</th><th class=\"r\">\(metric.name)</th>"
    for name in parameters { head += "<th class=\"r\">\(name)</th>" }
    var rows = HTML()
    for standing in ranked {
      let run = standing.point.run
      var cells: HTML = "<td class=\"r\">\(standing.rank ?? 0)</td>"
      if let anchor = anchors["\(part.queue)/\(run)"] {
        cells += "<td><a class=\"nm\" href=\"#\(anchor)\">\(run)</a></td>"
      } else {
        cells += "<td>\(run)</td>"
      }
      cells += "<td class=\"r\"><b>\(standing.value?.tableText ?? "–")</b></td>"
      for name in parameters {
        cells += "<td class=\"r\">\(standing.value(of: name)?.tableText ?? "–")</td>"
      }
      rows += "<tr\(HTML.attribute("class", "first", if: standing.rank == 1))>\(cells)</tr>\n"
    }
    return """
      <div class="scroll"><table class="best"><thead><tr>\(head)</tr></thead>
      <tbody>\(rows)</tbody></table></div>

      """
  }
}
