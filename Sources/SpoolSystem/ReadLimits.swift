// Limits for reading a whole file: a user may put a file of any size in the place of any other, and a file with
// holes takes no space.

/// The most bytes of a file of spool's own that are read at once.
package enum ReadLimit {
  /// A record: it has a job file as text, at most six times as long as the file, and the merged job, its arguments
  /// and its summary.
  package static let record = 32 << 20

  /// The record of a sweep, which has the points of 100,000 runs.
  package static let sweep = 256 << 20
}

extension Descriptor {
  /// The limit of ``readAll(limit:expecting:)`` in bytes, unless a caller gives another one.
  package static let usualLimit = 256 << 20

  /// Reads to the end.
  ///
  /// - Parameters:
  ///   - limit: The most bytes that there may be.
  ///   - size: The number of bytes that are expected.
  /// - Throws: ``Errno/tooLarge`` if there are more; nothing is read if `size` says so already.
  package func readWhole(limit: Int, expecting size: Int = 0) throws(Errno) -> [UInt8] {
    if size > limit { throw .tooLarge }
    let bytes = try readAll(limit: limit, expecting: size)
    if bytes.count > limit { throw .tooLarge }
    return bytes
  }
}
