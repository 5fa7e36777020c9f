import SpoolProtocol

/// The slots and gpus of this host that the claimed runs of other agents take, so that `--slots` and `--gpus` hold
/// for the host as a whole.
///
/// A claim is read until its run has started, and never again: the slots and gpus of a run never change.
struct HostUse {
  private var known: [ClaimName: ClaimedUse] = [:]

  /// Slots and gpus of runs that this agent did not claim itself.
  struct Total {
    var runs = 0
    var slots = 0
    /// The eighths that are taken of each gpu.
    var gpus: [String: Int] = [:]
  }

  /// Adds the slots and gpus of some runs to a total.
  ///
  /// - Parameters:
  ///   - others: The files of runs that other agents of this host have claimed.
  ///   - reads: Whether the files are read. If not, a run that was not read before counts as one slot.
  mutating func add(
    _ others: [QueueFileName], in queue: Queue, _ settings: QueueSettings, reads: Bool = true,
    to total: inout Total
  ) throws(SpoolError) {
    for name in others {
      guard let claim = name.claim else { continue }
      var use = known[claim]
      if reads, use?.hasStarted != true {
        use = try queue.use(of: name, settings)
        known[claim] = use
      }
      total.runs += 1
      total.slots = total.slots.adding(clamped: use?.slots ?? 1)
      for gpu in use?.gpus ?? [] { total.gpus[gpu, default: 0] += use?.eighths ?? 0 }
    }
  }

  /// Forgets the runs that are over.
  mutating func keep(only claims: [ClaimName: QueueFileName]) {
    if known.isEmpty { return }
    known = known.filter { claims[$0.key] != nil }
  }
}
