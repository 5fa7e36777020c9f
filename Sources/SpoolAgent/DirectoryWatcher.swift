/// A change in a watched directory. It is only a hint: its receiver looks at the directory.
struct DirectoryChange: Sendable, Equatable {
  /// The watched directory, as it was given.
  let directory: String
  /// The file that appeared or was written; nil if the whole directory must be looked at.
  let name: String?
  /// Whether the directory is no longer watched: it was removed, moved or unmounted.
  let isOver: Bool
}
