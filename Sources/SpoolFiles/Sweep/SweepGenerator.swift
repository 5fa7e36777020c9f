/// Random numbers that depend only on a seed, on every host and in every version of spool.
///
/// SplitMix64 (Steele, Lea, Flood 2014). The generators of the standard library promise neither their
/// sequence nor the way in which numbers are made from it.
struct SweepGenerator: Sendable {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// 64 random bits.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }

  /// A number from 0 to below 1.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A whole number below `count`; all are equally likely.
  mutating func below(_ count: UInt64) -> UInt64 {
    // Without this the lowest products would occur once more often than the others (Lemire 2019).
    let surplus = (0 &- count) % count
    while true {
      let (high, low) = next().multipliedFullWidth(by: count)
      if low >= surplus { return high }
    }
  }

  /// A number from the normal distribution with mean 0 and standard deviation 1.
  ///
  /// Marsaglia's polar method: it needs no sine from the C library.
  mutating func normal() -> Double {
    while true {
      let x = 2 * unit() - 1
      let y = 2 * unit() - 1
      let square = x * x + y * y
      if square > 0, square < 1 { return x * (-2 * Elementary.log(square) / square).squareRoot() }
    }
  }

  /// A number from the beta distribution; `a` and `b` are positive.
  mutating func beta(_ a: Double, _ b: Double) -> Double {
    // Computed with logarithms: with a small shape both numbers may be too small for a double.
    let difference = logGamma(b) - logGamma(a)
    return 1 / (1 + Elementary.exp(difference))
  }

  /// The logarithm of a number from the gamma distribution of that shape (Marsaglia, Tsang 2000).
  private mutating func logGamma(_ shape: Double) -> Double {
    guard shape >= 1 else {
      return logGamma(shape + 1) + Elementary.log(1 - unit()) / shape
    }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let root = 1 + c * x
      guard root > 0 else { continue }
      let cube = root * root * root
      let logCube = Elementary.log(cube)
      if Elementary.log(1 - unit()) < x * x / 2 + d * (1 - cube + logCube) {
        return Elementary.log(d) + logCube
      }
    }
  }
}
