import CLibrary
import Synchronization

/// The umask of this process, which a queue's files do not follow.
package enum CreationMask {
  // All ones: not read yet.
  private static let known = Atomic<UInt32>(.max)

  /// The permissions that the kernel takes from what is made.
  package static var current: UInt32 {
    let value = known.load(ordering: .relaxed)
    if value != .max { return value }
    let read = readValue()
    known.store(read, ordering: .relaxed)
    return read
  }

  /// Sets it to nothing, which saves a call for every file that is made; returns what it was.
  ///
  /// For a process that spool owns; a library must leave its host's alone.
  package static func clear() -> UInt32 {
    let before = umask(0)
    known.store(0, ordering: .relaxed)
    return UInt32(before)
  }

  private static func readValue() -> UInt32 {
    #if os(Linux)
      // Asking with umask(2) would change it for a moment, under the feet of other threads.
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
