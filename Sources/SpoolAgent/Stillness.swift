import SpoolProtocol

/// Whether some of a queue's folders stand still, told by their modification times.
///
/// Listings that follow one another are not one moment: a run that is put back behind the first of them
/// and taken before the last is in none. But a folder whose time is the same before and after has the
/// same names in between. Times have a grain, in which a second change would hide: so they only count
/// once they have been seen for longer than that. Nothing is compared with this host's clock, which may
/// be set, and the file server's is another one.
struct Stillness {
  private let folders: [Queue.Folder]
  private var seen: [Stamp] = []
  private var since = Instant.first

  private struct Stamp: Equatable {
    let inode: UInt64
    let modified: Timestamp
  }

  /// Nothing was seen yet.
  init(of folders: [Queue.Folder]) { self.folders = folders }

  /// Looks at the folders, each opened afresh.
  ///
  /// - Returns: Whether they are as they were at the look before, and have been so for longer than
  ///   ``grain(_:)``.
  mutating func look(at queue: Queue, _ kind: FileSystemKind) throws(SpoolError) -> Bool {
    var stamps: [Stamp] = []
    for folder in folders {
      stamps.append(
        try naming("look at", queue.path(folder)) { () throws(Errno) in
          do throws(Errno) {
            let information = try System.open(queue.path(folder), .directory).information()
            return Stamp(inode: information.inode, modified: information.modified)
          } catch {
            // A queue of an early version may lack some.
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

  /// The time after which a look can say so for the first time.
  static func pause(_ kind: FileSystemKind) -> TimeSpan { grain(kind) + .milliseconds(5) }

  /// The span within which two changes may have one time: a kernel's tick is 10 ms at most; some file
  /// servers count seconds.
  static func grain(_ kind: FileSystemKind) -> TimeSpan {
    .milliseconds(kind == .local ? 20 : 1000)
  }
}
