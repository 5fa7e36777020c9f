/// A claimed run that is being brought to `running/`, by a runner or by a process that ends it without one.
package struct Attempt: Sendable {
  package let queue: Queue
  /// The file's name, claim included: in `starting/`, later in `running/`.
  package internal(set) var name: QueueFileName
  /// Its number, from 1.
  package let number: Int
  /// What stands, or will stand, in `start.json`.
  package var start: StartRecord
  /// The job file's bytes, as they go into the record.
  package let file: [UInt8]
  /// Why it cannot run at all; the first reason stands.
  package internal(set) var objection: String?
  /// Whether somebody had asked to stop the run when the attempt was made.
  package internal(set) var isKillRequested = false

  package var run: String { start.run }
  /// `runs/RUN/N`.
  package var folder: String { queue.runPath(run, "\(number)") }

  /// Keeps the attempt from running.
  package mutating func object(_ reason: String) { objection = objection ?? reason }

  /// Takes down the process of its command, which waits behind its gate.
  package mutating func hasForked(_ pid: Int32) { start.command = ProcessIdentity(of: pid) }
}

extension Queue {
  /// What a runner sees before it makes an attempt.
  private enum Previous {
    /// The reserved name of this file.
    case ours(next: Int)
    /// The run is another file's.
    case anothers
  }

  /// Makes the attempt's folder for a claimed file in `starting/` and prepares its start record.
  ///
  /// - Parameters:
  ///   - name: The file's name, with its claim.
  ///   - gpus: Which of the host's gpus the run gets.
  ///   - objection: Why it can never start, where its claimer knows.
  /// - Returns: nil when the claim was lost meanwhile.
  package func makeAttempt(
    _ name: QueueFileName, settings: QueueSettings, slot: Int, gpus: [String] = [],
    objection: String? = nil
  ) throws(SpoolError) -> Attempt? {
    guard let claim = name.claim, let opened = try readIfThere(path(.starting, name.text)) else {
      return nil
    }
    let (run, number, isKilled) = try settleOpeningUp(name, opened.information.inode)
    let content: Content
    do throws(SpoolError) {
      content =
        isKilled
        ? try self.content(ofKilled: opened, run, number, settings)
        : try self.content(of: opened, run, number, settings)
    } catch {
      // Nothing of this attempt is on disk but its folder; the next one may have the number.
      _ = try? removeEmpty(runPath(run, "\(number)"))
      throw error
    }
    var start = StartRecord(
      claim: claim, run: run, attempt: number, holder: .current, command: nil,
      inode: opened.information.inode, lease: settings.lease, slot: slot,
      createdAt: name.stamp.flatMap { Timestamp(stamp: $0) } ?? opened.information.modified,
      owner: Account.of(opened.information.owner).name, job: content.job, argv: content.argv)
    start.gpus = gpus
    start.hooks = content.hooks
    start.distrust = distrust(of: opened.information, settings)
    return Attempt(
      queue: self, name: name, number: number, start: start, file: opened.bytes,
      objection: content.objection ?? objection, isKillRequested: isKilled)
  }

  /// Makes an attempt for a run that is ended without a look into its file.
  package func makeUnparsedAttempt(
    _ name: QueueFileName, settings: QueueSettings
  ) throws(SpoolError) -> Attempt? {
    guard let claim = name.claim, let opened = try readIfThere(path(.starting, name.text)) else {
      return nil
    }
    let (run, number, _) = try settleOpeningUp(name, opened.information.inode)
    var start = StartRecord(
      claim: claim, run: run, attempt: number, holder: .current, command: nil,
      inode: opened.information.inode, lease: settings.lease, slot: 0,
      createdAt: name.stamp.flatMap { Timestamp(stamp: $0) } ?? opened.information.modified,
      owner: Account.of(opened.information.owner).name, job: nil, argv: [])
    // Held by no process: if this end fails, others may end the run although its maker lives.
    start.holder.process = .nobody
    start.hooks = settings.jobDefaults.hooks
    start.distrust = distrust(of: opened.information, settings)
    return Attempt(queue: self, name: name, number: number, start: start, file: opened.bytes)
  }

  /// What an attempt executes.
  private struct Content {
    /// The job with everything merged, as far as possible; nil if the file does not parse.
    var job: Job?
    /// Empty: it cannot run.
    var argv: [String] = []
    /// The hooks of its end.
    var hooks: Hooks?
    /// Why it cannot run.
    var objection: String?
  }

