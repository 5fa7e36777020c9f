import SpoolProtocol

extension ProcessTree {
  /// Forks the command of an attempt, which writes its output directly into its log files.
  ///
  /// - Throws: ``SpoolError`` if a log cannot be made, a file of `env_file` cannot be read, or the system
  ///   has no room for a process.
  convenience init(
    commandOf attempt: Attempt, account: Account, handsOutGPUs: Bool, netrc: Netrc
  ) throws(SpoolError) {
    let queue = attempt.queue
    var variables = try CommandEnvironment.variables(
      attempt.start, in: queue, account: account, handsOutGPUs: handsOutGPUs)
    variables = try WandbEnvironment(attempt.start, in: queue, beside: variables, netrc: netrc)
      .added(to: variables, for: attempt.start.argv)
    let log = try Self.log("out.log", attempt)
    // Unless the job splits them, both go to one open file, so that lines keep their order.
    let errorLog =
      attempt.start.job?.split == true
      ? try Self.log("err.log", attempt) : try log.duplicate(attempt.folder)
    if let job = attempt.start.job, job.hasConfigFile {
      let config = attempt.folder + "/" + Queue.configFile
      try naming("write", config) { () throws(Errno) in
        try System.create(config, .replacing, permissions: queue.shape.files).write(
          (job.runConfig ?? JSONObject()).bytes(pretty: true) + [UInt8(ascii: "\n")])
      }
    }
    let input = try naming("open", "/dev/null", doing: System.openFollowing("/dev/null"))
    do throws(Errno) {
      try self.init(
        attempt.start.argv, variables,
        in: attempt.start.job?.cwd ?? queue.runPath(attempt.run), input: input.number,
        output: log.number, error: errorLog.number, mask: attempt.start.job?.umask)
    } catch {
      throw SpoolError(.system, "\(attempt.run): cannot start a process: \(error)", errno: error)
    }
  }

  private static func log(_ name: String, _ attempt: Attempt) throws(SpoolError) -> Descriptor {
    let path = attempt.folder + "/" + name
    return try naming(
      "make the log", path,
      doing: System.create(path, .creatingToAppend, permissions: attempt.queue.shape.files))
  }
}

extension Descriptor {
  /// Another number for the same open file. `dup`.
  fileprivate func duplicate(_ path: String) throws(SpoolError) -> Descriptor {
    try naming("open again", path, doing: Descriptor(duplicating: self))
  }
}
