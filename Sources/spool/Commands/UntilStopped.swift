import SpoolAgent
import SpoolQueue

/// Work that is repeated until a signal ends the program.
///
/// INT, TERM and HUP are only noted, so that the work is finished: no half written file stays. Then the signal ends the
/// program. If the work still goes on a minute later, an alarm ends the program: a file server may never answer.
enum UntilStopped {
  /// Seconds from the signal to the end, whatever work goes on.
  private static let patience: UInt32 = 60

  /// Calls `body`, and again every `interval` seconds, counted from its beginning, until the program is asked to end.
  ///
  /// - Parameter interval: Nil to call it once; then a signal ends the program after that call.
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
