extension Queue {
  /// The named jobs beside the queue. They are meant if no entity is named.
  public var jobs: JobCatalog { JobCatalog(resolved: root, entity: entity) }

  /// Looks up the named job of a request, and merges the request's values over it.
  ///
  /// - Throws: ``SpoolError``: of kind `notFound` if there is no such job or version, `refused` if the queue's
  ///   agent would not trust its file, `badInput` if a value is outside what the job allows, the command names an
  ///   unknown `${config.KEY}`, or there is no command.
  package func resolve(
    _ request: JobRequest, settings: QueueSettings? = nil
  ) throws(SpoolError) -> ResolvedJob {
    let settings = if let settings { settings } else { try settingsOrDefaults() }
    let version = try version(for: request, settings: settings)
    return try request.checked(over: version, defaults: settings.jobDefaults, queue: reference)
  }

  /// The version that a request means now, trusted by the queue's agent. Returns nil if the request names no job.
  package func version(
    for request: JobRequest, settings: QueueSettings? = nil
  ) throws(SpoolError) -> JobVersion? {
    guard let reference = try request.checkedReference() else { return nil }
    return try trustedVersion(reference, settings)
  }

  @inline(never)
  private func trustedVersion(
    _ reference: JobReference, _ settings: QueueSettings?
  ) throws(SpoolError) -> JobVersion {
    let settings = if let settings { settings } else { try settingsOrDefaults() }
    // The agent trusts the queue's owner and the users named in the settings.
    let owner = try naming("look at", path, doing: System.information(path).owner)
    let version = try jobs.resolve(reference)
    try Trust(jobsOf: self, settings, as: owner).check(version)
    return version
  }

  /// Merges a claimed job file with the named job and the queue's defaults, once and for all of the
  /// run's attempts.
  ///
  /// - Throws: ``SpoolError``: of kind `system` if the run should be tried again; any other kind says why it can
  ///   never run.
  package func merge(_ file: Job, _ settings: QueueSettings) throws(SpoolError) -> Job {
    let request = JobRequest(file)
    var version: JobVersion?
    if let reference = try request.checkedReference() {
      let found = try jobs.resolve(reference)
      try Trust(jobsOf: self, settings).check(found)
      version = found
    }
    return try badInput(
      nil, doing: request.resolved(over: version, defaults: settings.jobDefaults).merged)
  }

  /// A waiting job with everything that it would get if it were claimed now. If that is unknown, the job as it is.
  ///
  /// The name of its named job stays as it is written: no version is pinned yet.
  func preview(of file: Job) -> Job {
    guard file.job != nil, let settings = try? settingsOrDefaults(),
      var merged = try? merge(file, settings)
    else { return file }
    merged.job = file.job
    return merged
  }

  /// Returns what a run was asked for as a configuration that `-c` reads: `spool show --config` prints it.
  package func configuration(of run: String) throws(SpoolError) -> LaunchConfig {
    let job = try job(of: run)
    var config = LaunchConfig()
    config.job = job.job
    config.project = job.project
    config.args = job.args
    config.runConfig = job.runConfig
    // The entry point of a run without a named job is its command.
    if job.job != nil { config.entryPoint = job.entryPoint }
    return config
  }

  /// The whole job of a run, with everything merged: as its first attempt started it, or, if there was none, as its
  /// waiting file would be started now.
  ///
  /// - Parameter run: The run's whole name.
  public func job(of run: String) throws(SpoolError) -> Job {
    // A text such as `../other` would lead out of `runs/`.
    guard RunName.isValid(run) else {
      throw SpoolError(.notFound, "\(reference): there is no run \(run)")
    }
    // Two looks are made: a file that is claimed between them has a start record soon.
    for _ in 0..<2 {
      if let job = try startedJob(of: run)?.job { return job }
      let path: String
      switch try locate(run) {
      case nil: throw SpoolError(.notFound, "\(reference): there is no run \(run)")
      case .done: throw SpoolError(.badInput, "\(run): its job file could not be read")
      case .queued(let name): path = self.path(.queued, name.text)
      case .starting(let name): path = self.path(.starting, name.text)
      case .running(let name): path = self.path(.running, name.text)
      }
      guard let file = try readIfThere(path) else { continue }
      return try job(inFile: file.bytes, run)
    }
    throw SpoolError(.no, "\(run): is being moved on at this moment; ask again")
  }

  private func job(inFile bytes: [UInt8], _ run: String) throws(SpoolError) -> Job {
    let file = try badInput("\(run): its job file cannot be read", doing: Job(parsing: bytes))
    // If the named job cannot be found, the file's own content is the answer.
    return (try? merge(file, try settingsOrDefaults())) ?? file
  }

  /// The job with which a run was started.
  package struct StartedJob {
    /// The job, with everything merged if that could be done.
    package let job: Job
    package let attempt: Int
    /// The executed words. Empty if the job never had all it needs; its named job may have been missing.
    package let argv: [String]

    /// Whether everything could be merged into the job.
    package var isMerged: Bool { !argv.isEmpty }
  }

  /// Returns the job with which the run's first attempt that had a command was started. If none had a command, the
  /// job of the last attempt with a job.
  ///
  /// - Parameters:
  ///   - inode: The inode of the job file, if only attempts of that file count.
  ///   - trust: Decides whose records count, if the job is to be executed. Nil if all records count.
  package func startedJob(
    of run: String, inode: UInt64? = nil, as trust: Trust? = nil
  ) throws(SpoolError) -> StartedJob? {
    var found: StartedJob?
    for number in try attemptNumbers(of: run) {
      guard let file = try? readWhole(runPath(run, "\(number)/" + Self.startFile)),
        let start = StartRecord(file.bytes), let job = start.job,
        inode == nil || inode == start.inode,
        trust == nil || trust?.objection(to: file.information) == nil
      else { continue }
      let started = StartedJob(job: job, attempt: number, argv: start.argv)
      if started.isMerged { return started }
      found = started
    }
    return found
  }
}

extension JobRequest {
  /// Returns ``reference()``, with an error that can be shown to a user.
  func checkedReference() throws(SpoolError) -> JobReference? {
    try badInput(nil, doing: reference())
  }

  /// Merges the layers, and checks that there is a command that can be executed.
  package func checked(
    over version: JobVersion?, defaults: Job, queue: String
  ) throws(SpoolError) -> ResolvedJob {
    let resolved = try badInput(nil, doing: resolved(over: version, defaults: defaults))
    _ = try badInput(nil, doing: resolved.merged.launchedCommand(run: "run", queue: queue))
    return resolved
  }
}
