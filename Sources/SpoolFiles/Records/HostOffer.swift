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

/// Slots and gpus: free on a host, taken by a run, or kept for a run.
package struct Capacity: Sendable, Equatable {
  package var slots: Int
  package var gpus: Int

  /// Creates an amount of each; negative if more is in use than there is.
  package init(slots: Int, gpus: Int) {
    self.slots = slots
    self.gpus = gpus
  }

  package init(_ demand: Demand) { self.init(slots: demand.slots, gpus: demand.gpus) }

  /// Whether a run fits into what is free.
  ///
  /// - Parameter kept: Capacity kept for another run that has waited for too long. It does not block
  ///   a run that needs nothing of what the other run lacks.
  package func fits(_ demand: Demand, keeping kept: Capacity? = nil) -> Bool {
    guard let kept else {
      return demand.slots <= slots && (demand.gpus == 0 || demand.gpus <= gpus)
    }
    let left = Capacity(
      slots: slots.subtracting(clamped: kept.slots), gpus: gpus.subtracting(clamped: kept.gpus))
    return left.fits(demand)
  }

  package static func + (left: Capacity, right: Capacity) -> Capacity {
    Capacity(
      slots: left.slots.adding(clamped: right.slots), gpus: left.gpus.adding(clamped: right.gpus))
  }

  /// The rest after a run has taken its part.
  package static func - (capacity: Capacity, demand: Demand) -> Capacity {
    Capacity(
      slots: capacity.slots.subtracting(clamped: demand.slots),
      gpus: capacity.gpus.subtracting(clamped: demand.gpus))
  }
}
