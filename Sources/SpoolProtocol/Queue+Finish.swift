extension Attempt {
  /// Ends the attempt: its record becomes `end.json`, unless another outcome was first, and the run goes where that
  /// outcome says.
  ///
  /// Only for a caller that has seen the file in `running/` under this claim.
  ///
  /// - Returns: Whether this outcome was the first.
  @discardableResult
  package func finish(_ outcome: Outcome, sync: Sync) throws(SpoolError) -> Bool {
    var isPublished = false
    return try finish(outcome, sync: sync, isPublished: &isPublished)
  }

  /// - Parameter isPublished: Whether an earlier try has linked the outcome, and failed afterwards.
  private func finish(
    _ outcome: Outcome, sync: Sync, isPublished: inout Bool
  ) throws(SpoolError) -> Bool {
    // On a full disk this is tried again and again, each time under another name.
    let aside = Aside("end", in: folder)
    try naming("write", aside.path) { () throws(Errno) in
      let file = try System.create(aside.path, permissions: queue.shape.files)
      do throws(Errno) {
        try file.write(record(outcome).bytes())
      } catch {
        // The cause is `ulimit -f`, which this process may not raise: the values of the job file are left out.
        guard error == .tooLarge else { throw error }
        try file.truncate()
        let remark = "the size of files is limited here, and this record is shortened"
        let short = record(outcome).shortened(remarks: outcome.remarks + [remark])
        try file.write(short.bytes())
      }
      if sync.isOn { try file.sync() }
    }
    guard try queue.publishOutcome(aside.name, run: run, number) else {
      // A file that the run itself has put there is not an outcome, and is put aside.
      if try queue.readEnd(run, number)?.claim != start.claim {
        throw SpoolError("publish the outcome as", folder + "/" + Queue.endFile, .exists)
      }
      try aside.remove()
      try queue.carryOn(name, attempt: number, sync: sync)
      return isPublished
    }
    isPublished = true
    let published = Instant.now
    // The outcome must be on disk before anything that follows from it.
    try queue.syncDirectory(folder, sync)
    let isMoved = try queue.carryOn(
      name, attempt: number, next: outcome.next, aside: aside.name, since: published, sync: sync,
      hooks: start.hooks, endedAs: outcome.state)
    aside.release()
    if !isMoved { try retireStrays() }
    return true
  }

  /// Ends the attempt although the run may have done anything to its folder: obstacles are removed, and the record
  /// names them.
  ///
  /// - Parameters:
  ///   - outcome: Gets the remarks on the obstacles that were removed.
  ///   - progress: How far a repair goes, and what was done. After each level that did not help it goes one further.
  /// - Returns: Whether this outcome was the first, as ``finish(_:sync:)`` does.
  /// - Throws: ``SpoolError`` if another try, or the next level, may succeed.
  package func finish(
    _ outcome: inout Outcome, _ progress: inout EndProgress, sync: Sync
  ) throws(SpoolError) -> Bool {
    if progress.level == nil, !isInPlace { progress.level = .gentle }
    if let level = progress.level {
      for note in repair(level, sync: sync.isOn, &progress.start)
      where !outcome.remarks.contains(note) {
        if outcome.remarks.count < 20 { outcome.remarks.append(note) }
      }
    }
    do throws(SpoolError) {
      let decided = try decided(outcome)
      guard try finish(decided, sync: sync, isPublished: &progress.isPublished) else {
        return false
      }
      outcome = decided
      return true
    } catch {
      if error.errno?.isObstacle == true {
        progress.raise()
      }
      throw error
    }
  }

  /// Ends the attempt without waiting between tries, with one try for each level.
  package func finishWithRepairs(
    _ outcome: inout Outcome, sync: Sync
  ) throws(SpoolError) -> Bool {
    var progress = EndProgress()
    while true {
      let before = progress.level
      do throws(SpoolError) {
        return try finish(&outcome, &progress, sync: sync)
      } catch {
        if progress.level == before { throw error }
      }
    }
  }

  private func record(_ outcome: Outcome) -> EndRecord {
    var run = Run(start: start, name: name, queue: queue, file: file)
    run.apply(outcome)
    // The progress and the summary that the run wrote outlive its folder.
    let names = (try? queue.runDirectory(start.run).names()).flatMap { $0 } ?? []
    queue.addResults(to: &run, names, .record)
    return EndRecord(run, next: outcome.next, claim: start.claim, distrust: start.distrust)
  }
}

