import CLibrary

/// A moment of a wall clock, in nanoseconds since 1970 (UTC).
public struct Timestamp: Sendable, Hashable, Comparable {
  /// Nanoseconds since 1970.
  public let nanoseconds: Int64

  /// Takes nanoseconds since 1970.
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  package init(_ seconds: Int, _ nanoseconds: Int) {
    // Files can have times that are out of the reach of these: of the year -1, or 2^63 s after 1970.
    self.nanoseconds = Int64(seconds).multiplied(clamped: 1_000_000_000)
      .adding(clamped: Int64(nanoseconds))
  }

  /// Seconds since 1970.
  public var seconds: Double { Double(nanoseconds) / 1e9 }

  /// This host's wall clock; for people, never compared with another host's.
  public static var now: Timestamp { Timestamp(nanoseconds: Clock.read(CLOCK_REALTIME)) }

  /// The moment so many seconds later; the last one there is where that is beyond it.
  package func adding(seconds: Double) -> Timestamp {
    Timestamp(nanoseconds: nanoseconds.adding(clamped: Int64(clamped: seconds * 1e9)))
  }

  /// The moment so many nanoseconds later, or earlier; the last or first one there is.
  package func adding(nanoseconds: Int64) -> Timestamp {
    Timestamp(nanoseconds: self.nanoseconds.adding(clamped: nanoseconds))
  }

  /// Nanoseconds from `other` to this moment; the largest or the smallest number there is where they are
  /// further apart.
  package func nanoseconds(since other: Timestamp) -> Int64 {
    nanoseconds.subtracting(clamped: other.nanoseconds)
  }

  /// Orders by time.
  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  /// Seconds from `other` to this moment.
  public func seconds(since other: Timestamp) -> Double {
    // Times come out of files, and the difference of two can be larger than either.
    let (difference, isTooLarge) = nanoseconds.subtractingReportingOverflow(other.nanoseconds)
    return isTooLarge ? seconds - other.seconds : Double(difference) / 1e9
  }
}

/// Clocks that only go forward, in nanoseconds from an unknown start.
package enum Clock {
  /// Counts while the machine sleeps too: what leases are measured with.
  package static var sinceBoot: Int64 {
    #if os(Linux)
      read(CLOCK_BOOTTIME)
    #else
      read(CLOCK_MONOTONIC)  // on Darwin this one counts sleep
    #endif
  }

  fileprivate static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Timestamp(time.tv_sec, time.tv_nsec).nanoseconds
  }
}
