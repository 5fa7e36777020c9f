import SpoolQueue
import SpoolTerminal

extension MetricHistory {
  /// The most series that are shown.
  private static let seriesShown = 20
  /// The most points of a drawn course.
  private static let width = 24

  /// Each series on a line, with its course drawn in small bars:
  /// `loss 0.3 at step 5 (least 0.3 at 5, greatest 1.2 at 0)  █▅▃▂▁▁`.
  var lines: [String] {
    let shown = series.prefix(Self.seriesShown)
    let names = shown.map { escapingControls($0.name) }
    let longest = Swift.min(names.map(\.count).max() ?? 0, 24)
    var lines = zip(names, shown).map { name, series in
      let padding = String(repeating: " ", count: Swift.max(longest - name.count, 0))
      var text =
        "\(name)\(padding)  \(Self.text(series.last.value)) at \(Self.text(series.last.step))"
      guard series.count > 1 else { return text }
      text += ", \(series.count) values, least \(Self.text(series.least.value))"
      text += " at \(Self.text(series.least.step)), greatest \(Self.text(series.greatest.value))"
      text += " at \(Self.text(series.greatest.step))  \(Self.bars(series))"
      return text
    }
    if series.count > shown.count { lines.append("and \(series.count - shown.count) more") }
    return lines
  }

  private static func text(_ number: Double) -> String { json(number).tableText }

  /// A whole number without a point.
  private static func json(_ number: Double) -> JSON {
    Int(exactly: number).map { .number($0) } ?? .number(number)
  }

  private static func bars(_ series: Series) -> String {
    let (low, high) = (series.least.value, series.greatest.value)
    let count = Swift.min(series.points.count, width)
    return (0..<count).map { place in
      // The first and the last point are always among them.
      let index = count > 1 ? place * (series.points.count - 1) / (count - 1) : 0
      let value = series.points[index].value
      // Halves, because the distance of two numbers may be infinite.
      let part = high > low ? (value / 2 - low / 2) / (high / 2 - low / 2) : 0
      let bars: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
      // The smallest numbers have no halves.
      return String(bars[part.isFinite ? Swift.min(Swift.max(Int(part * 8), 0), 7) : 0])
    }.joined()
  }

  /// `{"loss": [[0, 1.2], [1, 0.9]]}`: the step and the value of each point.
  var json: JSONObject {
    JSONObject(
      series.map { series in
        let points = series.points.map { point in
          JSON.array([Self.json(point.step), .number(point.value)])
        }
        return (series.name, .array(points))
      })
  }
}
