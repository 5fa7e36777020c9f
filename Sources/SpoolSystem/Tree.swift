import CLibrary

// Whole folders. Each is opened without following a link and worked on by its descriptor: what a run
// puts in its folder, and exchanges meanwhile, must not lead anywhere else.
extension System {
  /// Removes a folder and everything in it, whatever modes a run gave its directories, and however deep
  /// they are. `openat`, `fchmod`, `unlinkat`, `renameat`.
  ///
  /// What cannot be removed stays, and all else goes. A folder that is gone is what was wanted.
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
      // What was too deep was moved up: it goes in the next round.
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

  /// What the removal of a tree comes to.
  private struct Removal {
    /// The folder where what is too deep is moved to.
    let top: Int32
    /// How much was moved there; a name is not used again.
    var moved = 0
    var hasMoved = false
    /// The first that was met.
    var refusal: Errno?

    mutating func note(_ error: Errno) {
      if refusal == nil, error != .notFound { refusal = error }
    }
  }

  /// A descriptor is held for each level.
  private static let deepest = 200

  private static func removeContents(of folder: Int32, depth: Int, _ removal: inout Removal) {
    for name in names(in: folder) {
      name.withUnsafeBufferPointer { name in
        guard let name = name.baseAddress else { return }
        guard let error = refusal(.unlink, { unlinkat(folder, name, 0) }) else { return }
        // EISDIR on Linux, EPERM on Darwin; what is no directory does not open as one.
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
  }

  private static func isDirectory(_ name: UnsafePointer<CChar>, in folder: Int32) -> Bool {
    var information = stat()
    return refusal(.look) { fstatat(folder, name, &information, AT_SYMLINK_NOFOLLOW) } == nil
      && information.st_mode & S_IFMT == S_IFDIR
  }

  /// Opens a directory to remove what is in it: one that its owner may not list or change is made so
  /// first, since programs leave such (a module cache that is read-only). nil: it is none, or refuses.
  private static func openDirectory(_ name: UnsafePointer<CChar>, in folder: Int32) -> Int32? {
    let inner: Int32
    do throws(Errno) {
      inner = try openHere(name, in: folder)
    } catch {
      guard error == .accessDenied, isDirectory(name, in: folder) else { return nil }
      // A link that takes its place now is not followed.
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

  /// The bytes of all files in a folder; 0 for what cannot be read. `fstatat`.
  package static func sizeOfTree(_ path: String) -> Int {
    guard let folder = try? open(path, .directory) else { return 0 }
    return sizeOfContents(of: folder.number, depth: 0)
  }

  private static func sizeOfContents(of folder: Int32, depth: Int) -> Int {
    if depth > deepest { return 0 }
    var total = 0
    for name in names(in: folder) {
      name.withUnsafeBufferPointer { name in
        guard let name = name.baseAddress else { return }
        var information = stat()
        let refusal = refusal(.look) { fstatat(folder, name, &information, AT_SYMLINK_NOFOLLOW) }
        if refusal != nil { return }
        guard information.st_mode & S_IFMT == S_IFDIR else {
          // Files with holes may have more between them than there can be.
          total = total.adding(clamped: Int(information.st_size))
          return
        }
        guard let inner = try? openHere(name, in: folder) else { return }
        total = total.adding(clamped: sizeOfContents(of: inner, depth: depth + 1))
        close(inner)
      }
    }
    return total
  }

  /// The names in an open directory, each ended by a zero.
  private static func names(in folder: Int32) -> [[CChar]] {
    var names: [[CChar]] = []
    // Those that came before an error are returned.
    try? forEachName(in: Descriptor(openHere(".", in: folder))) { name in
      names.append(name.map { CChar(bitPattern: $0) } + [0])
    }
    return names
  }
}
