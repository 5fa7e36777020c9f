/// A file that a person named on a command line.
package enum NamedFile {
  /// What messages call `-`.
  package static let standardInput = "standard input"

  /// The whole file, through symbolic links; `-` is standard input.
  ///
  /// - Throws: ``SpoolError`` of kind `notFound` when there is no such file.
  package static func read(_ name: String) throws(SpoolError) -> [UInt8] {
    do throws(Errno) {
      if name == "-" { return try readStandardInput() }
      return try System.openFollowing(name).readAll(limit: Job.sizeLimit)
    } catch {
      if error == .notFound || error == .notDirectory {
        throw SpoolError(.notFound, "\(name): there is no such file", errno: error)
      }
      throw SpoolError("read", name == "-" ? standardInput : name, error)
    }
  }

  // Not by opening `/dev/stdin`: a socket cannot be opened, and a pipe that is opened without
  // blocking is not waited for.
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
