// Outcomes are decided by hard links, and FAT, exFAT, some of FUSE and AFS have none, or none between two
// directories. That is tried when a queue is made and when an agent starts; a launch tries it only where
// the times of its file look like those of such a file system.

extension Queue {
  /// Tries whether a file can have names in two directories of the queue.
  ///
  /// - Throws: ``SpoolError`` where it cannot: nothing could ever end here.
  package func requireHardLinks() throws(SpoolError) {
    let first = path + "/" + Aside.name("links")
    let second = path(.runs, Aside.name("links"))
    _ = try naming("write", first, doing: System.create(first, permissions: shape.files))
    defer {
      try? System.unlink(first)
      try? System.unlink(second)
    }
    do throws(Errno) {
      try System.link(first, second)
    } catch {
      // The name is nobody else's: a link of ours, whose reply was lost.
      if error == .exists { return }
      guard error.isLackOfHardLinks else {
        throw SpoolError("link", first, error)
      }
      throw SpoolError(
        .system,
        "\(path): lies on a file system\(Self.typeWords(of: path)) without hard links, which a queue"
          + " needs: make it elsewhere (spool doctor DIRECTORY tries a place)", errno: error)
    }
  }

  /// Whether a file's time says that its file system may have no hard links: a time to the hundredth of a
  /// second, or to whole ones, which others have once in a million files.
  static func mayLackHardLinks(_ modified: Timestamp) -> Bool {
    modified.nanoseconds % 10_000_000 == 0
  }

  private static func typeWords(of path: String) -> String {
    #if os(Linux)
      guard let mounts = try? System.openFollowing("/proc/self/mountinfo").readAll(limit: 16 << 20),
        let mount = MountEntry(holding: path, in: mounts)
      else { return "" }
      return " (\(mount.type))"
    #else
      return ""
    #endif
  }
}
