extension Queue {
  /// A run of which something is removed.
  package struct Pruned: Sendable, Equatable {
    package let run: String
    /// When it ended, by the file server's clock.
    package let endedAt: Timestamp
    /// What its folder has; 0 where nobody measured.
    package let bytes: Int
    /// Whether its record goes too, and not only its folder.
    package let isWhole: Bool
    /// Whether it has a folder, or had it when `runs/` was listed: a run that is over gets no other.
    package let hasFolder: Bool
  }

  /// Which runs a rule removes, the oldest first.
  ///
  /// Never one that is not over, one that a waiting run names in `after`, or one whose hook is still
  /// to be begun.
  ///
  /// - Parameters:
  ///   - rule: What is kept.
  ///   - chosen: The runs that the rule is for, as if there were no others; nil: all. Asked once `done/` has
  ///     been listed.
  /// - Throws: ``SpoolError`` when the queue cannot be read.
  package func prunable(
    by rule: Retention, of chosen: () throws(SpoolError) -> Set<String>?
  ) throws(SpoolError) -> [Pruned] {
    if rule.keepsAll { return [] }
    // done/ first: what is listed there and moves no more afterwards is over.
    let records = try listIfThere(.done)
    let needed = try runsNeeded()
    let folders = Set(try listIfThere(.runs))
    let selected = try chosen()
    var ended: [Retention.Ended] = []
    ended.reserveCapacity(records.count)
    for file in records {
      guard let run = Self.recordName(file), !needed.contains(run),
        selected?.contains(run) ?? true,
        // What another has removed since it was listed is not looked for again.
        let record = try look(at: path(.done, file)), record.isRegular
      else { continue }
      // The record is a second name of end.json, written when the run ended.
      ended.append(Retention.Ended(run: run, endedAt: record.modified))
    }
    ended.sort { ($0.endedAt, $0.run) > ($1.endedAt, $1.run) }
    if rule.bytes != nil {
      for index in ended.indices where folders.contains(ended[index].run) {
        ended[index].bytes = System.sizeOfTree(runPath(ended[index].run))
      }
    }
    guard let now = try now() else { return [] }
    return rule.choose(ended, now: now).reversed().compactMap { run, part in
      let hasFolder = folders.contains(run.run)
      if part == .folder, !hasFolder { return nil }
      return Pruned(
        run: run.run, endedAt: run.endedAt, bytes: run.bytes, isWhole: part == .all,
        hasFolder: hasFolder)
    }
  }

  /// The runs that nothing may be removed of.
  private func runsNeeded() throws(SpoolError) -> Set<String> {
    var needed: Set<String> = []
    let sightings = Sightings(self, skipsMissing: true)
    var gone: [String] = []
    func need(_ job: Job?) {
      needed.formUnion(job?.after?.runs ?? [])
      if let repeated = job?.retryOf { needed.insert(repeated) }
    }
    try sightings.each(in: Sightings.unfinished + [.queued]) { (active) throws(SpoolError) in
      needed.formUnion([active.run, active.name.base])
      guard active.folder == .queued else { return }
      let path = path(.queued, active.file)
      if let waiting = try look(at: path) {
        if waiting.isRegular { need(try waitingJob(path)) }
      } else {
        gone.append(active.file)
      }
    }
    // One listing tells which of them were absent by their names alone.
    if !gone.isEmpty {
      let there = Set(try listIfThere(.queued))
      for file in gone where there.contains(file) {
        let path = path(.queued, file)
        if try informationIfThere(path)?.isRegular == true { need(try waitingJob(path)) }
      }
    }
    // A request for a hook is named RUN.EVENT.json; that of on_empty names no run, and is not spared.
    for file in try listIfThere(.hooks) {
      let name = file.split(separator: ".").dropLast(2).joined(separator: ".")
      if !name.isEmpty { needed.insert(name) }
    }
    return needed
  }

  /// A waiting file's job; nil: it is gone, is no job, or may not be read by this user.
  ///
  /// - Throws: ``SpoolError`` when it cannot be read now: what it needs is not known then.
  private func waitingJob(_ path: String) throws(SpoolError) -> Job? {
    let bytes = try namingIfThere("read", path, absentIf: { $0 == .notFound || $0.isRefusal }) {
      () throws(Errno) in try read(path).bytes
    }
    return bytes.flatMap { try? Job(parsing: $0) }
  }

  /// Removes what was chosen of one run; false: it was gone already.
  ///
  /// The folder first: a record without one is what a list shows all the same, and its name stays
  /// taken. What a crash leaves of a folder is removed by the next call of ``sweepPruned(by:ofOthers:)``.
  ///
  /// - Throws: ``SpoolError`` when something cannot be removed. The run is gone from the queue all the
  ///   same where only files of its folder refuse to go.
  package func prune(_ chosen: Pruned) throws(SpoolError) -> Bool {
    let aside = ".pruned." + chosen.run + Aside.name("")
    var isRemoved = false
    if chosen.hasFolder { isRemoved = try dismissRun(chosen.run, as: aside) }
    var refusal: SpoolError?
    if isRemoved { refusal = removeAside(aside) }
    if chosen.isWhole {
      isRemoved = true
      try removeIfThere(path(.done, chosen.run + QueueFileName.ending))
    }
    if let refusal { throw refusal }
    return isRemoved
  }

  /// Removes what was chosen of some runs, as ``prune(_:)`` does, on a few threads: each run has files of its own.
  ///
  /// - Returns: What became of each, in the same order.
  package func prune(_ chosen: [Pruned]) -> [Result<Bool, SpoolError>] {
    Parallel.mapWaiting(chosen.count, threads: 4) { number in
      Result { () throws(SpoolError) in try prune(chosen[number]) }
    }
  }

  /// Removes what an interrupted prune left, and the records of sweeps of which no run is left.
  ///
  /// - Parameters:
  ///   - rule: Sweeps go with the age that it has for runs.
  ///   - ofOthers: Whether the records of other people's sweeps go too.
  /// - Throws: ``SpoolError``, the first of what cannot be removed; all else is.
  package func sweepPruned(by rule: Retention, ofOthers: Bool = true) throws(SpoolError) {
    var refusal: SpoolError?
    for file in try listIfThere(.runs) where file.hasPrefix(".pruned.") {
      let error = removeAside(file)
      refusal = refusal ?? error
    }
    try pruneSweeps(by: rule, ofOthers: ofOthers)
    if let refusal { throw refusal }
  }

  /// Removes a folder that was moved out of the queue's sight; nil: it is gone.
  private func removeAside(_ name: String) -> SpoolError? {
    do throws(Errno) {
      try System.removeTree(path(.runs, name))
      return nil
    } catch {
      return SpoolError("remove everything in it", path(.runs, name), error)
    }
  }

  private func pruneSweeps(by rule: Retention, ofOthers: Bool) throws(SpoolError) {
    guard let age = rule.age, let now = try now() else {
      return
    }
    let sweeps = try listIfThere(.sweeps).filter { Self.recordName($0) != nil }
    if sweeps.isEmpty { return }
    let known = Set(try allRuns().flatMap { Sweep.possibleSweeps(ofRun: $0) })
    for file in sweeps {
      guard let id = Self.recordName(file), !known.contains(id),
        let record = try informationIfThere(path(.sweeps, file)),
        ofOthers || record.owner == Account.current.user,
        now.seconds(since: record.modified) >= age
      else { continue }
      try removeIfThere(path(.sweeps, file))
    }
  }
}
