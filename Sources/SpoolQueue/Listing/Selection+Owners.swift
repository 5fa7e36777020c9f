// Whose runs a selection means where several people share a queue.

extension Queue {
  /// Whether others than its owner can put runs into it: a group, or everybody, may write its
  /// directory.
  package var isShared: Bool { shape.directories & 0o022 != 0 }

  /// How many of some runs each user owns, whatever author their job files name.
  ///
  /// - Parameter runs: Their whole names.
  /// - Returns: Each owner and the number of runs, the largest number first. A run that is gone, or
  ///   whose owner is not known, is not counted.
  /// - Throws: ``SpoolError`` when the queue cannot be read.
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
  /// What the owner of a file is called where it is this process's user: the name, and the number
  /// that a host has which does not know the name.
  package static var ownNames: [String] {
    let account = Account.current
    return [account.name, "\(account.user)"]
  }
}
