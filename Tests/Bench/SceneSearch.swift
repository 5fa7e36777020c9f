import CLibrary
import SpoolFiles

/// How good the points of a Bayesian search are, and how long one takes.
struct SearchScene: Scene {
  let name = "search"
  let summary =
    "The best of 25 points of bayes and random, mean of 16 seeds; ms a point at 100 results"

  func measure(_ bench: Bench, in directory: BenchDirectory) throws {
    bench.report.progress(name)
    var table = Figures(
      scene: name, directory: "25 points",
      variant: [("seeds", "\(bench.options.quick ? 4 : 16)")],
      columns: [
        Column(title: "best", key: "best", digits: 3),
        Column(title: "± error", key: "error", digits: 3),
        Column(title: "ms", key: "ms", digits: 1),
      ])
    for function in [TestFunction.branin, .hartmann, .chosen] {
      let file = try SweepFile(parsing: Array(function.file.utf8))
      guard let search = BayesianSearch(file) else { continue }
      var series: [(name: String, best: [Double], time: Double?)] = [
        ("bayes", [], nil), ("bayes, 4 at a time", [], nil), ("random", [], nil),
      ]
      for seed in 1...(bench.options.quick ? 4 : UInt64(16)) {
        series[0].best.append(best(of: search, function, seed: seed, pending: 0))
        series[1].best.append(best(of: search, function, seed: seed, pending: 3))
        let points = try SweepPoints(file, count: 25, seed: seed)
        series[2].best.append(points.points.map(function.value).min() ?? .infinity)
      }
      series[0].time = time(of: search, function)
      for (name, best, time) in series {
        let count = Double(best.count)
        let mean = best.reduce(0, +) / count
        let squares = best.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let error = (squares / (count - 1) / count).squareRoot()
        table.rows.append(("\(function.name), \(name)", [mean, error, time]))
      }
    }
    bench.report.show(table)
  }

  private func best(
    of search: BayesianSearch, _ function: TestFunction, seed: UInt64, pending: Int
  ) -> Double {
    var points: [(config: JSONObject, value: Double)] = []
    while points.count < 25 {
      let trials = points.indices.map { index in
        BayesianSearch.Trial(
          config: points[index].config,
          result: index < points.count - pending ? .value(points[index].value) : .pending)
      }
      guard let config = search.next(after: trials, seed: seed) else { break }
      points.append((config, function.value(config)))
    }
    return points.map(\.value).min() ?? .infinity
  }

  /// The time for one point in milliseconds.
  private func time(of search: BayesianSearch, _ function: TestFunction) -> Double {
    var trials: [BayesianSearch.Trial] = []
    while trials.count < 100, let config = search.next(after: [], seed: UInt64(trials.count)) {
      trials.append(.init(config: config, result: .value(function.value(config))))
    }
    let begin = Clock.nanoseconds()
    for seed in 0..<UInt64(10) { _ = search.next(after: trials, seed: seed) }
    return Double(Clock.nanoseconds() - begin) / 10 / 1e6
  }
}

/// A function whose least value is searched.
private struct TestFunction: Sendable {
  let name: String
  let file: String
  let value: @Sendable (JSONObject) -> Double

  private init(
    _ name: String, _ parameters: [String], _ value: @escaping @Sendable ([Double]) -> Double
  ) {
    self.name = name
    file =
      #"{"method":"random","command":["x"],"parameters":{"#
      + parameters.enumerated().map { "\"x\($0)\":{\($1)}" }.joined(separator: ",") + "}}"
    let count = parameters.count
    self.value = { config in value((0..<count).map { config["x\($0)"]?.doubleValue ?? 0 }) }
  }

  private static let unit = #""min":0.0,"max":1.0"#

  static let branin = TestFunction("Branin", [unit, unit], branin)
  static let hartmann = TestFunction("Hartmann 6", [unit, unit, unit, unit, unit, unit], hartmann)
  /// Branin's, moved by a choice whose values have no order.
  static let chosen = TestFunction(
    "Branin and a choice", [unit, unit, #""values":[0,1,2,3,4,5]"#]
  ) { x in
    let choice = Int(x[2])
    let moved = x[0] + [0.3, 0, 0.6, 0.1, 0.45, 0.2][choice]
    return branin([moved < 1 ? moved : moved - 1, x[1]]) + [3, 0.5, 8, 2, 12, 0][choice]
  }

  private static func branin(_ x: [Double]) -> Double {
    let (a, b) = (x[0] * 15 - 5, x[1] * 15)
    let q = b - 5.1 / (4 * .pi * .pi) * a * a + 5 / .pi * a - 6
    return q * q + 10 * (1 - 1 / (8 * .pi)) * cos(a) + 10
  }

  private static func hartmann(_ x: [Double]) -> Double {
    let rates: [[Double]] = [
      [10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8],
      [17, 8, 0.05, 10, 0.1, 14],
    ]
    let places: [[Double]] = [
      [1312, 1696, 5569, 124, 8283, 5886], [2329, 4135, 8307, 3736, 1004, 9991],
      [2348, 1451, 3522, 2883, 3047, 6650], [4047, 8828, 8732, 5743, 1091, 381],
    ]
    var sum = 0.0
    for (height, (rates, places)) in zip([1, 1.2, 3, 3.2], zip(rates, places)) {
      let distance = (0..<6).reduce(0.0) { sum, index in
        let difference = x[index] - places[index] / 10_000
        return sum + rates[index] * difference * difference
      }
      sum -= height * exp(-distance)
    }
    return sum
  }
}
