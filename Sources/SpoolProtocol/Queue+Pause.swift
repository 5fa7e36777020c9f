extension Queue {
  /// `paused`: while it is there, no agent claims. Its owner paused the queue; its first line says why.
  package static let pausedFile = "paused"

  /// How much of the reason of a pause is shown, in bytes.
  private static var reasonLimit: Int { 500 }

  /// A pause of a queue.
  package struct Pause: Sendable, Equatable {
    /// Who paused it: the owner of the file.
    package let owner: String
    /// When, by the file server's clock.
    package let since: Timestamp
    /// Why; nil if nothing was said.
    package let reason: String?

    package init(owner: String, since: Timestamp, reason: String?) {
      (self.owner, self.since, self.reason) = (owner, since, reason)
    }

    /// `paused by ana: new disks`.
    package var words: String { "paused by \(owner)" + (reason.map { ": " + $0 } ?? "") }
  }

  /// Whether agents claim nothing for now, by a fresh listing.
  package func isPaused() throws(SpoolError) -> Bool {
    try naming("list", path, doing: System.list(path))
      .contains(Self.pausedFile)
  }

  /// Who paused the queue, and why. Returns nil if it is not paused.
  package func readPause() throws(SpoolError) -> Pause? {
    guard try isPaused() else { return nil }
    let file = path + "/" + Self.pausedFile
    // Whatever has that name is a pause: a directory, or a link, says no reason.
    return try namingIfThere("look at", file) { () throws(Errno) in
      let information = try System.information(file)
      let bytes = (try? readWhole(file))?.bytes ?? []
      return Pause(
        owner: Account(user: information.owner).name, since: information.modified,
        reason: Self.firstLine(of: bytes, limit: Self.reasonLimit))
    }
  }

  /// Lets agents claim nothing more until ``resume()``; runs go on.
  ///
  /// - Parameter reason: Why, in one line. Without a reason an earlier pause is left as it is.
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
