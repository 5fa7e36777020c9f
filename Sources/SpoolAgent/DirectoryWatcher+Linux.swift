#if os(Linux)
  import Dispatch
  import SpoolProtocol

  /// Tells of changes in directories: an inotify descriptor under a Dispatch source.
  final class DirectoryWatcher {
    private let inotify: INotify
    private let source: any DispatchSourceRead
    private var directories: [Int32: String] = [:]

    /// Watches nothing yet; `handler` is called on `queue`.
    init(
      queue: DispatchQueue, handler: @escaping ([DirectoryChange]) -> Void
    ) throws(Errno) {
      inotify = try INotify()
      source = DispatchSource.makeReadSource(
        fileDescriptor: inotify.descriptor.number, queue: queue)
      source.setEventHandler { [weak self] in
        guard let changes = self?.changes(), !changes.isEmpty else { return }
        handler(changes)
      }
      // Closed only then: its number may be another descriptor's soon, of which Dispatch would hear no
      // more once it gives up the source.
      source.setCancelHandler { [inotify] in withExtendedLifetime(inotify) {} }
      source.resume()
    }

    deinit { source.cancel() }

    /// Tells of changes in `directory` from now on, with `removals` also of names that go; to ask
    /// again for one that is watched changes nothing.
    func watch(_ directory: String, removals: Bool = false) throws(Errno) {
      directories[try inotify.watch(directory, removals: removals)] = directory
    }

    /// Tells of a directory no more.
    func unwatch(_ directory: String) {
      guard let watch = directories.first(where: { $0.value == directory })?.key else { return }
      directories[watch] = nil
      inotify.forget(watch)
    }

    private func changes() -> [DirectoryChange] {
      var changes: [DirectoryChange] = []
      for change in inotify.changes() {
        if change.watch == -1 {
          // The kernel's queue ran over: everything may have changed.
          changes += directories.values.map {
            DirectoryChange(directory: $0, name: nil, isOver: false)
          }
        } else if let directory = directories[change.watch] {
          if change.isOver {
            directories[change.watch] = nil
            inotify.forget(change.watch)
          }
          changes.append(
            DirectoryChange(directory: directory, name: change.name, isOver: change.isOver))
        }
      }
      return changes
    }
  }
#endif
