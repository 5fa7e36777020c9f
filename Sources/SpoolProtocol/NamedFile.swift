/// A file that a person named on a command line.
package enum NamedFile {
  /// What messages call `-`.
  package static let standardInput = "standard input"

  /// What messages call a file.
  package static func title(_ name: String) -> String { name == "-" ? standardInput : name }

  /// The whole file, through symbolic links; `-` is standard input. A pipe is waited for, so that
  /// the `<(…)` of a shell is a file like others.
  ///
  /// - Throws: ``SpoolError`` of kind `notFound` when there is no such file, of kind `badInput` when
  ///   it is none.
  package static func read(_ name: String) throws(SpoolError) -> [UInt8] {
    guard !name.isEmpty else { throw SpoolError(.badInput, "the name of the file is empty") }
    do throws(Errno) {
      if name == "-" { return try readStandardInput() }
      return try System.openFollowing(name, isWaiting: true).readAll(limit: Job.sizeLimit)
    } catch {
      switch error {
      case .notFound, .notDirectory:
        throw SpoolError(.notFound, "\(name): there is no such file", errno: error)
      case .isDirectory:
        throw SpoolError(.badInput, "\(name): is a directory, not a file", errno: error)
      default: throw SpoolError("read", title(name), error)
      }
    }
  }

  // Not by opening `/dev/stdin`: a socket cannot be opened.
  private static func readStandardInput() throws(Errno) -> [UInt8] {
    let input = Descriptor(0)
    do throws(Errno) {
      let bytes = try input.readAll(limit: Job.sizeLimit)
      // Given away, not closed: the next file opened would be standard input.
      _ = input.release()
      return bytes
    } catch {
      _ = input.release()
      throw error
    }
  }
}
