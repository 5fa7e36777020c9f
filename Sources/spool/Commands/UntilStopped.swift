import SpoolAgent
import SpoolQueue

/// Something that is done again and again until a signal ends the program.
///
/// INT, TERM and HUP are only noted, so that the work is brought to its end: no half written file stays. The
/// signal then ends the program. An alarm does so if the work still goes on a minute later: a file server
/// may never answer.
enum UntilStopped {
  /// Seconds from the signal to the end, whatever is under way.
  private static let patience: UInt32 = 60

  /// Does something, and again each `interval` seconds, counted from when it began, until the program is
  /// asked to end.
  ///
  /// - Parameter interval: Nil for once; then a signal ends the program when that is done.
  /// - Returns: The result of the last call.
  static func run(every interval: Double?, _ body: () throws -> Int32) throws -> Int32 {
    let stop: StopSignals
    do throws(Errno) {
      stop = try StopSignals(patience: patience)
    } catch {
      throw SpoolError("prepare", "an orderly end", error)
    }
    var status: Int32
    repeat {
      let began = Instant.now
      status = try body()
      guard let interval else { break }
      let next = Swift.max(began + .seconds(interval), Instant.now + .milliseconds(100))
      while stop.asked == nil, Instant.now < next {
        stop.wait(until: next)
      }
    } while stop.asked == nil
    if let signal = stop.asked { StopSignals.end(by: signal) }
    return status
  }
}
