import SpoolQueue

/// The runs of each host over time. Close runs are merged, so that a picture of many thousands stays small.
struct Timeline: Sendable, Equatable {
  /// The time during which a host executed one run.
  struct Span: Sendable, Equatable {
    var host: String
    /// The beginning, in seconds since 1970.
    var start: Double
    /// The end, in seconds since 1970; for a run that goes on, now.
    var end: Double
    var state: RunState
    /// The number that the caller gave the run.
    var run: Int
  }

  /// A bar: one run, or several runs that are too close to be shown separately.
  struct Mark: Sendable, Equatable {
    /// The left end, from 0 at the beginning of the picture to 1.
    var start: Double
    var end: Double
    /// The state that most of its runs have.
    var state: RunState
    var count = 1
    /// The number of failed and crashed runs.
    var failures = 0
    /// The run, if the bar is a single run.
    var run: Int?
  }

  struct Host: Sendable, Equatable {
    var name: String
    /// The lanes, one above the other: runs at the same time have different lanes.
    var lanes: [[Mark]]
    var runs: Int
  }

  /// The beginning of the shown time, in seconds since 1970.
  let start: Double
  let end: Double
  /// The hosts in the order of their names.
  let hosts: [Host]
  /// The number of hosts that are left out, because they have fewer runs.
  let omittedHosts: Int

  private static let hostLimit = 24
  private static let laneLimit = 12
  /// The longest shown time, in seconds.
  static let longest: Double = 86_400
  /// The smallest distance that is visible, as a share of the picture.
  private static let finest = 1.0 / 1500

  /// Shows the last day of these runs, or the last day on which there were runs.
  ///
  /// - Parameter now: The time in seconds since 1970.
  init(_ spans: [Span], now: Double, markLimit: Int = 2500) {
    let spans = spans.filter { $0.start.isFinite && $0.end >= $0.start && $0.end.isFinite }
    let last = spans.map(\.end).max() ?? now
    // A clock that is ahead puts its runs into the future.
    let close = last > now - Self.longest ? Swift.max(Swift.min(last, now + 60), now) : last
    let open = Swift.max(spans.map(\.start).min() ?? now - 3600, close - Self.longest)
    let length = Swift.max(close - open, 10)
    let (start, end) = (close - length * 1.01, close + length * 0.002)
    self.start = start
    self.end = end
    var byHost: [String: [Span]] = [:]
    for span in spans where span.end >= start && span.start <= end {
      byHost[span.host, default: []].append(span)
    }
    let busiest = byHost.sorted { left, right in
      left.value.count != right.value.count
        ? left.value.count > right.value.count : left.key < right.key
    }
    let shown = busiest.prefix(Self.hostLimit).sorted { $0.key < $1.key }
    omittedHosts = busiest.count - shown.count
    let lanes = shown.map { Self.lanes($0.value) }
    var resolution = Self.finest
    var marks = lanes.map { $0.map { Self.marks($0, start, end, resolution) } }
    while marks.joined().reduce(0, { $0 + $1.count }) > markLimit, resolution < 0.1 {
      resolution *= 2
      marks = lanes.map { $0.map { Self.marks($0, start, end, resolution) } }
    }
    hosts = zip(shown, marks).map { Host(name: $0.key, lanes: $1, runs: $0.value.count) }
  }

  /// Gives each run the first lane that is free at its start.
  private static func lanes(_ spans: [Span]) -> [[Span]] {
    var lanes: [[Span]] = []
    var ends: [Double] = []
    for span in spans.sorted(by: { ($0.start, $0.end, $0.run) < ($1.start, $1.end, $1.run) }) {
      if let free = ends.firstIndex(where: { $0 <= span.start }) {
        lanes[free].append(span)
        ends[free] = span.end
      } else if lanes.count < laneLimit {
        lanes.append([span])
        ends.append(span.end)
      } else if let least = ends.indices.min(by: { ends[$0] < ends[$1] }) {
        lanes[least].append(span)
        ends[least] = Swift.max(ends[least], span.end)
      }
    }
    return lanes
  }

  /// The bars of a lane. A small bar that is close to its neighbour is merged with it.
  private static func marks(
    _ spans: [Span], _ start: Double, _ end: Double, _ resolution: Double
  ) -> [Mark] {
    var marks: [Mark] = []
    var counts: [RunState: Int] = [:]
    for span in spans {
      func share(_ time: Double) -> Double {
        Swift.min(Swift.max((time - start) / (end - start), 0), 1)
      }
      var mark = Mark(
        start: share(span.start), end: share(span.end), state: span.state, run: span.run)
      mark.failures = span.state == .failed || span.state == .crashed ? 1 : 0
      if let last = marks.last, mark.start < last.end + resolution,
        mark.start < last.end || mark.end - mark.start < resolution * 2
          || last.end - last.start < resolution * 2
      {
        counts[mark.state, default: 0] += 1
        // If several states are equally frequent, the first by name counts, so that a picture is always the same.
        let most = counts.max { ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue) }
        marks[marks.count - 1] = Mark(
          start: last.start, end: Swift.max(last.end, mark.end), state: most?.key ?? mark.state,
          count: last.count + 1, failures: last.failures + mark.failures)
      } else {
        counts = [mark.state: 1]
        marks.append(mark)
      }
    }
    return marks
  }
}
