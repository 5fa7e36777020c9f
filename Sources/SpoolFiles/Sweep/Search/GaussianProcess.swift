/// A Gaussian process through samples of a function of the unit cube: what it expects of a point, and how
/// uncertain that is.
///
/// As in W&B's search the kernel is Matérn 3/2 with one length scale for all coordinates, an amplitude of 1 and a
/// noise of 10⁻⁷; the length scale is the most likely one. Only the four basic operations, square roots and sums in
/// a fixed order are used: the same samples give the same bits on every host.
struct GaussianProcess {
  /// Where the samples are; all have the same number of coordinates.
  private let points: [[Double]]
  private let triangle: Triangle
  /// The kernel's matrix, divided by which the samples' values give the expectation.
  private let weights: [Double]
  /// The length scale of the kernel.
  let lengthScale: Double
  /// Whether no length scale between the bounds is more likely than all others: the samples show no shape.
  let isShapeless: Bool

  /// The samples' values as the process knows them: their mean is 0, their deviation 1.
  let normalized: Normalized

  /// The bounds of the length scale.
  static let bounds = 1e-5...1e5
  private static let noise = 1e-7

  /// Creates the process that fits the samples; there is one at least, and their values are finite.
  ///
  /// - Parameter near: A length scale that is likely to be nearly right; nil to search all of them.
  init(_ points: [[Double]], _ values: [Double], near: Double? = nil) {
    self.points = points
    normalized = Normalized(values)
    var likelihood = Likelihood(points, normalized.values, noise: Self.noise)
    (lengthScale, isShapeless) = likelihood.mostLikely(in: Self.bounds, near: near)
    (triangle, weights) = likelihood.solution(lengthScale)
  }

  /// The expectation and the standard deviation at a point, as normalized values.
  ///
  /// - Parameter row: Space for a number for each sample; its content does not matter.
  func prediction(at point: [Double], _ row: inout [Double]) -> (mean: Double, deviation: Double) {
    let rate = 3.0.squareRoot() / lengthScale
    var mean = 0.0
    for index in points.indices {
      row[index] = Matern.value(rate * distance(points[index], point))
      mean += row[index] * weights[index]
    }
    triangle.solve(&row)
    let explained = square(row)
    return (mean, max(1 - explained, 0).squareRoot())
  }
}

/// How likely a length scale makes the samples.
private struct Likelihood {
  /// The distances between samples, row by row below the diagonal.
  private let distances: [Double]
  private let values: [Double]
  private let noise: Double

  init(_ points: [[Double]], _ values: [Double], noise: Double) {
    self.values = values
    self.noise = noise
    var distances: [Double] = []
    distances.reserveCapacity(points.count * points.count / 2)
    for row in points.indices {
      for column in 0..<row { distances.append(distance(points[row], points[column])) }
    }
    self.distances = distances
  }

  /// The most likely length scale, and whether it is one of the bounds.
  ///
  /// The logarithm of the likelihood is looked at in steps of half a unit of the scale's logarithm, and then searched
  /// around the best step. W&B climbs from three points, and may miss the summit.
  mutating func mostLikely(
    in bounds: ClosedRange<Double>, near: Double?
  ) -> (scale: Double, isBound: Bool) {
    let low = Elementary.log(bounds.lowerBound)
    let high = Elementary.log(bounds.upperBound)
    // Of scales far below every distance one is as likely as the other.
    let flat = logarithm(low)
    var best = low
    var height = flat
    let step = 0.5
    var candidates: [Double] = []
    if let near {
      let middle = Elementary.log(near)
      candidates = [-2, -1, 0, 1, 2].map { min(max(middle + $0 * step, low), high) }
    } else {
      // No sample is farther from another than the cube's diagonal: larger scales differ little, and are looked at
      // in larger steps.
      candidates = Array(stride(from: -7.0, to: 4, by: step)) + [4, 5, 6, 8, 10, high]
    }
    for candidate in candidates {
      let found = logarithm(candidate)
      if found > height + 1e-9 { (best, height) = (candidate, found) }
    }
    if best == low || best == high {
      return (best == low ? bounds.lowerBound : bounds.upperBound, true)
    }
    // A scale that was nearly right serves results that are only expected.
    best = summit(around: best, within: 2 * step, height, to: near == nil ? 1e-6 : 1e-3)
    return (Elementary.exp(best), false)
  }

  /// Golden-section search for the largest likelihood on both sides of a place.
  private func summit(
    around middle: Double, within width: Double, _ height: Double, to precision: Double
  ) -> Double {
    let share = (5.0.squareRoot() - 1) / 2
    var (from, to) = (middle - width, middle + width)
    var (left, right) = (to - share * (to - from), from + share * (to - from))
    var (leftHeight, rightHeight) = (logarithm(left), logarithm(right))
    while to - from > precision {
      if leftHeight >= rightHeight {
        (to, right, rightHeight) = (right, left, leftHeight)
        left = to - share * (to - from)
        leftHeight = logarithm(left)
      } else {
        (from, left, leftHeight) = (left, right, rightHeight)
        right = from + share * (to - from)
        rightHeight = logarithm(right)
      }
    }
    let found = (from + to) / 2
    return max(leftHeight, rightHeight) >= height ? found : middle
  }

  /// The logarithm of the likelihood, but for a constant; minus infinity if it cannot be computed.
  private func logarithm(_ logScale: Double) -> Double {
    guard let triangle = triangle(Elementary.exp(logScale), noise) else { return -.infinity }
    var half = values
    triangle.solve(&half)
    let fit = square(half)
    let result = -fit / 2 - triangle.logarithmOfDeterminant / 2
    return result.isNaN ? -.infinity : result
  }

