#if canImport(Darwin)
  import Dispatch
  import SpoolProtocol

  /// Reports changes in directories. Each has a file-system source of Dispatch, which gives no names.
  final class DirectoryWatcher {
    private let queue: DispatchQueue
    private let handler: ([DirectoryChange]) -> Void
    private var sources: [String: any DispatchSourceFileSystemObject] = [:]

    /// - Parameter handler: Called on `queue`.
    init(
      queue: DispatchQueue, handler: @escaping ([DirectoryChange]) -> Void
    ) throws(Errno) {
      self.queue = queue
      self.handler = handler
    }

    deinit { for source in sources.values { source.cancel() } }

    /// Without effect here.
    var isPaused = false

    /// Dispatch brings each change in its own time.
    static var isPrompt: Bool { false }

    /// None: the handler is called with all of them.
    func changes() -> [DirectoryChange] { [] }

    /// Reports changes in `directory` from now on, always including names that go. A second call for the same
    /// directory has no effect.
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
