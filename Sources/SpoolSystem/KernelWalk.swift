#if os(Linux)
  import CLibrary
  import Synchronization

  /// `openat2`, for which the C libraries have no function.
  enum KernelWalk {
    /// O_PATH, which the C library's headers hide from Swift.
    static let pathOnly: Int32 = 0o10000000

    private static let number = 437
    /// `RESOLVE_NO_SYMLINKS`.
    private static let noLinks: UInt64 = 0x04

    /// `struct open_how`.
    private struct How {
      var flags: UInt64
      var mode: UInt64
      var resolve: UInt64
    }

    private static let isMissing = Atomic<Bool>(false)

    /// Whether the kernel has the call, as far as is known.
    static var isKnown: Bool { !isMissing.load(ordering: .relaxed) }

    static func open(
      _ path: UnsafePointer<CChar>, _ flags: Int32, _ permissions: UInt32
    ) throws(Errno) -> Int32 {
      var how = How(
        flags: UInt64(UInt32(bitPattern: flags)),
        mode: flags & O_CREAT == 0 ? 0 : UInt64(permissions),
        resolve: noLinks)
      let result = try call(.open) {
        systemCall(number, Int(AT_FDCWD), path, &how, MemoryLayout<How>.size)
      }
      return Int32(truncatingIfNeeded: result)
    }

    /// Whether an error says something about the path. If not, the call is never tried again.
    static func isAnswer(_ error: Errno) -> Bool {
      switch error.rawValue {
      case ENOSYS: break
      case EPERM:
        // Some containers answer so to every call that they do not know.
        if (try? open("/", pathOnly | O_CLOEXEC, 0)).map({ close($0) }) != nil { return true }
      default: return true
      }
      isMissing.store(true, ordering: .relaxed)
      return false
    }
  }

  // C's variadic function, which Swift does not import. Whole numbers and pointers are passed as to any
  // other function, on every processor that spool is built for.
  @_silgen_name("syscall")
  private func systemCall(
    _ number: Int, _ directory: Int, _ path: UnsafePointer<CChar>, _ how: UnsafeRawPointer,
    _ size: Int
  ) -> Int
#endif
