extension Examination {
  /// Checks that each claim has a process that works on it.
  mutating func examineClaimed(_ agents: [String: AgentRecord]) throws(SpoolError) {
    let claimed = entries.filter { $0.folder != .queued }
    if claimed.isEmpty { return }
    let judge = try Judge(queue)
    func isDead(_ claim: ClaimName) -> Bool {
      guard let agent = agents[claim.agent] else { return true }
      return queue.isGone(agent, judge)
    }
    for entry in claimed {
      guard let claim = entry.name.claim else { continue }
      let isOrphan = isDead(claim)
      if entry.folder == .starting {
        if isOrphan {
          report(
            .mendable, entry.path,
            "its agent \(claim.agent) died before the command started; \(recover) puts it back"
              + " into queued/", run: entry.name.base)
        }
      } else {
        try examineRunning(entry, judge, isOrphan: isOrphan, agents)
      }
    }
  }

  private mutating func examineRunning(
    _ entry: Entry, _ judge: Judge, isOrphan: Bool, _ agents: [String: AgentRecord]
  ) throws(SpoolError) {
    let run = entry.name.base
    let isDone = done.contains(run)
    let attempt: Queue.FoundAttempt?
    do throws(SpoolError) {
      attempt = try queue.findAttempt(of: entry.name)
    } catch {
      // An obstacle on the way to the attempt is a finding of its own; or the run is being pruned.
      if error.errno?.isAbsence == true || error.errno?.isRefusal == true { return }
      throw error
    }
    guard let found = attempt else {
      report(
        isOrphan ? .mendable : .fault, entry.path,
        "no attempt in runs/\(run)/ has a start.json with its claim; "
          + (isOrphan
            ? "\(recover) ends the run as crashed"
            : "a run that lives may have removed its folder, which its runner makes anew; if this"
              + " stays, end its agent, and \(recover) ends the run as crashed"),
        run: run)
      return
    }
    let verdict = queue.verdict(of: found, judge)
    let outcome = found.hasEnded ? try queue.readEnd(run, found.start.attempt) : nil
    if isDone, outcome?.next != .done {
      report(
        .fault, entry.path,
        "the run is in done/ too, and this claim has no outcome that led there; move"
          + " the file out of the queue", run: run)
    } else if found.hasEnded, verdict != .alive {
      // A live runner would be carrying it on at this moment.
      report(
        .mendable, entry.path,
        isDone
          ? "the run is in done/, and its file was not put away; \(recover) does that"
          : "its outcome stands in runs/\(run)/\(found.start.attempt)/end.json and was not carried"
            + " on; \(recover) does that", run: run)
    } else if queue.isGone(found, agents.values, judge) {
      report(
        .mendable, entry.path,
        "its runner on \(found.start.holder.host) died; \(recover) ends the run as crashed",
        run: run)
    }
  }

  /// Reports runs in `done/` that wait again.
  ///
  /// A file with the name of a run in `done/` is a new drop, unless it is the very file that ran.
  mutating func examineReturned() throws(SpoolError) {
    for entry in entries where entry.folder != .running && done.contains(entry.name.base) {
      let run = entry.name.base
      if try lastInode(of: run) == entry.inode {
        report(
          .fault, entry.path,
          "the run is in done/ too, and would run again; remove this file, which ran already",
          run: run)
      }
    }
  }

  /// The inode of the file for which the run's last start was written.
  private func lastInode(of run: String) throws(SpoolError) -> UInt64? {
    guard let names = try FreshDirectory(queue.runPath(run), absentIf: \.isAbsence).names() else {
      return nil
    }
    for number in NameNumber.attempts(names).sorted(by: >) {
      if let start = queue.readStart(run, number) { return start.inode }
    }
    return nil
  }
}
