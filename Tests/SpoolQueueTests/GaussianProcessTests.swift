import Testing

@testable import SpoolFiles

@Suite struct GaussianProcessTests {
  private static let grid = (0..<49).map { [Double($0 / 7) / 6, Double($0 % 7) / 6] }

  private func isClose(_ a: Double, _ b: Double, _ distance: Double = 1e-6) -> Bool {
    abs(a - b) <= distance
  }

  /// What W&B's own search computes from these samples.
  @Test func theNumbersAreThoseOfWandb() throws {
    let points = [[0.1, 0.2], [0.4, 0.9], [0.9, 0.5], [0.6, 0.1], [0.3, 0.6]]
    let values = [1, 0.2, 0.7, 0.55, 0.31]
    let process = GaussianProcess(points, values)
    #expect(!process.isShapeless)
    #expect(isClose(process.lengthScale, 0.187168))
    let improvements = process.improvements(of: Self.grid)
    let best = try #require(improvements.indices.max { improvements[$0] < improvements[$1] })
    #expect(isClose(Self.grid[best][0], 1.0 / 3) && isClose(Self.grid[best][1], 5.0 / 6))
    #expect(isClose(improvements[best], 0.173993))
    var row = values
    let (mean, deviation) = process.prediction(at: Self.grid[best], &row)
    #expect(isClose(process.value(of: mean), 0.238408))
    #expect(isClose(deviation * process.normalized.deviation, 0.167903))
    let lowest = try #require(process.normalized.values.min())
    #expect(isClose(Probability.normal((lowest - mean) / (deviation + 1e-6)), 0.409531))
  }

  @Test func samplesWithoutAShapeEndAtABound() {
    let process = GaussianProcess([[0.1], [0.4], [0.9]], [1, 0.2, 0.7])
    #expect(process.isShapeless)
    #expect(process.lengthScale == 1e-5)
  }

  @Test func aSampleIsExpectedWhereItIs() {
    let points = (0..<20).map { [Double($0) / 20, Double($0 * $0 % 20) / 20] }
    let values = points.map { 3 * $0[0] - $0[1] * $0[1] }
    let process = GaussianProcess(points, values)
    var row = values
    for (point, value) in zip(points, values) {
      let (mean, deviation) = process.prediction(at: point, &row)
      #expect(isClose(process.value(of: mean), value, 1e-4))
      #expect(deviation < 1e-2)
    }
  }

  static let hostile: [[Double]] = [
    [1, 1, 1, 1], [0, 0, 0, 0], [1e308, -1e308, 1e308, 0],
    [1e-300, 2e-300, 0, .leastNonzeroMagnitude],
    [.greatestFiniteMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 1],
    [1e9, 1e9 + 1e-6, 1e9, 1e9], [-0.0, 0, 1, 2],
  ]

  @Test(arguments: hostile) func anyFiniteValuesGiveFiniteNumbers(_ values: [Double]) {
    for points in [
      [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6], [0.7, 0.1]], [[0.5], [0.5], [0.5], [0.5]],
      [[0], [1], [0], [1]], [[0.5], [0.5 + 1e-16], [0.25], [0.75]],
    ] {
      let process = GaussianProcess(points, values)
      var row = values
      let (mean, deviation) = process.prediction(at: points[0].map { 1 - $0 }, &row)
      #expect(mean.isFinite && deviation.isFinite && process.value(of: mean).isFinite)
      #expect(process.improvements(of: points).count { $0.isFinite } == 4)
    }
  }

  @Test func oneSampleIsEnough() {
    let process = GaussianProcess([[0.5]], [7])
    #expect(process.normalized.mean == 7 && process.normalized.deviation == 1)
  }

  @Test func sharesOfTheNormalDistribution() {
    let table: [(Double, Double)] = [
      (0, 0.5), (1, 0.841344746068543), (-1, 0.158655253931457), (1.96, 0.975002104851780),
      (-3, 1.349898031630095e-3), (-6, 9.865876450376946e-10), (-10, 7.619853024160525e-24),
      (5.0000001, 0.9999997133484), (40, 1), (-40, 0), (.infinity, 1), (-.infinity, 0),
    ]
    for (x, share) in table {
      #expect(isClose(Probability.normal(x), share, share * 1e-9), "\(x)")
    }
    for share in [1e-300, 1e-9, 0.01, 0.3, 0.5, 0.8, 0.999999] {
      #expect(isClose(Probability.normal(Probability.normalQuantile(share)), share, share * 1e-7))
    }
  }

  @Test func sharesOfTheBetaDistribution() {
    // The shares of whole shapes are polynomials.
    for x in [0.0, 0.1, 0.35, 0.5, 0.77, 1] {
      #expect(isClose(Probability.beta(x, 1, 1), x, 1e-12))
      #expect(isClose(Probability.beta(x, 2, 1), x * x, 1e-12))
      #expect(isClose(Probability.beta(x, 2, 2), x * x * (3 - 2 * x), 1e-12))
      #expect(isClose(Probability.beta(x, 1, 3), 1 - (1 - x) * (1 - x) * (1 - x), 1e-12))
    }
    for (a, b) in [(1e-9, 1e-9), (1e300, 1e300), (1e-9, 1e9), (5e6, 3e6)] {
      for share in [0, 0.2, 0.5, 1] {
        #expect((0...1).contains(Probability.beta(share, a, b)))
        #expect((0...1).contains(Probability.betaQuantile(share, a, b)))
      }
    }
  }
}
