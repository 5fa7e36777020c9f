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
  /// Removes a folder and everything in it, as far as that can be done: what cannot be removed stays.
  /// `openat`, `unlinkat`.
  package static func removeTree(_ path: String) {
    guard let folder = try? open(path, .directory) else {
      try? unlink(path)
      return
    }
    removeContents(of: folder.number, depth: 0)
    try? removeDirectory(path)
  }

  /// Deeper than that nobody puts files, and a descriptor is held for each level.
  private static let deepest = 200

  private static func removeContents(of folder: Int32, depth: Int) {
    if depth > deepest { return }
    for name in names(in: folder) {
      name.withUnsafeBufferPointer { name in
        guard let name = name.baseAddress else { return }
        if unlinkat(folder, name, 0) == 0 { return }
        // EISDIR on Linux, EPERM on Darwin; what is no directory does not open as one.
        let inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        if inner < 0 { return }
        removeContents(of: inner, depth: depth + 1)
        close(inner)
        _ = unlinkat(folder, name, AT_REMOVEDIR)
      }
    }
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
          total += Int(information.st_size)
          return
        }
        let inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        if inner < 0 { return }
        total += sizeOfContents(of: inner, depth: depth + 1)
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
