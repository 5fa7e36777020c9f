/// The courses of the numbers that a run logged, a series for each key.
package struct MetricHistory: Sendable {
  /// The numbers of one key, in the order in which they were logged.
  package struct Series: Sendable {
    package struct Point: Sendable, Equatable {
      package var step: Double
      package var value: Double
    }

    package let name: String
    /// The points, or some of them at even distances if there are more than are kept.
    package private(set) var points: [Point] = []
    /// The number of all points.
    package private(set) var count = 0
    package private(set) var last = Point(step: 0, value: 0)
    package private(set) var least = Point(step: 0, value: 0)
    package private(set) var greatest = Point(step: 0, value: 0)
    /// The distance between two points that are kept.
    private var distance = 1

    init(_ name: String) { self.name = name }

    fileprivate mutating func add(_ point: Point, keeping limit: Int) {
      if count == 0 || point.value < least.value { least = point }
      if count == 0 || point.value > greatest.value { greatest = point }
      last = point
      if count % distance == 0 {
        if points.count >= limit {
          points = points.indices.filter { $0 % 2 == 0 }.map { points[$0] }
          distance = distance.multiplied(clamped: 2)
        }
        if count % distance == 0 { points.append(point) }
      }
      count += 1
    }
  }

  /// In the order in which the keys came.
  package private(set) var series: [Series] = []
  private var places: [ExactText: Int] = [:]
  /// The number of rows so far: the step of a row without a step of its own.
  private var rows = 0
  /// The only keys that are of interest; nil for all.
  private let names: Set<ExactText>?
  private let pointLimit: Int

  /// The most series; those of later keys are left out.
  private static let seriesLimit = 500
  /// The most values of a row.
  private static let rowLimit = 2000
  private static let depthLimit = 16

  /// - Parameters:
  ///   - names: The keys, with dots between nested ones; nil for all.
  ///   - pointLimit: The number of points of a series that are kept, 2 or more.
  package init(of names: [String]? = nil, keeping pointLimit: Int) {
    self.names = names.map { Set($0.map { ExactText($0) }) }
    self.pointLimit = Swift.max(pointLimit, 2)
  }

  /// Adds a record of W&B's; only a row of the history has anything to add.
  package mutating func add(_ record: WandbRecord) {
    guard case .history(let items) = record else { return }
    var step: Double?
    var values: [(name: String, value: Double)] = []
    for item in items.prefix(Self.rowLimit) {
      let name = item.path.count == 1 ? item.path[0] : item.path.joined(separator: ".")
      if name == "_step" {
        step = Self.number(item.value)
      } else if name.utf8.first != UInt8(ascii: "_") {
        Self.gather(item.value, name, into: &values)
      }
    }
    add(values, step: step)
  }

  /// Adds a line of `metrics.jsonl`.
  package mutating func add(_ line: MetricLine) {
    var values: [(name: String, value: Double)] = []
    for (key, value) in line.values.members { Self.gather(value, key, into: &values) }
    add(values, step: line.step)
  }

  private mutating func add(_ values: [(name: String, value: Double)], step: Double?) {
    let step = step ?? Double(rows)
    rows += 1
    for (name, value) in values where names?.contains(ExactText(name)) != false {
      let name = ExactText(name)
      if places[name] == nil {
        guard series.count < Self.seriesLimit else { continue }
        places[name] = series.count
        series.append(Series(name.text))
      }
      if let place = places[name] {
        series[place].add(Series.Point(step: step, value: value), keeping: pointLimit)
      }
    }
  }

  private static func gather(
    _ text: [UInt8], _ name: String, into values: inout [(name: String, value: Double)]
  ) {
    if text.first == UInt8(ascii: "{") {
      if let value = JSON(logged: text) { gather(value, name, into: &values) }
    } else if let value = number(text) {
      values.append((name, value))
    }
  }

  private static func gather(
    _ value: JSON, _ name: String, depth: Int = 0,
    into values: inout [(name: String, value: Double)]
  ) {
    if let number = value.doubleValue {
      if number.isFinite, values.count < rowLimit { values.append((name, number)) }
    } else if depth < depthLimit, let object = value.objectValue {
      for (key, value) in object.members {
        gather(value, name + "." + key, depth: depth + 1, into: &values)
      }
    }
  }

  /// The number that a text is; nil for anything else, and for one that is not finite.
  private static func number(_ text: [UInt8]) -> Double? {
    guard let first = text.first, first == UInt8(ascii: "-") || (0x30...0x39).contains(first),
      text.count <= 64, let value = Double(String(raw: text)), value.isFinite
    else { return nil }
    return value
  }
}
