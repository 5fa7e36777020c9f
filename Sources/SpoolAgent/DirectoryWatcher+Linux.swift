#if os(Linux)
  import Dispatch
  import SpoolProtocol

  /// Reports changes in directories: an inotify descriptor under a Dispatch source.
  final class DirectoryWatcher {
    private let inotify: INotify
    private let source: any DispatchSourceRead
    private var directories: [Int32: String] = [:]

    /// - Parameter handler: Called on `queue`.
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
      // Only then the descriptor may be closed: if its number were reused before, Dispatch would stop to watch the
      // new descriptor when it drops this source.
      source.setCancelHandler { [inotify] in withExtendedLifetime(inotify) {} }
      source.resume()
    }

    /// Whether the handler is not called for now. Afterwards it is called with the changes in between.
    var isPaused = false {
      didSet {
        if isPaused == oldValue { return }
        if isPaused { source.suspend() } else { source.resume() }
      }
    }

    deinit {
      // A source that is suspended must not be let go.
      if isPaused { source.resume() }
      source.cancel()
    }

    /// Reports changes in `directory` from now on, with `removals` also names that go. A second call for the same
    /// directory has no effect.
    func watch(_ directory: String, removals: Bool = false) throws(Errno) {
      directories[try inotify.watch(directory, removals: removals)] = directory
    }

    func unwatch(_ directory: String) {
      guard let watch = directories.first(where: { $0.value == directory })?.key else { return }
      directories[watch] = nil
      inotify.forget(watch)
    }

    /// Whether ``changes()`` has all changes that were made before the call, by whatever process of this host.
    static var isPrompt: Bool { true }

    /// The changes with which the handler was not called yet.
    func changes() -> [DirectoryChange] {
      var changes: [DirectoryChange] = []
      for change in inotify.changes() {
        if change.watch == -1 {
          // The kernel's queue was full: all directories may have changed.
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
