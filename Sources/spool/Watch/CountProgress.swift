import SpoolQueue
import SpoolTerminal

/// The progress of many things of one kind: done of all, the speed, the time that is left.
struct CountProgress: Sendable, Equatable {
  var total: Int
  private(set) var done = 0
  /// The number of things that did not end well.
  private(set) var failed = 0
  private let doneBefore: Int
  private let began: Instant

  /// Seconds before which a rate would be a guess.
  private static let patience = 1.0

  /// - Parameter before: How many were done before. They are added like the others, but do not count for the speed.
  init(total: Int, before: Int = 0, now: Instant = .now) {
    self.total = total
    doneBefore = before
    began = now
  }

  mutating func add(_ count: Int = 1, failed: Int = 0) {
    done += count
    self.failed += failed
  }

  /// The number that is done in a second, on average since the beginning. Returns nil if it is too early to tell.
  func rate(at now: Instant = .now) -> Double? {
    let seconds = (now - began).seconds
    guard seconds >= Self.patience, done > doneBefore else { return nil }
    return Double(done - doneBefore) / seconds
  }

  /// Seconds until all are done at this speed. Returns nil if it is too early to tell.
  func left(at now: Instant = .now) -> Double? {
    guard let rate = rate(at: now), total > done else { return nil }
    return Double(total - done) / rate
  }

  /// The text: `37 of 120 ended`, `2 failed`, then more pieces, `12 a minute`, `7m00s left`.
  ///
  /// - Parameter hasEnd: Whether it goes on until all are done.
  func text(
    _ verb: String, _ more: [String] = [], hasEnd: Bool = true, at now: Instant = .now
  ) -> StatusText {
    var text = StatusText("\(done) of \(total) \(verb)")
    if failed > 0 { text.add("\(failed) failed", .red) }
    for piece in more { text.add(piece) }
    if let rate = rate(at: now) { text.add(Self.words(rate: rate)) }
    if hasEnd, let left = left(at: now) { text.add(SpanText.short(seconds: left) + " left") }
    return text
  }

  /// The rate in the unit that gives readable whole numbers: `40 a second`, `12 a minute`.
  static func words(rate: Double) -> String {
    for (name, seconds) in [("second", 1.0), ("minute", 60.0), ("hour", 3600.0)] {
      let count = rate * seconds
      if count >= 9.5 || name == "hour" && count >= 1 {
        return "\(Int(Swift.min(count, 1e12).rounded())) \(name == "hour" ? "an" : "a") \(name)"
      }
    }
    return "\(Int(Swift.min(Swift.max(rate, 0) * 86_400, 1e12).rounded())) a day"
  }
}
