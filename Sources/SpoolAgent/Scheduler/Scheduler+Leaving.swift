import SpoolProtocol

// When an agent may leave by itself, as far as what it knows decides that.
extension Scheduler {
  /// How often an agent with `--once` waits to claim once more: what keeps it may stay.
  private static let patience = 3

  /// Whether an agent with `--once` is done: claims are in safe hands once their runs are in `running/`. A claim
  /// that went back, since another agent made one at the same moment, is tried again.
  mutating func hasClaimedOnce(at now: Instant) -> Bool {
    if round.isCut || runs.values.contains(where: { !$0.hasStarted }) { return false }
    guard now < holdUntil, round.isWaiting, holds < Self.patience else { return true }
    holds += 1
    return false
  }

  /// Whether something is known that is to be done, or to be waited for.
  var knowsWork: Bool {
    round.isBusy || round.isWaiting
      || queues.contains { $0.isAway || $0.isOpen && $0.hasUnfinished }
  }

  /// Whether some of a queue's files can come to run without anybody's doing; what keeps the others is kept in
  /// mind for ``farewell(from:_:)``.
  ///
  /// - Parameter files: A fresh listing of `queued/`.
  mutating func hasProspects(_ files: [String], in queue: Int) -> Bool {
    let known = queues[queue]
    let prospects = Prospects(of: files, in: known.waitingRoom) { known.isOnItsWay($0) }
    if !prospects.hasAny { queues[queue].prospects = prospects }
    return prospects.hasAny
  }

  /// What an agent that drains says of the runs that stay in a queue; nil if none do.
  ///
  /// - Parameter waiting: How many files wait there, if the queue is not open.
  /// - Returns: The words, and whether the agent should have run them.
  func farewell(from queue: Int, _ waiting: () -> Int) -> (words: String, isFault: Bool)? {
    let known = queues[queue]
    if known.isOpen { return known.prospects?.words.map { ($0, false) } }
    let count = waiting()
    if count == 0 { return nil }
    let stay = counted(count, "run stays", "runs stay")
    return known.isPaused
      ? (stay + ": the queue is paused", false) : (stay + ": queue.json cannot be used", true)
  }
}
