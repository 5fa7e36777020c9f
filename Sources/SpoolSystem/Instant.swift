import CLibrary

/// A length of time in nanoseconds, at most 292 years: a longer one is cut to that.
package struct TimeSpan: Sendable, Hashable, Comparable {
  package let nanoseconds: Int64

  package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  package static let zero = TimeSpan(nanoseconds: 0)

  /// Longer than all others: a deadline that never comes.
  package static let endless = TimeSpan(nanoseconds: .max)

  /// That many seconds, at most about 30 years: a deadline must stay within the range of ``Instant``.
  package static func seconds(_ count: Double) -> TimeSpan {
    TimeSpan(nanoseconds: Int64(clamped: Swift.min(count, 1e9) * 1e9))
  }

  package static func milliseconds(_ count: Int) -> TimeSpan {
    TimeSpan(nanoseconds: Int64(count).multiplied(clamped: 1_000_000))
  }

  package var seconds: Double { Double(nanoseconds) / 1e9 }

  /// In whole milliseconds, rounded up: a loop that wakes too early would spin.
  package var milliseconds: Int { Int(nanoseconds.adding(clamped: 999_999) / 1_000_000) }

  package static func < (left: TimeSpan, right: TimeSpan) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  package static func + (left: TimeSpan, right: TimeSpan) -> TimeSpan {
    TimeSpan(nanoseconds: left.nanoseconds.adding(clamped: right.nanoseconds))
  }

  package static func * (span: TimeSpan, factor: Int64) -> TimeSpan {
    TimeSpan(nanoseconds: span.nanoseconds.multiplied(clamped: factor))
  }

  /// Waits that long; for the few places where no event tells when to go on. `nanosleep`.
  package func pause() {
    let (seconds, rest) = Swift.max(nanoseconds, 0).quotientAndRemainder(dividingBy: 1_000_000_000)
    var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(rest))
    nanosleep(&time, nil)
  }
}

/// A moment by a clock that begins with the start of this machine and goes on while it sleeps.
///
/// Leases and deadlines are measured with it. It means nothing on another host, or after another start.
package struct Instant: Sendable, Hashable, Comparable {
  package let nanoseconds: Int64

  package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// `clock_gettime` with CLOCK_BOOTTIME, on Darwin CLOCK_MONOTONIC, which counts sleep there.
  package static var now: Instant {
    #if os(Linux)
      Instant(nanoseconds: Timestamp(by: CLOCK_BOOTTIME).nanoseconds)
    #else
      Instant(nanoseconds: Timestamp(by: CLOCK_MONOTONIC).nanoseconds)
    #endif
  }

  /// Before all others: the due time of an action that was never done.
  package static let first = Instant(nanoseconds: .min)

  /// After all others: the due time of an action that is not wanted.
  package static let last = Instant(nanoseconds: .max)

  package static func < (left: Instant, right: Instant) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  /// The moment that much later, at most ``last``.
  package static func + (instant: Instant, span: TimeSpan) -> Instant {
    Instant(nanoseconds: instant.nanoseconds.adding(clamped: span.nanoseconds))
  }

  /// The moment that much earlier, at least ``first``.
  package static func - (instant: Instant, span: TimeSpan) -> Instant {
    Instant(nanoseconds: instant.nanoseconds.subtracting(clamped: span.nanoseconds))
  }

  /// The time from `earlier` to `later`.
  package static func - (later: Instant, earlier: Instant) -> TimeSpan {
    TimeSpan(nanoseconds: later.nanoseconds.subtracting(clamped: earlier.nanoseconds))
  }
}
