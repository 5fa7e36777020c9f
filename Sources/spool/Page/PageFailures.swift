import SpoolQueue
import SpoolTerminal

/// Failed and crashed runs: the reasons and, for the newest runs, the last lines of their logs.
struct PageFailures {
  private let page: PageData
  private let anchors: PageAnchors
  private let runs: [Int]

  /// The number of logs that are open at first; a click opens the others.
  private static let openCount = 3
  /// The number of failures that are visible at first.
  private static let firstCount = 12
  /// The number of kinds of reasons that are shown.
  private static let kindLimit = 10

  init(_ page: PageData, _ anchors: PageAnchors) {
    self.page = page
    self.anchors = anchors
    runs = page.ended([.failed, .crashed])
  }

  var isEmpty: Bool { runs.isEmpty }

  /// This part of the page; empty if no run failed.
  var html: HTML {
    if isEmpty { return "" }
    var items = HTML()
    let shown = runs.prefix(PageReader.logCount)
    for (position, index) in shown.prefix(Self.firstCount).enumerated() {
      items += item(index, isOpen: position < Self.openCount)
    }
    var older = HTML()
    if shown.count > Self.firstCount {
      for index in shown.dropFirst(Self.firstCount) { older += item(index, isOpen: false) }
      let count = shown.count - Self.firstCount
      older = """
        <details class="older"><summary>\(count.grouped) more</summary>
        <ul class="failed">
        \(older)</ul></details>

        """
    }
    if runs.count > shown.count {
      let rest = (runs.count - shown.count).grouped
      older += """
        <p class="none"><a href="#runs" data-state="failed">\(rest) older ones are in the list of \
        runs</a></p>

        """
    }
    return """
      <section class="panel wide" id="failures"><h2>Failures \
      <small>\(runs.count.grouped) failed or crashed, the newest first</small></h2>
      <div class="failures">
      <div class="reasons"><h3>Reasons</h3>\(reasons)</div>
      <div><ul class="failed">
      \(items)</ul>
      \(older)</div>
      </div></section>

      """
  }

  private var reasons: HTML {
    let kinds = page.figures.frequentFailures().filter { $0.failure != .killed }
    let most = Double(kinds.first?.count ?? 1)
    var rows = HTML()
    for (failure, count) in kinds.prefix(Self.kindLimit) {
      rows += """
        <li><span>\(failure.words)</span><b>\(count.grouped)</b>\
        <svg width="100%" height="4" aria-hidden="true">\
        \(SVG.share(Double(count) / most, height: 4, "f-failed"))</svg></li>

        """
    }
    let rest = kinds.dropFirst(Self.kindLimit).reduce(0) { $0 + $1.count }
    if rest > 0 { rows += "<li><span>others</span><b>\(rest.grouped)</b></li>" }
    return "<ul>\(rows)</ul>\n"
  }

  private func item(_ index: Int, isOpen: Bool) -> HTML {
    let view = page.runs[index]
    let run = view.run
    let ended = run.endedAt.map { MomentText.short($0, now: page.now) }
    var log: HTML = "<p class=\"none\">It printed nothing, or its log is gone.</p>"
    if let excerpt = view.log, !excerpt.lines.isEmpty {
      log = "<pre tabindex=\"0\">\(HTML(lines: excerpt.lines))</pre>"
    }
    return """
      <li><details\(isOpen ? " open" : "")><summary>\
      <span class="st s-\(run.state.rawValue)">\(RunRow.status(of: run))</span>\
      <a class="nm" href="#\(anchors[index])">\(run.run)</a>\
      <span class="why">\(run.reason ?? "")</span>\
      <span class="ho">\(run.host ?? "–")</span><span class="cr">\(ended ?? "–")</span></summary>
      \(log)</details></li>

      """
  }
}
