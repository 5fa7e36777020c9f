/// A claimed run that is being brought to `running/`, by a runner or by a process that ends it without one.
package struct Attempt: Sendable {
  package let queue: Queue
  /// The file's name, claim included: in `starting/`, later in `running/`.
  package internal(set) var name: QueueFileName
  /// The attempt's number, from 1.
  package let number: Int
  /// The content of `start.json`, before or after it is written.
  package var start: StartRecord
  /// The job file's bytes, as they go into the record.
  package let file: [UInt8]
  /// Why the run cannot be executed at all; the first reason counts.
  package internal(set) var objection: String?
  /// Whether somebody had asked to stop the run when the attempt was made.
  package internal(set) var isKillRequested = false

  package var run: String { start.run }
  /// `runs/RUN/N`.
  package var folder: String { queue.runPath(run, "\(number)") }

  /// Records a reason why the attempt cannot be executed.
  package mutating func object(_ reason: String) { objection = objection ?? reason }

  /// Records the process of its command, which waits behind its gate.
  package mutating func hasForked(_ pid: Int32) { start.command = ProcessIdentity(of: pid) }
}

extension Queue {
  /// The result of a runner's look at earlier attempts, before it makes its own.
  private enum Previous {
    /// The reserved name belongs to this file.
    case ours(next: Int)
    /// The reserved name belongs to another file.
    case anothers
  }

  /// Makes the attempt's folder for a claimed file in `starting/` and prepares its start record.
  ///
  /// - Parameters:
  ///   - name: The file's name, with its claim.
  ///   - gpus: The host's gpus that the run gets.
  ///   - objection: Why it can never start, if its claimer knows a reason.
  /// - Returns: Nil if the claim was lost meanwhile.
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
      // The attempt has only its folder on disk, so the next attempt may have the number.
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

  /// Makes an attempt for a run that is ended without reading its file.
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
    // No process holds the attempt: if this end fails, others may end the run although its maker lives.
    start.holder.process = .nobody
    start.hooks = settings.jobDefaults.hooks
    start.distrust = distrust(of: opened.information, settings)
    return Attempt(queue: self, name: name, number: number, start: start, file: opened.bytes)
  }

  /// The content that an attempt executes.
  private struct Content {
    /// The job with everything merged, as far as possible; nil if the file does not parse.
    var job: Job?
    /// The words to execute. Empty if the run cannot be executed.
    var argv: [String] = []
    /// The hooks of the run's end.
    var hooks: Hooks?
    /// Why the run cannot be executed.
    var objection: String?
  }

  /// Merges the job file with the named job and the queue's defaults. If an earlier attempt of the same file was
  /// started, its job is taken instead: named jobs and defaults may have changed since.
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
        // Spool 0.1.0 began this run and replaced the macros inside words: all attempts of a run execute the same
        // command.
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

  /// Settles the attempt even if an earlier attempt has taken permissions from its folders.
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

  /// The content of a run with a kill request. The file is not merged, and if the run has killed a runner, the file
  /// is not even read.
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

  /// Decides to which run the file belongs, and makes the folder of its next attempt.
  ///
  /// - Returns: The run, the number of the attempt, and whether somebody has asked to stop it.
  ///
  /// Numbered folders are exclusive, and the last `start.json` names the file for which it was written.
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
        // A file or a link has the folder's place.
        run = try reserveNext(RunName.numbered(name.base, 2), from: name.base)
        continue
      }
      guard let names = listed else {
        // The whole name was not reserved: it was written by hand, or its folder was lost in a power cut.
        if try !reserveUnrecorded(run), try runDirectory(run).names() == nil {
          // The run's record is there: its folder was removed with others, to make room.
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
      // The file of a run that is over was put back by hand. It counts as a new drop, because the run's record
      // would be overwritten.
      if try isOver(name.base, number) { return .anothers }
      return start.inode == inode ? .ours(next: next) : .anothers
    }
    // There are folders, but no start. A claim of this file that died left them, or another file of the same name
    // is being started at this moment. In that case the other file is in starting/ or running/.
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

  /// Reads an attempt's start record. Returns nil if there is none, or if it does not parse.
  package func readStart(_ run: String, _ number: Int) -> StartRecord? {
    guard let file = try? readWhole(runPath(run, "\(number)/" + Self.startFile)) else { return nil }
    return StartRecord(file.bytes)
  }
}

extension Attempt {
  /// The hidden name of this claim's start record.
  private var aside: String { ".start." + start.claim.text }

  /// Puts `start.json` and the folders that lead to it on disk. Returns the file open, for heartbeats.
  ///
  /// This comes before the move to `running/`: a process that finds the run there must find out who holds it. The
  /// file is locked before it has its name, for as long as it is kept open: until the run is put away.
  ///
  /// - Parameter kind: The kind of the queue's file system, if it is known.
  package func publishStart(
    sync: Sync, kind: FileSystemKind? = nil
  ) throws(SpoolError) -> Descriptor {
    let path = folder + "/" + aside
    let kind = if let kind { kind } else { try queue.fileSystem }
    let file = try naming("write", path) { () throws(Errno) in
      let file = try System.create(path, .replacing, permissions: queue.shape.files)
      var start = start
      // The time comes from the file server's clock, by which all times of the queue are compared.
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

  /// Removes the files of an attempt that could not be started: on a full disk, a try each second must not fill the
  /// disk further. With a `start.json` the run may be in `running/`, so the files stay.
  package func removeUnstarted() {
    guard let names = try? System.list(folder), !names.contains(Queue.startFile) else { return }
    let made = [aside, Queue.outputFile, Queue.errorFile, Queue.configFile]
    for name in names where made.contains(name) {
      try? queue.removeIfThere(folder + "/" + name)
    }
    _ = try? queue.removeEmpty(folder)
  }

  /// Moves the file to `running/`. Returns false if the claim was lost: then leave without a trace.
  ///
  /// From `running/` a run can only end, so a later failure becomes its `objection` instead of an error.
  package mutating func enterRunning(sync: Sync) throws(SpoolError) -> Bool {
    let target = QueueFileName(
      priority: name.effectivePriority, stamp: name.stamp ?? start.createdAt.stamp, run: run
    ).claimed(by: start.claim)
    guard try queue.enterRunning(name, as: target) else { return false }
    name = target
    do throws(SpoolError) {
      // After a power cut, a run whose command ran must not be back in queued/.
      switch sync {
      case .none, .bytes: break
      case .ordered, .shared:
        if start.command != nil { try queue.syncDirectory(queue.path(.running), sync) }
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
