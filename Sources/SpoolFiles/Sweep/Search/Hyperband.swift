/// `early_terminate` of a sweep: runs that are worse than most others at a band are stopped.
///
/// The rule is W&B's. An *iteration* is a finite value of the metric that a run has logged; values of a metric that
/// is maximized are taken with the other sign.
package struct Hyperband: Sendable, Equatable {
  /// The numbers of values at which runs are judged, ascending.
  package let bands: [Int]
  /// One of how many runs goes on at least.
  package let eta: Double
  /// Whether a run is judged by its value at the band, and not by its best value so far.
  package let isStrict: Bool

  /// The largest `s`, and the largest number of bands that `min_iter` gives, as in W&B.
  private static let most = 100

  /// Reads the value of `early_terminate`. Unknown members change nothing, as in W&B.
  init(reading object: JSONObject) throws(FieldError) {
    let type = object["type"] ?? .null
    guard type == "hyperband" else {
      throw FieldError.mustBe("\"hyperband\"", notValue: type).inside(key: "type")
    }
    eta = try FieldError.inside("eta", Self.number(object["eta"] ?? 3))
    guard eta > 1 else {
      throw FieldError.mustBe("a number above 1", notValue: object["eta"] ?? 3).inside(key: "eta")
    }
    switch object["strict"] {
    case nil, .null?: isStrict = true
    case .bool(let value)?: isStrict = value
    case let value?:
      throw FieldError.mustBe("true or false", not: value).inside(key: "strict")
    }
    if let value = object["max_iter"] {
      let most = try FieldError.inside("max_iter", Self.count(value))
      guard let count = object["s"] else {
        throw .value("must have \"s\", the number of bands, beside \"max_iter\"")
      }
      let brackets = try FieldError.inside("s", Self.count(count, to: Self.most))
      bands = Self.bands(below: Double(most), brackets, eta)
    } else if let value = object["min_iter"] {
      bands = Self.bands(from: Double(try FieldError.inside("min_iter", Self.count(value))), eta)
    } else {
      throw .value("must have \"min_iter\", or \"max_iter\" and \"s\"")
    }
  }

  private static func number(_ value: JSON) throws(FieldError) -> Double {
    guard let number = value.doubleValue, number.isFinite else {
      throw .mustBe("a number", not: value)
    }
    return number
  }

  private static func count(_ value: JSON, to most: Int = 1_000_000_000_000) throws(FieldError)
    -> Int
  {
    guard let number = value.intValue, (1...most).contains(number) else {
      throw .mustBe("a whole number from 1 to \(most)", notValue: value)
    }
    return number
  }

  private static func bands(below most: Double, _ count: Int, _ eta: Double) -> [Int] {
    var bands: [Int] = []
    var band = most
    for _ in 0..<count {
      band /= eta
      if band < 1 { break }
      bands.append(Int(band))
    }
    return ascending(bands)
  }

  private static func bands(from least: Double, _ eta: Double) -> [Int] {
    var bands: [Int] = []
    var power = 1.0
    for _ in 0..<most {
      // No run logs so many values.
      guard let band = Int(exactly: (least * power).rounded(.down)) else { break }
      bands.append(band)
      power *= eta
    }
    return ascending(bands)
  }

  private static func ascending(_ bands: [Int]) -> [Int] { Set(bands).sorted() }

  /// The largest band that a run with that number of values has reached. Returns nil if it has reached none.
  package func band(reachedBy count: Int) -> Int? { bands.last { $0 <= count } }

  /// The value above which a run is stopped.
  ///
  /// - Parameter values: The value at the band of every run that has reached it, in any state; all finite.
  package func threshold(of values: [Double]) -> Double {
    guard !values.isEmpty else { return .infinity }
    let place = Int(Double(values.count) / eta)
    return values.sorted()[min(place, values.count - 1)]
  }

  /// Whether a run with these values is stopped, among the values of all runs at the band that it has reached.
  ///
  /// - Parameters:
  ///   - history: The finite values of the run, in their order.
  ///   - others: The values at a band of every run that has reached it; this run's among them.
  package func stops(_ history: [Double], among others: (_ band: Int) -> [Double]) -> Bool {
    guard let band = band(reachedBy: history.count) else { return false }
    let value = isStrict ? history[band - 1] : history.min() ?? .infinity
    return value > threshold(of: others(band))
  }
}
