import CLibrary

/// A lock on an open file, by which others see that whoever took it lives. It decides nothing else.
///
/// It belongs to the open file, not to the process (`fcntl` with F_OFD_SETLK): it ends when the last
/// descriptor of that open file is closed, whatever else its process opens and closes, and it is seen
/// from every namespace of one kernel. Whoever asks for it takes nothing, and a reader cannot hold it: it
/// needs a descriptor that is open for writing. Linux alone has it.
package enum LifeLock {
  /// What a look at the lock says.
  package enum Answer: Sendable {
    case held
    case free
    /// The kernel or the file system does not tell.
    case unknown
  }

  /// Takes the lock on a file that is open for writing.
  ///
  /// - Returns: Whether it is held now; false where there are no such locks, or another holds it.
  package static func take(_ file: borrowing Descriptor) -> Bool {
    #if os(Linux)
      var lock = Self.lock(F_WRLCK)
      return (try? call(.control) { fcntl(file.number, setting, &lock) }) != nil
    #else
      return false
    #endif
  }

  /// Asks whether an open file's lock is held, through any other open file than the holder's.
  package static func ask(_ file: borrowing Descriptor) -> Answer {
    #if os(Linux)
      // By a reader's: of what others hold, only a writer's conflicts with it.
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

/// A file that is kept open, and with it the lock on it.
package final class HeldFile: Sendable {
  package let file: Descriptor

  package init(_ file: consuming Descriptor) { self.file = file }
}
