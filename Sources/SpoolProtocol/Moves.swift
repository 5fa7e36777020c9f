// Every step of the protocol that changes whose a run is: one rename, one exclusive link or one
// exclusive creation each. Nothing else in spool renames, links or makes a directory in a queue
// that is there (Queue+Create.swift makes the queue itself).
//
// On NFS a call may have succeeded and still report ENOENT or EEXIST, when the server's reply was
// lost and the client asked again. Each step says how it tells.

extension Queue {
  // MARK: Names

  /// Reserves a run's name: `mkdir runs/RUN`; false: it is taken.
  ///
  /// A lost reply reports EEXIST for a directory of ours: we take another name, and the empty
  /// directory is swept by recovery.
  package func reserve(_ run: String) throws(SpoolError) -> Bool {
    try makeExclusive(runPath(run))
  }

  /// Makes an attempt's folder: `mkdir runs/RUN/N`; false: that number is taken.
  package func reserveAttempt(_ run: String, _ number: Int) throws(SpoolError) -> Bool {
    try makeExclusive(runPath(run, "\(number)"))
  }

  private func makeExclusive(_ path: String) throws(SpoolError) -> Bool {
    do throws(Errno) {
      try System.makeDirectory(path, permissions: shape.directories)
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

  /// launch that could not be put on disk: `queued/NAME` → `runs/RUN/job.json`; false: an agent has
  /// it already.
  ///
  /// No other process puts a file there, so the target's presence tells when the server's reply was lost. An
  /// error where the target cannot be listed: then it is unknown.
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

  /// retry: `running/NAME@CLAIM` → `queued/NAME`, once `end.json` says so; done already: false.
  package func requeue(_ name: QueueFileName) throws(SpoolError) -> Bool {
    try move(path(.running, name.text), .queued, name.claimed(by: nil).text, sourceIsUnique: true)
  }

  /// recover, or an agent that thinks again: `starting/NAME@CLAIM` → `queued/NAME`; false: its
  /// runner had moved it on, or another put it back.
  ///
  /// No outcome hangs on it: the claim never started a command.
  package func giveBack(_ name: QueueFileName) throws(SpoolError) -> Bool {
    try move(path(.starting, name.text), .queued, name.claimed(by: nil).text, sourceIsUnique: true)
  }

  // MARK: Onwards

  /// claim: `queued/FILE` → `starting/NAME@CLAIM`; false: another was first, which is no error.
  ///
  /// The target's name belongs to this claim alone and was never looked up: it is there after an
  /// error exactly if this rename was done.
  package func claim(_ file: String, as name: QueueFileName) throws(SpoolError) -> Bool {
    try move(path(.queued, file), .starting, name.text, sourceIsUnique: false)
  }

  /// start: `starting/NAME@CLAIM` → `running/NAME'@CLAIM`; false: the claim was lost meanwhile.
  ///
  /// After `start.json` is on disk, so that recovery finds the attempt of every file in running/.
  /// The names differ only where the run turned out to need another name.
  package func enterRunning(
    _ name: QueueFileName, as target: QueueFileName
  ) throws(SpoolError) -> Bool {
    try move(path(.starting, name.text), .running, target.text, sourceIsUnique: false)
  }

  /// finish, at last: `running/NAME@CLAIM` → `runs/RUN/N/job.json`; gone = it was done.
  ///
  /// After the record is in done/: a run is never nowhere.
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

  /// start: `N/.start…` → `N/start.json`, in a folder that is this claim's alone.
  package func publishStart(_ aside: String, run: String, _ number: Int) throws(SpoolError) {
    try put(runPath(run, "\(number)/" + aside), runPath(run, "\(number)/" + Self.startFile))
  }

  /// agent: links the mark `aside` to `N/unstarted.json`, once it has seen the start of its own claim
  /// fail; false: there is one.
  ///
  /// Nobody else marks this claim. It decides nothing by itself: what a crash leaves is given back.
  package func publishUnstarted(
    _ aside: String, run: String, _ number: Int
  ) throws(SpoolError) -> Bool {
    let folder = runPath(run, "\(number)")
    return try publishNewFile(folder + "/" + aside, as: folder + "/" + Self.unstartedFile)
  }

  /// finish: links the record `aside` to `N/end.json`; false: another outcome was first.
  ///
  /// The first one counts for ever, whoever wrote it. A lost reply reports EEXIST for a link of
  /// ours: then our file has more than one name.
  package func publishOutcome(
    _ aside: String, run: String, _ number: Int
  ) throws(SpoolError) -> Bool {
    let source = runPath(run, "\(number)/" + aside)
    let target = runPath(run, "\(number)/" + Self.endFile)
    do throws(Errno) {
      try System.link(source, target)
      return true
    } catch {
      if error == .exists {
        let mine = try naming("look at", source, doing: System.open(source, .reading).information())
        return mine.links > 1
      }
      throw SpoolError("publish the outcome as", target, error)
    }
  }

  /// finish: `N/.end…`, a link of `N/end.json`, → `done/RUN.json`.
  ///
  /// Over the same file, put there by another who carried on, a rename does nothing: the name that
  /// stays is removed. The source is ours alone, so its absence means that it was done.
  package func publishRecord(_ aside: String, run: String, _ number: Int) throws(SpoolError) {
    let source = runPath(run, "\(number)/" + aside)
    try put(source, path(.done, run + QueueFileName.ending))
    try removeIfThere(source)
  }

  /// carry on: a second name for `N/end.json`, to put into done/; false: there is no outcome yet.
  package func linkOutcome(_ aside: String, run: String, _ number: Int) throws(SpoolError) -> Bool {
    let source = runPath(run, "\(number)/" + Self.endFile)
    do throws(Errno) {
      try System.link(source, runPath(run, "\(number)/" + aside))
      return true
    } catch {
      // EEXIST: the name has a random part; only a link of ours whose reply was lost has it.
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

  /// finish: links `N/end.json` to `hooks/RUN.EVENT.json`: the queue's agents are asked for a hook.
  ///
  /// A name that is there asks already: another asked who carries the same end on, or the reply was
  /// lost.
  package func requestHook(_ request: HookRequest, run: String, _ number: Int) throws(SpoolError) {
    let target = path(.hooks, request.file)
    do throws(Errno) {
      try System.link(runPath(run, "\(number)/" + Self.endFile), target)
    } catch {
      if error != .exists { throw SpoolError("ask for a hook as", target, error) }
    }
  }

  /// finish: `N/.empty…`, a link of `N/end.json`, → `hooks/on_empty.json`, in place of the run's that
  /// ended before.
  ///
  /// As with the record: the source is ours alone, and over the same file a rename does nothing.
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

  /// agent: `hooks/on_empty.json` → `hooks/on_empty.ID.json`, once the queue is empty; false: another
  /// agent was first, so that one emptiness calls one hook.
  ///
  /// The target's name belongs to this agent alone: it is there after an error exactly if this rename
  /// was done.
  package func claimEmptyHook(as request: HookRequest) throws(SpoolError) -> Bool {
    try move(path(.hooks, Self.emptyHookFile), .hooks, request.file, sourceIsUnique: false)
  }

  /// A small file of the queue: its new text, written beside it, takes the place of the old.
  package func publishFile(_ aside: String, as target: String) throws(SpoolError) {
    try put(aside, target)
  }

  /// A small file of the queue that must not be there yet; false: the name is taken.
  ///
  /// A lost reply reports EEXIST for a link of ours: then our file has more than one name.
  package func publishNewFile(_ aside: String, as target: String) throws(SpoolError) -> Bool {
    do throws(Errno) {
      try System.link(aside, target)
      return true
    } catch {
      if error != .exists { throw SpoolError("publish", target, error) }
      return try naming("look at", aside, doing: System.open(aside, .reading).information()).links
        > 1
    }
  }

  // MARK: Sweeps

  /// Reserves a sweep's ID, and makes the place where its runs are written: `mkdir sweeps/.ID`;
  /// false: it is taken.
  package func reserveSweep(_ id: String) throws(SpoolError) -> Bool {
    try makeExclusive(path(.sweeps, "." + id))
  }

  /// sweep: `sweeps/.ID` → `sweeps/ID`. Before it none of the runs will be queued, after it all of
  /// them; false: recovery took the folder for a dead one's.
  ///
  /// Only the maker and recovery move this source, and recovery to another name: so the target's
  /// presence tells when the server's reply was lost.
  package func commitSweep(_ id: String) throws(SpoolError) -> Bool {
    do throws(Errno) {
      try System.rename(path(.sweeps, "." + id), path(.sweeps, id))
      return true
    } catch {
      if error == .notFound { return try list(.sweeps).contains(id) }
      throw SpoolError("rename", path(.sweeps, "." + id), error)
    }
  }

  /// recover: `sweeps/.ID` → `sweeps/.ID.swept`, to be removed; false: its maker lives after all.
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

  /// sweep: `sweeps/ID/NAME` → `queued/NAME`; false: somebody else did it.
  ///
  /// Several may do this at once. A source has its name once and for all, so that each run is
  /// queued once: whoever meets ENOENT, or lost a reply, lists the folder again at the end.
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

  /// hold, release, move: `queued/FILE` → `queued/TARGET`; false: it is no longer waiting.
  ///
  /// The caller saw that the target was not there: after an error its presence says that the rename
  /// was done, by this caller or by one who wanted the same.
  package func renameWaiting(_ file: String, to target: String) throws(SpoolError) -> Bool {
    try move(path(.queued, file), .queued, target, sourceIsUnique: false)
  }

  // MARK: Sweeping

  /// Removes a directory that must be empty; false: it is not, or is gone.
  package func removeEmpty(_ path: String) throws(SpoolError) -> Bool {
    do throws(Errno) {
      try System.removeDirectory(path)
      return true
    } catch {
      if error == .notEmpty || error == .exists || error == .notFound { return false }
      throw SpoolError("remove the empty directory", path, error)
    }
  }

  /// prune: `runs/RUN` → `runs/.pruned…`, to be removed; false: it is gone.
  ///
  /// At once, and not file by file: nobody must see a part of a run. The name of a run whose record
  /// stays is not given out again (`reserveUnrecorded`).
  package func dismissRun(_ run: String, as aside: String) throws(SpoolError) -> Bool {
    do throws(Errno) {
      try System.rename(runPath(run), path(.runs, aside))
      return true
    } catch {
      // A lost reply: the target is this call's alone. On a network it may have been looked up by the rename.
      if error == .notFound {
        return try fileSystem == .local
          ? look(at: path(.runs, aside)) != nil : list(.runs).contains(aside)
      }
      throw SpoolError("move away", runPath(run), error)
    }
  }

  /// end: whatever a run has put in the place of something of spool's own → a hidden name in its folder, or
  /// its job file, which it has renamed, → `runs/RUN/N/job.json`.
  ///
  /// A source that is gone is what was wanted.
  package func putAside(_ path: String, as aside: String) throws(SpoolError) {
    do throws(Errno) {
      try System.rename(path, aside)
    } catch {
      if error == .notFound, isListed(path) == false { return }
      throw SpoolError("put aside", path, error)
    }
  }

  /// Removes one name; a name that is gone is what was wanted.
  package func removeIfThere(_ path: String) throws(SpoolError) {
    do throws(Errno) {
      try System.unlink(path)
    } catch {
      if error != .notFound { throw SpoolError("remove", path, error) }
    }
  }

  // MARK: How a rename is judged

  /// Renames a source that nobody else moves: ENOENT means that an earlier try was done, if the
  /// source is really gone and its directory is not.
  private func put(_ source: String, _ target: String) throws(SpoolError) {
    do throws(Errno) {
      try System.rename(source, target)
    } catch {
      // Not whether the target is there: an agent may have taken it on already.
      if error == .notFound, isListed(source) == false, isListed(target) != nil { return }
      throw SpoolError(renaming: source, to: target, error)
    }
  }

  /// Renames a source that several may want.
  ///
  /// `sourceIsUnique`: the source's name is never used again, so that its absence, and not the
  /// target's presence, says that the step was made, by whomever.
  private func move(
    _ source: String, _ folder: Folder, _ name: String, sourceIsUnique: Bool
  ) throws(SpoolError) -> Bool {
    let target = path(folder, name)
    do throws(Errno) {
      try System.rename(source, target)
      return true
    } catch {
      if !sourceIsUnique, isListed(target) == true { return true }
      if error == .notFound {
        // A directory of the queue may be what is missing.
        _ = try list(folder)
        return false
      }
      throw SpoolError(renaming: source, to: target, error)
    }
  }

  /// Whether a fresh listing of its directory has the name; nil if that cannot be listed, so that it is unknown.
  private func isListed(_ path: String) -> Bool? { try? System.isListed(path) }
}
