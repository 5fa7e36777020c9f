extension Attempt {
  /// Ends the attempt: its record becomes `end.json`, unless another outcome was first, and the run
  /// goes where that says.
  ///
  /// Only for one who has seen the file in `running/` under this claim.
  ///
  /// - Returns: Whether the outcome was this one.
  @discardableResult
  package func finish(_ outcome: Outcome, sync: Bool) throws(SpoolError) -> Bool {
    let aside = Queue.asideName("end")
    let path = folder + "/" + aside
    do throws(SpoolError) {
      try SpoolQueue.attempt("write", path) { () throws(Errno) in
        let file = try System.create(path, permissions: queue.shape.files)
        try file.write(record(outcome).bytes())
        if sync { try file.sync() }
      }
      guard try queue.publishOutcome(aside, run: run, number) else {
        try queue.removeIfThere(path)
        try queue.carryOn(name, attempt: number, sync: sync)
        return false
      }
      // The outcome must be on disk before anything that follows from it.
      if sync { try queue.syncDirectory(folder) }
      try queue.carryOn(
        name, attempt: number, next: outcome.next, aside: aside, sync: sync, hooks: start.hooks,
        endedAs: outcome.state)
      return true
    } catch {
      // On a full disk this is tried again and again, under another name each time.
      try? queue.removeIfThere(path)
      throw error
    }
  }

  /// Makes the attempt's folder and its `start.json` again, for a run that removed them: its outcome
  /// needs a place.
  ///
  /// - Returns: The new file, to be kept open like the one before, which may be closed now.
  package func remakeFolder(sync: Bool) throws(SpoolError) -> HeldFile {
    _ = try queue.reserve(run)
    _ = try queue.reserveAttempt(run, number)
    return HeldFile(try publishStart(sync: sync))
  }

  /// The whole record, on one line, so that a list of runs is its bytes.
  private func record(_ outcome: Outcome) -> JSON {
    var run = Run(start: start, name: name, queue: queue, file: file)
    run.apply(outcome)
    // What the run said of itself outlives its folder.
    run.progress = queue.readProgress(of: start.run)
    run.summary = queue.readSummary(of: start.run)
    var object = run.json
    object["next"] = .string(outcome.next.rawValue)
    object["claim"] = .string(start.claim.text)
    if let distrust = start.distrust { object[Queue.distrustKey] = .string(distrust) }
    return .object(object)
  }
}

extension Queue {
  /// A name for what is written aside: hidden, and nobody else's.
  package static func asideName(_ kind: String) -> String {
    var generator = SystemRandomNumberGenerator()
    return ".\(kind)." + String(generator.next(), radix: 36)
  }

  /// Takes a run with an outcome where that outcome says. Anyone may, any number of times.
  ///
  /// - Returns: false: there is no outcome yet.
  @discardableResult
  package func carryOn(
    _ name: QueueFileName, attempt number: Int, sync: Bool
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
    guard let object = (try? JSON(parsing: bytes, dialect: .strict))?.objectValue,
      let next = object["next"]?.stringValue.flatMap({ Outcome.Next(rawValue: $0) })
    else { throw Self.noOutcome(end) }
    // Whoever linked it may have died before this.
    if sync { try syncDirectory(runPath(name.base, "\(number)")) }
    if next == .queued {
      try carryOn(
        name, attempt: number, next: next, aside: "", sync: sync, hooks: nil, endedAs: .crashed)
      return true
    }
    let aside = Self.asideName("end")
    guard try linkOutcome(aside, run: name.base, number) else { return false }
    do throws(SpoolError) {
      try carryOn(
        name, attempt: number, next: next, aside: aside, sync: sync,
        hooks: readStart(name.base, number)?.hooks,
        endedAs: object["state"]?.stringValue.flatMap { RunState(rawValue: $0) } ?? .crashed)
    } catch {
      try? removeIfThere(runPath(name.base, "\(number)/" + aside))
      throw error
    }
    return true
  }

  private static func noOutcome(_ path: String) -> SpoolError {
    SpoolError(.system, "\(path): is not an outcome that spool wrote; look at it and move it away")
  }

  /// `aside` is a link of the outcome, under a name of the caller's own; "": there is none.
  fileprivate func carryOn(
    _ name: QueueFileName, attempt number: Int, next: Outcome.Next, aside: String, sync: Bool,
    hooks: Hooks?, endedAs state: RunState
  ) throws(SpoolError) {
    switch next {
    case .queued:
      let isMoved = try requeue(name)
      if sync {
        try syncDirectory(.queued)
        try syncDirectory(.running)
      }
      if !aside.isEmpty { try removeIfThere(runPath(name.base, "\(number)/" + aside)) }
      // Whoever asked to stop the run while it was in running/ has left it to its runner. What fails
      // here is the next claim's to do: the request stands.
      if isMoved { _ = try? endIfKillIsRequested(name.claimed(by: nil)) }
    case .done:
      // done/ before the job file leaves running/: a run is never nowhere.
      try publishRecord(aside, run: name.base, number)
      if sync { try syncDirectory(.done) }
      // While the run is in running/ whoever carries on asks again: none of its hooks is forgotten.
      try requestHooks(hooks, of: name.base, number, state)
      try retire(name, attempt: number)
    }
  }

  /// The beginning of a file of spool's own: `limit` bytes at most, and one more to tell that there is
  /// more.
  package func read(_ path: String, limit: Int) throws(Errno) -> [UInt8] {
    let file = try System.open(path, .reading)
    return try file.readAll(limit: limit, expecting: file.information().size)
  }
}
