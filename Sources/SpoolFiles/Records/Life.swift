/// How to tell whether the writer of a record lives, as the writer itself determined it.
///
/// A judge uses this and not its own view: the network file system of one host is the disk of another.
package enum Life: Sendable, Equatable {
  /// By the lock on this very file, which is on a disk of the writer's own machine.
  case lock(device: UInt64, inode: UInt64)
  /// By its process alone, on a disk of its own machine without such locks.
  case process
  /// By its heartbeats, within its lease, on a network file system.
  case lease

  /// The value in a record: `{"lock": {"device": D, "inode": I}}`, `"process"` or `"lease"`.
  package var json: JSON {
    switch self {
    case .lock(let device, let inode):
      let file = JSONObject([("device", .number("\(device)")), ("inode", .number("\(inode)"))])
      return .object(JSONObject([("lock", .object(file))]))
    case .process: return "process"
    case .lease: return "lease"
    }
  }

  /// Reads a record's `life`. Returns nil if it has none. A value that only a later version knows proves nothing.
  init?(_ value: JSON?) {
    guard let value else { return nil }
    if value.stringValue == "lease" {
      self = .lease
    } else if let file = value["lock"], case .number(let device)? = file["device"],
      case .number(let inode)? = file["inode"], let device = UInt64(device),
      let inode = UInt64(inode)
    {
      self = .lock(device: device, inode: inode)
    } else {
      self = .process
    }
  }
}
