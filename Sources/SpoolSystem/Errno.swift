import CLibrary

/// The reason why the operating system refused a call: the C library's `errno`.
@usableFromInline
package struct Errno: Error, RawRepresentable, Sendable, Hashable, CustomStringConvertible {
  /// The number, as in `<errno.h>`.
  @usableFromInline package let rawValue: Int32

  /// Takes a number from `<errno.h>`.
  @usableFromInline package init(rawValue: Int32) { self.rawValue = rawValue }

  /// The last error of the calling thread; valid only right after the call that failed.
  package static var current: Errno { Errno(rawValue: errno) }

  @usableFromInline package static var notFound: Errno { Errno(rawValue: ENOENT) }
  package static var exists: Errno { Errno(rawValue: EEXIST) }
  package static var accessDenied: Errno { Errno(rawValue: EACCES) }
  package static var notPermitted: Errno { Errno(rawValue: EPERM) }
  /// ELOOP: a symbolic link where none is followed.
  package static var symbolicLink: Errno { Errno(rawValue: ELOOP) }
  package static var notDirectory: Errno { Errno(rawValue: ENOTDIR) }
  package static var isDirectory: Errno { Errno(rawValue: EISDIR) }
  package static var notEmpty: Errno { Errno(rawValue: ENOTEMPTY) }
  package static var noSpace: Errno { Errno(rawValue: ENOSPC) }
  package static var quotaExceeded: Errno { Errno(rawValue: EDQUOT) }
  package static var inputOutput: Errno { Errno(rawValue: EIO) }
  package static var readOnly: Errno { Errno(rawValue: EROFS) }
  /// ESTALE: an open file was removed on the file server.
  package static var stale: Errno { Errno(rawValue: ESTALE) }
  /// EFBIG: more bytes than there may be.
  package static var tooLarge: Errno { Errno(rawValue: EFBIG) }
  /// ENXIO: a socket was opened, or a device without a driver.
  package static var noDevice: Errno { Errno(rawValue: ENXIO) }
  package static var nameTooLong: Errno { Errno(rawValue: ENAMETOOLONG) }
  /// EILSEQ: a name of bytes that the file system does not take.
  package static var illegalBytes: Errno { Errno(rawValue: EILSEQ) }
  package static var interrupted: Errno { Errno(rawValue: EINTR) }
  /// EAGAIN: the call would have to wait.
  package static var wouldBlock: Errno { Errno(rawValue: EAGAIN) }
  package static var brokenPipe: Errno { Errno(rawValue: EPIPE) }
  package static var invalidArgument: Errno { Errno(rawValue: EINVAL) }
  package static var tooManyLinks: Errno { Errno(rawValue: EMLINK) }

  /// Whether a disk is full or a quota is used up.
  package var isFull: Bool { self == .noSpace || self == .quotaExceeded }

  /// Whether the caller lacks a permission.
  package var isRefusal: Bool { self == .accessDenied || self == .notPermitted }

  /// Whether the cause is a host, a disk or a server, and not the path: the call may succeed later, or on another
  /// host.
  package var isOfHost: Bool { Self.ofHosts.contains(rawValue) }

  /// Whether file systems answer so to `link` if they have no hard links, or only within one directory.
  package var isLackOfHardLinks: Bool {
    [EPERM, EOPNOTSUPP, ENOSYS, EXDEV, EMLINK].contains(rawValue)
  }

  private static let ofHosts: Set<Int32> = [
    EIO, EINTR, EAGAIN, ENOMEM, EBUSY, ENFILE, EMFILE, ENOSPC, EDQUOT, EROFS, ESTALE, ENOLCK,
    ETIMEDOUT, EHOSTDOWN, EHOSTUNREACH, ENETDOWN, ENETUNREACH, ECONNREFUSED, ECONNRESET,
    ECONNABORTED, ENOTCONN, ENOBUFS, EDEADLK,
  ]

  /// The system's sentence for the number.
  @usableFromInline package var description: String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      guard let base = buffer.baseAddress else { return "error \(rawValue)" }
      return strerror_r(rawValue, base, buffer.count) == 0
        ? String(rawCString: base) : "error \(rawValue)"
    }
  }
}

extension Errno {
  /// Whether a directory does not exist, or a file or a link is in its place.
  package var isNoDirectory: Bool { self == .notFound || isInItsPlace }

  /// Whether a file or a link is in the place of a directory.
  package var isInItsPlace: Bool { self == .notDirectory || self == .symbolicLink }

  /// Whether the file does not exist, or cannot exist since a directory on its path does not, or was removed on
  /// the file server while it was open.
  package var isAbsence: Bool {
    isNoDirectory || self == .stale
  }
}
