import CLibrary

// How a path is walked that others may change: no symbolic link in it is followed, wherever it stands.
//
// Linux has `openat2` with RESOLVE_NO_SYMLINKS for it, Darwin O_NOFOLLOW_ANY. A kernel without it, or
// a container that forbids the call, is asked for one name after the other.

/// Who walks a path.
package enum Walker: Sendable {
  /// The kernel, in one call.
  case kernel
  /// This process, a call for each name.
  case steps
}

extension System {
  /// Opens a path no part of which is a symbolic link.
  ///
  /// - Parameters:
  ///   - path: Absolute, or from `directory`.
  ///   - flags: `open(2)`'s; O_CLOEXEC is added.
  ///   - permissions: Of a file that is made.
  ///   - directory: A descriptor; a relative path that begins there cannot leave it by `..` either.
  ///   - walker: nil: the kernel, where it can.
  /// - Throws: ``Errno/symbolicLink`` where a part is one.
  package static func openUnlinked(
    _ path: UnsafePointer<CChar>, _ flags: Int32, permissions: UInt32 = 0,
    at directory: Int32? = nil, by walker: Walker? = nil
  ) throws(Errno) -> Int32 {
    #if os(Linux)
      if walker != .steps, KernelWalk.isKnown {
        do throws(Errno) {
          return try KernelWalk.open(path, flags | O_CLOEXEC, permissions, directory)
        } catch {
          if walker == .kernel || KernelWalk.isAnswer(error) { throw error }
        }
      }
      return try openByStep(path, flags | O_CLOEXEC, permissions, directory)
    #else
      if walker == .steps {
        return try openByStep(path, flags | O_CLOEXEC, permissions, directory)
      }
      return try call(.open) {
        openat(
          directory ?? AT_FDCWD, path, flags | O_CLOEXEC | O_NOFOLLOW_ANY, mode_t(permissions))
      }
    #endif
  }

  /// Whether a path is known to be its own `realpath`: it is there, in its shortest form, and no part of it
  /// is a symbolic link. `openat2`.
  static func isReal(_ path: String) -> Bool {
    #if os(Linux)
      guard KernelWalk.isKnown, path.isShortestAbsolutePath,
        let number = try? withPath(
          path,
          { (path) throws(Errno) in
            try openUnlinked(path, KernelWalk.pathOnly, by: .kernel)
          })
      else { return false }
      close(number)
      return true
    #else
      return false
    #endif
  }

  /// A directory that is only passed: it need not be readable.
  static var passing: Int32 {
    #if os(Linux)
      KernelWalk.pathOnly | O_DIRECTORY
    #else
      O_EXEC | O_DIRECTORY
    #endif
  }

  private static func openByStep(
    _ path: UnsafePointer<CChar>, _ flags: Int32, _ permissions: UInt32, _ directory: Int32?
  ) throws(Errno) -> Int32 {
    let bytes = UnsafeBufferPointer(start: path, count: strlen(path))
    if bytes.isEmpty { throw .notFound }
    let slash = CChar(bitPattern: UInt8(ascii: "/"))
    let isAbsolute = bytes[0] == slash
    var names = bytes.split(separator: slash).map { Array($0) + [0] }
    let dot = CChar(bitPattern: UInt8(ascii: "."))
    if directory != nil, !isAbsolute, names.contains([dot, dot, 0]) {
      throw Errno(rawValue: EXDEV)
    }
    let last = names.popLast() ?? [dot, 0]
    var place = directory ?? AT_FDCWD
    var passed: Int32?
    defer { if let passed { close(passed) } }
    func pass(_ name: [CChar]) throws(Errno) {
      let next = try openName(name, passing | O_CLOEXEC, 0, at: place)
      if let passed { close(passed) }
      passed = next
      place = next
    }
    if isAbsolute { try pass([slash, 0]) }
    for name in names { try pass(name) }
    return try openName(last, flags, permissions, at: place)
  }

