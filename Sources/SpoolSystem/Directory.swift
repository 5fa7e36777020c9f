import CLibrary

/// A directory that is held open, and what is done in it by name.
///
/// It is reached through no symbolic link, and nothing below it is: a `name` may be a path such as
/// `1/start.json`, and where a part of that is a link, or leads out, the call is refused with
/// ``Errno/symbolicLink`` or EXDEV. What is at the directory's path meanwhile is of no account: this is the
/// directory that was opened.
///
/// For several calls in one place. A single one takes a path, and is as careful (``System``).
package final class Directory: Sendable {
  /// The path by which it was opened, for messages.
  package let path: String
  private let descriptor: Descriptor

  /// Opens a directory by its path.
  ///
  /// One that may be entered and not listed is opened too; it cannot be listed or synced then.
  package convenience init(_ path: String) throws(Errno) { try self.init(path, at: nil) }

  private init(_ path: String, at directory: Directory?) throws(Errno) {
    self.path = directory.map { $0.path + "/" + path } ?? path
    descriptor = Descriptor(
      try withPath(path) { (path) throws(Errno) in
        do throws(Errno) {
          return try System.openUnlinked(
            path, O_RDONLY | O_DIRECTORY, at: directory?.descriptor.number)
        } catch {
          guard error == .accessDenied else { throw error }
          return try System.openUnlinked(path, System.passing, at: directory?.descriptor.number)
        }
      })
  }

  /// The kernel's number for it.
  package var number: Int32 { descriptor.number }

  package func directory(_ name: String) throws(Errno) -> Directory {
    try Directory(name, at: self)
  }

  // MARK: The directory itself

  /// What the file system knows of it. `fstat`.
  package func information() throws(Errno) -> FileInformation { try descriptor.information() }

  /// The names in it as it is now, without `.` and `..`, in no order. `openat`, `readdir`.
  ///
  /// - Throws: ``Errno/notFound`` once it has been removed.
  package func list() throws(Errno) -> [String] {
    var names: [String] = []
    // Opened afresh: a held one may be 30 s stale on NFS.
    try System.forEachName(in: System.open(".", .directory, at: number)) {
      names.append(RawText.text($0))
    }
    return names
  }

  /// Puts its entries on disk. `fsync`.
  package func sync() throws(Errno) { try descriptor.sync() }

  /// Sets its permissions exactly, whatever the umask. `fchmod`.
  package func setPermissions(_ permissions: UInt32) throws(Errno) {
    try descriptor.setPermissions(permissions)
  }

  /// Hands it to a user, as root may. `fchown`.
  package func setOwner(_ user: UInt32) throws(Errno) { try descriptor.setOwner(user) }

  // MARK: What is in it

  package func open(
    _ name: String, _ mode: OpenMode, permissions: UInt32 = 0o666
  ) throws(Errno) -> Descriptor {
    try System.open(name, mode, permissions: permissions, at: number)
  }

  /// Makes a file with these permissions, whatever the umask.
  package func create(
    _ name: String, _ mode: OpenMode = .creating, permissions: UInt32
  ) throws(Errno) -> Descriptor {
    try System.create(name, mode, permissions: permissions, at: number)
  }

  /// What a name stands for, a symbolic link itself. `fstatat`.
  package func information(_ name: String) throws(Errno) -> FileInformation {
    try System.information(name, at: number)
  }

  /// Makes a directory that must not be there yet, with these permissions whatever the umask. `mkdirat`.
  package func makeDirectory(_ name: String, permissions: UInt32) throws(Errno) {
    try System.makeDirectory(name, permissions: permissions, at: number)
  }

  /// Gives a file of this directory another name, in place of what has that. `renameat`.
  package func rename(
    _ name: String, to target: Directory? = nil, as newName: String
  ) throws(Errno) {
    try System.rename(name, newName, from: number, to: (target ?? self).number)
  }

  /// Gives a file of this directory a second name; refuses one that is taken. `linkat`.
  package func link(
    _ name: String, to target: Directory? = nil, as newName: String
  ) throws(Errno) {
    try System.link(name, newName, from: number, to: (target ?? self).number)
  }

  /// Removes a name. `unlinkat`.
  package func unlink(_ name: String) throws(Errno) { try System.unlink(name, at: number) }

  /// Removes an empty directory. `unlinkat`.
  package func removeDirectory(_ name: String) throws(Errno) {
    try System.removeDirectory(name, at: number)
  }

  /// Sets the permissions of what is no symbolic link. `fchmodat`.
  package func setPermissions(of name: String, _ permissions: UInt32) throws(Errno) {
    try System.setPermissions(name, permissions, at: number)
  }
}
