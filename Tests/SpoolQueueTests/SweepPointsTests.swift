import Testing

@testable import SpoolFiles
@testable import SpoolProtocol
@testable import SpoolQueue
@testable import SpoolSystem

@Suite struct SweepPointsTests {
  private func file(
    _ method: String, _ parameters: String, _ more: String = ""
  ) throws -> SweepFile {
    try SweepFile(
      parsing: Array(
        #"{"method":"\#(method)","command":["x"],"parameters":{\#(parameters)}\#(more)}"#.utf8))
  }

  private func grid(_ parameters: String, count: Int? = nil) throws -> [String] {
    try SweepPoints(file("grid", parameters), count: count).points.map(\.text)
  }

  private func random(_ parameters: String, _ count: Int, seed: UInt64 = 1) throws -> SweepPoints {
    try SweepPoints(file("random", parameters), count: count, seed: seed)
  }

  /// The values that a random search of one parameter `a` gives.
  private func draw(_ parameter: String, _ count: Int, seed: UInt64 = 1) throws -> [JSON] {
    try random(#""a":{\#(parameter)}"#, count, seed: seed).points.compactMap { $0["a"] }
  }

  // MARK: Grid

  /// W&B's order: the parameters by name, and the last one changes fastest.
  @Test func aGridIsTheProductInTheOrderOfTheNames() throws {
    #expect(
      try grid(#""b":{"values":[1,2]},"a":{"values":["x",null,true]},"c":{"value":{"d":1.0}}"#)
        == [
          #"{"b":1,"a":"x","c":{"d":1.0}}"#, #"{"b":2,"a":"x","c":{"d":1.0}}"#,
          #"{"b":1,"a":null,"c":{"d":1.0}}"#, #"{"b":2,"a":null,"c":{"d":1.0}}"#,
          #"{"b":1,"a":true,"c":{"d":1.0}}"#, #"{"b":2,"a":true,"c":{"d":1.0}}"#,
        ])
  }

  @Test func noPointOfAGridComesTwice() throws {
    #expect(
      try grid(#""a":{"values":[1,1.0,2,1e0,"1",[1],[1.0]]}"#)
        == [#"{"a":1}"#, #"{"a":2}"#, #"{"a":"1"}"#, #"{"a":[1]}"#])
  }

  @Test func numbersAreAsTheyWereWritten() throws {
    #expect(
      try grid(#""a":{"values":[1.0,0.10,1e-4,12345678901234567890]}"#)
        == [#"{"a":1.0}"#, #"{"a":0.10}"#, #"{"a":1e-4}"#, #"{"a":12345678901234567890}"#])
  }

  @Test func aGridHasEveryWholeNumber() throws {
    #expect(
      try grid(#""a":{"min":-1,"max":2}"#)
        == [#"{"a":-1}"#, #"{"a":0}"#, #"{"a":1}"#, #"{"a":2}"#])
  }

  static let steps: [(String, [String])] = [
    (#""min":0,"max":3"#, ["0", "1", "2"]),
    (#""min":0.1,"max":0.4,"q":0.1"#, ["0.1", "0.2", "0.3"]),
    (#""min":0,"max":1,"q":0.25"#, ["0.0", "0.25", "0.5", "0.75"]),
    (#""min":1e-4,"max":3e-4,"q":1e-4"#, ["0.0001", "0.0002"]),
    (#""min":-1.5,"max":0.5,"q":1"#, ["-1.5", "-0.5"]),
    (#""min":10,"max":30,"q":1e1"#, ["10.0", "20.0"]),
    (#""min":0,"max":1,"q":0.3"#, ["0.0", "0.3", "0.6", "0.9"]),
    (#""min":1e-30,"max":3e-30,"q":1e-30"#, ["1e-30", "2e-30"]),
  ]

  // W&B: numpy.arange(min, max, q), without its errors in the last digit.
  @Test(arguments: steps) func aGridGoesInSteps(_ bounds: String, _ values: [String]) throws {
    #expect(
      try grid(#""a":{"distribution":"q_uniform",\#(bounds)}"#)
        == values.map { #"{"a":\#($0)}"# })
  }

  @Test func nestedParametersMakeNestedObjects() throws {
    #expect(
      try grid(
        #""o":{"parameters":{"lr":{"values":[1,2]},"n":{"parameters":{"b":{"value":3}}}}},"z":{"value":4}"#
      ) == [#"{"o":{"lr":1,"n":{"b":3}},"z":4}"#, #"{"o":{"lr":2,"n":{"b":3}},"z":4}"#])
  }

  @Test func theCapTakesTheFirstPointsOfAGrid() throws {
    let huge = #""a":{"min":1,"max":1000000000},"b":{"min":1,"max":10000000000}"#
    #expect(try grid(huge, count: 2) == [#"{"a":1,"b":1}"#, #"{"a":1,"b":2}"#])
    let points = try SweepPoints(file("grid", #""a":{"values":[1,2]}"#, #","run_cap":5"#))
    #expect(points.points.count == 2)
    #expect(points.isExhausted)
    #expect(points.seed == nil)
  }

  @Test func tooManyPointsAreAnError() throws {
    func message(_ method: String, _ parameters: String, _ count: Int?) -> String? {
      #expect(throws: SpoolError.self) {
        try SweepPoints(file(method, parameters), count: count)
      }?.message
    }
    #expect(
      message("grid", #""a":{"min":1,"max":1000},"b":{"min":1,"max":101}"#, nil)
        == "the grid has 101000 points, and a sweep at most 100000: give it fewer values, or queue"
        + #" only the first ones with "run_cap" or --count"#)
    #expect(
      message("grid", #""a":{"min":0,"max":9223372036854775807}"#, nil)
        == "the grid has more points than can be counted; give it fewer values")
    #expect(
      message("random", #""a":{"value":1}"#, nil)
        == #"a random search has no end: say how many runs, with "run_cap" or --count"#)
    #expect(
      message("random", #""a":{"value":1}"#, 100_001)
        == "100001 runs are too many: a sweep has at most 100000")
  }

  // MARK: Random

  @Test func aSeedGivesTheSamePoints() throws {
    let parameters =
      #""a":{"min":0.0,"max":1.0},"b":{"min":1,"max":1000},"c":{"distribution":"normal"},"#
      + #""d":{"distribution":"beta","a":0.5,"b":2},"e":{"values":["x","y"]}"#
    let first = try random(parameters, 50, seed: 7)
    #expect(first.seed == 7)
    #expect(try random(parameters, 50, seed: 7).points == first.points)
    #expect(try random(parameters, 50, seed: 8).points != first.points)
    #expect(try random(parameters, 10, seed: 7).points == Array(first.points.prefix(10)))
  }

  // A change here changes what the seeds of old sweeps mean.
  @Test func whatASeedMeansDoesNotChange() throws {
    let parameters =
      #""a":{"min":0.0,"max":1.0},"b":{"min":1,"max":1000},"#
      + #""c":{"distribution":"log_normal"},"d":{"distribution":"beta","a":2,"b":0.5}"#
    let points = try random(parameters, 2, seed: 42).points.map(\.text)
    #expect(
      points == [
        #"{"a":0.7415648787718233,"b":160,"c":0.2777379188556503,"d":0.8162826696394009}"#,
        #"{"a":0.5200132996032402,"b":666,"c":0.887685714525021,"d":0.9976959241630402}"#,
      ])
  }

  @Test func aSeedIsDrawnAndTold() throws {
    let first = try SweepPoints(file("random", #""a":{"min":0.0,"max":1.0}"#), count: 5)
    #expect(
      try random(#""a":{"min":0.0,"max":1.0}"#, 5, seed: #require(first.seed)).points
        == first.points)
  }

  @Test func noPointComesTwiceAndASmallSpaceEnds() throws {
    let points = try random(#""a":{"values":[1,2,3,3.0]},"b":{"min":1,"max":2}"#, 100)
    #expect(points.points.count == 6)
    #expect(Set(points.points).count == 6)
    #expect(points.isExhausted)
    #expect(try !random(#""a":{"values":[1,2,3]}"#, 3).isExhausted)
  }

  @Test func whatHardlyEverComesUpIsFoundToo() throws {
    #expect(
      Set(try draw(#""values":[1,2,3],"probabilities":[0.9999999999,0.0000000001,0]"#, 9))
        == [1, 2])
    #expect(try draw(#""min":1,"max":5000"#, 5000).count == 5000)
    #expect(try draw(#""distribution":"normal","sigma":0,"mu":2.5"#, 9) == [2.5])
    #expect(
      Set(try draw(#""distribution":"q_uniform","min":0.1,"max":0.5,"q":0.2"#, 9).map(\.text))
        == ["0.0", "0.2", "0.4"])
    #expect(try draw(#""distribution":"q_normal","sigma":0.01"#, 9).first == 0)
  }

  /// A distribution, and what its values are like: least, median, most.
  static let distributions: [(String, Double, Double, Double)] = [
    (#""min":-1.0,"max":3"#, -1, 1, 3),
    (#""distribution":"uniform","min":0,"max":10"#, 0, 5, 10),
    (#""min":0,"max":100000000"#, 0, 5e7, 1e8),
    (#""distribution":"log_uniform","min":-4,"max":0"#, 0.0183, 0.1353, 1),
    (#""distribution":"log_uniform_values","min":1e-4,"max":1"#, 1e-4, 1e-2, 1),
    (#""distribution":"inv_log_uniform","min":0,"max":4"#, 0.0183, 0.1353, 1),
    (#""distribution":"inv_log_uniform_values","min":1e-4,"max":1"#, 1e-4, 1e-2, 1),
    (#""distribution":"normal","mu":5,"sigma":2"#, -6, 5, 16),
    (#""distribution":"log_normal","mu":1,"sigma":0.5"#, 0, 2.718, 50),
    (#""distribution":"beta","a":2,"b":2"#, 0, 0.5, 1),
    (#""distribution":"beta","a":1,"b":3"#, 0, 0.2063, 1),
    (#""distribution":"beta","a":0.5,"b":0.5"#, 0, 0.5, 1),
    (#""distribution":"q_uniform","min":0,"max":1000000,"q":3"#, 0, 5e5, 1e6 + 2),
    (#""distribution":"q_normal","mu":1e6,"sigma":1e5"#, 4e5, 1e6, 16e5),
    (#""distribution":"q_log_normal","mu":10,"sigma":1,"q":0.5"#, 0, 22026, 1e7),
    (#""distribution":"q_log_uniform_values","min":100,"max":1000000"#, 100, 1e4, 1e6),
    (#""distribution":"q_log_uniform","min":5,"max":13"#, 148, 8103, 442_414),
    (#""distribution":"q_beta","a":3,"b":3,"q":1e-7"#, 0, 0.5, 1),
  ]

  @Test(arguments: distributions)
  func distributionsHaveTheirShape(
    _ parameter: String, _ least: Double, _ median: Double, _ most: Double
  ) throws {
    let values = try draw(parameter, 4001, seed: 3).compactMap(\.doubleValue).sorted()
    #expect(values.count == 4001)
    #expect(values[0] >= least * (least < 0 ? 1.01 : 0.99))
    #expect(values[4000] <= most * 1.01)
    #expect(
      abs(values[2000] - median) <= abs(most - least) * 0.03
        || values[2000] / median > 0.8
          && values[2000] / median < 1.25
    )
  }

  @Test(arguments: ["", "q_"], ["normal", "log_normal"])
  func noValueIsInfinite(_ steps: String, _ distribution: String) throws {
    let bounds = distribution == "normal" ? #""mu":1e308,"sigma":1e308"# : #""mu":709,"sigma":9"#
    let step = steps.isEmpty ? "" : #","q":3"#
    let parameter = #""distribution":"\#(steps)\#(distribution)",\#(bounds)\#(step)"#
    let values = try draw(parameter, 60)
    #expect(values.contains { $0.doubleValue == .greatestFiniteMagnitude })
    #expect(values.allSatisfy { $0.doubleValue?.isFinite == true })
  }

  @Test func stepsAreWrittenInDecimals() throws {
    for value in try draw(#""distribution":"q_uniform","min":0,"max":100,"q":0.1"#, 500) {
      #expect(value.text.split(separator: ".").last?.count == 1)
    }
    for value in try draw(#""distribution":"q_uniform","min":0,"max":100000,"q":5"#, 500) {
      #expect(value.intValue.map { $0 % 5 } == 0)
      #expect(!value.text.contains("."))
    }
  }

  @Test func valuesComeUpAsOftenAsTheirProbabilities() {
    var generator = SweepGenerator(seed: 5)
    let leaf = SweepLeaf(
      path: ["a"], source: .choice([1, 2, 3], weights: [0.2, 0, 0.8]))
    var counts: [JSON: Int] = [:]
    for _ in 0..<10_000 { counts[leaf.draw(&generator), default: 0] += 1 }
    #expect(counts[2] == nil)
    #expect((1850...2150).contains(counts[1] ?? 0))
  }

  // MARK: Numbers

  @Test(
    arguments: [
      ("0.21500000000000002", "0.215"), ("-1.4000000000000001", "-1.4"), ("0.1", "0.1"),
      ("0.00012345678901234", "0.000123457"), ("0.000012345678901234", "1.23457e-5"),
      ("123456.78901234", "123457"), ("1234567.8901234", "1.23457e6"),
      ("9.99999999999999", "10"), ("1.0000000000000000", "1"), ("0.00000000000", "0.00000000000"),
      ("12345678901234567890", "1.23457e19"), ("123456789012", "123456789012"),
      ("1e-300", "1e-300"), ("1.23456789e-300", "1.23457e-300"), ("1e400", "1e400"),
    ])
  func tablesShowSixDigits(_ literal: String, _ text: String) {
    #expect(JSON.number(literal).tableText == text)
  }

  // MARK: Arithmetic

  @Test func theExponentialAndTheLogarithm() {
    #expect(Elementary.exp(0) == 1)
    #expect(Elementary.log(1) == 0)
    #expect(abs(Elementary.exp(1) - 2.718281828459045) < 1e-15)
    #expect(abs(Elementary.exp(-1) * 2.718281828459045 - 1) < 1e-15)
    #expect(abs(Elementary.log(10) - 2.302585092994046) < 1e-15)
    #expect(Elementary.exp(1000) == .infinity)
    #expect(Elementary.exp(-1000) == 0)
    #expect(Elementary.log(0) == -.infinity)
    for exponent in stride(from: -700.0, through: 700, by: 0.37) {
      #expect(
        abs(Elementary.log(Elementary.exp(exponent)) - exponent) <= abs(exponent) * 4e-16 + 4e-16)
    }
  }

  // The first numbers of the published algorithm for the seed 1234567.
  @Test func theGeneratorIsSplitMix64() {
    var generator = SweepGenerator(seed: 1_234_567)
    #expect(
      (0..<5).map { _ in generator.next() } == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
      ])
  }
}
