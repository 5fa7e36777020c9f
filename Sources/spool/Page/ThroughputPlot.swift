import SpoolQueue
import SpoolTerminal

/// The picture of the ended runs of each hour.
struct ThroughputPlot {
  /// The numbers of each hour, the oldest hour first.
  let hours: [RunStatistics.Throughput]
  private let end: Timestamp

  private static let (width, height) = (400.0, 132.0)
  private static let (left, top, foot) = (30.0, 8.0, 18.0)
  /// The largest number of hours.
  static let longest = 48

  /// Shows the last two days, or the last two days on which a run ended.
  init(_ figures: RunStatistics, last: Timestamp?, first: Timestamp?, now: Timestamp) {
    let span = TimeSpan.seconds(Double(Self.longest) * 3600)
    let isRecent =
      last.map { now - $0 <= span } ?? true
    end = isRecent ? now : last ?? now
    let earliest = end.adding(seconds: 3600 - span.seconds)
    hours = figures.throughput(
      every: 3600, from: Swift.max(first ?? earliest, earliest), until: end)
  }

  /// The largest number of runs that ended in one hour.
  var most: Int { hours.map(\.count).max() ?? 0 }

  var html: HTML {
    let scale = Self.roundMaximum(most)
    let ground = Self.height - Self.foot
    let slots = Swift.max(hours.count, 12)
    let step = (Self.width - Self.left) / Double(slots)
    var body = HTML()
    for share in [0.5, 1] {
      let y = ground - share * (ground - Self.top)
      body += SVG.level(y, Self.left...Self.width, "grid")
      body += SVG.text(PlotScale.label(Double(scale) * share), Self.left - 5, y + 3.5, "m e")
    }
    for (number, hour) in hours.enumerated() {
      // The last hour is at the right edge.
      let x = Self.left + Double(slots - hours.count + number) * step
      var y = ground
      for (state, count) in Self.parts(hour) where count > 0 {
        let height = Swift.max(Double(count) / Double(scale) * (ground - Self.top), 1)
        y -= height
        body += SVG.bar(
          x + 0.5, y, width: Swift.max(step - 1, 1), height: height, "f-" + state.rawValue,
          Self.title(hour))
      }
    }
    body += axis(slots, step, ground)
    return """
      <svg class="plot" viewBox="0 0 \(Self.width) \(Self.height)" role="img" \
      aria-label="Runs that ended, by hour">\(body)</svg>

      """
  }

  private static func parts(_ hour: RunStatistics.Throughput) -> [(RunState, Int)] {
    [
      (.finished, hour.ended[.finished] ?? 0),
      (.failed, (hour.ended[.failed] ?? 0) + (hour.ended[.crashed] ?? 0)),
      (.killed, hour.ended[.killed] ?? 0),
    ]
  }

  private static func title(_ hour: RunStatistics.Throughput) -> String {
    let counts = RunState.allCases.reversed().compactMap { state in
      hour.ended[state].map { "\($0.grouped) \(state.rawValue)" }
    }
    return MomentText.short(hour.start, now: hour.start) + ": "
      + counts.joined(separator: ", ")
  }

  private func axis(_ slots: Int, _ step: Double, _ ground: Double) -> HTML {
    var axis = SVG.level(ground, Self.left...Self.width, "ground")
    guard let last = hours.last?.start.seconds else { return axis }
    let close = last + 3600
    let open = close - Double(slots) * 3600
    for tick in TimeAxis(from: open, to: close, count: 6).ticks {
      let x = Self.left + tick.position * Double(slots) * step
      if (Self.left + 12...Self.width - 14).contains(x) {
        axis += SVG.text(tick.label, x, Self.height - 5, "t")
      }
    }
    return axis
  }

  /// A round number that is not smaller: the top of the axis.
  private static func roundMaximum(_ most: Int) -> Int {
    var unit = 1
    while true {
      for factor in [2, 4, 6, 8, 10] where factor * unit >= most { return factor * unit }
      unit *= 10
    }
  }
}
