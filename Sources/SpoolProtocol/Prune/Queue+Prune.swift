extension Queue {
  /// A run that is removed from the queue, or whose folder is.
  package struct Pruned: Sendable, Equatable {
    package let run: String
    /// When it ended, by the file server's clock.
    package let endedAt: Timestamp
    /// The size of its folder, in bytes; 0 if it was not measured.
    package let bytes: Int
    /// Whether its record is removed too, and not only its folder.
    package let isWhole: Bool
    /// Whether it has a folder, or had one when `runs/` was listed. A run that is over gets no other folder.
    package let hasFolder: Bool
  }

  /// Returns the runs that a rule removes, the oldest first.
  ///
  /// A run is never removed if it is not over, if a waiting run names it in `after`, or if its hook is still to be
  /// begun.
  ///
  /// - Parameters:
  ///   - rule: What is kept.
  ///   - chosen: The runs to which the rule is applied, as if there were no others; nil for all. It is called once
  ///     `done/` has been listed.
  /// - Throws: ``SpoolError`` if the queue cannot be read.
  package func prunable(
    by rule: Retention, of chosen: () throws(SpoolError) -> Set<String>?
  ) throws(SpoolError) -> [Pruned] {
    if rule.keepsAll { return [] }
    // done/ comes first: a run that is listed there and moves no more afterwards is over.
    let records = try listIfThere(.done)
    let needed = try runsNeeded()
    let folders = Set(try listIfThere(.runs))
    let selected = try chosen()
    var ended: [Retention.Ended] = []
    ended.reserveCapacity(records.count)
    for file in records {
      guard let run = Self.recordName(file), !needed.contains(run),
        selected?.contains(run) ?? true,
        // If another process has removed a run since the listing, the run is left out.
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

  /// The runs of which nothing may be removed.
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
    // One listing decides about the runs that were absent by their names alone.
    if !gone.isEmpty {
      let there = Set(try listIfThere(.queued))
      for file in gone where there.contains(file) {
        let path = path(.queued, file)
        if try informationIfThere(path)?.isRegular == true { need(try waitingJob(path)) }
      }
    }
    // A request for a hook is named RUN.EVENT.json. The request of on_empty names no run, and spares none.
    for file in try listIfThere(.hooks) {
      let name = file.split(separator: ".").dropLast(2).joined(separator: ".")
      if !name.isEmpty { needed.insert(name) }
    }
    return needed
  }

  /// A waiting file's job. Returns nil if it is gone, is not a job, or may not be read by this user.
  ///
  /// - Throws: ``SpoolError`` if it cannot be read now: then it is not known which runs it needs.
  private func waitingJob(_ path: String) throws(SpoolError) -> Job? {
    let bytes = try namingIfThere("read", path, absentIf: { $0 == .notFound || $0.isRefusal }) {
      () throws(Errno) in try read(path).bytes
    }
    return bytes.flatMap { try? Job(parsing: $0) }
  }

  /// Removes the chosen parts of one run. Returns false if it was gone already.
  ///
  /// The folder goes first: lists show a record without a folder all the same, and its name stays taken. If a crash
  /// leaves a part of a folder, the next call of ``sweepPruned(by:ofOthers:)`` removes it.
  ///
  /// - Throws: ``SpoolError`` if something cannot be removed. If only files of its folder refuse to go, the run is
  ///   gone from the queue all the same.
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

  /// Removes the chosen parts of some runs, as ``prune(_:)`` does, on a few threads: each run has files of its own.
  ///
  /// - Returns: The result for each run, in the same order.
  package func prune(_ chosen: [Pruned]) -> [Result<Bool, SpoolError>] {
    Parallel.mapWaiting(chosen.count, threads: 4) { number in
      Result { () throws(SpoolError) in try prune(chosen[number]) }
    }
  }

  /// Removes what an interrupted prune left, and the records of sweeps of which no run is left.
  ///
  /// - Parameters:
  ///   - rule: A sweep's record is removed at the age that the rule gives for runs.
  ///   - ofOthers: Whether the records of other people's sweeps are removed too.
  /// - Throws: ``SpoolError`` for the first file that cannot be removed; everything else is removed.
  package func sweepPruned(by rule: Retention, ofOthers: Bool = true) throws(SpoolError) {
    var refusal: SpoolError?
    for file in try listIfThere(.runs) where file.hasPrefix(".pruned.") {
      let error = removeAside(file)
      refusal = refusal ?? error
    }
    try pruneSweeps(by: rule, ofOthers: ofOthers)
    if let refusal { throw refusal }
  }

  /// Removes a folder that was moved out of the queue's sight. Returns nil if it is gone.
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
