// Hard links decide which outcome counts. FAT, exFAT, AFS and some FUSE file systems have none, or none between two
// directories. This is tried when a queue is made and when an agent starts. A launch tries it only if the times of
// its file look like those of such a file system.

extension Queue {
  /// Checks that a file can have names in two directories of the queue.
  ///
  /// - Throws: ``SpoolError`` if it cannot: no run could ever end here.
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
      // No other process uses the name: this is a link of ours, whose reply was lost.
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

  /// Whether a file's time suggests that its file system has no hard links: a time in hundredths of a second, or in
  /// whole seconds, which other file systems have once in a million files.
  static func mayLackHardLinks(_ modified: Timestamp) -> Bool {
    modified.nanoseconds % 10_000_000 == 0
  }

  private static func typeWords(of path: String) -> String {
    #if os(Linux)
      return MountEntry(holding: path).map { " (\($0.type))" } ?? ""
    #else
      return ""
    #endif
  }
}
