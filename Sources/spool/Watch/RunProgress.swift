import SpoolQueue
import SpoolTerminal

/// The progress of a run, by the first line of its file `$SPOOL_RUN_DIR/progress`.
struct RunProgress: Sendable, Equatable {
  /// The progress from 0 to 1; nil if the text does not count.
  let fraction: Double?
  /// The text beside the count.
  let words: String

  /// Reads `37/100 reading shards`, `37% reading`, or words alone.
  init(_ text: String) {
    let parts = text.split(separator: " ", maxSplits: 1)
    let count = parts.first ?? ""
    let numbers = count.split(separator: "/").map { Double($0) }
    var found: Double?
    if count.hasSuffix("%"), let percent = Double(count.dropLast()) {
      found = percent / 100
    } else if numbers.count == 2, let done = numbers[0], let all = numbers[1], all > 0 {
      found = done / all
    }
    fraction = found.flatMap { $0.isFinite ? Swift.min(Swift.max($0, 0), 1) : nil }
    words = found == nil ? text : parts.dropFirst().first.map { String($0) } ?? ""
  }

  /// Seconds that are left at this speed. Returns nil if it is too early to tell.
  func left(after elapsed: Double) -> Double? {
    guard let fraction, fraction > 0.001, elapsed > 0 else { return nil }
    return elapsed * (1 - fraction) / fraction
  }

  /// The pieces to show: a bar with its percentage, the time that is left, and the words.
  ///
  /// - Parameter elapsed: Seconds since the run started.
  func parts(after elapsed: Double) -> [String] {
    var parts: [String] = []
    if let fraction { parts.append(Self.bar(fraction, width: 12) + " \(Int(fraction * 100))%") }
    if let left = left(after: elapsed) { parts.append(SpanText.short(seconds: left) + " left") }
    if !words.isEmpty { parts.append(words) }
    return parts
  }

  /// A bar of that many cells: `[#####-----]`.
  static func bar(_ fraction: Double, width: Int) -> String {
    let inner = Swift.max(width - 2, 1)
    let filled = Int((fraction * Double(inner)).rounded(.down))
    return "[" + String(repeating: "#", count: filled)
      + String(repeating: "-", count: inner - filled) + "]"
  }
}
