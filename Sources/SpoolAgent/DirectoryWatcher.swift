/// A change in a watched directory: a hint, never the truth. Whoever gets it looks for itself.
struct DirectoryChange: Sendable, Equatable {
  /// Which of the watched directories.
  let directory: String
  /// What appeared or was written; nil: look at all of it.
  let name: String?
  /// Whether the directory is no longer watched: it was removed, moved or unmounted.
  let isOver: Bool
}
