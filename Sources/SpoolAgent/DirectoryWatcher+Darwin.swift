#if canImport(Darwin)
  import Dispatch
  import SpoolProtocol

  /// Tells of changes in directories: a file-system source of Dispatch for each, which gives no names.
  final class DirectoryWatcher {
    private let queue: DispatchQueue
    private let handler: ([DirectoryChange]) -> Void
    private var sources: [String: any DispatchSourceFileSystemObject] = [:]

    /// Watches nothing yet; `handler` is called on `queue`.
    init(
      queue: DispatchQueue, handler: @escaping ([DirectoryChange]) -> Void
    ) throws(Errno) {
      self.queue = queue
      self.handler = handler
    }

    deinit { for source in sources.values { source.cancel() } }

    /// Tells of changes in `directory` from now on, here always of names that go too; to ask again
    /// for one that is watched changes nothing.
    func watch(_ directory: String, removals: Bool = false) throws(Errno) {
      if sources[directory] != nil { return }
      let number = try System.open(directory, .events).release()
      let source = DispatchSource.makeFileSystemObjectSource(
        fileDescriptor: number, eventMask: [.write, .delete, .rename, .revoke], queue: queue)
      source.setEventHandler { [weak self] in
        guard let self else { return }
        let isOver = !source.data.isDisjoint(with: [.delete, .rename, .revoke])
        if isOver { sources.removeValue(forKey: directory)?.cancel() }
        handler([DirectoryChange(directory: directory, name: nil, isOver: isOver)])
      }
      source.setCancelHandler { _ = Descriptor(number) }
      sources[directory] = source
      source.resume()
    }
  }
#endif
