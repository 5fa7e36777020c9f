import SpoolQueue
import SpoolTerminal

/// A page as a single file of HTML that loads nothing else.
struct PageDocument {
  private let page: PageData
  private let anchors: PageAnchors
  /// The nonce of the policy that allows this page's own style and script, and nothing that came in with a text.
  private let nonce: String

  init(_ page: PageData, nonce: String = PageDocument.randomNonce()) {
    self.page = page
    self.nonce = nonce
    anchors = PageAnchors(page)
  }

  /// 128 random bits.
  private static func randomNonce() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<2).map { _ in String(generator.next() as UInt64, radix: 16) }.joined()
  }

  var bytes: [UInt8] { Array(html.text.utf8) }

  var html: HTML {
    """
    <!doctype html>
    <html lang="en" data-made="\(Int(page.now.wholeSeconds))" data-every="\(Int(page.interval ?? 0))">
    <head>
    \(head)</head>
    <body>
    \(top)<main>
    \(PageOverview(page: page, anchors: anchors).html)\(pictures)\(PageFailures(page, anchors).html)\
    \(PageSweeps(page, anchors).html)\(list.html)</main>
    \(foot)\(list.data)\(HTML.program("script", nonce: nonce, PageScript.text))</body>
    </html>

    """
  }

  private var list: PageRunList { PageRunList(page: page, anchors: anchors) }

  private var head: HTML {
    let policy =
      "default-src 'none'; style-src 'nonce-\(nonce)'; script-src 'nonce-\(nonce)'; img-src data:;"
      + " base-uri 'none'; form-action 'none'"
    var head: HTML = """
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(policy)">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="referrer" content="no-referrer">
      <meta name="robots" content="noindex">
      <meta name="generator" content="spool \(Command.spoolVersion)">
      <title>\(page.title) – spool</title>
      <link rel="icon" href="data:image/svg+xml,\(icon)">

      """
    if let interval = page.interval {
      // A page with scripts reloads itself, and keeps the reader's input and the opened rows.
      head += "<noscript><meta http-equiv=\"refresh\" content=\"\(Int(interval))\"></noscript>\n"
    }
    return head + HTML.program("style", nonce: nonce, PagePalette.style + PageStyle.text)
      + HTML.program("script", nonce: nonce, PageScript.early)
  }

  /// The page's icon, a reel. It is red if a run failed within the last day.
  private var icon: String {
    let ended = page.figures.ended(since: page.dayAgo)
    let isBad = (ended[.failed] ?? 0) + (ended[.crashed] ?? 0) > 0
    let colour = isBad ? "%23e5534b" : "%232da44e"
    return "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
      + "%3Ccircle cx='8' cy='8' r='5.5' fill='none' stroke='\(colour)' stroke-width='4'/%3E%3C/svg%3E"
  }

  private var top: HTML {
    let made = MomentText.full(page.now)
    var times: HTML =
      "<span>made <time id=\"made\" datetime=\"\(page.now.text)\">\(made)</time> on \(Host.current.name)</span>"
    if let interval = page.interval {
      times += "<span id=\"every\">every \(DurationText.text(interval))</span>"
    }
    var places: [HTML] = ["<a href=\"#overview\">Overview</a>"]
    if !page.runs.isEmpty { places.append("<a href=\"#time\">Time</a>") }
    if !PageFailures(page, anchors).isEmpty {
      places.append("<a href=\"#failures\">Failures</a>")
    }
    if !page.sweeps.isEmpty { places.append("<a href=\"#sweeps\">Sweeps</a>") }
    places.append("<a href=\"#runs\">Runs</a>")
    return """
      <header>
      <div class="brand"><b>spool</b><h1>\(page.title)</h1></div>
      <nav aria-label="Parts of the page">\(places)</nav>
      <div class="made">\(times)<button type="button" id="theme" hidden>Theme</button></div>
      </header>
      <p id="stale" class="stale" role="status" hidden></p>

      """
  }

  private var foot: HTML {
    """
    <footer>spool \(Command.spoolVersion) · \
    all times are those of \(Host.current.name), \(offset)</footer>

    """
  }

  /// `UTC+0100`.
  private var offset: String {
    "UTC" + MomentText.full(page.now).suffix(5)
  }

  private var pictures: HTML {
    if page.runs.isEmpty { return "" }
    let timeline = TimelinePlot(page, anchors)
    var parts = HTML()
    if !timeline.isEmpty {
      parts += """
        <section class="panel wide" id="time"><h2>Timeline <small>\(timeline.caption)</small></h2>
        \(timeline.html)\(Self.legend)</section>

        """
    }
    let ends = page.runs.compactMap { $0.run.state.isDone ? $0.run.endedAt : nil }
    let throughput = ThroughputPlot(
      page.figures, last: ends.max(), first: ends.min(), now: page.now)
    parts += "<div class=\"three\">\n"
    parts += figure("Waiting", SpanPlot(page.figures.waits, label: "How long runs waited"))
    parts += figure("Run time", SpanPlot(page.figures.durations, label: "How long runs took"))
    let rate = page.figures.hourlyRate(last: 3600, before: page.now)
    parts += """
      <section class="panel"><h2>Throughput <small>\(Int(rate).grouped) in the last hour</small></h2>
      \(throughput.most > 0 ? throughput.html : "<p class=\"none\">Nothing ended yet.</p>")</section>
      </div>

      """
    return parts
  }

  private func figure(_ title: String, _ plot: SpanPlot) -> HTML {
    let none: HTML = "<p class=\"none\">Nothing to count yet.</p>"
    let caption = plot.caption
    return """
      <section class="panel"><h2>\(title) <small>\(caption ?? "")</small></h2>
      \(caption == nil ? none : plot.html)</section>

      """
  }

  private static var legend: HTML {
    var legend: HTML = "<p class=\"legend\" aria-hidden=\"true\">"
    for state in [RunState.running, .finished, .failed, .crashed, .killed] {
      let name = state.rawValue
      let spot = SVG.bar(0, 0, width: 10, height: 10, "f-" + name)
      legend += "<span><svg width=\"10\" height=\"10\">\(spot)</svg>\(name)</span>"
    }
    return legend + "</p>\n"
  }
}