  /// Merges the job file with the named job and the queue's defaults, or takes over what an earlier
  /// attempt of the same file was started with: named jobs and defaults may have changed since.
  private func content(
    of opened: OpenedFile, _ run: String, _ number: Int, _ settings: QueueSettings
  ) throws(SpoolError) -> Content {
    var content = Content()
    // A file that does not parse, or whose owner is not trusted, gets the queue's hooks.
    content.hooks = settings.jobDefaults.hooks
    // A file that is not trusted was exchanged between the look at it and the claim.
    content.objection = Trust(self, settings).objection(to: opened.information)
    let file: Job
    do throws(JobFileError) {
      file = try Job(parsing: opened.bytes)
    } catch {
      content.objection = content.objection ?? error.description
      return content
    }
    content.job = file
    if content.objection != nil { return content }
    content.hooks = file.merging(over: settings.jobDefaults).hooks
    let job: Job
    let started: StartedJob?
    do throws(SpoolError) {
      started =
        number > 1
        ? try startedJob(of: run, inode: opened.information.inode, as: Trust(self, settings)) : nil
      job = if let started, started.isMerged { started.job } else { try merge(file, settings) }
    } catch {
      if error.kind == .system { throw error }
      content.objection = error.message
      return content
    }
    content.job = job
    content.hooks = job.hooks
    if let objection = try uniqueObjection(to: file, named: run) {
      content.objection = objection
      return content
    }
    do throws(JobFileError) {
      content.argv = try argv(of: job, run, number)
      if let started, job.hasMacrosInsideWords, started.isMerged,
        try argv(of: started.job, run, started.attempt) != started.argv
      {
        // Begun by spool 0.1.0, which replaced these: all attempts of a run execute the same.
        content.argv = started.argv
      }
    } catch {
      content.objection = error.description
    }
    return content
  }

  private func argv(of job: Job, _ run: String, _ number: Int) throws(JobFileError) -> [String] {
    try job.launchedCommand(
      run: run, queue: reference, attempt: number,
      configFile: runPath(run, "\(number)/" + Self.configFile))
  }

  /// Settles it also where an earlier attempt has taken modes away from its folders.
  private func settleOpeningUp(
    _ name: QueueFileName, _ inode: UInt64
  ) throws(SpoolError) -> (run: String, number: Int, isKilled: Bool) {
    do throws(SpoolError) {
      return try settle(name, inode)
    } catch {
      guard error.errno?.isRefusal == true else { throw error }
      openUpRun(name.base)
      return try settle(name, inode)
    }
  }

  /// The content of a run with a kill request: nothing is made of it, and where the run has killed a runner,
  /// its file is not even read.
  private func content(
    ofKilled opened: OpenedFile, _ run: String, _ number: Int, _ settings: QueueSettings
  ) throws(SpoolError) -> Content {
    var content = Content()
    content.hooks = settings.jobDefaults.hooks
    if let starts = try unstartedStarts(of: run, inode: opened.information.inode),
      starts.counted > 0
    {
      return content
    }
    let trust = Trust(self, settings)
    guard trust.objection(to: opened.information) == nil,
      let file = try? Job(parsing: opened.bytes)
    else { return content }
    let started =
      number > 1 ? try? startedJob(of: run, inode: opened.information.inode, as: trust) : nil
    content.job = started?.isMerged == true ? started?.job : (try? merge(file, settings)) ?? file
    content.hooks = content.job?.hooks ?? content.hooks
    return content
  }

  /// Decides whose run the file is, and makes the folder of its next attempt.
  ///
  /// - Returns: The run, the number of the attempt, and whether somebody has asked to stop it.
  ///
  /// Numbered folders are exclusive, and the last `start.json` names the file it was written for.
  private func settle(
    _ name: QueueFileName, _ inode: UInt64
  ) throws(SpoolError) -> (run: String, number: Int, isKilled: Bool) {
    var run = name.base
    for _ in 0..<10_000 {
      let listed: [String]?
      do throws(SpoolError) {
        listed = try runDirectory(run).names()
      } catch {
        guard error.errno?.isInItsPlace == true else { throw error }
        // Somebody's file or link in its place.
        run = try reserveNext(RunName.numbered(name.base, 2), from: name.base)
        continue
      }
      guard let names = listed else {
        // A whole name that was not reserved: written by hand, or its folder was lost in a power cut.
        if try !reserveUnrecorded(run), try runDirectory(run).names() == nil {
          // Its record is there: removed with the folders of others, to make room.
          run = try reserveNext(RunName.numbered(name.base, 2), from: name.base)
        }
        continue
      }
      switch try previous(names, name, inode) {
      case .ours(let next):
        if try reserveAttempt(run, next) { return (run, next, names.contains(Self.killFile)) }
      case .anothers:
        run = try reserveNext(RunName.numbered(name.base, 2), from: name.base)
      }
    }
    throw SpoolError(.no, "\(runPath(run)): no attempt could be made; others make them all")
  }

