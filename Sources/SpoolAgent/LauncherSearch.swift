package import SpoolProtocol

/// Whether the launcher of a waiting job can be found on this host.
///
/// An agent asks before it claims: on a host without `srun` it leaves a run that needs `srun` to another agent. The
/// answer may change without an event, so it is looked up at each scan. That costs nothing if neither the queue nor
/// the job has a launcher, and a few system calls if one has.
package enum LauncherSearch {
  /// A launcher that was not found.
  package struct Missing: Sendable, Equatable {
    package let program: String
    /// The words for it.
    package let reason: String
  }

  /// The launcher that this host does not have. Returns nil if the job may be claimed, also if that cannot be found
  /// out: then the runner does, and the run's record says so.
  ///
  /// - Parameter job: As in its file; the named job and the queue's defaults are merged here.
  package static func missing(
    for job: Job, in queue: Queue, _ settings: QueueSettings
  ) -> Missing? {
    if job.launcher?.isEmpty == true { return nil }
    // A named job may have one, too. It is looked up only if nothing else decides.
    guard job.launcher != nil || job.job != nil || settings.jobDefaults.launcher != nil else {
      return nil
    }
    guard let merged = try? queue.merge(job, settings), let program = merged.launcher?.first
    else { return nil }
    // A macro in the program's name has a value only in the run.
    if program.utf8.contains(UInt8(ascii: "$")) { return nil }
    let path = searchPath(of: merged)
    if ProgramSearch.find(program, path: path, directory: merged.cwd) != nil { return nil }
    let place = program.utf8.contains(UInt8(ascii: "/")) ? "" : " in \(path)"
    return Missing(
      program: program,
      reason: "launcher \(program): not found on \(Host.current.name)\(place)")
  }

  /// The PATH of the future run.
  static func searchPath(of job: Job) -> String {
    if let path = job.env?["PATH"] { return path }
    // Later files win. The runner reports files that cannot be read.
    var files = EnvironmentFiles()
    for file in (job.envFile ?? []).reversed() {
      let pairs = (try? files.read(file)) ?? []
      if let path = pairs.last(where: { $0.0 == "PATH" }) { return path.1 }
    }
    return CommandEnvironment.defaultPath
  }
}
