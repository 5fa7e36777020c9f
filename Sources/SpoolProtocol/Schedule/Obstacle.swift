/// Why a waiting run is not started now, by an agent that could read its file.
package enum Obstacle: Sendable, Equatable {
  /// This host will never have all that the run needs.
  case lack(Lack)
  /// The run's time has not come.
  case until(Timestamp)
  /// These runs are not over.
  case runs([String])
  /// The run can never start, anywhere: it is ended as crashed.
  case impossible(String)
  /// The run waits for a run that does not exist. Both may be on their way; if the other stays unknown, this run
  /// can never start.
  case unknown(String)
  /// The host has too little free capacity.
  case capacity

  /// The requirement that a host does not fulfil.
  package enum Lack: Sendable, Equatable {
    /// The host has not these labels.
    case labels([String])
    /// The run needs more slots than the host has in all.
    case slots(needed: Int, offered: Int)
    /// The run needs more gpus than the host has in all.
    case gpus(needed: GPUAmount, offered: Int)

    /// The lack in words, to follow the name of an agent or a host: `lacks the label cuda12`.
    package var words: String {
      switch self {
      case .labels(let labels):
        "lacks the label\(labels.count == 1 ? "" : "s") \(labels.joined(separator: ", "))"
      case .slots(let needed, let offered):
        "has \(counted(offered, "slot")) in all, and it needs \(needed)"
      case .gpus(let needed, let offered):
        "hands out \(counted(offered, "gpu")), and it needs \(needed.text)"
      }
    }
  }
}

extension Demand {
  /// The lack that prevents the run on this host for ever. Returns nil if it can be executed there.
  package func lack(on offer: HostOffer) -> Obstacle.Lack? {
    let missing = labels.filter { !offer.labels.contains($0) }
    if !missing.isEmpty { return .labels(missing) }
    if slots > offer.slots { return .slots(needed: slots, offered: offer.slots) }
    if gpus.cards > offer.gpus { return .gpus(needed: gpus, offered: offer.gpus) }
    return nil
  }

  /// Why one check prevents the run's start now. Returns nil if that check does not, and for checks that need more
  /// than these facts.
  ///
  /// - Parameters:
  ///   - check: The check; checks are asked in the order of ``WaitingCheck/ofFile``.
  ///   - offer: The whole capacity and the labels of the host.
  ///   - free: The part of the capacity that no run uses.
  ///   - kept: The part that is kept for another run; see ``Capacity/fits(_:keeping:)``.
  ///   - now: The time by the file server's clock.
  package func obstacle(
    at check: WaitingCheck, on offer: HostOffer, free: Capacity, keeping kept: Demand? = nil,
    now: Timestamp
  ) -> Obstacle? {
    switch check {
    case .lack: lack(on: offer).map { .lack($0) }
    case .notBefore: opening(after: now).map { .until($0) }
    case .capacity: free.fits(self, keeping: kept) ? nil : .capacity
    default: nil
    }
  }

  /// The time before which it may not start. Returns nil if there is none, or if that time has come.
  package func opening(after now: Timestamp) -> Timestamp? {
    notBefore.flatMap { now < $0 ? $0 : nil }
  }
}

extension Dependencies.Standing {
  /// The obstacle that the standing means for the waiting run. Nil if it means none.
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
  /// Why a run that waits for an unknown run will never start.
  package static func words(forUnknown run: String) -> String {
    "it waits for \(run), and there is no such run"
  }

  /// Names the runs for which another run waits, at most three: `a, b, c and 2 more`.
  ///
  /// - Parameter describe: Returns the text that stands for a run's name.
  package static func words(
    for runs: [String], _ describe: (String) -> String = { $0 }
  ) -> String {
    runs.prefix(3).map(describe).joined(separator: ", ")
      + (runs.count > 3 ? " and \(runs.count - 3) more" : "")
  }
}
