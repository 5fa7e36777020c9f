extension Queue {
  /// Looks for everything in the queue's directory that the protocol does not allow.
  ///
  /// Changes nothing, and may be used while agents work. Files that do not belong to spool are none of its
  /// findings: those with a leading dot, those in `queued/` that do not end in `.json`, and those that a run
  /// keeps in its own folder. A job file that does not parse is no finding either: its run will end as
  /// crashed.
  ///
  /// - Returns: The findings, in the order of the folders; if all of them are remarks, the queue is sound.
  /// - Throws: ``SpoolError`` when the directory cannot be read.
  package func check() throws(SpoolError) -> [Finding] {
    var first = Examination(self)
    try first.run()
    if first.findings.isEmpty { return [] }
    // Things move while they are listed: a run may have been met on two of its places, or on none. A sound
    // queue never looks wrong in the same way twice: a claim is used once, so that the names of a moving run
    // are new ones, and an outcome that was seen has its run in running/ or done/ from then on.
    var second = Examination(self, of: first.suspects)
    try second.run()
    let confirmed = Set(second.findings)
    return first.findings.filter { confirmed.contains($0) }
  }

  /// Removes the folders of names that were reserved and not used: empty ones in `runs/`, older than
  /// five minutes by the file server's clock, of which no file in the queue has the name.
  ///
  /// A crash between a reservation and its rename leaves one, and so does a lost reply.
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
    // Without the server's time their age is not known.
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

  /// Every run's name, from two passes: also that of a run that moves back into `queued/`.
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
