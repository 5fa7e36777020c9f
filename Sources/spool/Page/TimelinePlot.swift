import SpoolQueue
import SpoolTerminal

/// The picture of a ``Timeline``: as wide as its place, with text that is never stretched.
struct TimelinePlot {
  private let timeline: Timeline
  private let page: PageData
  private let anchors: PageAnchors

  private static let lane = 10.0
  private static let gap = 2.0
  private static let heading = 18.0
  private static let foot = 20.0
  /// The smallest width of a bar, in percent. Narrower bars would be invisible.
  private static let narrowest = 0.14

  init(_ page: PageData, _ anchors: PageAnchors) {
    self.page = page
    self.anchors = anchors
    let spans = page.runs.enumerated().compactMap { index, view -> Timeline.Span? in
      let run = view.run
      guard let host = run.host, let start = run.startedAt?.seconds else { return nil }
      // The duration is measured; the time of the end comes from another clock.
      let length = run.duration ?? run.endedAt.map { $0.seconds - start } ?? 0
      return Timeline.Span(
        host: host, start: start, end: start + Swift.max(length, 0), state: run.state, run: index)
    }
    timeline = Timeline(spans, now: page.now.seconds)
  }

  var isEmpty: Bool { timeline.hosts.isEmpty }

  /// `Nov 26 20:31 to Nov 27 20:31, 4 hosts`.
  var caption: String {
    func text(_ time: Double) -> String {
      MomentText.short(secondsSince1970: Int64(time), now: page.now.wholeSeconds)
    }
    let hosts = timeline.hosts.count + timeline.omittedHosts
    let last = Swift.min(timeline.end, Swift.max(page.now.seconds, timeline.start))
    var caption = "\(text(timeline.start)) to \(text(last)), "
    caption += counted(hosts, "host")
    if timeline.omittedHosts > 0 { caption += "; the \(timeline.hosts.count) with the most runs" }
    return caption
  }

  var html: HTML {
    var body = HTML()
    var top = 0.0
    for host in timeline.hosts {
      let runs = host.runs == 1 ? "1 run" : "\(host.runs.grouped) runs"
      body += """
        <text x="0" y="\(top + 13)" class="h">\(host.name)\
        <tspan class="n" dx="8">\(runs)</tspan></text>

        """
      top += Self.heading
      for lane in host.lanes {
        body += SVG.bar(0, top, width: 100, height: Self.lane, "bed", nil, .percent)
        for mark in lane { body += bar(mark, at: top) }
        body += "\n"
        top += Self.lane + Self.gap
      }
      top += 6
    }
    let height = top + Self.foot
    var axis = HTML()
    for tick in TimeAxis(from: timeline.start, to: timeline.end).ticks {
      let x = tick.position * 100
      axis += SVG.upright(x, 0...top, "grid", .percent)
      // At the edges a label would be cut off.
      if (5.0...95).contains(x) {
        axis += SVG.text(tick.label, x, top + 14, "t", .percent)
      }
    }
    return """
      <svg class="plot timeline" width="100%" height="\(height)" role="img" \
      aria-label="Runs by host along the time">\(axis)
      \(body)</svg>

      """
  }

  private func bar(_ mark: Timeline.Mark, at top: Double) -> HTML {
    let x = mark.start * 100
    let width = Swift.max((mark.end - mark.start) * 100, Self.narrowest)
    func bar(_ title: String) -> HTML {
      SVG.bar(x, top, width: width, height: Self.lane, "f-" + mark.state.rawValue, title, .percent)
    }
    if let index = mark.run {
      let run = page.runs[index].run
      let duration = run.duration.map { ", " + SpanText.short(seconds: $0) } ?? ""
      let title = "\(run.run): \(RunRow.status(of: run))\(duration)"
      return "<a href=\"#\(anchors[index])\">\(bar(title))</a>"
    }
    var title = "\(mark.count.grouped) runs"
    if mark.failures > 0 { title += ", \(mark.failures.grouped) of them failed or crashed" }
    guard mark.failures > 0, mark.state != .failed, mark.state != .crashed else {
      return bar(title)
    }
    return bar(title)
      + SVG.bar(x, top + Self.lane - 3, width: width, height: 3, "f-failed", nil, .percent)
  }
}
