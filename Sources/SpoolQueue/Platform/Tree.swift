#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#else
  #error("Unsupported platform")
#endif

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
      _ = try call { unlinkat(parent, name, AT_REMOVEDIR) }
    } catch {
      if error == .notFound { return }
      if error != .notDirectory { throw refusal ?? error }
      _ = try call { unlinkat(parent, name, 0) }
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
        if unlinkat(folder, name, 0) == 0 { return }
        let error = Errno.current
        // EISDIR on Linux, EPERM on Darwin; what is no directory does not open as one.
        if depth >= deepest, isDirectory(name, in: folder) {
          removal.moved += 1
          let target = ".deep.\(getpid()).\(removal.moved)"
          if renameat(folder, name, removal.top, target) == 0 {
            removal.hasMoved = true
          } else {
            removal.note(.current)
          }
          return
        }
        guard let inner = openDirectory(name, in: folder) else { return removal.note(error) }
        removeContents(of: inner, depth: depth + 1, &removal)
        close(inner)
        if unlinkat(folder, name, AT_REMOVEDIR) != 0 { removal.note(.current) }
      }
    }
  }

  private static func isDirectory(_ name: UnsafePointer<CChar>, in folder: Int32) -> Bool {
    var information = stat()
    return fstatat(folder, name, &information, AT_SYMLINK_NOFOLLOW) == 0
      && information.st_mode & S_IFMT == S_IFDIR
  }

  /// Opens a directory to remove what is in it: one that its owner may not list or change is made so
  /// first, since programs leave such (a module cache that is read-only). nil: it is none, or refuses.
  private static func openDirectory(_ name: UnsafePointer<CChar>, in folder: Int32) -> Int32? {
    let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
    var inner = openat(folder, name, flags)
    if inner < 0, Errno.current == .accessDenied, isDirectory(name, in: folder) {
      // A link that takes its place now is not followed.
      _ = fchmodat(folder, name, 0o700, AT_SYMLINK_NOFOLLOW)
      inner = openat(folder, name, flags)
    }
    if inner < 0 { return nil }
    var information = stat()
    if fstat(inner, &information) == 0, information.st_mode & 0o300 != 0o300 {
      _ = fchmod(inner, 0o700)
    }
    return inner
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
        guard fstatat(folder, name, &information, AT_SYMLINK_NOFOLLOW) == 0 else { return }
        guard information.st_mode & S_IFMT == S_IFDIR else {
          // Files with holes may have more between them than there can be.
          total = total.adding(clamped: Int(information.st_size))
          return
        }
        let inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        if inner < 0 { return }
        total = total.adding(clamped: sizeOfContents(of: inner, depth: depth + 1))
        close(inner)
      }
    }
    return total
  }

  /// The names in an open directory, each ended by a zero.
  private static func names(in folder: Int32) -> [[CChar]] {
    let copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard copy >= 0, let stream = fdopendir(copy) else {
      if copy >= 0 { close(copy) }
      return []
    }
    defer { closedir(stream) }
    var names: [[CChar]] = []
    while let entry = readdir(stream) {
      let offset = MemoryLayout<dirent>.offset(of: \dirent.d_name) ?? 0
      let name = UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
      let length = strlen(name)
      let isDots = name[0] == 0x2E && (length == 1 || length == 2 && name[1] == 0x2E)
      if isDots { continue }
      names.append(Array(UnsafeBufferPointer(start: name, count: length + 1)))
    }
    return names
  }
}
