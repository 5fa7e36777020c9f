/// How to tell whether the writer of a record lives, as the writer itself found it out.
///
/// A judge goes by this and not by its own view: a network file system for one host is the disk of another.
package enum Life: Sendable, Equatable {
  /// On a disk of its own machine: by the lock on this very file.
  case lock(device: UInt64, inode: UInt64)
  /// On a disk of its own machine, where there are no such locks: by its process alone.
  case process
  /// On a network: by its heartbeats, within its lease.
  case lease

  /// `{"lock": {"device": D, "inode": I}}`, `"process"` or `"lease"`.
  package var json: JSON {
    switch self {
    case .lock(let device, let inode):
      let file = JSONObject([("device", .number("\(device)")), ("inode", .number("\(inode)"))])
      return .object(JSONObject([("lock", .object(file))]))
    case .process: return "process"
    case .lease: return "lease"
    }
  }

  /// Reads a record's `life`; returns nil if it has none. Anything that only a later version knows proves
  /// nothing.
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
