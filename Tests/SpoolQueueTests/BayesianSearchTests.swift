import Testing

@testable import SpoolFiles

@Suite struct BayesianSearchTests {
  private func file(_ parameters: String, _ more: String = "") throws -> SweepFile {
    let text = #"{"method":"random","command":["x"],"parameters":{\#(parameters)}\#(more)}"#
    return try SweepFile(parsing: Array(text.utf8))
  }

  private func search(_ parameters: String, _ more: String = "") throws -> BayesianSearch {
    try #require(BayesianSearch(try file(parameters, more)))
  }

  private func axis(_ parameter: String) throws -> SearchAxis {
    let file = try file(#""a":{\#(parameter)}"#)
    return try #require(SearchAxis(SweepLeaf.leaves(of: file.parameters)[0].source))
  }

  /// The points of a search of which each has a result before the next is made.
  private func points(
    _ search: BayesianSearch, _ count: Int, seed: UInt64 = 1, pending: Int = 0,
    _ value: (JSONObject) -> Double?
  ) -> [JSONObject] {
    var trials: [BayesianSearch.Trial] = []
    var points: [JSONObject] = []
    while points.count < count, let point = search.next(after: trials, seed: seed) {
      points.append(point)
      trials = points.indices.map { index in
        BayesianSearch.Trial(
          config: points[index],
          result: index < points.count - pending ? .value(value(points[index])) : .pending)
      }
    }
    return points
  }

  private func number(_ point: JSONObject, _ key: String) -> Double {
    point[key]?.doubleValue ?? .nan
  }

  static let distributions = [
    #""min":-1.5,"max":2.5"#, #""min":-3,"max":40"#,
    #""min":-9223372036854775808,"max":9223372036854775807"#,
    #""distribution":"uniform","min":-1.7e308,"max":1.7e308"#,
    #""distribution":"q_uniform","min":0,"max":1,"q":0.1"#,
    #""distribution":"q_uniform","min":-1e300,"max":1e300,"q":1e-300"#,
    #""distribution":"log_uniform","min":-700,"max":700"#,
    #""distribution":"q_log_uniform","min":0,"max":5"#,
    #""distribution":"log_uniform_values","min":5e-324,"max":1e308"#,
    #""distribution":"q_log_uniform_values","min":1,"max":1024,"q":8"#,
    #""distribution":"inv_log_uniform","min":1,"max":3"#,
    #""distribution":"inv_log_uniform_values","min":1,"max":3"#,
    #""distribution":"normal","mu":3,"sigma":2"#, #""distribution":"normal","sigma":1e300"#,
    #""distribution":"q_normal","q":0.5"#, #""distribution":"log_normal","mu":0"#,
    #""distribution":"q_log_normal","mu":1,"sigma":0.5"#,
    #""distribution":"beta","a":0.5,"b":2"#, #""distribution":"beta","a":1e-300,"b":1e300"#,
    #""distribution":"q_beta","q":0.05"#,
    #""values":[1,2.5,"a",null,true,[1],{"b":2}]"#,
    #""values":["a","b","c"],"probabilities":[0.2,0,0.8]"#,
  ]

  @Test(arguments: distributions)
  func eachDistributionIsSearchedWithinItsValues(_ parameter: String) throws {
    let search = try search(#""a":{\#(parameter)},"b":{"values":[1,2,3,4,5]},"c":{"value":7}"#)
    let points = points(search, 8, pending: 2) { number($0, "b") + Double($0.text.utf8.count) }
    #expect(points.count == 8)
    #expect(Set(points.map { JSON.object($0).normalized }).count == 8)
    #expect(points.allSatisfy { $0["c"] == 7 && $0["a"] != nil })
    let axis = try axis(parameter)
    for share in stride(from: 0.0, to: 1, by: 0.0625) {
      let coordinate = axis.coordinate(of: axis.value(at: share))
      #expect((0...1).contains(coordinate))
      #expect((0...1).contains(axis.coordinate(at: share)))
    }
  }

  @Test func aValueHasTheCoordinateOfItsShare() throws {
    for (parameter, table) in [
      (#""min":2.0,"max":4.0"#, [("2.5", 0.25), ("9", 1), ("-9", 0)]),
      (#""min":1,"max":4"#, [("1", 0.25), ("4", 1), ("2.0", 0.5)]),
      (#""distribution":"log_uniform_values","min":0.001,"max":1000"#, [("1", 0.5), ("0", 0)]),
      (
        #""values":["a",0,false,null]"#,
        [("\"a\"", 0.25), ("0.0", 0.5), ("false", 0.75), ("null", 1)]
      ),
      (#""distribution":"normal","mu":3,"sigma":2"#, [("3", 0.5), ("5", 0.841344746)]),
    ] {
      let axis = try axis(parameter)
      for (text, share) in table {
        let value = try JSON(parsing: Array(text.utf8), dialect: .strict)
        #expect(abs(axis.coordinate(of: value) - share) < 1e-9, "\(parameter) \(text)")
      }
      #expect((0...1).contains(axis.coordinate(of: nil)))
      #expect((0...1).contains(axis.coordinate(of: "of another type")))
    }
  }

  @Test func theLowestPointIsFound() throws {
    let search = try search(#""x":{"min":0.0,"max":1.0},"y":{"min":-1.0,"max":1.0}"#)
    let points = points(search, 25) { point in
      let (x, y) = (number(point, "x") - 0.3, number(point, "y") + 0.2)
      return x * x + y * y
    }
    let nearest = points.map { max(abs(number($0, "x") - 0.3), abs(number($0, "y") + 0.2) / 2) }
    #expect(try #require(nearest.min()) < 0.04)
  }

  @Test func theHighestPointIsFoundIfTheMetricIsMaximized() throws {
    let search = try search(
      #""x":{"min":0.0,"max":1.0}"#, #","metric":{"name":"m","goal":"maximize"}"#)
    let points = points(search, 15) { point in
      let x = number(point, "x") - 0.7
      return -x * x
    }
    #expect(points.contains { abs(number($0, "x") - 0.7) < 0.03 })
  }

  @Test func resultsAndSeedDecideThePoint() throws {
    let search = try search(#""x":{"min":0.0,"max":1.0},"y":{"min":1,"max":99}"#)
    func all(_ seed: UInt64) -> [JSONObject] {
      points(search, 10, seed: seed) { number($0, "x") * number($0, "y") }
    }
    #expect(all(7) == all(7))
    #expect(all(7) != all(8))
    // On every host and in every version.
    #expect(all(7).first?.text == #"{"x":0.609394524568175,"y":41}"#)
  }

  @Test func noPointComesTwiceAndAllCome() throws {
    let search = try search(#""a":{"values":[1,1.0,2,3]},"b":{"min":1,"max":4}"#)
    let points = points(search, 100) { number($0, "a") }
    #expect(points.count == 12)
    #expect(Set(points).count == 12)
  }

  @Test func pointsInFlightAreNotTriedAgain() throws {
    let search = try search(#""x":{"min":0.0,"max":1.0}"#)
    let value = { (point: JSONObject) in
      (self.number(point, "x") - 0.5) * (self.number(point, "x") - 0.5)
    }
    let points = points(search, 16, pending: 6, value)
    for (index, point) in points.enumerated().dropFirst(8) {
      let others = points[(index - 6)..<index].map { abs(number($0, "x") - number(point, "x")) }
      #expect(try #require(others.min()) > 1e-3)
    }
  }

  @Test(arguments: [Double?.none, .nan, .infinity, -.infinity])
  func runsWithoutAValueCountAsTheWorst(_ value: Double?) throws {
    let search = try search(#""x":{"min":0.0,"max":1.0}"#)
    // The lower half fails.
    let points = points(search, 24) { number($0, "x") < 0.5 ? value : number($0, "x") }
    #expect(points.dropFirst(12).count { number($0, "x") < 0.4 } <= 4)
  }

  @Test func resultsThatTellNothingGiveRandomPoints() throws {
    let search = try search(#""x":{"min":0.0,"max":1.0}"#)
    for value in [Double?.none, .nan, 0, 5, 1e308] {
      #expect(Set(points(search, 10) { _ in value }).count == 10)
    }
  }

  @Test func tenThousandResultsTakeNoLonger() throws {
    let search = try search(
      #""x":{"min":0.0,"max":1.0},"y":{"distribution":"log_uniform_values","min":1e-9,"max":1.0}"#)
    var generator = SweepGenerator(seed: 3)
    let trials = (0..<10_000).map { index in
      BayesianSearch.Trial(
        config: ["x": .number(generator.unit()), "y": .number(generator.unit())],
        result: index < 8_000 ? .value(generator.normal()) : .pending)
    }
    let clock = ContinuousClock()
    var point: JSONObject?
    let duration = clock.measure { point = search.next(after: trials, seed: 1) }
    #expect(point != nil)
    // In a debug build, on a busy machine.
    #expect(duration < .seconds(60))
  }

  @Test func strangePointsInTheHistoryDoNoHarm() throws {
    let search = try search(
      #""x":{"min":0.0,"max":1.0},"n":{"parameters":{"y":{"min":1,"max":9}}}"#)
    let strange: [JSONObject] = [
      [:], ["x": "text"], ["x": .null, "n": 3],
      ["x": .number("1e999"), "n": ["y": .number("-1e999")]],
      ["x": [1], "n": ["y": ["z": 1]]],
    ]
    let trials = (strange + strange).enumerated().map { index, config in
      BayesianSearch.Trial(config: config, result: .value(Double(index)))
    }
    let point = try #require(search.next(after: trials, seed: 1))
    #expect((0...1).contains(number(point, "x")))
    #expect((1...9).contains(point["n"]?["y"]?.intValue ?? 0))
  }

  @Test func constantParametersAreNotSearched() throws {
    let file = try file(#""a":{"value":1},"b":{"values":[2,2.0]}"#)
    #expect(BayesianSearch(file) == nil)
  }

  @Test func parametersOfAZipChangeTogether() throws {
    let search = try search(
      #""a":{"values":[1,2,3]},"b":{"values":["x","y","z"]},"c":{"min":1,"max":2}"#,
      #","zip":[["a","b"]]"#)
    let points = points(search, 20) { number($0, "a") }
    #expect(
      Set(points.map { ($0["a"]?.text ?? "") + ($0["b"]?.text ?? "") })
        == [#"1"x""#, #"2"y""#, #"3"z""#])
    #expect(points.count == 6)
  }
}
