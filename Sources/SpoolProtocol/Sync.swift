/// What the steps of a run put on disk, so that a power cut takes back nothing that a user was told. The rules are
/// in Protocol.md under "What is synced".
package enum Sync: Sendable, Equatable {
  /// Nothing is synced: `"sync": false`.
  case none
  /// For a disk that keeps the order of changes: bytes are synced before their name, and names before anything
  /// outside the queue follows from them.
  case ordered
  /// The same for several runs at a time: threads that wait for a sync of names share it.
  case shared(SharedSync)
  /// For NFS, whose server has a change of names on disk when its call returns: only bytes are synced.
  case bytes
  /// For every other disk: each step is synced before the next.
  case full

  package init(_ settings: QueueSettings, _ disk: Disk) {
    self =
      !settings.sync ? .none : disk.keepsOrder ? .ordered : disk.keepsNames ? .bytes : .full
  }

  package var isOn: Bool { self != .none }
  /// Whether changes of names are synced, too.
  package var hasNames: Bool { self != .none && self != .bytes }

  /// The sync of several runs that are changed at the same time.
  var forSeveral: Sync { self == .ordered ? .shared(SharedSync()) : self }
}

extension Sync: ExpressibleByBooleanLiteral {
  /// Reads `true` as ``full``: each step is synced before the next, which is right on every disk.
  package init(booleanLiteral value: Bool) { self = value ? .full : .none }
}

extension Queue {
  /// The sync of this queue's runs. A disk that cannot be asked counts as a disk that keeps no order.
  package func sync(_ settings: QueueSettings) -> Sync {
    guard settings.sync else { return .none }
    return Sync(settings, (try? Disk(of: path)) ?? Disk(kind: .network))
  }

  /// Puts the entries of a directory on disk, if and as `sync` says.
  func syncDirectory(_ path: String, _ sync: Sync) throws(SpoolError) {
    switch sync {
    case .none, .bytes: break
    case .ordered, .full: try syncDirectory(path)
    case .shared(let share):
      try share { () throws(SpoolError) in
        try naming("sync", path, doing: System.syncAllBefore(path))
      }
    }
  }
}
