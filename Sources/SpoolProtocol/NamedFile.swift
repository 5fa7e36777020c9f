/// A file that a person named on a command line.
package enum NamedFile {
  /// The name of `-` in messages.
  package static let standardInput = "standard input"

  /// The name of a file in messages.
  package static func title(_ name: String) -> String { name == "-" ? standardInput : name }

  /// Reads the whole file, through symbolic links; `-` is standard input. A pipe is waited for, so that `<(…)` of a
  /// shell works like any other file.
  ///
  /// - Throws: ``SpoolError`` of kind `notFound` if there is no such file, of kind `badInput` if it is not a file.
  package static func read(
    _ name: String, limit: Int = Job.sizeLimit
  ) throws(SpoolError) -> [UInt8] {
    guard !name.isEmpty else { throw SpoolError(.badInput, "the name of the file is empty") }
    do throws(Errno) {
      if name == "-" { return try readStandardInput(limit) }
      return try System.openFollowing(name, isWaiting: true).readAll(limit: limit)
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

  // This does not open `/dev/stdin`, because a socket cannot be opened.
  private static func readStandardInput(_ limit: Int) throws(Errno) -> [UInt8] {
    let input = Descriptor(0)
    do throws(Errno) {
      let bytes = try input.readAll(limit: limit)
      // The descriptor is given away, not closed: otherwise the next opened file would be standard input.
      _ = input.release()
      return bytes
    } catch {
      _ = input.release()
      throw error
    }
  }
}
