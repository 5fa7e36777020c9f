/// How many runs of each sweep may run at a time, as an agent knows it.
///
/// The limit is in the sweep's record and not in the job file, because it is one number for all runs. Like the
/// queue's own `max_running` it is checked before a claim and counted again after it: ``ClaimVerdict``.
package struct SweepLimits: Sendable {
  /// The limits, each read once: a sweep's record does not change.
  private var known: [String: Int?] = [:]

  package init() {}

  /// The sweep's limit. Returns nil if it has none.
  package mutating func limit(of sweep: String, in queue: Queue) throws(SpoolError) -> Int? {
    if let limit = known[sweep] { return limit }
    // If there is no such sweep here, somebody wrote the key by hand.
    guard RunName.isValid(sweep), let limit = try queue.readLimit(ofSweep: sweep) else {
      return nil
    }
    known[sweep] = limit
    return limit
  }

  /// Whether the sweep's limit allows one more run beside the claimed runs.
  ///
  /// - Parameter claimed: The names of the runs in `starting/` and `running/`.
  package static func hasRoom(
    for sweep: String, limit: Int, claimed: [String]
  ) -> Bool {
    !WaitingCheck.isReached(limit, by: claimed.count { Sweep.isName($0, ofSweep: sweep) })
  }
}

extension Queue {
  /// The limit in a sweep's record; the inner value is nil if it has none. Returns nil if there is no such sweep.
  fileprivate func readLimit(ofSweep id: String) throws(SpoolError) -> Int?? {
    guard try listIfThere(.sweeps).contains(id + QueueFileName.ending) else { return nil }
    let file = path(.sweeps, id + QueueFileName.ending)
    let bytes = try namingIfThere("read", file) { () throws(Errno) in
      // The small values come first, and the points after them may have megabytes.
      try read(file, limit: 65_536)
    }
    guard let bytes else { return nil }
    var ranges: [Range<Int>?] = []
    let most = bytes.withUnsafeBytes { bytes -> Int? in
      guard JSONScanner(keys: ["max_running"]).scan(bytes, into: &ranges), let range = ranges[0]
      else { return nil }
      // Spool writes no limit below 1.
      return JSONScanner.json(bytes, range)?.intValue.flatMap { $0 > 0 ? $0 : nil }
    }
    return .some(most)
  }
}
