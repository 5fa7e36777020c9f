import Synchronization

/// One sync for all threads that wait for one at the same time, on a disk that keeps the order of changes.
///
/// There a sync of any directory puts all earlier changes of names on disk. So a thread that comes while another one
/// syncs waits, and then one sync serves all callers that have come meanwhile.
package final class SharedSync: Sendable {
  /// The number of syncs that have begun.
  private let begun = Atomic(0)
  /// The number of the last sync that succeeded.
  private let succeeded = Mutex(0)

  package init() {}

  /// Puts the caller's earlier changes on disk.
  ///
  /// - Parameter body: Syncs a directory, with all changes on its disk that were made before.
  package func callAsFunction<Failure: Error>(
    _ body: () throws(Failure) -> Void
  ) throws(Failure) {
    let seen = begun.load(ordering: .sequentiallyConsistent)
    try succeeded.withLock { last throws(Failure) in
      // A sync that began after the look has all changes of this caller.
      if last > seen { return }
      let number = begun.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue
      try body()
      last = number
    }
  }
}

extension SharedSync: Equatable {
  package static func == (one: SharedSync, other: SharedSync) -> Bool { one === other }
}
