package import SpoolProtocol

/// Whether the launcher of a waiting job can be found on this host.
///
/// An agent asks before it claims: on a host without `srun` a run that needs it is left to an agent
/// that has it, and does not crash here. The answer may change without any event, so that it is asked
/// again at each scan. That costs nothing where neither the queue nor the job has a launcher, and a
/// few looks at a file system where one has.
package enum LauncherSearch {
  /// What a run's launcher is missing where it was searched.
  package struct Missing: Sendable, Equatable {
    /// The program.
    package let program: String
    /// Why an agent of this host must leave the job in the queue.
    package let reason: String
  }

  /// The launcher that this host does not have; nil: the job may be claimed.
  ///
  /// What cannot be told is no objection: the runner finds it out, and the run's record says so.
  ///
  /// - Parameters:
  ///   - job: As its file says; the named job and the queue's defaults are merged in here.
  ///   - queue: Where it waits.
  ///   - settings: The queue's that are in force.
  package static func missing(
    for job: Job, in queue: Queue, _ settings: QueueSettings
  ) -> Missing? {
    if job.launcher?.isEmpty == true { return nil }
    // A named job may have one, too, and is only looked up where nothing else decides.
    guard job.launcher != nil || job.job != nil || settings.jobDefaults.launcher != nil else {
      return nil
    }
    guard let merged = try? queue.merge(job, settings), let program = merged.launcher?.first
    else { return nil }
    // A macro in the program's name stands for what only the run has.
    if program.utf8.contains(UInt8(ascii: "$")) { return nil }
    let path = searchPath(of: merged)
    if isFound(program, path: path, directory: merged.cwd) { return nil }
    let place = program.utf8.contains(UInt8(ascii: "/")) ? "" : " in \(path)"
    return Missing(
      program: program,
      reason: "launcher \(program): not found on \(Host.current.name)\(place)")
  }

  /// The PATH that the run will have.
  static func searchPath(of job: Job) -> String {
    if let path = job.env?["PATH"] { return path }
    // Later files replace what earlier ones say. One that cannot be read is for the runner to tell.
    var files = EnvironmentFiles()
    for file in (job.envFile ?? []).reversed() {
      let pairs = (try? files.read(file)) ?? []
      if let path = pairs.last(where: { $0.0 == "PATH" }) { return path.1 }
    }
    return CommandEnvironment.defaultPath
  }

  /// Whether a program can be executed, searched as a runner's child will search it.
  ///
  /// - Parameter directory: Where the command starts: what a relative path counts from; nil: the
  ///   run's folder, which is not there yet and has no programs.
  static func isFound(_ program: String, path: String, directory: String?) -> Bool {
    if program.utf8.contains(UInt8(ascii: "/")) {
      return isExecutable(program, directory)
    }
    return path.split(separator: ":", omittingEmptySubsequences: false).contains { entry in
      // An empty entry is the directory itself.
      isExecutable((entry.isEmpty ? "." : String(entry)) + "/" + program, directory)
    }
  }

  private static func isExecutable(_ path: String, _ directory: String?) -> Bool {
    guard path.isAbsolutePath || directory != nil else { return false }
    let whole = path.isAbsolutePath ? path : (directory ?? "") + "/" + path
    guard let file = try? System.informationFollowing(whole), file.isRegular else { return false }
    return System.isExecutable(whole)
  }
}
