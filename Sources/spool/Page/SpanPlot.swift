import SpoolQueue

/// The picture of many spans of time: how many spans have each length, and the lengths that half and nine tenths of
/// them do not exceed.
struct SpanPlot {
  private let spans: Spans
  private let bins: SpanBins
  private let label: String

  private static let (width, height) = (400.0, 132.0)
  private static let (left, right, top, foot) = (6.0, 6.0, 22.0, 18.0)

  init(_ spans: Spans, label: String) {
    self.spans = spans
    self.label = label
    bins = SpanBins(spans.sorted)
  }

  var html: HTML {
    let most = Double(bins.counts.max() ?? 1)
    let inner = Self.width - Self.left - Self.right
    let step = inner / Double(bins.counts.count)
    let ground = Self.height - Self.foot
    var body = HTML()
    for tick in bins.ticks {
      let x = Self.left + bins.position(of: tick) * step
      body += SVG.upright(x, Self.top...ground, "grid")
      // At the edges a label would be cut off.
      let place = Swift.min(Swift.max(x, 16), Self.width - 16)
      body += SVG.text(DurationText.text(tick), place, Self.height - 5, "t")
    }
    for (number, count) in bins.counts.enumerated() where count > 0 {
      let height = Swift.max(Double(count) / most * (ground - Self.top), 1.5)
      let (low, high) = bins.bounds(number)
      let range = "\(DurationText.text(low)) to \(DurationText.text(high))"
      body += SVG.bar(
        Self.left + Double(number) * step + 0.5, ground - height, width: Swift.max(step - 1, 1),
        height: height, "bar", "\(count.grouped) of \(spans.count.grouped): \(range)")
    }
    body += SVG.level(ground, 0...Self.width, "ground")
    return """
      <svg class="plot" viewBox="0 0 \(Self.width) \(Self.height)" role="img" \
      aria-label="\(label)">\(body)\(marks(step))</svg>

      """
  }

  /// The marks of p50 and p90; the ``caption`` has their values.
  private func marks(_ step: Double) -> HTML {
    var marks = HTML()
    let places = spans.percentiles([0.5, 0.9]).map {
      Self.left + Swift.min(bins.position(of: $0), Double(bins.counts.count)) * step
    }
    guard places.count == 2 else { return marks }
    for x in places {
      marks += SVG.upright(x, 6...(Self.height - Self.foot), "mark")
    }
    // Each label is beside its line, away from the other label. At an edge there is no space.
    if places[0] > 34 { marks += SVG.text("p50", places[0] - 4, 14, "m e") }
    if places[1] < Self.width - 28 { marks += SVG.text("p90", places[1] + 4, 14, "m") }
    return marks
  }

  /// The text `p50 1m11s, p90 24m, p99 2h, longest 3h`. Nil if there are no spans.
  var caption: String? {
    guard let summary = spans.summary else { return nil }
    func text(_ seconds: Double) -> String { DurationText.text(seconds.short) }
    return "p50 \(text(summary.p50)), p90 \(text(summary.p90)), p99 \(text(summary.p99)), "
      + "longest \(text(summary.longest))"
  }
}

extension Double {
  /// A span of time without needless digits: whole seconds from a minute on, whole minutes from an hour on.
  var short: Double {
    if self >= 3600 { return (self / 60).rounded() * 60 }
    if self >= 60 { return rounded() }
    return self >= 1 ? (self * 10).rounded() / 10 : self
  }
}
