import SpoolProtocol

/// The command of an attempt: forked, waiting behind its gate, let go, ended.
///
/// Used by the one thread of a runner. Its number is on disk before its first instruction.
final class CommandProcess {
  /// The child's number; it leads a session and a group of the same number.
  let pid: Int32
  /// Readable when the program executes (end of file) or could not be executed.
  let report: Descriptor
  private let gate: Descriptor

  /// Forks the command of an attempt, its output straight into its files.
  ///
  /// - Throws: ``SpoolError`` when a log cannot be made, a file of `env_file` not be read, or the
  ///   system has no room for a process.
  init(_ attempt: Attempt, account: Account, handsOutGPUs: Bool) throws(SpoolError) {
    let queue = attempt.queue
    let variables = try CommandEnvironment.variables(
      attempt, account: account, handsOutGPUs: handsOutGPUs)
    try CommandEnvironment.check(attempt.start.argv, variables)
    let log = try Self.log("out.log", attempt)
    // The same file twice where the two are not split: true order, one descriptor more.
    let errorLog =
      attempt.start.job?.split == true
      ? try Self.log("err.log", attempt) : try log.duplicate(attempt.folder)
    let config = attempt.folder + "/" + Queue.configFile
    let input = try naming("write", config) { () throws(Errno) in
      try System.create(config, .replacing, permissions: queue.shape.files).write(
        (attempt.start.job?.runConfig ?? JSONObject()).bytes(pretty: true) + [UInt8(ascii: "\n")])
      return try System.openFollowing("/dev/null")
    }
    let made: Made
    do throws(Errno) {
      made = try Self.start(
        attempt, variables, input.number, log.number, errorLog.number,
        directory: attempt.start.job?.cwd ?? queue.runPath(attempt.run))
    } catch {
      throw SpoolError(.system, "\(attempt.run): cannot start a process: \(error)", errno: error)
    }
    pid = made.pid
    gate = made.gate
    report = made.report
  }

  private struct Made: ~Copyable {
    let pid: Int32
    let gate: Descriptor
    let report: Descriptor
  }

  private static func start(
    _ attempt: Attempt, _ variables: [(name: String, value: String)], _ input: Int32,
    _ output: Int32, _ error: Int32, directory: String
  ) throws(Errno) -> Made {
    let gate = try DescriptorPair.pipe()
    let report = try DescriptorPair.pipe()
    let pid = try CommandStart(
      program: attempt.start.argv.first ?? "",
      search: variables.first { $0.name == "PATH" }?.value,
      argv: attempt.start.argv,
      environment: variables.map { $0.name + "=" + $0.value },
      directory: directory, input: input, output: output, error: error,
      gate: gate.first.number, gateWriter: gate.second.number, report: report.second.number,
      mask: UInt32(attempt.start.job?.umask ?? 0o022), diesWithParent: true
    ).start()
    return Made(pid: pid, gate: gate.second, report: report.first)
  }

  private static func log(_ name: String, _ attempt: Attempt) throws(SpoolError) -> Descriptor {
    let path = attempt.folder + "/" + name
    return try naming("make the log", path) { () throws(Errno) in
      try System.create(path, .creatingToAppend, permissions: attempt.queue.shape.files)
    }
  }

  /// Lets the command go.
  func open() throws(Errno) { try gate.write([1]) }

  /// Why the program could not be executed; nil: it is executed. Once ``report`` is readable.
  func failure() -> CommandStart.Failure? {
    (try? report.read(atMost: 64)).flatMap { CommandStart.Failure($0) }
  }

  /// Sends a signal to the command's whole group; returns why none of it could be reached, nil: it was.
  @discardableResult
  func signal(_ number: Int32) -> Errno? {
    let refusal = Child.trySignal(number, -pid)
    // One that was stopped takes no notice before it is continued.
    if number != SignalNumber.kill, number != SignalNumber.stop {
      Child.signal(SignalNumber.continue, -pid)
    }
    return refusal
  }

  /// Kills the group, and every descendant that left it.
  ///
  /// - Returns: Those that were there, and why one of them cannot be reached.
  @discardableResult
  func killAll() -> [(pid: Int32, refusal: Errno?)] {
    Child.signal(SignalNumber.kill, -pid)
    return Child.descendants().map { ($0, Child.trySignal(SignalNumber.kill, $0)) }
  }

  /// Ends the child behind its gate and forgets it.
  func discard() {
    Child.signal(SignalNumber.kill, pid)
    Child.reap(pid)
  }
}

extension Descriptor {
  /// Another number for the same open file. `dup`.
  fileprivate func duplicate(_ path: String) throws(SpoolError) -> Descriptor {
    try naming("open again", path) { () throws(Errno) in try Descriptor(duplicating: self) }
  }
}
