import SpoolProtocol

/// What the claimed runs of other agents take of this host, so that `--slots` and `--gpus` are the
/// host's whoever started its runs.
///
/// Each claim is read once: what a run takes never changes.
struct HostUse {
  private var known: [ClaimName: Use] = [:]

  private struct Use {
    let slots: Int
    let gpus: [String]
    /// Until it has, its gpus are not known.
    let hasStarted: Bool
  }

  /// Slots and gpus of runs that this agent did not claim itself.
  struct Total {
    var runs = 0
    var slots = 0
    var gpus: Set<String> = []
  }

  /// Adds up what the runs at those places take.
  ///
  /// - Parameter others: The files of a queue, with the claims of others on this host.
  mutating func add(
    _ others: [QueueFileName], in queue: Queue, _ settings: QueueSettings, to total: inout Total
  ) throws(SpoolError) {
    for name in others {
      guard let claim = name.claim else { continue }
      var use = known[claim]
      if use?.hasStarted != true {
        use = try queue.use(of: name, settings).map {
          Use(slots: $0.slots, gpus: $0.gpus, hasStarted: $0.hasStarted)
        }
        known[claim] = use
      }
      total.runs += 1
      total.slots = total.slots.adding(clamped: use?.slots ?? 1)
      total.gpus.formUnion(use?.gpus ?? [])
    }
  }

  /// Forgets the runs that are over.
  mutating func keep(only claims: Set<ClaimName>) {
    known = known.filter { claims.contains($0.key) }
  }
}
