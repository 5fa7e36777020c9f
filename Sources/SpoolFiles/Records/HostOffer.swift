/// The total capacity of an agent's host, with its labels.
package struct HostOffer: Sendable, Equatable {
  /// How many runs of one slot it takes at a time.
  package var slots: Int
  package var gpus: Int
  /// The labels of its agent, including the host's name.
  package var labels: Set<String>

  package init(slots: Int, gpus: Int = 0, labels: Set<String> = []) {
    self.slots = slots
    self.gpus = gpus
    self.labels = labels
  }
}

/// Slots and gpus that are free on a host.
package struct Capacity: Sendable, Equatable {
  package var slots: Int
  package var gpus: GPURoom

  /// Creates an amount of each, of gpus in whole ones; negative if more is in use than there is.
  package init(slots: Int, gpus: Int) { self.init(slots: slots, gpus: GPURoom(whole: gpus)) }

  package init(slots: Int, gpus: GPURoom) {
    self.slots = slots
    self.gpus = gpus
  }

  /// Whether a run fits into what is free.
  ///
  /// - Parameter kept: Another run that has waited for too long, for which room is kept. It does not block
  ///   a run that needs nothing of what the other run lacks.
  package func fits(_ demand: Demand, keeping kept: Demand? = nil) -> Bool {
    guard let kept else { return demand.slots <= slots && gpus.fits(demand.gpus) }
    let left = Capacity(
      slots: slots.subtracting(clamped: kept.slots), gpus: gpus.keeping(kept.gpus))
    return left.fits(demand)
  }

  /// The rest after a run has taken its part.
  package static func - (capacity: Capacity, demand: Demand) -> Capacity {
    Capacity(
      slots: capacity.slots.subtracting(clamped: demand.slots),
      gpus: capacity.gpus.taking(demand.gpus))
  }
}
