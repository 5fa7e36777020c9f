internal import Synchronization

extension Queue {
  /// Takes the lock on a file of the queue that this process has just made, before it gets its name.
  ///
  /// - Parameters:
  ///   - file: Open for writing. It must be kept open for as long as its maker wants to be seen alive.
  ///   - path: The name that it has now.
  ///   - kind: The kind of the queue's file system.
  /// - Returns: The value that its record must have.
  package static func takeLife(
    _ file: borrowing Descriptor, _ path: String, _ kind: FileSystemKind
  ) throws(Errno) -> Life {
    if kind == .network { return .lease }
    guard LifeLock.take(file) else { return .process }
    let information = try file.information()
    guard LockTrial.isGood(on: information.device, path) else { return .process }
    return .lock(device: information.device, inode: information.inode)
  }
}

/// Tests whether locks work on a file system. Each process tests this once.
private enum LockTrial {
  private static let known = Mutex<[UInt64: Bool]>([:])

  /// Looks at a lock of this process as another process would: through the file opened anew.
  static func isGood(on device: UInt64, _ path: String) -> Bool {
    if let known = known.withLock({ $0[device] }) { return known }
    guard let file = try? System.open(path, .reading) else { return false }
    let isGood = LifeLock.ask(file) == .held
    known.withLock { $0[device] = isGood }
    return isGood
  }
}
