import CLibrary

/// Why the operating system refused a call; the C library's `errno`.
@usableFromInline
package struct Errno: Error, RawRepresentable, Sendable, Hashable, CustomStringConvertible {
  /// The number, as in `<errno.h>`.
  @usableFromInline package let rawValue: Int32

  /// Takes a number from `<errno.h>`.
  @usableFromInline package init(rawValue: Int32) { self.rawValue = rawValue }

  /// The calling thread's latest, to be read right after the call that failed.
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
  /// ESTALE: the file server removed what was open.
  package static var stale: Errno { Errno(rawValue: ESTALE) }
  /// EFBIG: more bytes than there may be.
  package static var tooLarge: Errno { Errno(rawValue: EFBIG) }
  /// ENXIO: what was opened is a socket, or a device without a driver.
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

  /// Whether room may come: a full disk or a spent quota.
  package var isFull: Bool { self == .noSpace || self == .quotaExceeded }

  /// Whether the caller lacks a permission.
  package var isRefusal: Bool { self == .accessDenied || self == .notPermitted }

  /// Whether a host, a disk or a server is to blame, and not the path that was named: the same call
  /// may work later, or elsewhere.
  ///
  /// Everything else is: a path that leads to nothing, in a circle, to another kind of thing, through
  /// what is no directory, or to what its reader may not have.
  package var isOfHost: Bool { Self.ofHosts.contains(rawValue) }

  /// Whether it is what file systems without hard links, or with some only in one directory, say to `link`.
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
  /// Whether there is no such directory: nothing at all, or a file or a link in its place.
  package var isNoDirectory: Bool { self == .notFound || isInItsPlace }

  /// Whether a file or a link has the place of a directory.
  package var isInItsPlace: Bool { self == .notDirectory || self == .symbolicLink }

  /// Whether nothing of the queue's own is there: nothing at all, or something else on the way to it, which
  /// is a finding of its own.
  package var isAbsence: Bool {
    isNoDirectory || self == .stale
  }
}
