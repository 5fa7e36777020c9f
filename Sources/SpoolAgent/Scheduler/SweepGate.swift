import SpoolProtocol

/// Puts the runs of a sweep aside while it is at its limit of running ones, so that the runs behind them in the queue
/// get their turn.
struct SweepGate: Sendable {
  /// The limits of the sweeps whose runs were put aside.
  private var limits: [String: Int] = [:]
  /// The names of the runs that any host has in `starting/` and `running/`, except those
  /// of this agent that take nothing.
  private var claimed: [String] = []
  /// The files that wait for their sweep, by its name, in the queue's order.
  private var waiting: [String: ArraySlice<String>] = [:]
  /// The sweeps that are at their limits in this round of claims.
  private var full: Set<String> = []

  /// Whether runs wait for their sweep.
  var isHoldingBack: Bool { !waiting.isEmpty }

  /// Begins a round of claims. As many runs go back into the backlog as their sweep has room for.
  mutating func begin(claimed: [String], _ backlog: inout Backlog) {
    self.claimed = claimed
    full = []
    for (sweep, files) in waiting {
      let used = claimed.count { Sweep.isName($0, ofSweep: sweep) }
      let left = (limits[sweep] ?? .max).subtracting(clamped: used)
      if left <= 0 {
        full.insert(sweep)
        continue
      }
      for file in files.prefix(left) { backlog.insert(file) }
      // A slice: the rest of 100,000 files is not copied for each file that goes.
      waiting[sweep] = files.count > left ? files.dropFirst(left) : nil
    }
  }

  /// Forgets the files that were put aside: the backlog has just been listed again.
  mutating func forget() { waiting = [:] }

  /// Puts a file aside, without reading it, if its name shows that its sweep is at its limit.
  mutating func putAside(_ file: String) -> Bool {
    if full.isEmpty { return false }
    guard let run = QueueFileName(file)?.base, let dash = run.utf8.lastIndex(of: UInt8(ascii: "-"))
    else { return false }
    let sweep = String(run[..<dash])
    guard full.contains(sweep), Sweep.isName(run, ofSweep: sweep) else { return false }
    hold(file, sweep)
    return true
  }

  /// Whether a run of the sweep may be claimed. If not, the file is put aside.
  ///
  /// - Parameter limit: How many of the sweep may run at a time; nil if it has no limit.
  mutating func admits(_ file: String, of sweep: String, limit: Int?) -> Bool {
    guard let limit, !SweepLimits.hasRoom(for: sweep, limit: limit, claimed: claimed) else {
      return true
    }
    limits[sweep] = limit
    full.insert(sweep)
    hold(file, sweep)
    return false
  }

  private mutating func hold(_ file: String, _ sweep: String) {
    // They come in their order, except a file that another agent gave back.
    let place = waiting[sweep]?.lastIndex { !QueueFileName.precedes(file, $0) }
    if let place, waiting[sweep]?[place] == file { return }
    let first = waiting[sweep]?.startIndex ?? 0
    waiting[sweep, default: []].insert(file, at: place.map { $0 + 1 } ?? first)
  }

  /// Counts a claim that was kept.
  mutating func add(_ run: String) { claimed.append(run) }
}
