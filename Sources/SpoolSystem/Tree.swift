import CLibrary

// Whole folders. Each is opened without following a link, and used by its descriptor: a run may exchange the
// contents of its folder meanwhile, and that must not lead anywhere else.
extension System {
  /// Removes a folder and everything in it, whatever the permissions and the depth of its directories.
  /// `openat`, `fchmod`, `unlinkat`, `renameat`.
  ///
  /// Files that cannot be removed stay, and all others go. A folder that is gone is no error.
  ///
  /// - Throws: The first refusal.
  package static func removeTree(_ path: String) throws(Errno) {
    try withParent(of: path) { (parent, name) throws(Errno) in
      try removeTree(name, in: parent)
    }
  }

  private static func removeTree(
    _ name: UnsafePointer<CChar>, in parent: Int32
  ) throws(Errno) {
    var refusal: Errno?
    if let number = openDirectory(name, in: parent) {
      let folder = Descriptor(number)
      // Directories that were too deep were moved up: the next round removes them.
      var removal = Removal(top: folder.number)
      repeat {
        removal.hasMoved = false
        removeContents(of: folder.number, depth: 0, &removal)
      } while removal.hasMoved
      refusal = removal.refusal
    }
    do throws(Errno) {
      _ = try call(.removeDirectory) { unlinkat(parent, name, AT_REMOVEDIR) }
    } catch {
      if error == .notFound { return }
      if error != .notDirectory { throw refusal ?? error }
      _ = try call(.unlink) { unlinkat(parent, name, 0) }
    }
  }

  /// The state of a removal.
  private struct Removal {
    /// The folder to which directories that are too deep are moved.
    let top: Int32
    /// How many were moved in all rounds; makes their new names.
    var moved = 0
    var hasMoved = false
    /// The first one.
    var refusal: Errno?

    mutating func note(_ error: Errno) {
      if refusal == nil, error != .notFound { refusal = error }
    }
  }

  /// The greatest depth: a descriptor is open for each level.
  private static let deepest = 200

  private static func removeContents(of folder: Int32, depth: Int, _ removal: inout Removal) {
    forEachEntry(in: folder) { name in
      guard let error = refusal(.unlink, { unlinkat(folder, name, 0) }) else { return }
      // For a directory EISDIR on Linux, EPERM on Darwin: so the error does not tell, but opening does.
      if depth >= deepest, isDirectory(name, in: folder) {
        removal.moved += 1
        let target = ".deep.\(getpid()).\(removal.moved)"
        let refusal = refusal(.rename) { renameat(folder, name, removal.top, target) }
        if let refusal { removal.note(refusal) } else { removal.hasMoved = true }
        return
      }
      guard let inner = openDirectory(name, in: folder) else { return removal.note(error) }
      removeContents(of: inner, depth: depth + 1, &removal)
      close(inner)
      if let error = refusal(.removeDirectory, { unlinkat(folder, name, AT_REMOVEDIR) }) {
        removal.note(error)
      }
    }
  }

  private static func isDirectory(_ name: UnsafePointer<CChar>, in folder: Int32) -> Bool {
    var information = stat()
    return refusal(.look) { fstatat(folder, name, &information, AT_SYMLINK_NOFOLLOW) } == nil
      && information.st_mode & S_IFMT == S_IFDIR
  }

  /// Opens a directory to remove its contents. First gives its owner the permissions for that, which some
  /// programs take away (a module cache that is read-only). Returns nil if it is no directory, or refuses.
  private static func openDirectory(_ name: UnsafePointer<CChar>, in folder: Int32) -> Int32? {
    let inner: Int32
    do throws(Errno) {
      inner = try openHere(name, in: folder)
    } catch {
      guard error == .accessDenied, isDirectory(name, in: folder) else { return nil }
      // If a link has taken its place, it is not followed.
      _ = refusal(.setMode) { fchmodat(folder, name, 0o700, AT_SYMLINK_NOFOLLOW) }
      guard let opened = try? openHere(name, in: folder) else { return nil }
      inner = opened
    }
    var information = stat()
    if refusal(.look, { fstat(inner, &information) }) == nil, information.st_mode & 0o300 != 0o300 {
      _ = refusal(.setMode) { fchmod(inner, 0o700) }
    }
    return inner
  }

  private static func openHere(
    _ name: UnsafePointer<CChar>, in folder: Int32
  ) throws(Errno) -> Int32 {
    try call(.open) { openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) }
  }

  /// The bytes of all files in a folder; files that cannot be read count 0. `fstatat`.
  package static func sizeOfTree(_ path: String) -> Int {
    guard let folder = try? open(path, .directory) else { return 0 }
    return sizeOfContents(of: folder.number, depth: 0)
  }

  private static func sizeOfContents(of folder: Int32, depth: Int) -> Int {
    if depth > deepest { return 0 }
    var total = 0
    forEachEntry(in: folder) { name in
      var information = stat()
      let refusal = refusal(.look) { fstatat(folder, name, &information, AT_SYMLINK_NOFOLLOW) }
      if refusal != nil { return }
      guard information.st_mode & S_IFMT == S_IFDIR else {
        // Files with holes may together have more bytes than an Int can count.
        total = total.adding(clamped: Int(information.st_size))
        return
      }
      guard let inner = try? openHere(name, in: folder) else { return }
      total = total.adding(clamped: sizeOfContents(of: inner, depth: depth + 1))
      close(inner)
    }
    return total
  }

  /// Calls `body` with each name in an open directory, as listed before the first call.
  private static func forEachEntry(in folder: Int32, _ body: (UnsafePointer<CChar>) -> Void) {
    var names = NameTable()
    // The names before an error count.
    try? forEachName(in: Descriptor(openHere(".", in: folder))) { names.append($0) }
    names.withNames { names in
      for position in names.indices { if let name = names[position].cString { body(name) } }
    }
  }
}
