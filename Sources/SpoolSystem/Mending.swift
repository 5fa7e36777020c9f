import CLibrary

// Repairs of directories whose permissions or flags a run has changed.
extension System {
  /// Gives the owner of a directory all permissions, if this process is the owner's or root's. `fchmodat`.
  ///
  /// - Returns: The permissions that it had; nil if they were not changed.
  package static func openUp(_ path: String) -> UInt32? {
    guard let found = try? information(path), found.isDirectory,
      found.permissions & 0o700 != 0o700, found.owner == geteuid() || geteuid() == 0
    else { return nil }
    do throws(Errno) {
      try setPermissions(path, found.permissions | 0o700)
      return found.permissions
    } catch {
      return nil
    }
  }

  /// Removes the flags "immutable" and "append only" of a file or a directory, as only root may. `ioctl` with
  /// FS_IOC_SETFLAGS.
  ///
  /// - Returns: Whether it had one of them, and has none now.
  package static func makeMutable(_ path: String) -> Bool {
    #if os(Linux)
      guard geteuid() == 0, let found = try? information(path),
        found.isRegular || found.isDirectory,
        let file = try? open(path, .reading)
      else { return false }
      // _IOR('f', 1, long) and _IOW('f', 2, long).
      let size = UInt(MemoryLayout<Int>.size) << 16
      let get: UInt = 0x8000_6601 | size
      let set: UInt = 0x4000_6602 | size
      let kept: Int = 0x10 | 0x20
      var flags = 0
      guard control(file.number, get, &flags) == 0, flags & kept != 0 else { return false }
      flags &= ~kept
      return control(file.number, set, &flags) == 0
    #else
      return false
    #endif
  }

  #if os(Linux)
    private static func control(_ file: Int32, _ request: UInt, _ flags: inout Int) -> Int32 {
      withUnsafeMutablePointer(to: &flags) { flags in
        #if canImport(Musl)
          ioctl(file, CInt(truncatingIfNeeded: request), UnsafeMutableRawPointer(flags))
        #else
          ioctl(file, request, UnsafeMutableRawPointer(flags))
        #endif
      }
    }
  #endif
}

extension Errno {
  package static var otherFileSystem: Errno { Errno(rawValue: EXDEV) }

  /// Whether a file that spool did not make is in the way, or a permission is missing. The user of the directory
  /// can repair that; waiting does not help.
  package var isObstacle: Bool {
    isRefusal && rawValue != EROFS || isAbsence || self == .isDirectory || self == .exists
      || self == .notEmpty || self == .noDevice || self == .otherFileSystem
      || self == .invalidArgument
  }
}
