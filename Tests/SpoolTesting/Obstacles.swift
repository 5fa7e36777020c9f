package import SpoolQueue

extension Demand {
  /// Why the run is not started now, by the checks that need no look at a disk, in an agent's order. Returns nil
  /// if it may be started.
  ///
  /// - Parameter state: Where a run stands that this one waits for.
  package func obstacle(
    on offer: HostOffer, free: Capacity, keeping kept: Demand? = nil, now: Timestamp,
    state: (String) throws(SpoolError) -> DependencyState
  ) throws(SpoolError) -> Obstacle? {
    let standing = try after?.standing(state) ?? .met
    for check in WaitingCheck.ofFile {
      let found =
        check == .dependencies
        ? standing.obstacle : obstacle(at: check, on: offer, free: free, keeping: kept, now: now)
      if let found { return found }
    }
    return nil
  }
}
