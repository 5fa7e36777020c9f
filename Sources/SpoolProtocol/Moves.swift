// Every step of the protocol that changes who holds a run. Each step is one rename, one exclusive link or one
// exclusive creation. No other code of spool renames, links or makes a directory in an existing queue
// (Queue+Create.swift makes the queue itself).
//
// On NFS a call may have succeeded and still report ENOENT or EEXIST: the server's reply was lost and the client
// asked again. The comment of each step says how the step notices that.

extension Queue {
  // MARK: Names

  /// Reserves a run's name: `mkdir runs/RUN`. Returns false if the name is taken.
  ///
  /// A lost reply reports EEXIST for a directory of ours. Then we take another name, and recovery sweeps the empty
  /// directory.
  package func reserve(_ run: String) throws(SpoolError) -> Bool {
    try makeExclusive(runPath(run))
  }

  /// Makes an attempt's folder: `mkdir runs/RUN/N`. Returns false if that number is taken.
  package func reserveAttempt(_ run: String, _ number: Int) throws(SpoolError) -> Bool {
    try makeExclusive(runPath(run, "\(number)"))
  }

  private func makeExclusive(_ path: String) throws(SpoolError) -> Bool {
    do throws(Errno) {
      try System.makeDirectory(path, permissions: shape.directories)
      shape.give(path)
      return true
    } catch {
      if error == .exists { return false }
      throw SpoolError("make the directory", path, error)
    }
  }

  // MARK: Into the queue

  /// launch: `runs/RUN/job.json` → `queued/NAME`. From here on the run exists.
  ///
  /// Only its maker moves this source, so its absence means that the rename was done.
  package func submit(_ run: String, as name: QueueFileName) throws(SpoolError) {
    let source = runPath(run, Self.jobFile)
    try put(source, path(.queued, name.text))
  }

  /// launch, if the run could not be put on disk: `queued/NAME` → `runs/RUN/job.json`. Returns false if an agent
  /// has it already.
  ///
  /// No other process puts a file there, so after a lost reply the target's presence tells that the rename was
  /// done. Throws if the target cannot be listed, because the result is unknown then.
  package func withdraw(_ name: QueueFileName, _ run: String) throws(SpoolError) -> Bool {
    let target = runPath(run, Self.jobFile)
    do throws(Errno) {
      try System.rename(path(.queued, name.text), target)
      return true
    } catch {
      if error == .notFound, let isDone = isListed(target) { return isDone }
      throw SpoolError("withdraw", path(.queued, name.text), error)
    }
  }

  /// retry: `running/NAME@CLAIM` → `queued/NAME`, once `end.json` says so. Returns false if it was done already.
  package func requeue(_ name: QueueFileName) throws(SpoolError) -> Bool {
    try move(path(.running, name.text), .queued, name.claimed(by: nil).text, sourceIsUnique: true)
  }

  /// recover, or an agent that changes its mind: `starting/NAME@CLAIM` → `queued/NAME`. Returns false if its runner
  /// had moved it on, or if another process put it back.
  ///
  /// No outcome depends on this step: the claim never started a command.
  package func giveBack(_ name: QueueFileName) throws(SpoolError) -> Bool {
    try move(path(.starting, name.text), .queued, name.claimed(by: nil).text, sourceIsUnique: true)
  }

  // MARK: Onwards

  /// claim: `queued/FILE` → `starting/NAME@CLAIM`. Returns false if another claim was first, which is not an error.
  ///
  /// The target's name belongs to this claim alone and was never looked up. So after an error the target is there
  /// exactly if this rename was done.
  package func claim(_ file: String, as name: QueueFileName) throws(SpoolError) -> Bool {
    try move(path(.queued, file), .starting, name.text, sourceIsUnique: false)
  }

  /// start: `starting/NAME@CLAIM` → `running/NAME'@CLAIM`. Returns false if the claim was lost meanwhile.
  ///
  /// This comes after `start.json` is on disk, so that recovery finds the attempt of every file in running/. The
  /// two names differ only if it turned out that the run needs another name.
  package func enterRunning(
    _ name: QueueFileName, as target: QueueFileName
  ) throws(SpoolError) -> Bool {
    try move(path(.starting, name.text), .running, target.text, sourceIsUnique: false)
  }

