#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#else
  #error("Unsupported platform")
#endif

/// A moment of a wall clock, in nanoseconds since 1970 (UTC).
public struct Timestamp: Sendable, Hashable, Comparable {
  /// Nanoseconds since 1970.
  public let nanoseconds: Int64

  /// Takes nanoseconds since 1970.
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  package init(_ seconds: Int, _ nanoseconds: Int) {
    self.nanoseconds = Int64(seconds) &* 1_000_000_000 &+ Int64(nanoseconds)
  }

  /// Seconds since 1970.
  public var seconds: Double { Double(nanoseconds) / 1e9 }

  /// This host's wall clock; for people, never compared with another host's.
  public static var now: Timestamp { Timestamp(nanoseconds: Clock.read(CLOCK_REALTIME)) }

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

  /// Waits; for the few places where nothing tells when to go on.
  package static func pause(milliseconds: Int) {
    var time = timespec(tv_sec: 0, tv_nsec: milliseconds * 1_000_000)
    nanosleep(&time, nil)
  }

  fileprivate static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
