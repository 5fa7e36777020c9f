#if os(Linux)
  import CLibrary

  /// The kernel's reports of changes in directories, made by this host.
  package final class INotify: Sendable {
    /// Readable when something changed.
    package let descriptor: Descriptor

    /// Watches nothing yet. `inotify_init1`.
    package init() throws(Errno) {
      descriptor = Descriptor(
        try call { inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC)) })
    }

    /// A change in a watched directory.
    package struct Change: Sendable, Equatable {
      /// The number of the watch; -1 if reports were lost, so that all directories must be listed.
      package let watch: Int32
      /// The name that appeared or changed; nil if the directory itself changed.
      package let name: String?
      /// Whether the watch is over: the directory was removed or unmounted.
      package let isOver: Bool
    }

    /// Reports new names, files that were written or got another owner or other permissions, and the removal
    /// of the directory; with `removals` also names that go. `inotify_add_watch`.
    package func watch(_ path: String, removals: Bool = false) throws(Errno) -> Int32 {
      let events =
        IN_MOVED_TO | IN_CREATE | IN_CLOSE_WRITE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF
        | (removals ? IN_DELETE | IN_MOVED_FROM : 0)
      return try withPath(path) { (path) throws(Errno) in
        try call { inotify_add_watch(descriptor.number, path, UInt32(events) | onlyDirectory) }
      }
    }

    /// Ends a watch. `inotify_rm_watch`.
    package func forget(_ watch: Int32) { _ = inotify_rm_watch(descriptor.number, watch) }

    private var onlyDirectory: UInt32 { UInt32(IN_ONLYDIR) }

    /// The changes since the last call.
    package func changes() -> [Change] {
      var changes: [Change] = []
      while let bytes = try? descriptor.read(atMost: 65_536), !bytes.isEmpty {
        bytes.withUnsafeBytes { buffer in
          var at = 0
          let header = MemoryLayout<inotify_event>.size
          while at + header <= buffer.count {
            let event = buffer.loadUnaligned(fromByteOffset: at, as: inotify_event.self)
            let length = Int(event.len)
            let name = UnsafeRawBufferPointer(
              rebasing: buffer[(at + header)..<Swift.min(at + header + length, buffer.count)]
            ).prefix { $0 != 0 }
            changes.append(Self.change(event, Array(name)))
            at += header + length
          }
        }
      }
      return changes
    }

    private static func change(_ event: inotify_event, _ name: [UInt8]) -> Change {
      let over = UInt32(IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT)
      return Change(
        watch: event.mask & UInt32(IN_Q_OVERFLOW) != 0 ? -1 : event.wd,
        name: name.isEmpty ? nil : String(raw: name),
        isOver: event.mask & over != 0)
    }
  }
#endif