  /// finish, the last step: `running/NAME@CLAIM` → `runs/RUN/N/job.json`. If the source is gone, the step was done.
  ///
  /// This comes after the record is in done/, so that at every moment the run is somewhere.
  ///
  /// - Returns: Whether this call did it.
  @discardableResult
  package func retire(_ name: QueueFileName, attempt number: Int) throws(SpoolError) -> Bool {
    let target = runPath(name.base, "\(number)/" + Self.jobFile)
    do throws(Errno) {
      try System.rename(path(.running, name.text), target)
      return true
    } catch {
      if error == .notFound, isListed(path(.running, name.text)) == false { return false }
      throw SpoolError("put the job file away as", target, error)
    }
  }

  // MARK: Publishing what was written aside

  /// start: `N/.start…` → `N/start.json`, in a folder that belongs to this claim alone.
  package func publishStart(_ aside: String, run: String, _ number: Int) throws(SpoolError) {
    try put(runPath(run, "\(number)/" + aside), runPath(run, "\(number)/" + Self.startFile))
  }

  /// agent: links the mark `aside` to `N/unstarted.json`, once the agent has seen the start of its own claim fail.
  /// Returns false if there is a mark.
  ///
  /// No other process marks this claim. The mark decides nothing by itself: after a crash recovery gives the run back.
  package func publishUnstarted(
    _ aside: String, run: String, _ number: Int
  ) throws(SpoolError) -> Bool {
    let folder = runPath(run, "\(number)")
    return try publishNewFile(folder + "/" + aside, as: folder + "/" + Self.unstartedFile)
  }

  /// finish: links the record `aside` to `N/end.json`. Returns false if another outcome was first.
  ///
  /// The first outcome counts for ever, whoever wrote it.
  package func publishOutcome(
    _ aside: String, run: String, _ number: Int
  ) throws(SpoolError) -> Bool {
    let folder = runPath(run, "\(number)")
    return try publishNewFile(
      folder + "/" + aside, as: folder + "/" + Self.endFile, doing: "publish the outcome as")
  }

  /// finish: `N/.end…`, a link of `N/end.json`, → `done/RUN.json`.
  ///
  /// If another process that carried the end on has put the same file there, a rename over it does nothing, and the
  /// name that stays is removed. The source belongs to us alone, so its absence means that the rename was done.
  ///
  /// - Parameter since: When the caller has linked the outcome. Other processes leave it to the caller for two seconds,
  ///   so that right after it no name stays. Nil if another process may have linked it.
  package func publishRecord(
    _ aside: String, run: String, _ number: Int, since: Instant? = nil
  ) throws(SpoolError) {
    let source = runPath(run, "\(number)/" + aside)
    try put(source, path(.done, run + QueueFileName.ending))
    if let since, .now - since < .seconds(1) { return }
    try removeIfThere(source)
  }

  /// carry on: makes a second name for `N/end.json`, to be put into done/. Returns false if there is no outcome yet.
  package func linkOutcome(_ aside: String, run: String, _ number: Int) throws(SpoolError) -> Bool {
    let source = runPath(run, "\(number)/" + Self.endFile)
    do throws(Errno) {
      try System.link(source, runPath(run, "\(number)/" + aside))
      return true
    } catch {
      // EEXIST: the name has a random part, so only a link of ours has it whose reply was lost.
      if error == .exists { return true }
      if error == .notFound { return false }
      throw SpoolError("link", source, error)
    }
  }

  /// kill: `runs/RUN/.kill…` → `runs/RUN/kill`. A later request replaces an earlier one.
  package func publishKillRequest(_ aside: String, run: String) throws(SpoolError) {
    try put(runPath(run, aside), runPath(run, Self.killFile))
  }

  // MARK: Hooks

  /// finish: links `N/end.json` to `hooks/RUN.EVENT.json`, which asks the queue's agents for a hook.
  ///
  /// An existing name asks already: another process that carries the same end on made it, or the reply was lost.
  package func requestHook(_ request: HookRequest, run: String, _ number: Int) throws(SpoolError) {
    let target = path(.hooks, request.file)
    do throws(Errno) {
      try System.link(runPath(run, "\(number)/" + Self.endFile), target)
    } catch {
      if error != .exists { throw SpoolError("ask for a hook as", target, error) }
    }
  }

