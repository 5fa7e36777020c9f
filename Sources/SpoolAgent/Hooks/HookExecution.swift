import SpoolProtocol

/// Executes one hook, in a process of its own that outlives its agent.
///
/// The hook is a child in a session of its own, gets the run's record on standard input, and has a time
/// limit. Its output goes through this process, which writes at most
/// ``HookRecord/outputLimit`` bytes of it to disk. After its end its record says how it ended,
/// and the agent is told. Processes that it left running, for example to deliver a mail, have a minute more;
/// only this process waits for them. It has one thread and one loop; the hook dies with that thread.
package final class HookExecution {
  private var hook: Hook
  private let signals: SignalPipe
  private let log: HookLog
  /// Why it is being stopped.
  private var cause: String?
  private var hasEnded = false
  /// Whether the agent knows how it ended.
  private var isTold = false

  /// The hidden verb of this program that executes a hook.
  package static let word = "_hook"

  /// The time from TERM to KILL.
  private static let grace = TimeSpan.seconds(5)
  /// How long processes that a hook left running may take to end by themselves.
  private static let respite = TimeSpan.seconds(60)
  /// For how long a hook gets KILL before its agent hears of it.
  private static let patience = TimeSpan.seconds(7)

  private init(_ hook: Hook, _ signals: consuming SignalPipe) {
    self.hook = hook
    self.signals = signals
    log = HookLog(hook)
  }

  /// Begins the hook of a request, and waits for its end. Reports the end to the agent on standard output.
  ///
  /// - Parameters:
  ///   - queue: The queue's directory.
  ///   - file: The request in `hooks/`.
  package static func run(queue path: String, request file: String) {
    _ = CreationMask.clear()
    _ = ResourceLimits.given
    if let report = report(path, file) { tell(report) }
  }

  /// Does the work. Returns the report, or nil if it is sent already.
  private static func report(_ path: String, _ file: String) -> HookReport? {
    do throws(SpoolError) {
      let signals = try naming("prepare", "the hook", doing: SignalPipe())
      guard let request = HookRequest(file) else { return .void }
      guard let hook = try Queue(at: path).begin(request) else { return .void }
      HookExecution(hook, signals).execute()
      return nil
    } catch {
      return .failed(error.message, isFinal: error.isFinalForHook)
    }
  }

  private static func tell(_ report: HookReport) {
    // The agent may be gone; the run's folder has all results.
    let output = Descriptor(1)
    try? output.write(report.line)
    // Closed here: the agent does not wait for processes that the hook left running.
  }

  // MARK: Its life

  private func execute() {
    let began = Instant.now
    do throws(SpoolError) {
      seeToTheEnd(try start(), began)
    } catch {
      hook.record.reason = "it could not be started on \(hook.record.host): \(error.message)"
      finish()
    }
  }

  // The run's folder exists as long as its record. The run's cwd may be missing: that may be why it failed.
  private var directory: String { hook.queue.runPath(hook.run) }

  private func start() throws(SpoolError) -> ProcessTree {
    let variables = self.variables
    var argv = hook.record.argv
    // The agent's own program, not a spool of the run's PATH: that may be another version or missing.
    if Hooks.address(of: argv) != nil { argv[0] = System.thisProgram }
    try CommandEnvironment.check(argv, variables)
    do throws(Errno) {
      let printed = try DescriptorPair.pipe()
      let tree = try ProcessTree(
        argv, variables, in: directory, input: hook.input.file.number,
        output: printed.second.number, error: printed.second.number, mask: hook.start.job?.umask)
      try tree.open()
      log.begin(printed.first)
      return tree
    } catch {
      throw SpoolError(.system, "cannot start a process: \(error)", errno: error)
    }
  }

  /// The run's environment, and variables that say how the run ended.
  private var variables: [(name: String, value: String)] {
    var start = hook.start
    func read() -> [(name: String, value: String)]? {
      try? CommandEnvironment.variables(
        start, in: hook.queue, account: .current, handsOutGPUs: false)
    }
    var variables = read()
    if variables == nil {
      // The run may have failed because of just that file.
      start.job?.envFile = nil
      variables = read()
    }
    let ended = hook.ended
    return (variables ?? []).filter { $0.name != "SPOOL_SLOT" } + [
      ("SPOOL_EVENT", hook.record.event.rawValue),
      ("SPOOL_STATE", ended.state.rawValue),
      ("SPOOL_REASON", ended.reason ?? ""),
      ("SPOOL_EXIT_CODE", ended.exitCode.map { "\($0)" } ?? ""),
    ]
  }

  /// Waits for the end of the hook, and then of the processes that it left running.
  private func seeToTheEnd(_ tree: ProcessTree, _ began: Instant) {
    let limit = began + .seconds(hook.record.timeout)
    var isRefusalRecorded = false
    while tree.reap() {
      if tree.status != nil { takeEnd(of: tree, began) }
      if signals.isToldToEnd {
        stop(tree, "told to stop: its process on \(hook.record.host) was ended")
      }
      let now = Instant.now
      if !hasEnded, now >= limit {
        stop(tree, "time limit: \(DurationText.text(hook.record.timeout))")
      }
      tree.play()
      if let refusal = tree.refusal {
        if hasEnded, !isRefusalRecorded {
          isRefusalRecorded = true
          recordLeftovers(of: tree)
        } else if !hasEnded, !isTold, now - (tree.killedSince ?? now) >= Self.patience {
          // The agent does not wait for a process that cannot be ended.
          hook.record.reason = "\(cause ?? ""), and \(refusal)"
          finish()
        }
      }
      var wake = tree.next
      if cause == nil, !hasEnded { wake = Swift.min(wake, limit) }
      if !isTold, let killedSince = tree.killedSince {
        wake = Swift.min(wake, killedSince + Self.patience)
      }
      _ = take(until: wake)
    }
    takeEnd(of: tree, began)
    recordLeftovers(of: tree)
  }

  private func stop(_ tree: ProcessTree, _ reason: String) {
    if hasEnded { return tree.hurry() }
    if cause != nil { return }
    cause = reason
    tree.stop(.asking(SignalNumber.term, grace: Self.grace, at: .now))
  }

  /// Waits for output, a signal or the time. Returns whether there was output.
  private func take(until deadline: Instant) -> Bool {
    var descriptors = [signals.reader.number]
    if let output = log.descriptor { descriptors.append(output) }
    guard let ready = try? waitForInput(descriptors, until: deadline) else { return false }
    if ready[0] { signals.drain() }
    return ready.count > 1 && ready[1] && log.copy()
  }

  // MARK: Its end

  /// Records, once, how the hook itself ended.
  private func takeEnd(of tree: ProcessTree, _ began: Instant) {
    if hasEnded { return }
    hasEnded = true
    hook.record.duration = (Instant.now - began).seconds
    describe(tree)
    // The rest of its output is in the pipe.
    var rest = 0
    while rest < 16, take(until: .now) { rest += 1 }
    finish()
    tree.clear(respite: Self.respite)
  }

  private func describe(_ tree: ProcessTree) {
    if let failure = tree.failure {
      hook.record.reason = failure.words(
        "hook", program: hook.record.argv.first ?? "", directory: directory,
        path: tree.search ?? "")
      hook.record.duration = nil
      return
    }
    hook.record.exitCode = tree.status?.code
    hook.record.signal = tree.status?.signal
    let words = tree.status?.words ?? "in an unknown way"
    hook.record.reason = cause.map { "\($0), then \(words)" } ?? words
  }

  /// Records how the hook itself ended, and tells the agent.
  private func finish() {
    hook.record.printed = log.count
    hook.record.endedAt = .now
    publish()
    if isTold { return }
    isTold = true
    let record = hook.record
    Self.tell(
      .ended(
        run: hook.run, event: record.event, reason: record.reason ?? "",
        duration: record.duration, isGood: record.isGood))
  }

  /// Records the processes that the hook left running and that had to be ended.
  private func recordLeftovers(of tree: ProcessTree) {
    guard let found = tree.leftBehind,
      found != hook.record.leftBehind || hook.record.printed != log.count
    else { return }
    hook.record.leftBehind = found
    hook.record.printed = log.count
    publish()
  }

  /// Writes the record. On a full disk it tries for a minute; after that the record still says that the
  /// hook was begun, and no more.
  private func publish() {
    let until = Instant.now + .seconds(60)
    while true {
      do throws(SpoolError) {
        try hook.publish()
        return
      } catch {
        // Not found: the hook has removed the folder.
        if error.errno == .notFound || .now >= until || signals.isToldToEnd { return }
        _ = try? waitForInput([signals.reader.number], until: .now + .seconds(1))
        signals.drain()
      }
    }
  }
}

extension SpoolError {
  /// Whether another try would fail in the same way: the file is no request, or its writer is not trusted.
  /// (A refusal of the system may pass.)
  fileprivate var isFinalForHook: Bool { kind == .badInput || (kind == .refused && errno == nil) }
}
