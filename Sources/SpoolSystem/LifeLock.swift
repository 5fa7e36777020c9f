import CLibrary

/// A lock on an open file that shows other processes that its holder lives. It decides nothing else.
///
/// It belongs to the open file, not to the process (`fcntl` with F_OFD_SETLK): it ends when the last descriptor of
/// that open file is closed, whatever other files its process opens and closes. Every namespace of one kernel
/// sees it. It needs a descriptor that is open for writing, so a reader cannot hold it, and a question about it
/// takes nothing. Only Linux has it.
package enum LifeLock {
  package enum Answer: Sendable {
    case held
    case free
    /// The kernel or the file system does not tell.
    case unknown
  }

  /// Takes the lock on a file that is open for writing.
  ///
  /// - Returns: Whether this open file holds it now. False if another one does, or there are no such locks.
  package static func take(_ file: borrowing Descriptor) -> Bool {
    #if os(Linux)
      var lock = Self.lock(F_WRLCK)
      return (try? call(.control) { fcntl(file.number, setting, &lock) }) != nil
    #else
      return false
    #endif
  }

  /// Asks whether another open file of the same file holds the lock.
  package static func ask(_ file: borrowing Descriptor) -> Answer {
    #if os(Linux)
      // A reader's lock conflicts only with the lock of a writer.
      var lock = Self.lock(F_RDLCK)
      guard (try? call(.control) { fcntl(file.number, getting, &lock) }) != nil else {
        return .unknown
      }
      return Int32(lock.l_type) == F_UNLCK ? .free : .held
    #else
      return .unknown
    #endif
  }

  #if os(Linux)
    // F_OFD_GETLK and F_OFD_SETLK, on every machine.
    private static var getting: Int32 { 36 }
    private static var setting: Int32 { 37 }

    /// The first byte of a file.
    private static func lock(_ type: Int32) -> flock {
      var lock = flock()
      lock.l_type = Int16(type)
      lock.l_whence = Int16(SEEK_SET)
      lock.l_start = 0
      lock.l_len = 1
      lock.l_pid = 0
      return lock
    }
  #endif
}

/// A file that stays open, with its lock, as long as this object lives.
package final class HeldFile: Sendable {
  package let file: Descriptor

  package init(_ file: consuming Descriptor) { self.file = file }
}