  /// finish: `N/.empty…`, a link of `N/end.json`, → `hooks/on_empty.json`, which replaces the request of the run
  /// that ended before.
  ///
  /// The source belongs to us alone, and a rename over the same file does nothing, as in the step for the record.
  package func requestEmptyHook(_ aside: String, run: String, _ number: Int) throws(SpoolError) {
    guard try linkOutcome(aside, run: run, number) else { return }
    let source = runPath(run, "\(number)/" + aside)
    do throws(SpoolError) {
      try put(source, path(.hooks, Self.emptyHookFile))
    } catch {
      try? removeIfThere(source)
      throw error
    }
    try removeIfThere(source)
  }

  /// agent: `hooks/on_empty.json` → `hooks/on_empty.ID.json`, once the queue is empty. Returns false if another
  /// agent was first, so that the queue's becoming empty calls one hook.
  ///
  /// The target's name belongs to this agent alone: after an error it is there exactly if this rename was done.
  package func claimEmptyHook(as request: HookRequest) throws(SpoolError) -> Bool {
    try move(path(.hooks, Self.emptyHookFile), .hooks, request.file, sourceIsUnique: false)
  }

  /// Replaces a small file of the queue by its new text, which was written beside it.
  package func publishFile(_ aside: String, as target: String) throws(SpoolError) {
    try put(aside, target)
  }

  /// Publishes a small file of the queue that must not be there yet. Returns false if the name is taken.
  ///
  /// A lost reply reports EEXIST for a link of ours: then our file has more than one name.
  package func publishNewFile(
    _ aside: String, as target: String, doing action: String = "publish"
  ) throws(SpoolError) -> Bool {
    do throws(Errno) {
      try System.link(aside, target)
      return true
    } catch {
      if error != .exists { throw SpoolError(action, target, error) }
      return try naming("look at", aside, doing: System.open(aside, .reading).information()).links
        > 1
    }
  }

  // MARK: Sweeps

  /// Reserves a sweep's ID, and makes the place where its runs are written: `mkdir sweeps/.ID`. Returns false if
  /// the ID is taken.
  package func reserveSweep(_ id: String) throws(SpoolError) -> Bool {
    try makeExclusive(path(.sweeps, "." + id))
  }

  /// sweep: `sweeps/.ID` → `sweeps/ID`. Before this step no run of the sweep will be queued, after it all of them
  /// will. Returns false if recovery took the folder for that of a dead maker.
  ///
  /// Only the maker and recovery move this source, and recovery gives it another name. So the target's presence tells
  /// that this rename was done when the server's reply was lost.
  package func commitSweep(_ id: String) throws(SpoolError) -> Bool {
    do throws(Errno) {
      try System.rename(path(.sweeps, "." + id), path(.sweeps, id))
      return true
    } catch {
      if error == .notFound { return try list(.sweeps).contains(id) }
      throw SpoolError("rename", path(.sweeps, "." + id), error)
    }
  }

  /// recover: `sweeps/.ID` → `sweeps/.ID.swept`, to be removed. Returns false if its maker lives after all.
  package func dismissSweep(_ id: String) throws(SpoolError) -> Bool {
    do throws(Errno) {
      try System.rename(path(.sweeps, "." + id), path(.sweeps, Self.sweptName(id)))
      return true
    } catch {
      if error == .notFound { return false }
      throw SpoolError("rename", path(.sweeps, "." + id), error)
    }
  }

  /// sweep: `sweeps/ID/sweep.json` → `sweeps/ID.json`, once it is certain that the runs follow.
  package func publishSweep(_ id: String) throws(SpoolError) {
    try put(path(.sweeps, id + "/" + Self.sweepFile), path(.sweeps, id + QueueFileName.ending))
  }

