import CLibrary
import Synchronization

/// The umask of this process, which has no effect on the files of a queue.
package enum CreationMask {
  // All ones if it is not read yet.
  private static let known = Atomic<UInt32>(.max)

  /// The permissions that the kernel takes away from new files.
  package static var current: UInt32 {
    let value = known.load(ordering: .relaxed)
    if value != .max { return value }
    let read = readValue()
    known.store(read, ordering: .relaxed)
    return read
  }

  /// Sets it to 0, which saves a call for each new file. Returns the old one.
  ///
  /// Only for a process that is spool's own: a library must not change the umask of its program.
  package static func clear() -> UInt32 {
    let before = umask(0)
    known.store(0, ordering: .relaxed)
    return UInt32(before)
  }

  private static func readValue() -> UInt32 {
    #if os(Linux)
      // A call of `umask` would change it for a moment, and other threads may make files meanwhile.
      if let bytes = try? System.openFollowing("/proc/self/status").readAll() {
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
          let text = String(raw: line)
          if text.hasPrefix("Umask:"),
            let value = UInt32(text.dropFirst(6).drop { $0 == "\t" || $0 == " " }, radix: 8)
          {
            return value
          }
        }
      }
      return 0o777
    #else
      let value = umask(0o077)
      _ = umask(value)
      return UInt32(value)
    #endif
  }
}
