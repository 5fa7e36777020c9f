// How much is read of a file at once: somebody may put a file of any size in the place of any other, and
// with holes in it that costs nothing.

/// The most bytes of a file of spool's own that are read at once.
package enum ReadLimit {
  /// A record: a job file as text is six times as long at most, and the merged job, its arguments and its
  /// summary are in it too.
  package static let record = 32 << 20

  /// The record of a sweep: the points of 100,000 runs.
  package static let sweep = 256 << 20
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
