/// The request of a run, whatever its end was.
package struct AskedRun: Sendable {
  package let run: String
  /// Its job file; a named job is pinned to the version with which the run was started.
  package let job: Job
  /// The priority that its file's name has, or had.
  package let priority: Int

  package init(run: String, job: Job, priority: Int) {
    self.run = run
    self.job = job
    self.priority = priority
  }
}

extension Queue {
  /// The request of a run, to ask for the same again.
  ///
  /// - Parameter run: The run's whole name, wherever it is: waiting, running or done.
  /// - Throws: ``SpoolError`` when there is no such run, or its file cannot be read as a job; of kind `refused`
  ///   when it is another user's, whom an agent of this user would not obey.
  package func asked(of run: String) throws(SpoolError) -> AskedRun {
    // A text such as `../other` would lead out of `runs/`.
    guard RunName.isValid(run) else {
      throw SpoolError(.notFound, "\(reference): there is no run \(run)")
    }
    let settings = try settingsToObey()
    let trust = Trust(self, settings)
    // The file may move on between the look at its name and the one at its bytes.
    for _ in 0..<3 {
      let folder: Folder
      let name: QueueFileName
      switch try locate(run) {
      case nil: throw SpoolError(.notFound, "\(reference): there is no run \(run)")
      case .done:
        let (old, heir) = try inheritance(of: run, settings)
        if heir != Account.current.user {
          throw Self.foreign(run, trust.objection(toOwner: heir) ?? "it is another's")
        }
        guard let file = old.file else {
          throw SpoolError(.badInput, "\(run): its record has no job file")
        }
        let job = try asked(run, file.rawBytes, startedAs: old.job)
        return AskedRun(run: run, job: job, priority: old.priority ?? 50)
      case .queued(let found): (folder, name) = (.queued, found)
      case .starting(let found): (folder, name) = (.starting, found)
      case .running(let found): (folder, name) = (.running, found)
      }
      guard let file = try readIfThere(path(folder, name.text)) else { continue }
      if let objection = trust.objection(to: file.information) {
        throw Self.foreign(run, objection)
      }
      let started = try startedJob(of: run, inode: file.information.inode, as: trust)?.job.job
      let job = try asked(run, file.bytes, startedAs: started)
      return AskedRun(run: run, job: job, priority: name.effectivePriority)
    }
    throw SpoolError(.no, "\(run): is being moved on at this moment; ask again")
  }

  private func asked(
    _ run: String, _ file: [UInt8], startedAs job: String?
  ) throws(SpoolError) -> Job {
    var asked = try badInput("\(run): its job file cannot be read", doing: Job(parsing: file))
    if asked.job != nil, let job { asked.job = job }
    return asked
  }

  /// The request of a run as a layer of a launch: with its priority, and without the keys that belong to
  /// that run alone.
  ///
  /// - Throws: As ``asked(of:)``.
  package func paste(from run: String) throws(SpoolError) -> Job { try asked(of: run).again }
}

extension AskedRun {
  /// The job for a new run of the user who asks now: what the old one waited for, whom it repeated and who
  /// asked for it belong to the old run.
  package var again: Job {
    var again = job
    again.notBefore = nil
    again.after = nil
    again.retryOf = nil
    again.author = nil
    again.priority = priority
    return again
  }
}
