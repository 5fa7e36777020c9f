/// A collection of spans of time, in seconds, with their statistics.
package struct Spans: Sendable, Equatable {
  private var values: [Double] = []

  package init() {}

  /// Collects these spans, in any order; see ``add(_:)-(Double)``.
  package init(_ seconds: some Sequence<Double>) {
    for span in seconds { add(span) }
  }

  /// Adds a span, in seconds.
  ///
  /// Negative spans (clocks disagree) count as 0; NaN is dropped.
  package mutating func add(_ seconds: Double) {
    if seconds.isFinite { values.append(Swift.max(seconds, 0)) }
  }

  package mutating func add(_ others: Spans) { values += others.values }

  package var count: Int { values.count }

  /// The longest span, in seconds; nil if there are no spans.
  package var longest: Double? { values.max() }

  package var total: Double { values.reduce(0, +) }

  /// All spans, in seconds, the shortest first.
  package var sorted: [Double] { values.sorted() }

  /// The percentiles of the spans by nearest rank: of ten spans the fraction 0.5 gives the fifth. They
  /// are spans of the collection, never values between two.
  ///
  /// - Parameter fractions: From 0 to 1. For 0.9, nine of ten spans do not exceed the result.
  /// - Returns: Seconds, one for each fraction; empty if there are no spans.
  package func percentiles(_ fractions: [Double]) -> [Double] {
    if values.isEmpty { return [] }
    let sorted = sorted
    return fractions.map { fraction in
      // 0.99 * 100 is a little more than 99 in binary: without the subtraction the rank would be 100.
      let rank = (fraction * Double(sorted.count) - 1e-9).rounded(.up)
      return sorted[Int(Swift.min(Swift.max(rank, 1), Double(sorted.count))) - 1]
    }
  }
}

extension Spans {
  /// Seconds to the millisecond, as programs get figures: more digits would claim a precision that was not measured.
  package static func rounded(_ seconds: Double) -> Double { (seconds * 1000).rounded() / 1000 }

  /// The figures of spans that are shown, in seconds.
  package struct Summary: Sendable, Equatable {
    package let count: Int
    /// The median: half of the spans do not exceed it.
    package let p50: Double
    /// Nine of ten spans do not exceed it.
    package let p90: Double
    /// 99 of 100 spans do not exceed it.
    package let p99: Double
    package let longest: Double
  }

  /// The figures that are shown; nil if there are no spans.
  package var summary: Summary? {
    let found = percentiles([0.5, 0.9, 0.99, 1])
    guard found.count == 4 else { return nil }
    return Summary(count: count, p50: found[0], p90: found[1], p99: found[2], longest: found[3])
  }
}
