import SpoolQueue

/// The courses of a sweep's metric over the steps, several runs in one picture.
struct CoursePlot {
  struct Course: Sendable {
    var run: String
    /// Two points or more.
    var points: [MetricHistory.Series.Point]
  }

  let metric: String
  /// The best run first.
  let courses: [Course]
  private let steps: PlotScale
  private let values: PlotScale

  /// The number of runs with a course; more lines cannot be distinguished.
  static let runLimit = 40
  /// The number of points that are read of each.
  static let pointLimit = 120

  private static let (width, height) = (320.0, 170.0)
  private static let (left, right, top, foot) = (42.0, 10.0, 10.0, 24.0)

  /// Returns nil if there are no courses.
  init?(_ courses: [Course], metric: String) {
    if courses.isEmpty { return nil }
    self.courses = courses
    self.metric = metric
    let points = courses.flatMap(\.points)
    steps = PlotScale(points.map(\.step), isLogarithmic: false)
    values = PlotScale(points.map(\.value))
  }

  /// Makes the picture.
  ///
  /// - Parameter anchor: Returns the anchor of a run, nil if it is not on the page.
  func html(anchor: (String) -> String?) -> HTML {
    var body = frame
    // The best run is drawn last, above the others.
    for (place, course) in courses.enumerated().reversed() {
      let line = course.points.map { "\(Self.x(steps, $0.step)),\(Self.y(values, $0.value))" }
      let last = course.points.last.map { PlotScale.label($0.value) } ?? ""
      var drawn: HTML = """
        <polyline points="\(line.joined(separator: " "))" class="\(place == 0 ? "course first" : "course")">\
        <title>\(course.run): \(metric) \(last)</title></polyline>
        """
      if let anchor = anchor(course.run) { drawn = "<a href=\"#\(anchor)\">\(drawn)</a>" }
      body += drawn
    }
    return """
      <figure><figcaption>\(metric) over steps\(values.isLogarithmic ? "<span> log</span>" : "" as HTML)\
      </figcaption><svg class="plot" viewBox="0 0 \(Self.width) \(Self.height)" role="img" \
      aria-label="\(metric) over steps">\(body)</svg></figure>

      """
  }

  private static var ground: Double { height - foot }

  private static func x(_ scale: PlotScale, _ step: Double) -> Double {
    rounded(left + scale.position(of: step) * (width - left - right))
  }

  private static func y(_ scale: PlotScale, _ value: Double) -> Double {
    rounded(ground - scale.position(of: value) * (ground - top))
  }

  private static func rounded(_ place: Double) -> Double { (place * 10).rounded() / 10 }

  private var frame: HTML {
    var frame = HTML()
    for tick in values.ticks(3) {
      let y = Self.y(values, tick)
      frame += SVG.level(y, Self.left...Self.width, "grid")
      frame += SVG.text(PlotScale.label(tick), Self.left - 5, y + 3.5, "m e")
    }
    for tick in steps.ticks() where tick == tick.rounded() {
      let x = Self.x(steps, tick)
      frame += SVG.upright(x, Self.top...Self.ground, "grid")
      frame += SVG.text(PlotScale.label(tick), x, Self.height - 9, "t")
    }
    return frame + SVG.level(Self.ground, Self.left...Self.width, "ground")
  }
}

extension CoursePlot.Course {
  /// The courses of the best runs of a sweep, and of those that have not been ranked; runs with fewer than two points
  /// have none.
  static func best(
    of standings: [SweepStanding], metric: String, in queue: Queue
  ) -> [CoursePlot.Course] {
    let begun = standings.filter { $0.state == .running || $0.state?.isDone == true }
    return begun.prefix(CoursePlot.runLimit).compactMap { standing in
      let history = queue.readHistory(
        of: standing.point.run, of: [metric], keeping: CoursePlot.pointLimit, .drawing)
      guard let series = history.series.first, series.points.count > 1 else { return nil }
      return CoursePlot.Course(run: standing.point.run, points: series.points)
    }
  }
}
