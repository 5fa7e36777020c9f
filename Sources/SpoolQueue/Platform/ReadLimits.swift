// How much is read of a file at once: somebody may put a file of any size in the place of any other, and
// with holes in it that costs nothing.

extension Queue {
  /// The largest record, in bytes: a job file as text is six times as long at most, and the merged job,
  /// its arguments and its summary are in it too.
  package static let recordLimit = 32 << 20

  /// The largest record of a sweep, in bytes: the points of 100,000 runs.
  package static let sweepLimit = 256 << 20

  /// A whole file of spool's own.
  ///
  /// - Throws: ``Errno/tooLarge`` for one that has more bytes than its kind can have.
  func readWhole(_ path: String, limit: Int = recordLimit) throws(Errno) -> OpenedFile {
    let file = try System.open(path, .reading)
    let information = try file.information()
    guard information.isRegular else { return OpenedFile(bytes: [], information: information) }
    return OpenedFile(
      bytes: try file.readWhole(limit: limit, expecting: information.size), information: information
    )
  }

  /// Why a file of that size is not read.
  static func words(tooLarge size: Int, limit: Int = recordLimit) -> String {
    "it has \(size) bytes, and a file of its kind \(limit) at most"
  }

  /// Why a record cannot be read: `File too large` would not say how large.
  static func words(_ error: Errno, of path: String, limit: Int = recordLimit) -> String {
    guard error == .tooLarge, let size = try? System.information(path).size else {
      return "\(error)"
    }
    return words(tooLarge: size, limit: limit)
  }
}

extension Descriptor {
  /// What is read at most where nobody says otherwise, in bytes: the kernel's files and a test's.
  package static let usualLimit = 256 << 20

  /// Everything from here to the end.
  ///
  /// - Parameters:
  ///   - limit: How many bytes that may be.
  ///   - size: How many are expected.
  /// - Throws: ``Errno/tooLarge`` where there are more; nothing is read if that can be told before.
  package func readWhole(limit: Int, expecting size: Int = 0) throws(Errno) -> [UInt8] {
    if size > limit { throw .tooLarge }
    let bytes = try readAll(limit: limit, expecting: size)
    if bytes.count > limit { throw .tooLarge }
    return bytes
  }
}
