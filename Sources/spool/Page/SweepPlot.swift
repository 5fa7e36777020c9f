import SpoolQueue

/// The picture of one parameter of a sweep against its metric: a dot for each run.
struct SweepPlot {
  /// The places of the dots along one axis.
  enum Axis: Sendable, Equatable {
    case numbers(PlotScale)
    /// Values that are not numbers, side by side.
    case words([String])

    /// The place of a value, from 0 to 1; nil if it has none.
    func position(of value: JSON) -> Double? {
      switch self {
      case .numbers(let scale): return value.doubleValue.map { scale.position(of: $0) }
      case .words(let words):
        guard let index = words.firstIndex(of: value.tableText) else { return nil }
        return (Double(index) + 0.5) / Double(words.count)
      }
    }
  }

  struct Dot: Sendable, Equatable {
    var x: Double
    var y: Double
    var standing: Int
  }

  let parameter: String
  /// The axis of the parameter.
  let axis: Axis
  /// The parameter's values if they are few: the labels of the axis.
  private let ticks: [Double]
  /// The axis of the metric.
  let scale: PlotScale
  /// The runs with a value, the best first.
  let dots: [Dot]
  /// The places of failed runs without a value.
  let failures: [Double]

  private static let (width, height) = (320.0, 170.0)
  private static let (left, right, top, foot) = (42.0, 10.0, 10.0, 24.0)
  /// With more numbers than these, not each number gets a label.
  private static let tickLimit = 8
  /// More words have no space beside each other.
  private static let wordLimit = 16
  /// With more dots than these, the dots are not links.
  private static let linkLimit = 300

  /// Gives the runs of a sweep their places. Returns nil if the parameter has fewer than two values, or if no run
  /// has a value of the metric.
  init?(_ part: PageData.SweepPart, parameter: String, isLogarithmic: Bool) {
    self.parameter = parameter
    let standings = part.standings
    let values = standings.map { $0.value(of: parameter) ?? .null }
    let numbers = values.compactMap { $0.doubleValue }.filter { $0.isFinite }
    if numbers.count == values.count {
      let distinct = Set(numbers).sorted()
      guard distinct.count > 1 else { return nil }
      let isSpread = isLogarithmic || Self.isGeometric(distinct)
      axis = .numbers(PlotScale(numbers, isLogarithmic: isSpread ? true : nil))
      ticks = distinct.count <= Self.tickLimit ? distinct : []
    } else {
      var words: [String] = []
      for value in values where !words.contains(value.tableText) {
        words.append(value.tableText)
        if words.count > Self.wordLimit { return nil }
      }
      guard words.count > 1 else { return nil }
      axis = .words(words.sorted())
      ticks = []
    }
    let metrics = standings.compactMap { $0.value?.doubleValue }
    guard !metrics.isEmpty else { return nil }
    scale = PlotScale(metrics)
    var dots: [Dot] = []
    var failures: [Double] = []
    // Dots on one another look like one dot: of many thousands few are kept.
    var taken: Set<Int> = []
    for (index, standing) in standings.enumerated() {
      guard let x = axis.position(of: values[index]) else { continue }
      if let value = standing.value?.doubleValue {
        let y = scale.position(of: value)
        guard taken.insert(Int(x * 600) * 1000 + Int(y * 300)).inserted else { continue }
        dots.append(Dot(x: x, y: y, standing: index))
      } else if standing.state == .failed || standing.state == .crashed {
        if taken.insert(-1 - Int(x * 600)).inserted { failures.append(x) }
      }
    }
    self.dots = dots
    self.failures = failures
  }

  /// Makes the picture.
  ///
  /// - Parameter anchor: Returns the anchor of a run, nil if it is not on the page.
  func html(
    _ standings: [SweepStanding], metric: String, anchor: (String) -> String?
  ) -> HTML {
    var body = frame
    for x in failures {
      body += SVG.upright(Self.x(x), (Self.ground - 6)...Self.ground, "lost")
    }
    // The best run is drawn last, above the others.
    for dot in dots.reversed() {
      let standing = standings[dot.standing]
      let isBest = standing.rank == 1
      var point: HTML = """
        <circle cx="\(Self.x(dot.x))" cy="\(Self.y(dot.y))" r="\(isBest ? 5 : 3)" \
        class="\(isBest ? "top" : "dot")">
        """
      if dots.count <= Self.linkLimit || isBest {
        let value = standing.value?.tableText ?? ""
        let own = standing.value(of: parameter)?.tableText ?? ""
        let title = "\(standing.point.run): \(metric) \(value), \(parameter) \(own)"
        point += "<title>\(title)</title></circle>"
        if let anchor = anchor(standing.point.run) {
          point = "<a href=\"#\(anchor)\">\(point)</a>"
        }
      } else {
        point += "</circle>"
      }
      body += point
    }
    return """
      <figure><figcaption>\(parameter)\(scaleNote)</figcaption>\
      <svg class="plot" viewBox="0 0 \(Self.width) \(Self.height)" role="img" \
      aria-label="\(metric) against \(parameter)">\(body)</svg></figure>

      """
  }

  /// Whether each number is the number before times the same factor: 16, 32, 64.
  private static func isGeometric(_ values: [Double]) -> Bool {
    guard let first = values.first, first > 0, values.count > 2 else { return false }
    let ratios = zip(values.dropFirst(), values).map { $0 / $1 }
    return ratios.allSatisfy { $0 > 1.5 && abs($0 / ratios[0] - 1) < 0.01 }
  }

  private var scaleNote: HTML {
    if case .numbers(let scale) = axis, scale.isLogarithmic { return "<span> log</span>" }
    return ""
  }

  private static var ground: Double { height - foot }
  private static func x(_ share: Double) -> Double { left + share * (width - left - right) }
  private static func y(_ share: Double) -> Double { ground - share * (ground - top) }

  /// The axes, their ticks and labels.
  private var frame: HTML {
    var frame = HTML()
    for tick in scale.ticks(3) {
      let y = Self.y(scale.position(of: tick))
      frame += SVG.level(y, Self.left...Self.width, "grid")
      frame += SVG.text(PlotScale.label(tick), Self.left - 5, y + 3.5, "m e")
    }
    var ticks: [(Double, String)] = []
    switch axis {
    case .numbers(let scale):
      let shown = self.ticks.isEmpty ? scale.ticks() : self.ticks
      for value in shown {
        let share = scale.position(of: value)
        // If two labels are close, they would overlap.
        if let last = ticks.last, share - last.0 < 0.09 { continue }
        ticks.append((share, PlotScale.label(value)))
      }
    case .words(let words):
      let room = Swift.max(44 / words.count, 2)
      for (index, word) in words.enumerated() {
        let head = word.prefix(room)
        let label = head.endIndex == word.endIndex ? word : head.dropLast() + "…"
        ticks.append(((Double(index) + 0.5) / Double(words.count), label))
      }
    }
    for (share, label) in ticks {
      let x = Self.x(share)
      frame += SVG.upright(x, Self.top...Self.ground, "grid")
      frame += SVG.text(label, x, Self.height - 9, "t")
    }
    return frame + SVG.level(Self.ground, Self.left...Self.width, "ground")
  }
}
