extension Queue {
  /// Queues the runs of a sweep that an interrupted call left unqueued, so that all its runs can be found.
  ///
  /// - Returns: How many runs were queued.
  @discardableResult
  package func queueRest(of sweep: Sweep) throws(SpoolError) -> Int {
    guard try listIfThere(.sweeps).contains(sweep.id) else { return 0 }
    return try carryOnSweep(sweep.id, sync: sync(settingsOrDefaults()))
  }
}
