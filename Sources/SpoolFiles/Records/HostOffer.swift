/// What an agent's host has for runs, all in all.
package struct HostOffer: Sendable, Equatable {
  /// How many runs of one slot it takes at a time.
  package var slots: Int
  package var gpus: Int
  /// What its agent was labelled with, and the host's name.
  package var labels: Set<String>

  package init(slots: Int, gpus: Int = 0, labels: Set<String> = []) {
    self.slots = slots
    self.gpus = gpus
    self.labels = labels
  }
}

/// Slots and gpus: what is free of a host, what a run takes, what is kept for one.
package struct Capacity: Sendable, Equatable {
  package var slots: Int
  package var gpus: Int

  /// An amount of each; less than nothing where more is in use than there is.
  package init(slots: Int, gpus: Int) {
    self.slots = slots
    self.gpus = gpus
  }

  /// What a run takes.
  package init(_ demand: Demand) { self.init(slots: demand.slots, gpus: demand.gpus) }

  /// Whether a run fits into what is free.
  ///
  /// - Parameter kept: What is kept for another run that has waited for too long. It does not hold
  ///   up a run that needs nothing of what that one lacks.
  package func fits(_ demand: Demand, keeping kept: Capacity? = nil) -> Bool {
    guard let kept else {
      return demand.slots <= slots && (demand.gpus == 0 || demand.gpus <= gpus)
    }
    let left = Capacity(
      slots: slots.subtracting(clamped: kept.slots), gpus: gpus.subtracting(clamped: kept.gpus))
    return left.fits(demand)
  }

  /// Both together.
  package static func + (left: Capacity, right: Capacity) -> Capacity {
    Capacity(
      slots: left.slots.adding(clamped: right.slots), gpus: left.gpus.adding(clamped: right.gpus))
  }

  /// What is left when a run has taken its part.
  package static func - (capacity: Capacity, demand: Demand) -> Capacity {
    Capacity(
      slots: capacity.slots.subtracting(clamped: demand.slots),
      gpus: capacity.gpus.subtracting(clamped: demand.gpus))
  }
}
