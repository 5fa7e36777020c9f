import SpoolQueue

/// Tells when something appears in the folder of the run: a request to stop.
///
/// On a local Linux file system by the kernel's word; elsewhere its owner looks every so often.
final class RequestWatch {
  #if os(Linux)
    private let inotify: INotify
    private var watch: Int32?

    /// Watches nothing yet.
    init() throws(Errno) { inotify = try INotify() }

    /// Readable after a change; nil: nothing will tell.
    var descriptor: Int32? { watch == nil ? nil : inotify.descriptor.number }

    /// Watches a folder until ``stop()``. A kernel without room for a watch is no error: looks are
    /// made all the same.
    func start(_ path: String) { watch = try? inotify.watch(path) }

    /// Watches nothing.
    func stop() {
      if let watch { inotify.forget(watch) }
      watch = nil
      clear()
    }

    /// Forgets what was told. A folder that was removed tells no more: then its owner looks.
    func clear() {
      if inotify.changes().contains(where: { $0.watch == watch && $0.isOver }) { watch = nil }
    }
  #else
    /// Watches nothing here.
    init() throws(Errno) {}

    /// Readable after a change; nil: nothing will tell.
    var descriptor: Int32? { nil }

    /// Watches nothing here.
    func start(_ path: String) {}

    /// Watches nothing.
    func stop() {}

    /// Forgets what was told.
    func clear() {}
  #endif
}
