/// A file in `queued/`, `starting/` or `running/`, as a listing had it.
package struct ActiveRun: Sendable, Equatable {
  package let folder: Queue.Folder
  /// The file's name as it stands in the directory.
  package let file: String
  package let name: QueueFileName

  /// nil: no job's name.
  package init?(_ folder: Queue.Folder, _ file: String) {
    guard let name = QueueFileName(file) else { return nil }
    self.folder = folder
    self.file = file
    self.name = name
  }

  /// The run's name; that of a dropped file is what it would be if nobody had it.
  package var run: String { name.run }
}