  private func previous(
    _ names: [String], _ name: QueueFileName, _ inode: UInt64
  ) throws(SpoolError) -> Previous {
    let numbers = NameNumber.attempts(names).sorted(by: >)
    if numbers.isEmpty { return .ours(next: 1) }
    let next = NameNumber.nextAttempt(after: numbers)
    for number in numbers {
      guard let file = try openStart(name.base, number), let start = StartRecord(file.bytes)
      else { continue }
      // The very file of a run that is over, put back by hand: a new drop, or its record would be
      // overwritten.
      if try isOver(name.base, number) { return .anothers }
      return start.inode == inode ? .ours(next: next) : .anothers
    }
    // Folders, but no start: left by a claim of this file that died, or another file of the same
    // name is being started at this moment. That one is in starting/ or running/ then.
    let (starting, running) = try sightings.claimed()
    let isTaken = (starting + running).contains {
      $0.base == name.base && $0.claim != name.claim
    }
    return isTaken ? .anothers : .ours(next: next)
  }

  /// Whether the attempt's outcome ended its run.
  private func isOver(_ run: String, _ number: Int) throws(SpoolError) -> Bool {
    let folder = runPath(run, "\(number)")
    let path = folder + "/" + Self.endFile
    let bytes = try naming(
      "read", path, doing: System.list(folder).contains(Self.endFile) ? readIfRecord(path) : [])
    return EndRecord(bytes)?.next == .done
  }

  /// An attempt's start record; nil if there is none, or if it does not parse.
  package func readStart(_ run: String, _ number: Int) -> StartRecord? {
    guard let file = try? readWhole(runPath(run, "\(number)/" + Self.startFile)) else { return nil }
    return StartRecord(file.bytes)
  }
}

extension Attempt {
  /// The aside name of this claim's start record.
  private var aside: String { ".start." + start.claim.text }

  /// Puts `start.json` on disk, and the folders that lead to it; returns it open, for heartbeats.
  ///
  /// Before the move to `running/`: a process that finds the run there must find whose it is. It is locked
  /// before it has its name, for as long as it is kept open: until the run is put away.
  ///
  /// - Parameter kind: The queue's, where it is known.
  package func publishStart(
    sync: Sync, kind: FileSystemKind? = nil
  ) throws(SpoolError) -> Descriptor {
    let path = folder + "/" + aside
    let kind = if let kind { kind } else { try queue.fileSystem }
    let file = try naming("write", path) { () throws(Errno) in
      let file = try System.create(path, .replacing, permissions: queue.shape.files)
      var start = start
      // The file server's clock: only it knows when this is.
      start.startedAt = try file.information().modified
      start.holder.life = try Queue.takeLife(file, path, kind)
      try file.write(start.json.bytes())
      if sync.isOn { try file.sync() }
      return file
    }
    try queue.publishStart(aside, run: run, number)
    if sync == .full {
      try queue.syncDirectory(folder)
      try queue.syncDirectory(queue.runPath(run))
    }
    return file
  }

  /// Removes the files of an attempt that could not be started, so that one try a second on a full disk does
  /// not fill it further. With a `start.json` it may be in `running/`: then it stays.
  package func removeUnstarted() {
    guard let names = try? System.list(folder), !names.contains(Queue.startFile) else { return }
    let made = [aside, Queue.outputFile, Queue.errorFile, Queue.configFile]
    for name in names where made.contains(name) {
      try? queue.removeIfThere(folder + "/" + name)
    }
    _ = try? queue.removeEmpty(folder)
  }

  /// Moves the file to `running/`; returns false if the claim was lost: then leave without a trace.
  ///
  /// From `running/` a run can only end, so a later failure becomes its `objection` instead of an error.
  package mutating func enterRunning(sync: Sync) throws(SpoolError) -> Bool {
    let target = QueueFileName(
      priority: name.effectivePriority, stamp: name.stamp ?? start.createdAt.stamp, run: run
    ).claimed(by: start.claim)
    guard try queue.enterRunning(name, as: target) else { return false }
    name = target
    do throws(SpoolError) {
      // A power cut must not bring a run back to queued/ whose command ran.
      switch sync {
      case .none: break
      case .ordered: if start.command != nil { try queue.syncDirectory(.running) }
      case .full:
        try queue.syncDirectory(.running)
        try queue.syncDirectory(.starting)
      }
    } catch {
      object(error.message)
    }
    return true
  }
}
