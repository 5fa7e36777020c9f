/// Why a waiting run is not started now, by an agent that could read its file.
package enum Obstacle: Sendable, Equatable {
  /// This host will never have what it needs.
  case lack(Lack)
  /// Its time has not come.
  case until(Timestamp)
  /// These runs are not over.
  case runs([String])
  /// It can never start, anywhere: it is ended as crashed.
  case impossible(String)
  /// It waits for a run that is not there. Both may be on their way; one that stays unknown is
  /// never met.
  case unknown(String)
  /// Not enough of the host is free.
  case capacity

  /// What a host lacks.
  package enum Lack: Sendable, Equatable {
    /// These labels.
    case labels([String])
    /// So many slots are needed, and it has so many in all.
    case slots(needed: Int, offered: Int)
    /// The same of gpus.
    case gpus(needed: Int, offered: Int)

    /// In words, after the name of an agent or a host: `lacks the label cuda12`.
    package var words: String {
      switch self {
      case .labels(let labels):
        "lacks the label\(labels.count == 1 ? "" : "s") \(labels.joined(separator: ", "))"
      case .slots(let needed, let offered):
        "has \(counted(offered, "slot")) in all, and it needs \(needed)"
      case .gpus(let needed, let offered):
        "hands out \(counted(offered, "gpu")), and it needs \(needed)"
      }
    }
  }
}

extension Demand {
  /// What the host will never have for it; nil: it can run there.
  package func lack(on offer: HostOffer) -> Obstacle.Lack? {
    let missing = labels.filter { !offer.labels.contains($0) }
    if !missing.isEmpty { return .labels(missing) }
    if slots > offer.slots { return .slots(needed: slots, offered: offer.slots) }
    if gpus > offer.gpus { return .gpus(needed: gpus, offered: offer.gpus) }
    return nil
  }

  /// Why the run is not started now; nil: it may be.
  ///
  /// Its dependencies come first: whether it must end is not this host's business alone.
  ///
  /// - Parameters:
  ///   - offer: What the host has, all in all.
  ///   - free: What of it nobody uses.
  ///   - kept: What is kept for another run; see ``Capacity/fits(_:keeping:)``.
  ///   - now: By the file server's clock.
  ///   - state: Where a run stands that this one waits for.
  package func obstacle(
    on offer: HostOffer, free: Capacity, keeping kept: Capacity? = nil, now: Timestamp,
    state: (String) throws(SpoolError) -> DependencyState
  ) throws(SpoolError) -> Obstacle? {
    switch try after?.standing(state) {
    case .impossible(let reason): return .impossible(reason)
    case .unknown(let run): return .unknown(run)
    case .waiting(let runs): return .runs(runs)
    case .met, nil: break
    }
    if let lack = lack(on: offer) { return .lack(lack) }
    if let notBefore, now < notBefore { return .until(notBefore) }
    return free.fits(self, keeping: kept) ? nil : .capacity
  }
}
