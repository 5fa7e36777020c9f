// What the agent of a claim does if the start failed before the command began. The agent has the claim, so no other
// process marks this start. If the agent dies before it gives the run back, recovery gives it back, and the mark stays.

extension Queue {
  /// The result for a claim whose start failed.
  package enum Unstarted: Sendable, Equatable {
    /// The run waits again, for that many seconds.
    case waits(seconds: Double, SeenStarts)
    /// This was the last try: the run is over.
    case ended(reason: String)
    /// Somebody asked to stop the run, and it is over.
    case killed
    /// The file had moved on already.
    case movedOn
  }

  /// Marks a failed start, and puts the run back. At the third mark that counts, the run ends.
  ///
  /// - Parameters:
  ///   - name: The name of the file in `starting/`, under a claim of the caller's.
  ///   - cause: The cause in words; see ``UnstartedMark/cause``.
  ///   - counts: Whether the run's own file may be to blame.
  ///   - seen: The failed starts of this run that the caller itself has seen before.
  /// - Throws: ``SpoolError`` if the file could not be put back either; recovery does that.
  package func noteUnstarted(
    _ name: QueueFileName, cause: String, counts: Bool, seen: SeenStarts?, settings: QueueSettings
  ) throws(SpoolError) -> Unstarted {
    guard let claim = name.claim else { return .movedOn }
    let path = path(.starting, name.text)
    let information = try namingIfThere(
      "look at", path, doing: System.open(path, .reading).information())
    guard let information else { return .movedOn }
    let mark = UnstartedMark(
      claim: claim, host: Host.current.name, inode: information.inode, counts: counts, cause: cause)
    // The cause may be a full disk, and then there is no mark: the caller remembers the start.
    let marked = try? write(mark, of: name)
    var starts = SeenStarts(inode: information.inode, times: 1, counted: counts ? 1 : 0)
    if let seen, seen.inode == information.inode {
      starts.times += seen.times
      starts.counted += seen.counted
    }
    starts.times = Swift.max(starts.times, marked?.times ?? 0)
    starts.counted = Swift.max(starts.counted, marked?.counted ?? 0)
    if counts, starts.counted >= UnstartedMark.limit {
      let reason =
        "its runner died \(starts.counted == 3 ? "three" : "\(starts.counted)") times before the command began: "
        + mark.cause
      let outcome = Outcome(state: .crashed, reason: reason, endedAt: .now)
      // If the run cannot be ended now, it waits, and is ended after the next try.
      if let isEnded = try? endUnparsed(name, outcome, settings) {
        return isEnded ? .ended(reason: reason) : .movedOn
      }
    }
    // The touch shows any agent that there is a mark. If the file belongs to another user, only this agent knows.
    do throws(Errno) { try System.open(path, .reading).touch() } catch {}
    switch try putBack(name) {
    case .movedOn: return .movedOn
    case .killed: return .killed
    case .waits: return .waits(seconds: UnstartedStarts.pause(after: starts.times), starts)
    }
  }

  /// The result for a claim's file that was to be put back.
  package enum PutBack: Sendable, Equatable {
    case waits
    case killed
    /// The file had moved on already.
    case movedOn
  }

  /// Gives a claim back, and ends the run if a request to stop it was made meanwhile.
  ///
  /// A kill writes the request and then looks into `queued/`. This function gives the claim back and then looks for
  /// a request. One of the two finds the run.
  package func putBack(_ name: QueueFileName) throws(SpoolError) -> PutBack {
    guard try giveBack(name) else { return .movedOn }
    // If this fails, the next claim ends the run, because the request stays.
    let isEnded = (try? endIfKillIsRequested(name.claimed(by: nil))) ?? false
    return isEnded ? .killed : .waits
  }

  /// Writes the mark into the claim's folder. Returns how many marks this file has now.
  private func write(
    _ mark: UnstartedMark, of file: QueueFileName
  ) throws(SpoolError) -> (times: Int, counted: Int) {
    let run = file.base
    // The mark may not go into the folder of another file's run, if somebody gave that run's name to this file.
    guard let (number, isMarked) = try markedAttempt(mark, run) else {
      throw SpoolError(.no, "\(run): is another file's run")
    }
    let before = try unstartedStarts(of: run, inode: mark.inode)
    var mark = mark
    if isMarked { mark.times = (before?.last.times ?? 0) + 1 }
    let folder = runPath(run, "\(number)")
    let aside = try Aside("unstarted", in: folder, mark.json.bytes(), permissions: shape.files)
    if isMarked {
      // The last mark does not count either: the new mark stands for both.
      try publishFile(aside.path, as: folder + "/" + Self.unstartedFile)
      aside.release()
    } else {
      _ = try publishUnstarted(aside.name, run: run, number)
      try aside.remove()
    }
    return (
      (before?.times ?? 0) + 1, (before?.counted ?? 0) + (mark.counts ? 1 : 0)
    )
  }

  /// Finds the folder that gets the mark: the claim's own folder if it made one, otherwise the next. Also tells whether
  /// the folder has a mark that the new mark replaces. Returns nil if the name belongs to another file's run.
  private func markedAttempt(
    _ mark: UnstartedMark, _ run: String
  ) throws(SpoolError) -> (number: Int, isMarked: Bool)? {
    _ = try reserve(run)
    let numbers = try attemptNumbers(of: run)
    for number in numbers.reversed() {
      guard let files = try attemptDirectory(run, number).names() else { continue }
      if files.contains(Self.startFile), let start = readStart(run, number) {
        if start.claim == mark.claim { return (number, false) }
        if start.inode != mark.inode { return nil }
        break
      }
      if files.contains(".start." + mark.claim.text) { return (number, false) }
      guard number == numbers.last, !files.contains(Self.endFile) else { continue }
      // A folder without a start belongs to this claim, or to a claim that died before.
      if !files.contains(Self.unstartedFile) { return (number, false) }
      // Marks that do not count share one file: a disk that is full for days must not get fuller.
      if !mark.counts, let last = try unstartedStarts(of: run, inode: mark.inode)?.last,
        !last.counts
      {
        return (number, true)
      }
    }
    for number in ((numbers.last ?? 0) + 1)...((numbers.last ?? 0) + 100) {
      if try reserveAttempt(run, number) { return (number, false) }
    }
    throw SpoolError(.no, "\(runPath(run)): no folder could be made for a mark")
  }

  /// Ends a claimed run without a look into its file: a file that has killed its runners must not be read by
  /// another process.
  ///
  /// - Returns: Whether it ended the run; false if the claim was lost.
  package func endUnparsed(
    _ name: QueueFileName, _ outcome: Outcome, _ settings: QueueSettings
  ) throws(SpoolError) -> Bool {
    guard var attempt = try makeUnparsedAttempt(name, settings: settings) else { return false }
    let sync = sync(settings)
    let heartbeat = try attempt.publishStart(sync: sync)
    var outcome = outcome
    outcome.endedAt = (try? heartbeat.information().modified) ?? .now
    guard try attempt.enterRunning(sync: sync) else { return false }
    outcome.isHopeless = true
    return try attempt.finish(outcome, sync: sync)
  }
}