  /// sweep: `sweeps/ID/NAME` → `queued/NAME`. Returns false if another process did it.
  ///
  /// Several processes may do this at once. A source never gets its name again, so each run is queued once. A
  /// process that gets ENOENT, or whose reply was lost, lists the folder again at the end.
  package func submit(_ file: String, ofSweep id: String) throws(SpoolError) -> Bool {
    let source = path(.sweeps, id + "/" + file)
    do throws(Errno) {
      try System.rename(source, path(.queued, file))
      return true
    } catch {
      if error == .notFound { return false }
      throw SpoolError(renaming: source, to: path(.queued, file), error)
    }
  }

  // MARK: In queued/

  /// hold, release, move: `queued/FILE` → `queued/TARGET`. Returns false if it is no longer waiting.
  ///
  /// The caller saw that the target was not there. So after an error its presence says that the rename was done, by
  /// this caller or by another that wanted the same.
  package func renameWaiting(_ file: String, to target: String) throws(SpoolError) -> Bool {
    try move(path(.queued, file), .queued, target, sourceIsUnique: false)
  }

  // MARK: Sweeping

  /// Removes a directory that must be empty. Returns false if it is not empty, or is gone.
  package func removeEmpty(_ path: String) throws(SpoolError) -> Bool {
    do throws(Errno) {
      try System.removeDirectory(path)
      return true
    } catch {
      if error == .notEmpty || error == .exists || error == .notFound { return false }
      throw SpoolError("remove the empty directory", path, error)
    }
  }

  /// prune: `runs/RUN` → `runs/.pruned…`, to be removed. Returns false if it is gone.
  ///
  /// The folder goes at once, and not file by file: no reader must see a part of a run. If a run's record stays,
  /// its name is not given out again (`reserveUnrecorded`).
  package func dismissRun(_ run: String, as aside: String) throws(SpoolError) -> Bool {
    do throws(Errno) {
      try System.rename(runPath(run), path(.runs, aside))
      return true
    } catch {
      // After a lost reply: the target belongs to this call alone. On a network the rename may have looked it up.
      if error == .notFound {
        return try fileSystem == .local
          ? look(at: path(.runs, aside)) != nil : list(.runs).contains(aside)
      }
      throw SpoolError("move away", runPath(run), error)
    }
  }

  /// end: any file that a run has put in the place of one of spool's own → a hidden name in its folder. Or the
  /// run's job file, which the run has renamed, → `runs/RUN/N/job.json`.
  ///
  /// If the source is gone, the goal is reached.
  package func putAside(_ path: String, as aside: String) throws(SpoolError) {
    do throws(Errno) {
      try System.rename(path, aside)
    } catch {
      if error == .notFound, isListed(path) == false { return }
      throw SpoolError("put aside", path, error)
    }
  }

  /// Removes one name. If the name is gone, the goal is reached.
  package func removeIfThere(_ path: String) throws(SpoolError) {
    do throws(Errno) {
      try System.unlink(path)
    } catch {
      if error != .notFound { throw SpoolError("remove", path, error) }
    }
  }

  // MARK: How a rename is judged

  /// Renames a source that no other process moves. ENOENT means that an earlier try was done, if the source is
  /// really gone and its directory is not.
  func put(_ source: String, _ target: String) throws(SpoolError) {
    do throws(Errno) {
      try System.rename(source, target)
    } catch {
      // The target is not looked for: an agent may have taken it on already.
      if error == .notFound, isListed(source) == false, isListed(target) != nil { return }
      throw SpoolError(renaming: source, to: target, error)
    }
  }

  /// Renames a source that several processes may want.
  ///
  /// If `sourceIsUnique`, the source's name is never used again. Then its absence, and not the target's presence,
  /// says that the step was made, whoever made it.
  func move(
    _ source: String, _ folder: Folder, _ name: String, sourceIsUnique: Bool
  ) throws(SpoolError) -> Bool {
    let target = path(folder, name)
    do throws(Errno) {
      try System.rename(source, target)
      return true
    } catch {
      if !sourceIsUnique, isListed(target) == true { return true }
      if error == .notFound {
        // The listing throws if the missing name is the queue's directory.
        _ = try list(folder)
        return false
      }
      throw SpoolError(renaming: source, to: target, error)
    }
  }

  /// Whether a fresh listing of its directory has the name. Nil if that cannot be listed: then it is unknown.
  func isListed(_ path: String) -> Bool? { try? System.isListed(path) }
}
