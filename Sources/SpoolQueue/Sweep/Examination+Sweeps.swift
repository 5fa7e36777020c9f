extension Examination {
  /// Reports decided sweeps that do not have all their runs in the queue.
  mutating func examineSweeps() throws(SpoolError) {
    for (id, runs) in try queue.interruptedSweeps() {
      report(
        .mendable, "sweeps/" + id,
        "\(runs) of the sweep's runs are not queued yet, since queueing it was interrupted;"
          + " \(recover) queues them")
    }
  }
}
