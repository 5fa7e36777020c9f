#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#else
  #error("Unsupported platform")
#endif

/// How a file is opened; `open(2)`'s flags, always with O_CLOEXEC and O_NOFOLLOW.
package struct OpenMode: Sendable {
  let flags: Int32

  /// To read; never waits for a writer of a named pipe.
  package static var reading: OpenMode { OpenMode(flags: O_RDONLY | O_NONBLOCK) }
  /// To write a file that must not be there yet.
  package static var creating: OpenMode { OpenMode(flags: O_WRONLY | O_CREAT | O_EXCL) }
  /// To add at the end of a file that must not be there yet.
  package static var creatingToAppend: OpenMode {
    OpenMode(flags: O_WRONLY | O_CREAT | O_EXCL | O_APPEND)
  }
  /// To write a file anew, whatever was there.
  package static var replacing: OpenMode { OpenMode(flags: O_WRONLY | O_CREAT | O_TRUNC) }
  /// To list a directory, or to sync it.
  package static var directory: OpenMode { OpenMode(flags: O_RDONLY | O_DIRECTORY) }
}

/// The calls that touch a queue; each is the C function of its name.
///
/// Paths are plain text. A name that is not UTF-8 travels in the private characters of ``RawName``.
package enum System {
  /// Opens below `directory` (a descriptor), or below nothing when `path` is absolute. `openat`.
  package static func open(
    _ path: String, _ mode: OpenMode, permissions: UInt32 = 0o666, at directory: Int32? = nil
  ) throws(Errno) -> Descriptor {
    let number = try withPath(path) { (path) throws(Errno) in
      try call {
        openat(
          directory ?? AT_FDCWD, path, mode.flags | O_CLOEXEC | O_NOFOLLOW, mode_t(permissions))
      }
    }
    return Descriptor(number)
  }

  /// Opens what a person named: symbolic links are followed. `open`.
  ///
  /// - Parameter isWaiting: Whether a pipe is waited for, until it has a writer and until that has
  ///   written; otherwise one that is empty at this moment cannot be read.
  package static func openFollowing(
    _ path: String, isWaiting: Bool = false
  ) throws(Errno) -> Descriptor {
    let flags = O_RDONLY | O_CLOEXEC | (isWaiting ? 0 : O_NONBLOCK)
    return Descriptor(
      try withPath(path) { (path) throws(Errno) in
        try call { openat(AT_FDCWD, path, flags, 0) }
      })
  }

  /// Replaces `target` if it is there; both are on one file system. `rename`.
  package static func rename(_ source: String, _ target: String) throws(Errno) {
    try withPath(source) { (source) throws(Errno) in
      try withPath(target) { (target) throws(Errno) in
        _ = try call { Self.cRename(source, target) }
      }
    }
  }

  /// Gives a file a second name; refuses one that is taken. `link`.
  package static func link(_ source: String, _ target: String) throws(Errno) {
    try withPath(source) { (source) throws(Errno) in
      try withPath(target) { (target) throws(Errno) in
        _ = try call { Self.cLink(source, target) }
      }
    }
  }

  /// Removes a name. `unlink`.
  package static func unlink(_ path: String) throws(Errno) {
    try withPath(path) { (path) throws(Errno) in _ = try call { Self.cUnlink(path) } }
  }

  /// Makes a directory that must not be there yet, with these permissions whatever the umask.
  /// `mkdir`, and `chmod` where the umask took something.
  package static func makeDirectory(_ path: String, permissions: UInt32) throws(Errno) {
    try withPath(path) { (path) throws(Errno) in
      _ = try call { mkdir(path, mode_t(permissions)) }
    }
    if CreationMask.current & permissions != 0 { try setPermissions(path, permissions) }
  }

  /// Makes a file with these permissions, whatever the umask. `open`, `fchmod`.
  package static func create(
    _ path: String, _ mode: OpenMode = .creating, permissions: UInt32, at directory: Int32? = nil
  ) throws(Errno) -> Descriptor {
    let file = try open(path, mode, permissions: permissions, at: directory)
    if CreationMask.current & permissions != 0 { try file.setPermissions(permissions) }
    return file
  }

  /// Removes an empty directory. `rmdir`.
  package static func removeDirectory(_ path: String) throws(Errno) {
    try withPath(path) { (path) throws(Errno) in _ = try call { rmdir(path) } }
  }

  /// What the path names, a symbolic link itself. `lstat`.
  package static func information(_ path: String) throws(Errno) -> FileInformation {
    try withPath(path) { (path) throws(Errno) in
      var buffer = stat()
      _ = try call { lstat(path, &buffer) }
      return FileInformation(buffer)
    }
  }

  /// What the path names, through symbolic links. `stat`.
  package static func informationFollowing(_ path: String) throws(Errno) -> FileInformation {
    try withPath(path) { (path) throws(Errno) in
      var buffer = stat()
      _ = try call { stat(path, &buffer) }
      return FileInformation(buffer)
    }
  }

  /// Sets permissions exactly, whatever the umask. `chmod`.
  package static func setPermissions(_ path: String, _ permissions: UInt32) throws(Errno) {
    try withPath(path) { (path) throws(Errno) in
      _ = try call { chmod(path, mode_t(permissions)) }
    }
  }

  /// Hands a file to a group, its owner unchanged. `chown`.
  package static func setGroup(_ path: String, _ group: UInt32) throws(Errno) {
    try withPath(path) { (path) throws(Errno) in
      _ = try call { lchown(path, uid_t.max, gid_t(group)) }
    }
  }

  /// Whether this user may execute the file. `access`.
  package static func isExecutable(_ path: String) -> Bool { access(path, X_OK) == 0 }

  /// Hands a file to a user and a group, as root may. `chown`.
  package static func setOwner(_ path: String, _ user: UInt32, _ group: UInt32) throws(Errno) {
    try withPath(path) { (path) throws(Errno) in
      _ = try call { lchown(path, uid_t(user), gid_t(group)) }
    }
  }

  /// The path with every symbolic link resolved. `realpath`.
  package static func realPath(_ path: String) throws(Errno) -> String {
    try withPath(path) { (path) throws(Errno) in
      guard let resolved = realpath(path, nil) else { throw Errno.current }
      defer { free(resolved) }
      return String(cString: resolved)
    }
  }

  /// Where a symbolic link points. `readlink`.
  package static func readLink(_ path: String) throws(Errno) -> String {
    try withPath(path) { (path) throws(Errno) in
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = try call { Int(readlink(path, &buffer, buffer.count)) }
      return String(decoding: buffer[..<count], as: UTF8.self)
    }
  }

  /// Writes the directory's entries to disk. `open`, `fsync`.
  package static func syncDirectory(_ path: String) throws(Errno) {
    try open(path, .directory).sync()
  }

  // The C functions whose names the wrappers above took.
  @inline(__always) private static func cRename(
    _ source: UnsafePointer<CChar>, _ target: UnsafePointer<CChar>
  ) -> Int32 { renameat(AT_FDCWD, source, AT_FDCWD, target) }
  @inline(__always) private static func cLink(
    _ source: UnsafePointer<CChar>, _ target: UnsafePointer<CChar>
  ) -> Int32 { linkat(AT_FDCWD, source, AT_FDCWD, target, 0) }
  @inline(__always) private static func cUnlink(_ path: UnsafePointer<CChar>) -> Int32 {
    unlinkat(AT_FDCWD, path, 0)
  }
}

extension System {
  /// Opens a device to write to. `open`.
  package static func openForWriting(_ path: String) throws(Errno) -> Descriptor {
    Descriptor(
      try withPath(path) { (path) throws(Errno) in
        try call { openat(AT_FDCWD, path, O_WRONLY | O_CLOEXEC, 0) }
      })
  }
}
