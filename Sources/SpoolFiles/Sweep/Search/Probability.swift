/// The shares of the normal and the beta distribution below a number, computed with the four basic operations: the
/// same on every host.
enum Probability {
  /// The density of the normal distribution with mean 0 and deviation 1.
  static func normalDensity(_ x: Double) -> Double {
    Elementary.exp(-x * x / 2) * 0.398_942_280_401_432_7
  }

  /// The share of the normal distribution below a number.
  static func normal(_ x: Double) -> Double {
    guard abs(x) < 38 else { return x < 0 ? 0 : (x > 0 ? 1 : .nan) }
    if abs(x) < 5 {
      var term = x
      var sum = x
      var divisor = 1.0
      while abs(term) > abs(sum) * 1e-17 {
        divisor += 2
        term *= x * x / divisor
        sum += term
      }
      return min(max(0.5 + sum * normalDensity(x), 0), 1)
    }
    // Far from the mean: Laplace's continued fraction.
    var fraction = abs(x)
    for number in stride(from: 40.0, to: 0, by: -1) { fraction = abs(x) + number / fraction }
    let tail = normalDensity(x) / fraction
    return x < 0 ? tail : 1 - tail
  }

  /// The number below which a share of the normal distribution lies.
  static func normalQuantile(_ share: Double) -> Double {
    // The upper half mirrors the lower one, whose shares a double can tell apart.
    if share > 0.5 { return -normalQuantile(1 - share) }
    return search(share, in: -38...0) { normal($0) }
  }

  /// The share of the beta distribution below a number from 0 to 1.
  static func beta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    guard x > 0, x < 1 else { return x >= 1 ? 1 : 0 }
    // The continued fraction converges below the mean; above it, the mirrored distribution's does.
    if x > (a + 1) / (a + b + 2) { return 1 - lowerBeta(1 - x, b, a) }
    return lowerBeta(x, a, b)
  }

  static func betaQuantile(_ share: Double, _ a: Double, _ b: Double) -> Double {
    search(share, in: 0...1) { beta($0, a, b) }
  }

  private static func lowerBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let front = Elementary.exp(
      logGamma(a + b) - logGamma(a) - logGamma(b) + a * Elementary.log(x)
        + b * Elementary.log(1 - x))
    let least = 1e-300
    func kept(_ value: Double) -> Double { abs(value) < least ? least : value }
    var numerator = 1.0
    var denominator = 1 / kept(1 - (a + b) * x / (a + 1))
    var fraction = denominator
    // Lentz's method. The terms needed grow with the root of the shapes; with shapes of millions the result is rough.
    for term in 1...300 {
      let m = Double(term)
      for factor in [
        m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
        -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
      ] {
        denominator = 1 / kept(1 + factor * denominator)
        numerator = kept(1 + factor / numerator)
        fraction *= denominator * numerator
      }
      if abs(denominator * numerator - 1) < 1e-15 { break }
    }
    let share = front * fraction / a
    return share.isNaN ? 0.5 : min(max(share, 0), 1)
  }

  /// The logarithm of the gamma function of a positive number: Stirling's series, after steps to a number where it is
  /// exact.
  private static func logGamma(_ number: Double) -> Double {
    var x = number
    var product = 1.0
    while x < 15 {
      product *= x
      x += 1
    }
    let square = x * x
    let rest = (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - 1.0 / 1680 / square) / square) / square) / x
    return (x - 0.5) * Elementary.log(x) - x + 0.918_938_533_204_672_7 + rest
      - Elementary.log(product)
  }

  /// The number at which an increasing function has a value.
  private static func search(
    _ value: Double, in range: ClosedRange<Double>, _ function: (Double) -> Double
  ) -> Double {
    var (low, high) = (range.lowerBound, range.upperBound)
    for _ in 0..<80 {
      let middle = low + (high - low) / 2
      if middle <= low || middle >= high { break }
      if function(middle) < value { low = middle } else { high = middle }
    }
    return low + (high - low) / 2
  }
}
