/// The exponential function and the logarithm, computed with the four basic operations.
///
/// The functions of the C library may differ in the last bit between systems, and a sweep's seed must
/// give the same points on every host. These functions are right to within two units in the last
/// place, which is enough for a random number.
package enum Elementary {
  // The logarithm of 2 in two parts. The first has so few digits that its multiples are exact.
  private static let ln2High = 6.931_471_803_691_238_164_90e-01
  private static let ln2Low = 1.908_214_929_270_587_700_02e-10

  /// The base of the natural logarithm, raised to `x`.
  package static func exp(_ x: Double) -> Double {
    if x.isNaN { return x }
    if x > 709.8 { return .infinity }
    if x < -745.2 { return 0 }
    let count = (x * 1.442_695_040_888_963_4).rounded()
    let rest = (x - count * ln2High) - count * ln2Low
    // Taylor's series: |rest| is at most 0.35, so the 14th term is below the last bit.
    var sum = 1.0
    for divisor in stride(from: 13.0, to: 0, by: -1) { sum = 1 + sum * rest / divisor }
    return Double(sign: .plus, exponent: Int(count), significand: sum)
  }

  package static func log(_ x: Double) -> Double {
    guard x > 0 else { return x == 0 ? -.infinity : .nan }
    guard x.isFinite else { return x }
    var exponent = Double(x.exponent)
    var significand = x.significand
    if significand > 1.414_213_562_373_095 {
      significand /= 2
      exponent += 1
    }
    // log(m) = 2 artanh((m - 1) / (m + 1)); 13 terms of its series are enough, since |s| is below 0.18.
    let s = (significand - 1) / (significand + 1)
    let square = s * s
    var sum = 0.0
    for divisor in stride(from: 25.0, to: 0, by: -2) { sum = sum * square + 1 / divisor }
    return exponent * ln2High + (2 * s * sum + exponent * ln2Low)
  }
}
