import CLibrary

// Paths that others may change are walked here: no symbolic link in them is followed.
//
// Linux has `openat2` with RESOLVE_NO_SYMLINKS for that, Darwin O_NOFOLLOW_ANY. If the kernel lacks the call,
// or a container forbids it, each name of the path is opened by a call of its own.

/// The way in which a path is walked.
package enum Walker: Sendable {
  /// By the kernel, in one call.
  case kernel
  /// By this process, in a call for each name.
  case steps
}

extension System {
  /// Opens a path of which no part is a symbolic link.
  ///
  /// - Parameters:
  ///   - flags: Those of `open`; O_CLOEXEC is added.
  ///   - permissions: Those of a file that is made.
  ///   - walker: Nil for the kernel, if it can.
  /// - Throws: ``Errno/symbolicLink`` if a part is a link.
  package static func openUnlinked(
    _ path: UnsafePointer<CChar>, _ flags: Int32, permissions: UInt32 = 0, by walker: Walker? = nil
  ) throws(Errno) -> Int32 {
    #if os(Linux)
      if walker != .steps, KernelWalk.isKnown {
        do throws(Errno) {
          return try KernelWalk.open(path, flags | O_CLOEXEC, permissions)
        } catch {
          if walker == .kernel || KernelWalk.isAnswer(error) { throw error }
        }
      }
      return try openByStep(path, flags | O_CLOEXEC, permissions)
    #else
      if walker == .steps { return try openByStep(path, flags | O_CLOEXEC, permissions) }
      return try call(.open) {
        openat(AT_FDCWD, path, flags | O_CLOEXEC | O_NOFOLLOW_ANY, mode_t(permissions))
      }
    #endif
  }

  /// Whether a path is certainly its own `realpath`: it exists, in its shortest form, and no part of it is a
  /// symbolic link. `openat2`.
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

  /// The flags for a directory on the way: it need not be readable.
  static var passing: Int32 {
    #if os(Linux)
      KernelWalk.pathOnly | O_DIRECTORY
    #else
      O_EXEC | O_DIRECTORY
    #endif
  }

  private static func openByStep(
    _ path: UnsafePointer<CChar>, _ flags: Int32, _ permissions: UInt32
  ) throws(Errno) -> Int32 {
    let bytes = UnsafeBufferPointer(start: path, count: strlen(path))
    if bytes.isEmpty { throw .notFound }
    let slash = CChar(bitPattern: UInt8(ascii: "/"))
    let isAbsolute = bytes[0] == slash
    var names = bytes.split(separator: slash).map { Array($0) + [0] }
    let dot = CChar(bitPattern: UInt8(ascii: "."))
    let last = names.popLast() ?? [dot, 0]
    var place = AT_FDCWD
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
      // A link in place of a directory gives this error first.
      var information = stat()
      guard error == .notDirectory,
        refusal(.look, { fstatat(place, name, &information, AT_SYMLINK_NOFOLLOW) }) == nil,
        information.st_mode & S_IFMT == S_IFLNK
      else { throw error }
      throw .symbolicLink
    }
  }

  /// Opens the directory that holds the last name of a path, and gives it and that name to `body`.
  static func withParent<Result>(
    of path: String,
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
      if start == 0 { return try body(AT_FDCWD, name) }
      let parent = Descriptor(try openUnlinked(parts, passing))
      return try body(parent.number, name)
    }
  }

  /// Does for two paths what ``withParent(of:_:)`` does for one. A directory that holds both is opened once.
  static func withParents(
    of source: String, _ target: String,
    _ body: (
      _ sourceParent: Int32, _ source: UnsafePointer<CChar>, _ targetParent: Int32,
      _ target: UnsafePointer<CChar>
    ) throws(Errno) -> Void
  ) throws(Errno) {
    try withParent(of: source) { (sourceParent, sourceName) throws(Errno) in
      if let name = Self.name(of: target, beside: source) {
        return try withPath(name) { (target) throws(Errno) in
          try body(sourceParent, sourceName, sourceParent, target)
        }
      }
      try withParent(of: target) { (targetParent, target) throws(Errno) in
        try body(sourceParent, sourceName, targetParent, target)
      }
    }
  }

  /// The last name of a path whose directory is spelled as that of another path. Returns nil if it is not, or if
  /// one of the two has no last name.
  private static func name(of path: String, beside other: String) -> String? {
    guard let directory = path.directoryOfPath,
      directory.hasSameBytes(as: other.directoryOfPath ?? "")
    else { return nil }
    let slash = UInt8(ascii: "/")
    guard let last = path.utf8.lastIndex(of: slash), other.utf8.last != slash else { return nil }
    let name = String(path[path.utf8.index(after: last)...])
    return name.isEmpty ? nil : name
  }

  /// The first part of an absolute path that is a symbolic link. Returns nil if no part is one now. `lstat`.
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
