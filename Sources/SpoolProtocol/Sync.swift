/// What the steps of a run put on disk, so that a power cut takes back nothing that a user was told. The rules are
/// in Protocol.md under "What is synced".
package enum Sync: Sendable, Equatable {
  /// Nothing is synced: `"sync": false`.
  case none
  /// For a disk that keeps the order of changes: bytes are synced before their name, and names before anything
  /// outside the queue follows from them.
  case ordered
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
  package var hasNames: Bool { self == .ordered || self == .full }
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
}
