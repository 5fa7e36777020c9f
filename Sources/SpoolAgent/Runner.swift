package import SpoolProtocol

/// A process that owns one run at a time, from `starting/` to `done/`.
///
/// It has a session of its own and outlives its agent: it takes its next run from the agent's socket
/// and ends when that is closed. One thread, one loop; the command dies with that thread.
package final class Runner {
  private let link: AgentLink
  private let signals: SignalPipe
  private let watch: RequestWatch
  private var settings = (text: "", value: QueueSettings())
  private var known: Known?

  private struct Known {
    let queue: Queue
    let kind: FileSystemKind
    let directory: FileInformation
  }

  /// Prepares this process, started with a socket as its standard input.
  package static func make() throws(SpoolError) -> Runner {
    _ = CreationMask.clear()
    _ = ResourceLimits.given
    return try naming("prepare", "the runner") { () throws(Errno) in
      Runner(AgentLink(Descriptor(0)), try SignalPipe())
    }
  }

  private init(_ link: AgentLink, _ signals: consuming SignalPipe) {
    self.link = link
    self.signals = signals
    watch = RequestWatch(link)
  }

  /// Serves assignments until the agent leaves.
  package func run() {
    while let line = link.next(signals) {
      if let assignment = Assignment(line) {
        // Before anything of the run is opened: what ends this process before is the host's doing.
        tell(.taken)
        let report = serve(assignment)
        tell(report)
        // A run that this process did not end may still bear its number: only a runner that is gone
        // can be told from one that works, so it goes.
        guard case .ended = report, !signals.isToldToEnd else { return }
      } else if let check = RunnerCheck(line) {
        let report = Self.answer(check)
        tell(report)
        guard report == .sound else { return }
      } else {
        tell(.failed("an assignment does not parse", nil))
        return
      }
    }
  }

  /// Does what every start needs, and nothing of any run: memory, a process, and room on the disk.
  private static func answer(_ check: RunnerCheck) -> RunnerReport {
    do throws(SpoolError) {
      // Written, so that it is there: 8 MiB are more than a start takes.
      var memory = [UInt8](repeating: 1, count: 8 << 20)
      memory[memory.count / 2] = 2
      try naming("start a process", "a command") { () throws(Errno) in
        let gate = try DescriptorPair.pipe()
        let null = try System.openFollowing("/dev/null")
        let pid = try CommandStart(
          program: "/dev/null", argv: ["check"], environment: [], input: null.number,
          output: null.number, error: null.number, gate: gate.first.number,
          gateWriter: gate.second.number, diesWithParent: true
        ).start()
        Child.signal(SignalNumber.kill, pid)
        Child.reap(pid)
      }
      let queue = try Queue(at: check.queue)
      let probe = try Aside(
        "check", in: queue.path(.agents), Array(memory.prefix(65_536)),
        permissions: queue.shape.files, sync: true)
      try? probe.unlink()
      return .sound
    } catch {
      return .failed(error.message, error.errno)
    }
  }

  private func serve(_ assignment: Assignment) -> RunnerReport {
    readSettings(assignment.settings)
    do throws(SpoolError) {
      guard let name = QueueFileName(assignment.file) else {
        throw SpoolError(.badInput, "\(assignment.file): is not the name of a claimed run")
      }
      let (queue, kind) = try open(assignment.queue)
      let locks = try GPULocks(
        assignment.gpuLocks,
        for: GPUUser(owner: Account.current.name, queue: queue.reference, run: name.base))
      let life = RunLife(queue, kind, settings.value, poll: assignment.poll, watch)
      guard
        let attempt = try queue.makeAttempt(
          name, settings: settings.value, slot: assignment.slot, gpus: assignment.gpus ?? [],
          objection: assignment.objection)
      else { return .lost }
      let outcome: Outcome?
      do throws(SpoolError) {
        outcome = try life.live(attempt, handsOutGPUs: assignment.gpus != nil, signals) { tell($0) }
      } catch {
        attempt.removeUnstarted()
        throw error
      }
      locks.release()
      guard let outcome else { return .lost }
      return .ended(run: attempt.run, outcome: outcome)
    } catch {
      return .failed(error.message, error.errno)
    }
  }

  /// The queue, and what holds it: found out once for as long as the directory is the same one.
  private func open(_ path: String) throws(SpoolError) -> (Queue, FileSystemKind) {
    let now = try naming("open the queue", path) { () throws(Errno) in
      try System.information(path)
    }
    if let known, known.queue.path == path, known.directory.inode == now.inode,
      known.directory.device == now.device, known.directory.permissions == now.permissions
    {
      return (known.queue, known.kind)
    }
    let queue = try Queue(at: path)
    let kind = try queue.fileSystem
    known = Known(queue: queue, kind: kind, directory: now)
    return (queue, kind)
  }

  private func readSettings(_ text: String) {
    if text == settings.text { return }
    // The agent hands on only what it parsed itself.
    let value = try? QueueSettings(parsing: text.rawBytes)
    settings = (text, value ?? QueueSettings())
  }

  private func tell(_ report: RunnerReport) { link.tell(report) }
}
