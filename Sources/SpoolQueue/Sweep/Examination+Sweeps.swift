extension Examination {
  /// A sweep that was decided has all its runs in the queue.
  mutating func examineSweeps() throws(SpoolError) {
    for (id, runs) in try queue.interruptedSweeps() {
      report(
        .mendable, "sweeps/" + id,
        "\(runs) of the sweep's runs are not queued yet, since queueing it was interrupted;"
          + " \(recover) queues them")
    }
  }
}
