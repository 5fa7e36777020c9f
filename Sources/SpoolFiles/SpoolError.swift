/// An error for a caller: the action, its object, the reason, the remedy.
///
/// A job that fails is a result, not an error.
public struct SpoolError: Error, Sendable, CustomStringConvertible {
  /// The kind of an error; the command line's exit status.
  public enum Kind: Int32, Sendable {
    /// The answer is no.
    case no = 1
    /// A file, a flag or a value is wrong.
    case badInput = 2
    /// A run, a queue or an entity does not exist.
    case notFound = 3
    /// A permission is missing, or the file's owner is not trusted.
    case refused = 4
    /// The system failed: a full disk, an unreachable file server.
    case system = 5
  }

  /// The kind of the error.
  public let kind: Kind
  /// One sentence without a final period: the object first.
  package let message: String
  /// The error of the operating system; nil if no system call failed.
  package let errno: Errno?
  /// The run that prevents the action, if the reason is a run.
  public let run: String?

  /// Creates an error with a message of its own.
  package init(_ kind: Kind, _ message: String, errno: Errno? = nil, run: String? = nil) {
    self.kind = kind
    self.message = message
    self.errno = errno
    self.run = run
  }

  /// The error for a system call that failed: `path: cannot rename: No space left on device`.
  @usableFromInline package init(_ action: String, _ path: String, _ errno: Errno) {
    self.init(action, path, errno, of: [path])
  }

  /// The error for a file that could not be renamed or moved.
  package init(renaming source: String, to target: String, _ errno: Errno) {
    self.init("rename \(source) to", target, errno, of: [source, target])
  }

  private init(_ action: String, _ path: String, _ errno: Errno, of paths: [String]) {
    var words =
      errno == .noDevice ? "it is a socket, or a device without a driver" : errno.description
    // Not lazily: that looks twice, and at the second look the link may be gone.
    if errno == .symbolicLink, let link = paths.compactMap({ System.firstLink(in: $0) }).first {
      let leadsNowhere = (try? System.informationFollowing(link)) == nil
      words =
        (link == path ? "it" : link) + " is a symbolic link"
        + (leadsNowhere ? " that leads nowhere" : ", and none is followed in a queue")
    }
    self.init(errno.kind, "\(path): cannot \(action): \(words)", errno: errno)
  }

  /// The message.
  public var description: String { message }
}

/// Calls `body`, and names the action and the file in its error.
@inlinable package func naming<Result: ~Copyable>(
  _ action: String, _ path: @autoclosure () -> String,
  _ body: () throws(Errno) -> Result
) throws(SpoolError) -> Result {
  do throws(Errno) {
    return try body()
  } catch {
    throw SpoolError(action, path(), error)
  }
}

/// Makes one call and names the action in its error: `try naming("look at", path, doing: System.information(path))`.
@inlinable package func naming<Result: ~Copyable>(
  _ action: String, _ path: @autoclosure () -> String,
  doing call: @autoclosure () throws(Errno) -> Result
) throws(SpoolError) -> Result {
  try naming(action, path(), call)
}

/// Calls `body`. Returns nil if the file does not exist; names the action and the file in any other error.
@inlinable package func namingIfThere<Result>(
  _ action: String, _ path: @autoclosure () -> String,
  absentIf isAbsence: (Errno) -> Bool = { $0 == .notFound }, _ body: () throws(Errno) -> Result
) throws(SpoolError) -> Result? {
  do throws(Errno) {
    return try body()
  } catch {
    if isAbsence(error) { return nil }
    throw SpoolError(action, path(), error)
  }
}

/// Makes one call. Returns nil if the file does not exist; names the action and the file in any other error.
@inlinable package func namingIfThere<Result>(
  _ action: String, _ path: @autoclosure () -> String,
  absentIf isAbsence: (Errno) -> Bool = { $0 == .notFound },
  doing call: @autoclosure () throws(Errno) -> Result
) throws(SpoolError) -> Result? {
  try namingIfThere(action, path(), absentIf: isAbsence, call)
}

/// Makes one call, and reports a fault in a file as bad input.
///
/// - Parameter place: The words before the fault, such as the file's name; nil for none.
package func badInput<Result>(
  _ place: @autoclosure () -> String?, doing call: @autoclosure () throws(JobFileError) -> Result
) throws(SpoolError) -> Result {
  do throws(JobFileError) {
    return try call()
  } catch {
    throw SpoolError(.badInput, (place().map { $0 + ": " } ?? "") + error.description)
  }
}

extension Errno {
  /// The kind of the system's error for a caller.
  ///
  /// A missing permission, or a link that is not followed, is `refused`. A name that can never exist, or a
  /// socket in the place of a file, is `badInput`. Anything else may pass (a full or read-only disk, a server
  /// that is away, too many open files) and is `system`.
  package var kind: SpoolError.Kind {
    switch self {
    case .accessDenied, .notPermitted, .symbolicLink: .refused
    case .nameTooLong, .illegalBytes, .noDevice: .badInput
    default: .system
    }
  }
}

extension Aside {
  /// Creates a hidden file in `folder` and writes all its content.
  package init(
    _ kind: String, in folder: String, _ bytes: [UInt8], permissions: FileMode, sync: Bool = false
  ) throws(SpoolError) {
    self.init(kind, in: folder)
    do throws(Errno) {
      try write(bytes, permissions: permissions, sync: sync)
    } catch {
      throw SpoolError("write", path, error)
    }
  }

  /// Removes the file after a link; it is no error if its name is already gone.
  package consuming func remove() throws(SpoolError) {
    let path = path
    do throws(Errno) {
      try unlink()
    } catch {
      throw SpoolError("remove", path, error)
    }
  }
}
