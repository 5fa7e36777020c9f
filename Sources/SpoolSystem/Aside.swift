/// A hidden file that is written before it is published under its name, by a rename or a link.
///
/// It removes itself unless it was renamed: whatever fails in between leaves nothing.
package struct Aside: ~Copyable, Sendable {
  /// Where it is.
  package let path: String
  private var isThere = true

  /// A file in `folder` with a hidden name that no other process uses; nothing is made yet.
  package init(_ kind: String, in folder: String) {
    self.init(at: folder + "/" + Self.name(kind))
  }

  /// A file with a name of the caller's own choice; nothing is made yet.
  package init(at path: String) { self.path = path }

  deinit { if isThere { try? System.unlink(path) } }

  /// A hidden name that no other process uses.
  package static func name(_ kind: String) -> String {
    var generator = SystemRandomNumberGenerator()
    return ".\(kind)." + String(generator.next(), radix: 36)
  }

  /// Its last name.
  package var name: String { path.lastNameOfPath }

  /// Makes the file, with these permissions whatever the umask, and writes all of it.
  ///
  /// - Parameter sync: Whether it is put on disk.
  package func write(_ bytes: [UInt8], permissions: FileMode, sync: Bool = false) throws(Errno) {
    let file = try System.create(path, permissions: permissions)
    try file.write(bytes)
    if sync { try file.sync() }
  }

  /// Ends its life after a rename: nothing is left to remove.
  package consuming func release() { isThere = false }

  /// Removes it after a link; a name that is gone already is no error. `unlinkat`.
  package consuming func unlink() throws(Errno) {
    isThere = false
    do throws(Errno) {
      try System.unlink(path)
    } catch {
      if error != .notFound { throw error }
    }
  }
}
