import CLibrary

/// How a file is opened: the flags of `open`, to which O_CLOEXEC is added.
package struct OpenMode: Sendable {
  package let flags: Int32
  /// Whether a file that is there is removed first.
  let isReplacing: Bool

  package init(flags: Int32, isReplacing: Bool = false) {
    self.flags = flags
    self.isReplacing = isReplacing
  }

  /// To read; never waits for a writer of a named pipe.
  package static var reading: OpenMode { OpenMode(flags: O_RDONLY | O_NONBLOCK) }
  /// To write a file that is there, from its start; never waits for a reader of a named pipe.
  package static var writing: OpenMode { OpenMode(flags: O_WRONLY | O_NONBLOCK) }
  /// To write a file that must not be there yet.
  package static var creating: OpenMode { OpenMode(flags: O_WRONLY | O_CREAT | O_EXCL) }
  /// To add at the end of a file that must not be there yet.
  package static var creatingToAppend: OpenMode {
    OpenMode(flags: O_WRONLY | O_CREAT | O_EXCL | O_APPEND)
  }
  /// To append to a file, which is made if it does not exist, and to read it.
  package static var appending: OpenMode {
    OpenMode(flags: O_RDWR | O_CREAT | O_APPEND | O_NONBLOCK)
  }
  /// To write a new file in place of whatever is there.
  package static var replacing: OpenMode {
    OpenMode(flags: O_WRONLY | O_CREAT | O_EXCL, isReplacing: true)
  }
  /// To list a directory, or to sync it.
  package static var directory: OpenMode { OpenMode(flags: O_RDONLY | O_DIRECTORY) }
  #if canImport(Darwin)
    /// To hear of events, which keeps no volume from being unmounted.
    package static var events: OpenMode { OpenMode(flags: O_EVTONLY) }
  #endif
}

