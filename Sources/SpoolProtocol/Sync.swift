/// What the steps of a run put on disk, so that a power cut takes back nothing that was told. The rules are in
/// Protocol.md under "What is synced".
package enum Sync: Sendable, Equatable {
  /// Nothing: `"sync": false`.
  case none
  /// On a disk that keeps the order of changes: bytes before their name, and names before anything outside
  /// the queue follows from them.
  case ordered
  /// On every other disk: each step before the next.
  case full

  package init(_ settings: QueueSettings, _ disk: Disk) {
    self = !settings.sync ? .none : disk.keepsOrder ? .ordered : .full
  }

  /// Whether anything is synced.
  package var isOn: Bool { self != .none }
}

extension Sync: ExpressibleByBooleanLiteral {
  /// `true`: each step before the next, which is right on every disk.
  package init(booleanLiteral value: Bool) { self = value ? .full : .none }
}

extension Queue {
  /// What the steps of this queue's runs sync. A disk that cannot be asked is one that keeps no order.
  package func sync(_ settings: QueueSettings) -> Sync {
    guard settings.sync else { return .none }
    return Sync(settings, (try? Disk(of: path)) ?? Disk(kind: .network, keepsOrder: false))
  }
}
