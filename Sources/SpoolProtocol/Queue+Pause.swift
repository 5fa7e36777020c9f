extension Queue {
  /// `paused`: while it exists, no agent claims. The file's owner paused the queue; the first line is the reason.
  package static let pausedFile = "paused"

  /// The longest reason that is shown, in bytes.
  private static var reasonLimit: Int { 500 }

  /// A pause of a queue.
  package struct Pause: Sendable, Equatable {
    /// The user who paused the queue: the owner of the file.
    package let owner: String
    /// The time of the pause, by the file server's clock.
    package let since: Timestamp
    /// The reason; nil if none was given.
    package let reason: String?

    package init(owner: String, since: Timestamp, reason: String?) {
      (self.owner, self.since, self.reason) = (owner, since, reason)
    }

    /// `paused by ana: new disks`.
    package var words: String { "paused by \(owner)" + (reason.map { ": " + $0 } ?? "") }
  }

  /// Whether agents claim nothing for now, according to a fresh listing.
  package func isPaused() throws(SpoolError) -> Bool {
    try naming("list", path, doing: System.list(path))
      .contains(Self.pausedFile)
  }

  /// Reads the pause of the queue. Returns nil if the queue is not paused.
  package func readPause() throws(SpoolError) -> Pause? {
    guard try isPaused() else { return nil }
    let file = path + "/" + Self.pausedFile
    // Any file of that name is a pause. A directory or a link gives no reason.
    return try namingIfThere("look at", file) { () throws(Errno) in
      let information = try System.information(file)
      let bytes = (try? readWhole(file))?.bytes ?? []
      return Pause(
        owner: Account(user: information.owner).name, since: information.modified,
        reason: Self.firstLine(of: bytes, limit: Self.reasonLimit))
    }
  }

  /// Stops agents from claiming until ``resume()``. Runs that were started go on.
  ///
  /// - Parameter reason: The reason, in one line. Without a reason an earlier pause stays as it is.
  public func pause(reason: String? = nil) throws(SpoolError) {
    let file = path + "/" + Self.pausedFile
    if let reason {
      let line = reason.replacing("\n", with: " ") + "\n"
      let aside = try Aside(
        "paused", in: path, Array(line.rawBytes.prefix(Self.reasonLimit)), permissions: shape.files)
      try publishFile(aside.path, as: file)
      aside.release()
    } else {
      do throws(Errno) {
        _ = try System.create(file, permissions: shape.files)
      } catch {
        if error != .exists { throw SpoolError("make", file, error) }
      }
    }
    try syncDirectory(path)
  }

  /// Lets agents claim again.
  public func resume() throws(SpoolError) {
    try removeIfThere(path + "/" + Self.pausedFile)
    try syncDirectory(path)
  }
}