  private static func openName(
    _ name: [CChar], _ flags: Int32, _ permissions: UInt32, at place: Int32
  ) throws(Errno) -> Int32 {
    do throws(Errno) {
      return try call(.open) { openat(place, name, flags | O_NOFOLLOW, mode_t(permissions)) }
    } catch {
      // A link where a directory was wanted is first of all no directory.
      var information = stat()
      guard error == .notDirectory,
        refusal(.look, { fstatat(place, name, &information, AT_SYMLINK_NOFOLLOW) }) == nil,
        information.st_mode & S_IFMT == S_IFLNK
      else { throw error }
      throw .symbolicLink
    }
  }

  /// Opens the directory that holds a path's last name, through no symbolic link, and hands it and that
  /// name to `body`.
  static func withParent<Result>(
    of path: String, at directory: Int32? = nil,
    _ body: (_ parent: Int32, _ name: UnsafePointer<CChar>) throws(Errno) -> Result
  ) throws(Errno) -> Result {
    try withPath(path) { (path) throws(Errno) in
      let slash = UInt8(ascii: "/")
      var end = strlen(path)
      while end > 1, path[end - 1] == CChar(bitPattern: slash) { end -= 1 }
      var start = end
      while start > 0, path[start - 1] != CChar(bitPattern: slash) { start -= 1 }
      // The two parts, each ended by NUL, in one piece of memory.
      let parts = UnsafeMutablePointer<CChar>.allocate(capacity: end + 3)
      defer { parts.deallocate() }
      parts.update(from: path, count: start)
      parts[start] = 0
      let name = parts + (start + 1)
      if start < end {
        name.update(from: path + start, count: end - start)
        name[end - start] = 0
      } else {
        // The root itself.
        name[0] = CChar(bitPattern: UInt8(ascii: "."))
        name[1] = 0
      }
      if start == 0 { return try body(directory ?? AT_FDCWD, name) }
      let parent = Descriptor(try openUnlinked(parts, passing, at: directory))
      return try body(parent.number, name)
    }
  }

  /// The same for two paths; a directory that holds both is opened once.
  static func withParents(
    of source: String, _ from: Int32?, _ target: String, _ to: Int32?,
    _ body: (
      _ sourceParent: Int32, _ source: UnsafePointer<CChar>, _ targetParent: Int32,
      _ target: UnsafePointer<CChar>
    ) throws(Errno) -> Void
  ) throws(Errno) {
    try withParent(of: source, at: from) { (sourceParent, sourceName) throws(Errno) in
      if from == to, let name = Self.name(of: target, beside: source) {
        return try withPath(name) { (target) throws(Errno) in
          try body(sourceParent, sourceName, sourceParent, target)
        }
      }
      try withParent(of: target, at: to) { (targetParent, target) throws(Errno) in
        try body(sourceParent, sourceName, targetParent, target)
      }
    }
  }

  /// The last name of a path whose directory is written as that of another path; nil: it is not, or one of
  /// the two has no last name.
  private static func name(of path: String, beside other: String) -> String? {
    guard let directory = path.directoryOfPath,
      directory.hasSameBytes(as: other.directoryOfPath ?? "")
    else { return nil }
    let slash = UInt8(ascii: "/")
    guard let last = path.utf8.lastIndex(of: slash), other.utf8.last != slash else { return nil }
    let name = String(path[path.utf8.index(after: last)...])
    return name.isEmpty ? nil : name
  }

  /// The first part of an absolute path that is a symbolic link; nil: none is now. `lstat`.
  package static func firstLink(in path: String) -> String? {
    var parts = ""
    for part in path.pathParts {
      parts += "/" + part
      guard
        let isLink = try? withPath(
          parts,
          { (parts) throws(Errno) in
            var information = stat()
            _ = try call(.look) { lstat(parts, &information) }
            return information.st_mode & S_IFMT == S_IFLNK
          })
      else { return nil }
      if isLink { return parts }
    }
    return nil
  }
}
