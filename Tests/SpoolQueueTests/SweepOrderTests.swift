import Testing

@testable import SpoolFiles
@testable import SpoolProtocol

@Suite struct SweepOrderTests {
  private static let square = #""b":{"values":[1,2]},"a":{"values":[3,4]}"#

  private func points(
    _ parameters: String, _ more: String = "", method: String = "grid", count: Int? = nil,
    seed: UInt64? = nil
  ) throws -> SweepPoints {
    let text =
      #"{"method":"\#(method)","command":["x"],"parameters":{\#(parameters)}\#(more)}"#
    return try SweepPoints(SweepFile(parsing: Array(text.utf8)), count: count, seed: seed)
  }

  private func texts(_ points: SweepPoints) -> [String] { points.points.map(\.text) }

  @Test func theOrderOfTheFileCanBeAskedFor() throws {
    #expect(
      try texts(points(Self.square, #","order":"file""#))
        == [#"{"b":1,"a":3}"#, #"{"b":1,"a":4}"#, #"{"b":2,"a":3}"#, #"{"b":2,"a":4}"#])
    #expect(
      try texts(points(Self.square))
        == [#"{"b":1,"a":3}"#, #"{"b":2,"a":3}"#, #"{"b":1,"a":4}"#, #"{"b":2,"a":4}"#])
  }

  @Test func namesAreSortedWithTheirPaths() throws {
    #expect(
      try texts(points(#""m":{"parameters":{"z":{"values":[1,2]}}},"k":{"values":[3,4]}"#))
        == [
          #"{"m":{"z":1},"k":3}"#, #"{"m":{"z":2},"k":3}"#, #"{"m":{"z":1},"k":4}"#,
          #"{"m":{"z":2},"k":4}"#,
        ])
  }

  @Test func aRandomOrderHasEveryPointOnce() throws {
    let parameters = #""a":{"min":1,"max":20},"b":{"min":1,"max":20}"#
    let all = try Set(texts(points(parameters)))
    let shuffled = try points(parameters, #","order":"random""#, seed: 5)
    #expect(shuffled.seed == 5)
    #expect(texts(shuffled).count == 400)
    #expect(Set(texts(shuffled)) == all)
    #expect(try texts(shuffled) != texts(points(parameters)))
    #expect(
      try texts(points(parameters, #","order":"random""#, seed: 5)) == texts(shuffled))
    #expect(
      try texts(points(parameters, #","order":"random""#, seed: 6)) != texts(shuffled))
  }

  @Test func aRandomOrderOfAHugeGridIsDrawn() throws {
    let sweep = try points(
      #""a":{"min":1,"max":1000000000},"b":{"min":1,"max":1000}"#, #","order":"random""#,
      count: 1000, seed: 1)
    #expect(Set(texts(sweep)).count == 1000)
    #expect(throws: SpoolError.self) {
      try points(
        #""a":{"min":-9223372036854775807,"max":9223372036854775807}"#, #","order":"random""#,
        count: 3)
    }
  }

  @Test func zippedParametersChangeTogether() throws {
    let parameters =
      #""lr":{"values":[0.1,0.2]},"seed":{"values":[7,8]},"batch":{"values":[16,32]}"#
    #expect(
      try texts(points(parameters, #","zip":[["lr","batch"]]"#)) == [
        #"{"lr":0.1,"seed":7,"batch":16}"#, #"{"lr":0.1,"seed":8,"batch":16}"#,
        #"{"lr":0.2,"seed":7,"batch":32}"#, #"{"lr":0.2,"seed":8,"batch":32}"#,
      ])
  }

  @Test func noPairOfAZipComesTwice() throws {
    #expect(
      try texts(
        points(#""a":{"values":[1,1.0,1]},"b":{"values":[2,2,3]}"#, #","zip":[["a","b"]]"#))
        == [#"{"a":1,"b":2}"#, #"{"a":1,"b":3}"#])
  }

  @Test func aRandomSearchDrawsZippedParametersTogether() throws {
    let sweep = try points(
      #""a":{"values":[1,2,3]},"n":{"parameters":{"b":{"values":[10,20,30]}}},"c":{"values":[0,1]}"#,
      #","zip":[["a","n.b"]]"#, method: "random", count: 6, seed: 3)
    #expect(!sweep.isExhausted)
    for point in sweep.points {
      let a = try #require(point["a"]?.intValue)
      #expect(point["n"]?["b"]?.intValue == a * 10)
    }
    #expect(Set(texts(sweep)).count == 6)
    #expect(
      try points(
        #""a":{"values":[1,2]},"b":{"values":[3,4]}"#, #","zip":[["a","b"]]"#, method: "random",
        count: 9, seed: 1
      ).points.count == 2)
  }

  static let faults: [(String, String, String)] = [
    ("grid", #","zip":[["a"]]"#, "must name two parameters or more"),
    ("grid", #","zip":[[]]"#, "must name two parameters or more"),
    ("grid", #","zip":[["a","bb"]]"#, #"names a parameter that is not there: "bb""#),
    ("grid", #","zip":[["a","a"]]"#, #"names the parameter "a" twice"#),
    ("grid", #","zip":[["a","b"],["b","c"]]"#, #"names the parameter "b" twice"#),
    ("grid", #","zip":[["a","d"]]"#, #"needs equally many values: "a" has 2, "d" has 1"#),
    (
      "grid", #","zip":[["a","e"]]"#,
      #"needs "values" without "probabilities" in the parameter "e""#
    ),
    ("grid", #","zip":["a"]"#, "must be an array of parameters"),
    ("grid", #","order":"shuffle""#, #"must be "name", "file" or "random", not "shuffle""#),
    ("random", #","run_cap":1,"order":"file""#, #""order" has no place in a random search"#),
  ]

  @Test(arguments: faults) func faultsAreNamed(_ method: String, _ more: String, _ words: String) {
    let parameters =
      #""a":{"values":[1,2]},"b":{"values":[1,2]},"c":{"values":[1,2]},"d":{"values":[1]},"#
      + #""e":{"min":1,"max":2}"#
    let error = #expect(throws: JobFileError.self) {
      try points(parameters, more, method: method)
    }
    #expect("\(error.map { "\($0)" } ?? "")".contains(words))
  }
}