extension Queue {
  /// Moves a run that has an outcome to where the outcome says. Any process may do this, any number of times.
  ///
  /// - Returns: Whether there is an outcome.
  @discardableResult
  package func carryOn(
    _ name: QueueFileName, attempt number: Int, sync: Sync
  ) throws(SpoolError) -> Bool {
    let end = runPath(name.base, "\(number)/" + Self.endFile)
    let bytes: [UInt8]
    do throws(Errno) {
      bytes = try readWhole(end).bytes
    } catch {
      if error == .notFound { return false }
      if error == .tooLarge { throw Self.noOutcome(end) }
      throw SpoolError("read", end, error)
    }
    guard let record = EndRecord(bytes), let next = record.next else { throw Self.noOutcome(end) }
    // The process that linked the outcome may have died before this sync.
    try syncDirectory(runPath(name.base, "\(number)"), sync)
    if next == .queued {
      try carryOn(
        name, attempt: number, next: next, aside: "", sync: sync, hooks: nil, endedAs: .crashed)
      return true
    }
    let aside = Aside("end", in: runPath(name.base, "\(number)"))
    guard try linkOutcome(aside.name, run: name.base, number) else {
      aside.release()
      return false
    }
    try carryOn(
      name, attempt: number, next: next, aside: aside.name, sync: sync,
      hooks: readStart(name.base, number)?.hooks,
      endedAs: record.state ?? .crashed)
    aside.release()
    return true
  }

  private static func noOutcome(_ path: String) -> SpoolError {
    SpoolError(.system, "\(path): is not an outcome that spool wrote; look at it and move it away")
  }

  /// `aside` is a link of the outcome, under a name of the caller's own; "" if there is none. If it is this caller that
  /// has published the outcome, `since` is when.
  ///
  /// - Returns: Whether this call took the job file out of `running/`.
  @discardableResult
  fileprivate func carryOn(
    _ name: QueueFileName, attempt number: Int, next: Outcome.Next, aside: String,
    since: Instant? = nil, sync: Sync, hooks: Hooks?, endedAs state: RunState
  ) throws(SpoolError) -> Bool {
    switch next {
    case .queued:
      let isMoved = try requeue(name)
      if sync == .full {
        try syncDirectory(.queued)
        try syncDirectory(.running)
      }
      if !aside.isEmpty { try removeIfThere(runPath(name.base, "\(number)/" + aside)) }
      // A kill that found the run in running/ has left it to its runner. If this fails, the next claim ends the
      // run, because the request stays.
      if isMoved { _ = try? endIfKillIsRequested(name.claimed(by: nil)) }
      return isMoved
    case .done:
      // done/ comes before the job file leaves running/, so that at every moment the run is somewhere.
      try publishRecord(aside, run: name.base, number, since: since)
      if sync == .full { try syncDirectory(.done) }
      // As long as the run is in running/, each process that carries its end on asks again: none of its hooks is
      // forgotten.
      try requestHooks(hooks, of: name.base, number, state)
      return try retire(name, attempt: number)
    }
  }

  /// Reads the beginning of one of spool's own files: at most `limit` bytes, and one more that shows whether there
  /// is more.
  package func read(_ path: String, limit: Int) throws(Errno) -> [UInt8] {
    let file = try System.open(path, .reading)
    return try file.readAll(limit: limit, expecting: file.information().size)
  }
}
