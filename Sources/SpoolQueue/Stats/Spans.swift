/// Spans of time, in seconds, and what can be said of all of them together.
package struct Spans: Sendable, Equatable {
  private var values: [Double] = []

  package init() {}

  /// These, in any order; see ``add(_:)-(Double)``.
  package init(_ seconds: some Sequence<Double>) {
    for span in seconds { add(span) }
  }

  /// Adds a span, in seconds.
  ///
  /// One below nothing, because clocks disagree, counts as nothing; what is no number is left out.
  package mutating func add(_ seconds: Double) {
    if seconds.isFinite { values.append(Swift.max(seconds, 0)) }
  }

  /// Adds all of the others.
  package mutating func add(_ others: Spans) { values += others.values }

  /// How many there are.
  package var count: Int { values.count }

  /// The longest, in seconds; nil: there is none.
  package var longest: Double? { values.max() }

  /// All of them together, in seconds.
  package var total: Double { values.reduce(0, +) }

  /// All of them, in seconds, the shortest first.
  package var sorted: [Double] { values.sorted() }

  /// The shortest spans that no more than a part of all exceed, by nearest rank: of ten spans the
  /// fraction 0.5 gives the fifth. They are spans that were, never values between two.
  ///
  /// - Parameter fractions: From 0 to 1: 0.9 for what nine of ten do not exceed.
  /// - Returns: Seconds, one for each fraction; nothing where there are no spans.
  package func percentiles(_ fractions: [Double]) -> [Double] {
    if values.isEmpty { return [] }
    let sorted = sorted
    return fractions.map { fraction in
      // 0.99 * 100 is a little more than 99 in binary: without the small part the rank would be 100.
      let rank = (fraction * Double(sorted.count) - 1e-9).rounded(.up)
      return sorted[Int(Swift.min(Swift.max(rank, 1), Double(sorted.count))) - 1]
    }
  }
}

extension Spans {
  /// Seconds to the millisecond, as figures are given to programs: more digits would claim what was
  /// not measured.
  package static func rounded(_ seconds: Double) -> Double { (seconds * 1000).rounded() / 1000 }

  /// The figures that are shown of spans, in seconds.
  package struct Summary: Sendable, Equatable {
    package let count: Int
    /// What half of them do not exceed.
    package let p50: Double
    /// What nine of ten do not exceed.
    package let p90: Double
    /// What 99 of 100 do not exceed.
    package let p99: Double
    package let longest: Double
  }

  /// The figures that are shown; nil: there are no spans.
  package var summary: Summary? {
    let found = percentiles([0.5, 0.9, 0.99, 1])
    guard found.count == 4 else { return nil }
    return Summary(count: count, p50: found[0], p90: found[1], p99: found[2], longest: found[3])
  }
}
