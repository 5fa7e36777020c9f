extension Queue {
  /// Reads a whole file of spool's own.
  ///
  /// - Throws: ``Errno/tooLarge`` if the file has more bytes than its kind can have.
  package func readWhole(_ path: String, limit: Int = ReadLimit.record) throws(Errno) -> OpenedFile
  {
    let file = try System.open(path, .reading)
    let information = try file.information()
    guard information.isRegular else { return OpenedFile(bytes: [], information: information) }
    return OpenedFile(
      bytes: try file.readWhole(limit: limit, expecting: information.size), information: information
    )
  }

  /// The message for a file that is too large to be read.
  static func words(tooLarge size: Int, limit: Int = ReadLimit.record) -> String {
    "it has \(size) bytes, and a file of its kind \(limit) at most"
  }

  /// The message for a record that cannot be read: `File too large` alone would not give the size.
  package static func words(_ error: Errno, of path: String, limit: Int = ReadLimit.record)
    -> String
  {
    guard error == .tooLarge, let size = try? System.information(path).size else {
      return "\(error)"
    }
    return words(tooLarge: size, limit: limit)
  }

  /// The wanted names in one of the queue's directories.
  package func table(
    _ folder: Folder, where isWanted: (UnsafeBufferPointer<UInt8>) -> Bool
  ) throws(SpoolError) -> NameTable {
    try naming("list", path(folder), doing: NameTable(listing: path(folder), where: isWanted))
  }

  /// The time of the last change of `done/`, by the file server's clock.
  package func recordsModified() throws(SpoolError) -> Timestamp {
    let path = path(.done)
    // The directory is opened afresh, as for a listing: see Sightings.swift.
    return try naming("look at", path, doing: System.open(path, .directory).information().modified)
  }

  /// The records in `done/`.
  package func records() throws(SpoolError) -> NameTable {
    try table(.done) { name in
      name.first != UInt8(ascii: ".") && name.count > QueueFileName.ending.utf8.count
        && name.hasSuffix(".json")
    }
  }
}
