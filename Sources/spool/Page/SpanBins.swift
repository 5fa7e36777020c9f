/// Spans of time, counted in bins that grow by a constant factor, as a histogram shows them.
struct SpanBins: Sendable, Equatable {
  /// The number of spans in each bin.
  private(set) var counts: [Int]
  /// The shortest span of the first bin, in seconds.
  let low: Double
  /// The number of bins between a span and a span ten times as long.
  let perDecade: Double

  /// Shorter spans count as this, in seconds: smaller differences do not matter to readers.
  private static let least = 0.1

  /// Counts spans, in seconds.
  ///
  /// - Parameter spans: The spans in any order; a negative span (clocks disagree) counts as 0.
  init(_ spans: [Double], count: Int = 32) {
    let spans = spans.filter { $0.isFinite }.map { Swift.max($0, Self.least) }
    let least = spans.min() ?? 1
    let most = Swift.max(spans.max() ?? 1, least)
    // Whole decades would leave half of the picture empty: a third of a decade is precise enough.
    let first = (log10(of: least) * 3).rounded(.down) / 3
    // A record may contain the longest span that a double holds.
    let end = Swift.min(most * 1.0001, .greatestFiniteMagnitude)
    let last = Swift.max((log10(of: end) * 3).rounded(.up) / 3, first + 1)
    low = power10(first)
    perDecade = Swift.max((Double(count) / (last - first)).rounded(.down), 1)
    counts = Array(
      repeating: 0, count: Swift.max(Int(((last - first) * perDecade).rounded(.up)), 1))
    for span in spans {
      counts[Swift.min(Swift.max(Int(position(of: span)), 0), counts.count - 1)] += 1
    }
  }

  /// The place of a span: 2.5 is the middle of the third bin.
  func position(of span: Double) -> Double {
    (log10(of: Swift.max(span, Self.least)) - log10(of: low)) * perDecade
  }

  /// The shortest and the longest span of a bin, in seconds.
  func bounds(_ number: Int) -> (low: Double, high: Double) {
    let start = log10(of: low)
    return (
      power10(start + Double(number) / perDecade), power10(start + Double(number + 1) / perDecade)
    )
  }

  /// Round spans within the bins, for the labels of the axis.
  var ticks: [Double] {
    let known: [Double] = [
      0.1, 1, 10, 60, 600, 3600, 21_600, 86_400, 604_800, 2_592_000, 31_536_000,
    ]
    let end = Double(counts.count)
    return known.filter { (0...end).contains(position(of: $0)) }
  }
}
