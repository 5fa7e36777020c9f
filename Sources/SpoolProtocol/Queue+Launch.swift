extension Queue {
  /// Queues a run: when this returns, the run is on disk and will be executed.
  ///
  /// A named job is looked up now, and the run is pinned to one of its versions.
  ///
  /// - Parameters:
  ///   - job: What to execute; see <doc:JobFile>.
  ///   - base: The beginning of the run's name; four random characters are added. If nil, it comes from the job's
  ///     `name`, or from its command's name.
  ///   - priority: 0 first, 99 last.
  ///   - held: Whether it waits for its release before any agent may take it.
  ///   - settings: The queue's settings, if the caller has read them already.
  /// - Returns: The run's name.
  /// - Throws: ``SpoolError``; nothing is queued then. Of kind `system` if the disk is full, of kind `badInput` if
  ///   the job can never run.
  public func enqueue(
    _ job: Job, named base: String? = nil, priority: Int = 50, held: Bool = false,
    settings: QueueSettings? = nil
  ) throws(SpoolError) -> String {
    // A program may have set a property to a value that no job file may have.
    do throws(JobFileError) {
      _ = try Job(recorded: job.json)
    } catch {
      throw SpoolError(.badInput, error.description)
    }
    let settings = if let settings { settings } else { try settingsOrDefaults() }
    let resolved = try resolve(JobRequest(job), settings: settings)
    return try enqueue(
      resolved: resolved, named: base, priority: priority, held: held, settings: settings)
  }

  /// Queues the result of ``resolve(_:settings:)``.
  ///
  /// - Throws: ``SpoolError``; nothing is queued then. If the job is `unique` and a run with its key is not done,
  ///   of kind `no` with that run's name in ``SpoolError/run``.
  package func enqueue(
    resolved: ResolvedJob, named base: String? = nil, priority: Int = 50, held: Bool = false,
    settings: QueueSettings? = nil
  ) throws(SpoolError) -> String {
    try enqueue(
      resolved: resolved, named: base, priority: priority, held: held, settings: settings,
      owner: nil)
  }

  /// Queues a run that will belong to `owner`, as root may; nil means this user.
  package func enqueue(
    resolved: ResolvedJob, named base: String? = nil, priority: Int, held: Bool = false,
    settings: QueueSettings?, owner: UInt32?
  ) throws(SpoolError) -> String {
    guard (0...99).contains(priority) else {
      throw SpoolError(.badInput, "priority \(priority): must be from 0 (first) to 99 (last)")
    }
    let sync = if let sync = settings?.sync { sync } else { try settingsOrDefaults().sync }
    if let key = resolved.asked.unique {
      return try enqueue(
        resolved.asked, unique: key, priority: priority, held: held, sync: sync, owner: owner)
    }
    let run = try reserveRandom(base ?? resolved.merged.name ?? resolved.merged.programName)
    try submit(
      resolved.asked, as: run, priority: priority, held: held, sync: sync, owner: owner)
    return run
  }

  /// Queues the next run of a key, if no run with that key is on its way.
  private func enqueue(
    _ job: Job, unique key: String, priority: Int, held: Bool, sync: Bool, owner: UInt32?
  ) throws(SpoolError) -> String {
    let began = Instant.now
    switch try reserve(unique: key) {
    case .taken(let run, let words):
      throw SpoolError(.no, "unique \(key): \(run) \(words)", run: run)
    case .reservedByAnother(let run):
      throw SpoolError(
        .no,
        "unique \(key): \(run) is being queued at this moment, or its launch was interrupted less"
          + " than five minutes ago", run: run)
    case .reserved(let run):
      try submit(
        job, as: run, priority: priority, held: held, sync: sync, owner: owner,
        before: began + Self.uniquePatience)
      return run
    }
  }

  /// Queues a job as the run whose name was just reserved. If that fails, frees the name.
  ///
  /// - Parameters:
  ///   - owner: The owner of the run, which root may choose; nil means this user.
  ///   - deadline: The time from which other processes may take the name as abandoned; nil if they never do.
  package func submit(
    _ job: Job, as run: String, priority: Int, held: Bool = false, sync: Bool,
    owner: UInt32? = nil, before deadline: Instant? = nil
  ) throws(SpoolError) {
    do throws(SpoolError) {
      if sync { try jobs.syncVersions(of: job) }
      if let owner { try give(folderOf: run, to: owner) }
      try write(job, of: run, priority: priority, held: held, sync: sync, owner: owner) {
        () throws(SpoolError) in
        guard let deadline, Instant.now > deadline else { return }
        throw SpoolError(
          .no, "\(run): queueing it took so long that another run may have its name now; try again")
      }
    } catch {
      // The run is not queued, so none of its files may stay; recovery sweeps a file that cannot be removed.
      try? removeIfThere(runPath(run, Self.jobFile))
      _ = try? removeEmpty(runPath(run))
      throw error
    }
  }

  /// Reserves a free name: a base has about 1.7 million names before one repeats.
  private func reserveRandom(_ base: String) throws(SpoolError) -> String {
    for _ in 0..<1000 {
      let run = RunName.random(base)
      if try reserve(run) { return run }
    }
    throw SpoolError(.no, "\(reference): no free name for a run \(base)-….; give another --name")
  }

  private func write(
    _ job: Job, of run: String, priority: Int, held: Bool, sync: Bool, owner: UInt32?,
    checking isStillMine: () throws(SpoolError) -> Void
  ) throws(SpoolError) {
    let path = runPath(run, Self.jobFile)
    let bytes = job.json.bytes(pretty: true) + [UInt8(ascii: "\n")]
    guard bytes.count <= Job.sizeLimit else {
      throw SpoolError(
        .badInput,
        "the job file would have \(bytes.count) bytes, and at most \(Job.sizeLimit) are allowed: put"
          + " long texts into files")
    }
    let modified = try naming("write", path) { () throws(Errno) in
      let file = try System.create(path, permissions: shape.files)
      try file.write(bytes)
      if let owner { try file.setOwner(owner) }
      if sync { try file.sync() }
      return try file.information().modified
    }
    if Self.mayLackHardLinks(modified) { try requireHardLinks() }
    // The time comes from the file server's clock, not ours: the order of a queue is the order of its submissions.
    let name = QueueFileName(priority: priority, stamp: modified.stamp, run: run)
      .parked(held ? .held : nil)
    try isStillMine()
    try submit(run, as: name)
    if !sync { return }
    do throws(SpoolError) {
      try syncDirectory(.queued)
    } catch {
      // The run is not acknowledged, so it must not be executed, unless an agent was quicker. If it cannot be told
      // whether an agent was quicker, the run is not acknowledged.
      guard let isWithdrawn = try? withdraw(name, run), !isWithdrawn else { throw error }
    }
  }

  /// Puts the entries of one of the queue's directories on disk.
  package func syncDirectory(_ folder: Folder) throws(SpoolError) {
    try syncDirectory(path(folder))
  }

  /// Puts the entries of a directory on disk.
  package func syncDirectory(_ path: String) throws(SpoolError) {
    try naming("sync", path, doing: System.syncDirectory(path))
  }
}