/// The system calls that touch a queue.
///
/// Members of a queue may replace a directory by a symbolic link at any moment. So no link in a path is
/// followed: the call fails with ``Errno/symbolicLink``. The path of a queue itself has no link, since
/// `Queue.absolute` has resolved it.
///
/// Paths are absolute. They are text, whatever their bytes; see ``RawText``.
package enum System {
  /// Opens a file or a directory. `openat2`.
  package static func open(
    _ path: String, _ mode: OpenMode, permissions: UInt32 = 0o666
  ) throws(Errno) -> Descriptor {
    Descriptor(
      try withPath(path) { (path) throws(Errno) in
        try openUnlinked(path, mode.flags, permissions: permissions)
      })
  }

  /// Opens a file that a person named, to read; follows symbolic links. `open`.
  ///
  /// - Parameter isWaiting: Whether to wait for the writer of a pipe, and for its bytes. If not, a pipe that is
  ///   empty now cannot be read.
  package static func openFollowing(
    _ path: String, isWaiting: Bool = false
  ) throws(Errno) -> Descriptor {
    let flags = O_RDONLY | O_CLOEXEC | (isWaiting ? 0 : O_NONBLOCK)
    return Descriptor(
      try withPath(path) { (path) throws(Errno) in
        try call(.open) { openat(AT_FDCWD, path, flags, 0) }
      })
  }

  /// Replaces `target` if it is there; both are on one file system. `renameat`.
  package static func rename(
    _ source: String, _ target: String
  ) throws(Errno) {
    try withParents(of: source, target) {
      (sourceParent, source, targetParent, target) throws(Errno) in
      _ = try call(.rename) { renameat(sourceParent, source, targetParent, target) }
    }
  }

  /// Gives a file a second name, which must be free. `linkat`.
  package static func link(
    _ source: String, _ target: String
  ) throws(Errno) {
    try withParents(of: source, target) {
      (sourceParent, source, targetParent, target) throws(Errno) in
      _ = try call(.link) { linkat(sourceParent, source, targetParent, target, 0) }
    }
  }

  /// Removes a name. `unlinkat`.
  package static func unlink(_ path: String) throws(Errno) {
    try withParent(of: path) { (parent, name) throws(Errno) in
      _ = try call(.unlink) { unlinkat(parent, name, 0) }
    }
  }

  /// Makes a directory that must not be there yet, with these permissions whatever the umask. `mkdirat`,
  /// `fchmodat`.
  package static func makeDirectory(
    _ path: String, permissions: UInt32
  ) throws(Errno) {
    try withParent(of: path) { (parent, name) throws(Errno) in
      _ = try call(.makeDirectory) { mkdirat(parent, name, mode_t(permissions)) }
      if CreationMask.current & permissions != 0 {
        _ = try call(.setMode) { fchmodat(parent, name, mode_t(permissions), AT_SYMLINK_NOFOLLOW) }
      }
    }
  }

  /// Makes a file with these permissions, whatever the umask. `openat2`, `fchmod`, `fchown`.
  ///
  /// ``OpenMode/replacing`` removes the file that is there: it may be a second name of another user's file, or a
  /// pipe.
  package static func create(
    _ path: String, _ openMode: OpenMode = .creating, permissions mode: FileMode
  ) throws(Errno) -> Descriptor {
    let permissions = mode.permissions
    let file: Descriptor
    do throws(Errno) {
      file = try open(path, openMode, permissions: permissions)
    } catch {
      guard openMode.isReplacing, error == .exists else { throw error }
      try unlink(path)
      file = try open(path, openMode, permissions: permissions)
    }
    // Through the open file, so never through a link. Where it is refused, only the queue's owner cannot read it.
    if let group = mode.group { try? file.setGroup(group) }
    if CreationMask.current & permissions != 0 { try file.setPermissions(permissions) }
    return file
  }

  /// Removes an empty directory. `unlinkat`.
  package static func removeDirectory(_ path: String) throws(Errno) {
    try withParent(of: path) { (parent, name) throws(Errno) in
      _ = try call(.removeDirectory) { unlinkat(parent, name, AT_REMOVEDIR) }
    }
  }

  /// The facts about a file; of a symbolic link those about the link. `fstatat`.
  package static func information(
    _ path: String
  ) throws(Errno) -> FileInformation {
    try withParent(of: path) { (parent, name) throws(Errno) in
      var buffer = stat()
      _ = try call(.look) { fstatat(parent, name, &buffer, AT_SYMLINK_NOFOLLOW) }
      return FileInformation(buffer)
    }
  }

  /// The facts about a file, with symbolic links followed. `stat`.
  package static func informationFollowing(_ path: String) throws(Errno) -> FileInformation {
    try withPath(path) { (path) throws(Errno) in
      var buffer = stat()
      _ = try call(.look) { stat(path, &buffer) }
      return FileInformation(buffer)
    }
  }

  /// Sets permissions exactly, whatever the umask. `fchmodat`.
  package static func setPermissions(
    _ path: String, _ permissions: UInt32
  ) throws(Errno) {
    try withParent(of: path) { (parent, name) throws(Errno) in
      _ = try call(.setMode) { fchmodat(parent, name, mode_t(permissions), AT_SYMLINK_NOFOLLOW) }
    }
  }

  /// Hands a file to a group, its owner unchanged. `fchownat`.
  package static func setGroup(_ path: String, _ group: UInt32) throws(Errno) {
    try withParent(of: path) { (parent, name) throws(Errno) in
      _ = try call(.setOwner) {
        fchownat(parent, name, uid_t.max, gid_t(group), AT_SYMLINK_NOFOLLOW)
      }
    }
  }

  /// Whether this user may execute the file. `access`.
  package static func isExecutable(_ path: String) -> Bool {
    path.withRawCString { access($0, X_OK) } == 0
  }

  /// The path with every symbolic link resolved. `openat2` if there is none, otherwise `realpath`.
  package static func realPath(_ path: String) throws(Errno) -> String {
    if isReal(path) { return path }
    return try withPath(path) { (path) throws(Errno) in
      var resolved: UnsafeMutablePointer<CChar>?
      _ = try call(.resolve) {
        resolved = realpath(path, nil)
        return resolved == nil ? -1 : 0
      }
      defer { free(resolved) }
      return resolved.map { String(rawCString: $0) } ?? ""
    }
  }

  /// The target of a symbolic link. `readlink`.
  package static func readLink(_ path: String) throws(Errno) -> String {
    try withPath(path) { (path) throws(Errno) in
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = try call(.readLink) { readlink(path, &buffer, buffer.count) }
      return String(raw: buffer[..<count])
    }
  }

  /// Writes the directory's entries to disk. `open`, `fsync`.
  package static func syncDirectory(_ path: String) throws(Errno) {
    try open(path, .directory).sync()
  }

  /// Puts the entries of a directory on disk; on a disk that keeps the order of changes also all that was changed
  /// before. `openat2`, `futimens`, `fsync`.
  package static func syncAllBefore(_ path: String) throws(Errno) {
    let directory = try open(path, .directory)
    // xfs writes its journal as far as the last change of this directory, so it is changed once more. No reader looks
    // at its access time.
    try directory.noteAccess()
    try directory.sync()
  }
}

extension System {
  /// Opens a device to write to. `open`.
  package static func openForWriting(_ path: String) throws(Errno) -> Descriptor {
    Descriptor(
      try withPath(path) { (path) throws(Errno) in
        try call(.open) { openat(AT_FDCWD, path, O_WRONLY | O_CLOEXEC, 0) }
      })
  }
}
