// The owners of runs in a queue that several people share.

extension Queue {
  /// Whether others than its owner can put runs into the queue: a group, or everybody, may write its directory.
  package var isShared: Bool { shape.directories & 0o022 != 0 }

  /// Counts runs by the owners of their files, whatever author the job files name.
  ///
  /// - Parameter runs: Their whole names.
  /// - Returns: Each owner and the number of runs, the largest number first. A run that is gone, or
  ///   whose owner is not known, is not counted.
  /// - Throws: ``SpoolError`` if the queue cannot be read.
  package func owners(
    of runs: some Sequence<String>
  ) throws(SpoolError) -> [(owner: String, count: Int)] {
    let listing = try RunListing(self)
    var selection = Selection()
    selection.runs = Set(runs)
    var counts: [String: Int] = [:]
    for entry in listing.select(limit: nil, selection).entries {
      let owner: String? =
        switch entry {
        case .active(let file): listing.reader.readOrFind(file)?.owner
        case .record(let position):
          try Self.recordName(listing.records[position]).flatMap { (run) throws(SpoolError) in
            try listing.reader.readRecord(of: run)?.owner
          }
        }
      if let owner { counts[owner, default: 0] += 1 }
    }
    return counts.map { (owner: $0.key, count: $0.value) }
      .sorted { ($0.count, $1.owner) > ($1.count, $0.owner) }
  }
}

extension Selection {
  /// The names under which files of this process's user appear: the user name, and the number on a
  /// host that does not know the name.
  package static var ownNames: [String] {
    let account = Account.current
    return [account.name, "\(account.user)"]
  }
}
