import Testing

@testable import SpoolFiles

@Suite struct HyperbandTests {
  private func hyperband(_ members: String) throws -> Hyperband {
    let text = #"{"type":"hyperband"\#(members)}"#
    let object = try #require(try JSON(parsing: Array(text.utf8), dialect: .strict).objectValue)
    return try Hyperband(reading: object)
  }

  static let bands: [(String, [Int])] = [
    (#","max_iter":27,"s":2"#, [3, 9]), (#","max_iter":27,"s":9,"eta":3"#, [1, 3, 9]),
    (#","max_iter":15,"s":2"#, [1, 5]), (#","max_iter":10,"s":2"#, [1, 3]),
    (#","max_iter":27,"s":2,"min_iter":5"#, [3, 9]), (#","max_iter":1,"s":5"#, []),
    (
      #","max_iter":100,"s":100,"eta":1.01"#,
      Array(
        Set(
          (1...100).map { number in
            Int((1...number).reduce(100.0) { value, _ in value / 1.01 })
          })
      ).sorted()
    ),
  ]

  @Test(arguments: bands) func theBands(_ members: String, _ bands: [Int]) throws {
    #expect(try hyperband(members).bands == bands)
  }

  @Test func theBandsFromALeast() throws {
    #expect(try Array(hyperband(#","min_iter":3,"eta":2"#).bands.prefix(4)) == [3, 6, 12, 24])
    #expect(try Array(hyperband(#","min_iter":20"#).bands.prefix(3)) == [20, 60, 180])
    #expect(try Array(hyperband(#","min_iter":1,"eta":1.5"#).bands.prefix(5)) == [1, 2, 3, 5, 7])
    #expect(try hyperband(#","min_iter":1000000000000,"eta":1e300"#).bands == [1_000_000_000_000])
  }

  static let refused = [
    "", #","max_iter":27"#, #","max_iter":0,"s":1"#, #","max_iter":"27","s":1"#,
    #","min_iter":1.5"#,
    #","min_iter":3,"eta":1"#, #","min_iter":3,"eta":"x""#, #","min_iter":3,"strict":"yes""#,
    #","max_iter":27,"s":1000000000"#, #","min_iter":1e999"#,
  ]

  @Test(arguments: refused) func whatIsRefused(_ members: String) {
    #expect(throws: (any Error).self) { try hyperband(members) }
  }

  @Test func anotherTypeIsRefused() {
    #expect(throws: (any Error).self) { try Hyperband(reading: ["type": "median", "min_iter": 3]) }
  }

  @Test func theThresholdIsTheValueOfTheFirstShare() throws {
    let hyperband = try hyperband(#","min_iter":1"#)
    #expect(hyperband.threshold(of: []) == .infinity)
    #expect(hyperband.threshold(of: [5]) == 5)
    #expect(hyperband.threshold(of: [5, 4]) == 4)
    #expect(hyperband.threshold(of: [5, 4, 3]) == 4)
    #expect(hyperband.threshold(of: [6, 5, 4, 3, 2, 1]) == 3)
  }

  @Test func anEqualOrSingleRunIsNeverStopped() throws {
    let hyperband = try hyperband(#","min_iter":1"#)
    #expect(!hyperband.stops([3]) { _ in [3] })
    #expect(!hyperband.stops([3]) { _ in [3, 3, 3, 3] })
    #expect(!hyperband.stops([]) { _ in [] })
    #expect(hyperband.stops([4]) { _ in [3, 3, 3, 4] })
  }

  @Test func aRunIsJudgedByItsValueAtTheBandOrByItsBest() throws {
    let others: (Int) -> [Double] = { $0 == 3 ? [0.1, 0.2, 0.3, 0.9] : [] }
    let history = [0.05, 0.8, 0.9, 0.7]
    #expect(try hyperband(#","min_iter":3"#).stops(history, among: others))
    #expect(try !hyperband(#","min_iter":3,"strict":false"#).stops(history, among: others))
    #expect(try !hyperband(#","min_iter":5"#).stops(history, among: others))
  }

  /// The documented rule once more, word for word, against generated histories.
  @Test func generatedHistoriesAreJudgedByTheRule() throws {
    var generator = SweepGenerator(seed: 14)
    for _ in 0..<400 {
      let eta = [2.0, 3, 4, 1.5][Int(generator.below(4))]
      let isStrict = generator.below(2) == 0
      let least = Int(generator.below(4)) + 1
      let isFromMost = generator.below(2) == 0
      let most = Int(generator.below(40)) + 1
      let count = Int(generator.below(5)) + 1
      let hyperband = try hyperband(
        (isFromMost ? ",\"max_iter\":\(most),\"s\":\(count)" : ",\"min_iter\":\(least)")
          + ",\"eta\":\(eta),\"strict\":\(isStrict)")
      var bands: [Int] = []
      if isFromMost {
        var band = Double(most)
        for _ in 0..<count {
          band = band / eta
          guard band >= 1 else { break }
          bands.insert(Int(band), at: 0)
        }
      } else {
        var factor = 1.0
        while Double(least) * factor < 1000 {
          bands.append(Int(Double(least) * factor))
          factor *= eta
        }
      }
      let histories = (0..<Int(generator.below(12)) + 1).map { _ in
        (0..<Int(generator.below(30))).map { _ in Double(generator.below(20)) / 10 }
      }
      for history in histories {
        var isStopped = false
        if let band = bands.last(where: { $0 <= history.count }) {
          let sorted = histories.filter { $0.count >= band }.map { $0[band - 1] }.sorted()
          let threshold = sorted[Int((Double(sorted.count) / eta).rounded(.down))]
          isStopped = (isStrict ? history[band - 1] : history.min()!) > threshold
        }
        let stops = hyperband.stops(history) { band in
          histories.filter { $0.count >= band }.map { $0[band - 1] }
        }
        #expect(stops == isStopped)
      }
    }
  }
}
