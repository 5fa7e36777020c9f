import CLibrary

/// A moment of a wall clock, in nanoseconds since 1970 (UTC).
public struct Timestamp: Sendable, Hashable, Comparable {
  /// Nanoseconds since 1970.
  public let nanoseconds: Int64

  /// Takes nanoseconds since 1970.
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  package init(_ seconds: Int, _ nanoseconds: Int) {
    // A file can have a time outside of this range: in the year -1, or 2^63 s after 1970.
    self.nanoseconds = Int64(seconds).multiplied(clamped: 1_000_000_000)
      .adding(clamped: Int64(nanoseconds))
  }

  /// Reads a clock of the system, whatever its start. `clock_gettime`.
  init(by clock: clockid_t) {
    var time = timespec()
    clock_gettime(clock, &time)
    self.init(time.tv_sec, time.tv_nsec)
  }

  /// Seconds since 1970.
  package var seconds: Double { Double(nanoseconds) / 1e9 }

  /// The time by this host's wall clock, for people. Never compare it with a time of another host.
  public static var now: Timestamp { Timestamp(by: CLOCK_REALTIME) }

  /// The moment that many seconds later, or earlier; the last or the first possible one if that is out of range.
  package func adding(seconds: Double) -> Timestamp {
    Timestamp(nanoseconds: nanoseconds.adding(clamped: Int64(clamped: seconds * 1e9)))
  }

  /// The moment that much later, or earlier; the last or the first possible one if that is out of range.
  package static func + (time: Timestamp, span: TimeSpan) -> Timestamp {
    Timestamp(nanoseconds: time.nanoseconds.adding(clamped: span.nanoseconds))
  }

  /// The time from `earlier` to `later`.
  package static func - (later: Timestamp, earlier: Timestamp) -> TimeSpan {
    TimeSpan(nanoseconds: later.nanoseconds.subtracting(clamped: earlier.nanoseconds))
  }

  /// Orders by time.
  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  package func seconds(since other: Timestamp) -> Double {
    // Times come from files, and their difference may not fit.
    let (difference, isTooLarge) = nanoseconds.subtractingReportingOverflow(other.nanoseconds)
    return isTooLarge ? seconds - other.seconds : Double(difference) / 1e9
  }
}
