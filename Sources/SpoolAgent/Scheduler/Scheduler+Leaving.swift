import SpoolProtocol

// Whether an agent may leave by itself, by the facts that it knows.
extension Scheduler {
  /// How often an agent with `--once` waits to claim again: the obstacle may stay.
  private static let patience = 3

  /// Whether an agent with `--once` is done: all its runs are in `running/`. A claim that went back, since another
  /// agent made one at the same moment, is tried again.
  mutating func hasClaimedOnce(at now: Instant) -> Bool {
    if round.isCut || round.asksAboutGPUs || runs.values.contains(where: { !$0.hasStarted }) {
      return false
    }
    guard now < holdUntil, round.isWaiting, holds < Self.patience else { return true }
    holds += 1
    return false
  }

  /// Whether there is known work to do, or to wait for.
  var knowsWork: Bool {
    round.isBusy || round.isWaiting
      || queues.contains { $0.isAway || $0.isOpen && $0.hasUnfinished }
  }

  /// Whether some files of a queue can start without any action of a person. If not, notes the hindrances for
  /// ``farewell(from:_:)``.
  ///
  /// - Parameter files: A fresh listing of `queued/`.
  mutating func hasProspects(_ files: [String], in queue: Int) -> Bool {
    let known = queues[queue]
    let prospects = Prospects(of: files, in: known.waitingRoom) { known.isOnItsWay($0) }
    if !prospects.hasAny { queues[queue].prospects = prospects }
    return prospects.hasAny
  }

  /// The report of an agent with `--drain` on the runs that stay in a queue. Returns nil if none do.
  ///
  /// - Parameter waiting: Counts the waiting files; called if the queue is not open.
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