  private func triangle(_ scale: Double, _ noise: Double) -> Triangle? {
    let rate = 3.0.squareRoot() / scale
    var entries = [Double](unsafeUninitializedCapacity: values.count * (values.count + 1) / 2) {
      entries, count in
      var next = 0
      for row in values.indices {
        for _ in 0..<row {
          // Row `row` of the triangle has one entry more than that of the distances.
          entries[next] = Matern.value(rate * distances[next - row])
          next += 1
        }
        entries[next] = 1 + noise
        next += 1
      }
      count = next
    }
    return Triangle(factoring: &entries, values.count)
  }

  /// The factor of the kernel's matrix, and the weights of the samples.
  func solution(_ scale: Double) -> (Triangle, [Double]) {
    var noise = noise
    while true {
      if let triangle = triangle(scale, noise) {
        var weights = values
        triangle.solve(&weights)
        triangle.solveTransposed(&weights)
        if weights.allSatisfy(\.isFinite) { return (triangle, weights) }
      }
      // With a noise above all other entries the matrix can always be factored.
      noise *= 10
    }
  }
}

/// The lower triangle of Cholesky: multiplied by its transpose it gives a positive matrix.
private struct Triangle {
  /// Row after row, each up to its diagonal.
  private let entries: [Double]
  private let count: Int

  /// Factors a matrix. Returns nil if it is not positive.
  init?(factoring entries: inout [Double], _ count: Int) {
    let isPositive = entries.withUnsafeMutableBufferPointer { buffer -> Bool in
      guard let base = buffer.baseAddress else { return true }
      var row = base
      for index in 0..<count {
        var other = base
        for column in 0..<index {
          row[column] = (row[column] - dot(row, other, column)) / other[column]
          other += column + 1
        }
        let square = row[index] - dot(row, row, index)
        guard square > 0, square.isFinite else { return false }
        row[index] = square.squareRoot()
        row += index + 1
      }
      return true
    }
    guard isPositive else { return nil }
    self.entries = entries
    self.count = count
  }

  var logarithmOfDeterminant: Double {
    var sum = 0.0
    var diagonal = -1
    for row in 0..<count {
      diagonal += row + 1
      sum += Elementary.log(entries[diagonal])
    }
    return 2 * sum
  }

  /// Divides a vector by the triangle.
  func solve(_ vector: inout [Double]) {
    entries.withUnsafeBufferPointer { entries in
      vector.withUnsafeMutableBufferPointer { vector in
        guard var row = entries.baseAddress, let vector = vector.baseAddress else { return }
        for index in 0..<count {
          vector[index] = (vector[index] - dot(row, vector, index)) / row[index]
          row += index + 1
        }
      }
    }
  }

  /// Divides a vector by the transposed triangle.
  func solveTransposed(_ vector: inout [Double]) {
    for index in stride(from: count - 1, through: 0, by: -1) {
      let start = index * (index + 1) / 2
      vector[index] /= entries[start + index]
      for column in 0..<index { vector[column] -= entries[start + column] * vector[index] }
    }
  }
}

private enum Matern {
  /// (1 + x) e⁻ˣ of a number from 0.
  static func value(_ x: Double) -> Double {
    (1 + x) * decay(x)
  }

  /// e⁻ˣ of a number from 0; ``Elementary/exp(_:)`` divides, and takes several times as long.
  @inline(__always)
  private static func decay(_ x: Double) -> Double {
    guard x < 700 else { return 0 }
    let count = (x * 1.442_695_040_888_963_4).rounded()
    let rest =
      (count * 6.931_471_803_691_238_164_90e-01 - x) + count * 1.908_214_929_270_587_700_02e-10
    var sum = 1.605_904_383_682_161_5e-10
    sum = sum * rest + 2.087_675_698_786_809_9e-09
    sum = sum * rest + 2.505_210_838_544_172e-08
    sum = sum * rest + 2.755_731_922_398_589_3e-07
    sum = sum * rest + 2.755_731_922_398_589e-06
    sum = sum * rest + 2.480_158_730_158_73e-05
    sum = sum * rest + 1.984_126_984_126_984e-04
    sum = sum * rest + 1.388_888_888_888_889e-03
    sum = sum * rest + 8.333_333_333_333_333e-03
    sum = sum * rest + 4.166_666_666_666_666_4e-02
    sum = sum * rest + 1.666_666_666_666_666_6e-01
    sum = sum * rest + 0.5
    sum = sum * rest + 1
    sum = sum * rest + 1
    return sum * Double(bitPattern: UInt64(1023 - Int(count)) << 52)
  }
}

private func distance(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for index in a.indices {
    let difference = a[index] - b[index]
    sum += difference * difference
  }
  return sum.squareRoot()
}

/// The sum of the squares.
private func square(_ vector: [Double]) -> Double {
  vector.withUnsafeBufferPointer { vector in
    vector.baseAddress.map { dot($0, $0, vector.count) } ?? 0
  }
}

/// The sum of products, in an order of its own: four sums side by side, which a processor does at once.
@inline(__always)
private func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int) -> Double {
  var (first, second, third, fourth) = (0.0, 0.0, 0.0, 0.0)
  var index = 0
  while index + 4 <= count {
    first += a[index] * b[index]
    second += a[index + 1] * b[index + 1]
    third += a[index + 2] * b[index + 2]
    fourth += a[index + 3] * b[index + 3]
    index += 4
  }
  while index < count {
    first += a[index] * b[index]
    index += 1
  }
  return (first + second) + (third + fourth)
}
