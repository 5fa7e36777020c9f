import SpoolProtocol

/// The child that a hook is: started, and what it has open.
struct HookChild: ~Copyable {
  let pid: Int32
  /// Readable when it printed something.
  let output: Descriptor
  let directory: String
  private let report: Descriptor

  init(_ hook: Hook) throws(SpoolError) {
    // The run's folder is there as long as its record is; its own cwd may be what is missing.
    directory = hook.queue.runPath(hook.run)
    let variables = Self.variables(hook)
    try CommandEnvironment.check(hook.record.argv, variables)
    do throws(Errno) {
      let printed = try DescriptorPair.pipe()
      let reported = try DescriptorPair.pipe()
      pid = try CommandStart(
        program: hook.record.argv.first ?? "",
        search: variables.first { $0.name == "PATH" }?.value,
        argv: hook.record.argv,
        environment: variables.map { $0.name + "=" + $0.value },
        directory: directory, input: hook.input.file.number, output: printed.second.number,
        error: printed.second.number, report: reported.second.number,
        mask: UInt32(hook.start.job?.umask ?? 0o022), diesWithParent: true
      ).start()
      output = printed.first
      report = reported.first
    } catch {
      throw SpoolError(.system, "cannot start a process: \(error)", errno: error)
    }
  }

  /// The run's environment, and what the hook is for.
  private static func variables(_ hook: Hook) -> [(name: String, value: String)] {
    var attempt = hook.attempt
    var variables = try? CommandEnvironment.variables(
      attempt, account: .current, handsOutGPUs: false)
    if variables == nil {
      // The run may have failed for just that file.
      attempt.start.job?.envFile = nil
      variables = try? CommandEnvironment.variables(attempt, account: .current, handsOutGPUs: false)
    }
    let ended = hook.ended
    return (variables ?? []).filter { $0.name != "SPOOL_SLOT" } + [
      ("SPOOL_EVENT", hook.record.event.rawValue),
      ("SPOOL_STATE", ended.state.rawValue),
      ("SPOOL_REASON", ended.reason ?? ""),
      ("SPOOL_EXIT_CODE", ended.exitCode.map { "\($0)" } ?? ""),
    ]
  }

  /// Why the program could not be executed; nil: it was executed. Once the child has ended.
  func failure() -> CommandStart.Failure? {
    (try? report.read(atMost: 64)).flatMap { CommandStart.Failure($0) }
  }

  func signal(_ number: Int32) {
    Child.signal(number, -pid)
    Child.signal(SignalNumber.continue, -pid)
  }

  func killAll() {
    Child.signal(SignalNumber.kill, -pid)
    for descendant in Child.descendants() { Child.signal(SignalNumber.kill, descendant) }
  }
}

/// What a hook prints: the beginning of it goes into a file, the rest is counted.
final class HookLog {
  private let file: Descriptor?
  /// How many bytes it printed.
  private(set) var count = 0
  /// Whether nobody can print any more.
  private(set) var isOver = false

  /// Makes the file anew. A hook whose log cannot be made is executed all the same.
  init(_ hook: Hook) {
    file = try? System.create(hook.log, .replacing, permissions: hook.queue.shape.files)
  }

  /// Takes what is there; false: nothing was, or the end.
  func copy(from output: borrowing Descriptor) -> Bool {
    guard let bytes = try? output.read(atMost: 65_536), !bytes.isEmpty else {
      isOver = true
      return false
    }
    let room = HookRecord.outputLimit - count
    count += bytes.count
    // A full disk is no reason to let the hook wait at its pipe.
    if room > 0 { try? file?.write(Array(bytes.prefix(room))) }
    return true
  }
}
