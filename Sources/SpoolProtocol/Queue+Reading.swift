extension Queue {
  /// A whole file of spool's own.
  ///
  /// - Throws: ``Errno/tooLarge`` for one that has more bytes than its kind can have.
  package func readWhole(_ path: String, limit: Int = ReadLimit.record) throws(Errno) -> OpenedFile
  {
    let file = try System.open(path, .reading)
    let information = try file.information()
    guard information.isRegular else { return OpenedFile(bytes: [], information: information) }
    return OpenedFile(
      bytes: try file.readWhole(limit: limit, expecting: information.size), information: information
    )
  }

  /// Why a file of that size is not read.
  static func words(tooLarge size: Int, limit: Int = ReadLimit.record) -> String {
    "it has \(size) bytes, and a file of its kind \(limit) at most"
  }

  /// Why a record cannot be read: `File too large` would not say how large.
  package static func words(_ error: Errno, of path: String, limit: Int = ReadLimit.record)
    -> String
  {
    guard error == .tooLarge, let size = try? System.information(path).size else {
      return "\(error)"
    }
    return words(tooLarge: size, limit: limit)
  }

  /// The names in one of the queue's directories that are wanted.
  package func table(
    _ folder: Folder, where isWanted: (UnsafeBufferPointer<UInt8>) -> Bool
  ) throws(SpoolError) -> NameTable {
    try naming("list", path(folder), doing: NameTable(listing: path(folder), where: isWanted))
  }

  /// When `done/` changed last, by the file server's clock.
  package func recordsModified() throws(SpoolError) -> Timestamp {
    let path = path(.done)
    // Opened afresh, as for a listing: see Sightings.swift.
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
