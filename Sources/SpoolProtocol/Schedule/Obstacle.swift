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

  /// Why one check keeps the run from being started now. Returns nil if that check does not, and for checks that
  /// need more than these facts.
  ///
  /// - Parameters:
  ///   - check: Asked in the order of ``WaitingCheck/ofFile``.
  ///   - offer: What the host has, all in all.
  ///   - free: What of it nobody uses.
  ///   - kept: What is kept for another run; see ``Capacity/fits(_:keeping:)``.
  ///   - now: By the file server's clock.
  package func obstacle(
    at check: WaitingCheck, on offer: HostOffer, free: Capacity, keeping kept: Capacity? = nil,
    now: Timestamp
  ) -> Obstacle? {
    switch check {
    case .lack: lack(on: offer).map { .lack($0) }
    case .notBefore: opening(after: now).map { .until($0) }
    case .capacity: free.fits(self, keeping: kept) ? nil : .capacity
    default: nil
    }
  }

  /// The time before which it may not start; nil if there is none, or that time has come.
  package func opening(after now: Timestamp) -> Timestamp? {
    notBefore.flatMap { now < $0 ? $0 : nil }
  }
}

extension Dependencies.Standing {
  /// What the standing is to the run that waits.
  package var obstacle: Obstacle? {
    switch self {
    case .met: nil
    case .waiting(let runs): .runs(runs)
    case .impossible(let reason): .impossible(reason)
    case .unknown(let run): .unknown(run)
    }
  }
}

extension Obstacle {
  /// Why a run that waits for an unknown one will never start.
  package static func words(forUnknown run: String) -> String {
    "it waits for \(run), and there is no such run"
  }

  /// Names the runs that another waits for, three at most: `a, b, c and 2 more`.
  ///
  /// - Parameter describe: What stands for a run's name.
  package static func words(
    for runs: [String], _ describe: (String) -> String = { $0 }
  ) -> String {
    runs.prefix(3).map(describe).joined(separator: ", ")
      + (runs.count > 3 ? " and \(runs.count - 3) more" : "")
  }
}
