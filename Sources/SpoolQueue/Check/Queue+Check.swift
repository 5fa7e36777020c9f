extension Queue {
  /// Checks the queue's directory for everything that the protocol does not allow.
  ///
  /// Changes nothing, and may be used while agents work. Some files do not concern spool: files with a leading
  /// dot, files in `queued/` that do not end in `.json`, and files that a run keeps in its own folder. A job
  /// file that does not parse is no finding either: its run will end as crashed.
  ///
  /// - Returns: The findings, in the order of the folders. The queue is sound if all of them are remarks.
  /// - Throws: ``SpoolError`` if the directory cannot be read.
  package func check() throws(SpoolError) -> [Finding] {
    var first = Examination(self)
    try first.run()
    if first.findings.isEmpty { return [] }
    // Files move while they are listed: a run may be seen in two places, or in none. A sound queue never looks wrong
    // in the same way twice: a claim is used once, so a moving run gets new names; and once an outcome was seen, its
    // run is in running/ or done/.
    var second = Examination(self, of: first.suspects)
    try second.run()
    let confirmed = Set(second.findings)
    return first.findings.filter { confirmed.contains($0) }
  }

  /// Removes the folders of names that were reserved and not used: empty folders in `runs/`, older than
  /// five minutes by the file server's clock, whose name no file in the queue has.
  ///
  /// A crash between a reservation and its rename leaves such a folder, and so does a lost reply.
  ///
  /// - Returns: The names that are free again.
  package func sweepReservations() throws(SpoolError) -> [String] {
    var swept: [String] = []
    for run in try abandonedReservations() {
      if try removeEmpty(runPath(run)) { swept.append(run) }
    }
    return swept
  }

  /// The names that ``sweepReservations()`` frees.
  func abandonedReservations() throws(SpoolError) -> [String] {
    let known = try allRunsCertainly()
    let unknown = try listIfThere(.runs).filter { $0.utf8.first != UInt8(ascii: ".") }
      .filter { !known.contains($0) }
    // Their age is unknown without the server's time.
    if unknown.isEmpty { return [] }
    guard let now = serverTime() else { return [] }
    var abandoned: [String] = []
    for run in unknown.sorted() {
      guard let folder = try? System.information(runPath(run)), folder.isDirectory,
        now.seconds(since: folder.modified) >= Self.reservationLifetime,
        try runDirectory(run).names()?.isEmpty == true
      else { continue }
      abandoned.append(run)
    }
    if abandoned.isEmpty { return [] }
    let knownNow = try allRunsCertainly()
    return abandoned.filter { !knownNow.contains($0) }
  }

  /// The names of all runs, from two passes, so that no run is missed that moves back into `queued/`.
  private func allRunsCertainly() throws(SpoolError) -> Set<String> {
    var runs = try runsOfUnqueuedSweeps()
    try Sightings(self, skipsMissing: true)
      .each(in: Sightings.unfinished + Sightings.unfinished) { active in
        runs.formUnion([active.run, active.name.base])
      }
    for file in try listIfThere(.done) {
      if let run = Self.recordName(file) { runs.insert(run) }
    }
    return runs
  }
}
