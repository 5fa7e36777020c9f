import SpoolProtocol

/// Whether some of a queue's folders stand still, by their modification times.
///
/// Listings that follow one another do not show one moment: a run that is put back after the first listing and taken
/// before the last is in none of them. But a folder whose time is the same before and after has had the same names in
/// between. Times are coarse, so that a second change may not show: a time counts only once it has been seen for longer
/// than that. No time is compared with this host's wall clock, which may be set and differs from the file server's.
struct Stillness {
  private let folders: [Queue.Folder]
  private var seen: [Stamp] = []
  private var since = Instant.first

  private struct Stamp: Equatable {
    let inode: UInt64
    let modified: Timestamp
  }

  init(of folders: [Queue.Folder]) { self.folders = folders }

  /// Looks at the folders, each opened afresh.
  ///
  /// - Returns: Whether their times are those of the previous look, and have been so for longer than ``grain(_:)``.
  mutating func look(at queue: Queue, _ kind: FileSystemKind) throws(SpoolError) -> Bool {
    var stamps: [Stamp] = []
    for folder in folders {
      stamps.append(
        try naming("look at", queue.path(folder)) { () throws(Errno) in
          do throws(Errno) {
            let information = try System.open(queue.path(folder), .directory).information()
            return Stamp(inode: information.inode, modified: information.modified)
          } catch {
            // A queue of an early version may not have all folders.
            guard error == .notFound else { throw error }
            return Stamp(inode: 0, modified: Timestamp(nanoseconds: 0))
          }
        })
    }
    let now = Instant.now
    guard stamps == seen else {
      seen = stamps
      since = now
      return false
    }
    return now - since > Self.grain(kind)
  }

  /// The time after which a second look can find that they stand still.
  static func pause(_ kind: FileSystemKind) -> TimeSpan { grain(kind) + .milliseconds(5) }

  /// The span in which two changes may get the same time: a tick of a kernel is at most 10 ms, and some file servers
  /// count in seconds.
  static func grain(_ kind: FileSystemKind) -> TimeSpan {
    .milliseconds(kind == .local ? 20 : 1000)
  }
}
