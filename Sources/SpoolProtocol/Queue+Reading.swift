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

  /// What an `end.json` says of where its run goes.
  package struct End {
    package let next: Outcome.Next
    package let claim: ClaimName?
  }

  /// An attempt's outcome; nil: there is none, or it is none that spool wrote.
  package func readEnd(_ run: String, _ number: Int) throws(SpoolError) -> End? {
    let object: JSONObject?
    do throws(SpoolError) {
      object = try readOutcome(run, number)
    } catch {
      if error.errno?.isAbsence == true { return nil }
      throw error
    }
    guard let object,
      let next = object["next"]?.stringValue.flatMap({ Outcome.Next(rawValue: $0) }),
      object["run"]?.stringValue == run,
      object["state"]?.stringValue.flatMap({ RunState(rawValue: $0) })?.isDone == true
    else { return nil }
    return End(next: next, claim: object["claim"]?.stringValue.flatMap { ClaimName($0) })
  }

  /// What a path names, a link itself; nil: nothing.
  package func informationIfThere(_ path: String) throws(SpoolError) -> FileInformation? {
    do throws(Errno) {
      if let found = try lookAt(path) { return found }
      // NFS remembers absence for 30 s, but no longer than until the directory is listed afresh.
      guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
      let name = String(path[path.utf8.index(after: slash)...])
      guard try System.list(String(path[..<slash])).contains(name) else { return nil }
      return try lookAt(path)
    } catch {
      if error.isAbsence { return nil }
      throw SpoolError("look at", path, error)
    }
  }

  private func lookAt(_ path: String) throws(Errno) -> FileInformation? {
    do throws(Errno) {
      return try System.information(path)
    } catch {
      if error.isAbsence { return nil }
      throw error
    }
  }

  /// The names in one of the queue's directories; none where it is missing.
  package func listIfThere(_ folder: Folder) throws(SpoolError) -> [String] {
    do throws(Errno) {
      return try System.list(path(folder))
    } catch {
      // Missing, or a link or a file in its place: a finding of its own.
      if [.notFound, .notDirectory, .symbolicLink].contains(error) { return [] }
      throw SpoolError("list", path(folder), error)
    }
  }

  /// The names in one of the queue's directories that are wanted.
  package func table(
    _ folder: Folder, where isWanted: (UnsafeBufferPointer<UInt8>) -> Bool
  ) throws(SpoolError) -> NameTable {
    try naming("list", path(folder)) { () throws(Errno) in
      try NameTable(listing: path(folder), where: isWanted)
    }
  }

  /// When `done/` changed last, by the file server's clock.
  package func recordsModified() throws(SpoolError) -> Timestamp {
    let path = path(.done)
    // Opened afresh: what a held one says may be 30 s old on NFS.
    return try naming("look at", path) { () throws(Errno) in
      try System.open(path, .directory).information().modified
    }
  }

  /// The records in `done/`.
  package func records() throws(SpoolError) -> NameTable {
    try table(.done) { name in
      name.first != UInt8(ascii: ".") && name.count > QueueFileName.ending.utf8.count
        && name.hasSuffix(".json")
    }
  }
}
