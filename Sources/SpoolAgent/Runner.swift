package import SpoolQueue

/// A process that owns one run at a time, from `starting/` to `done/`.
///
/// It has a session of its own and outlives its agent: it takes its next run from the agent's socket
/// and ends when that is closed. One thread, one loop; the command dies with that thread.
package final class Runner {
  private let socket: Descriptor
  private let signals: SignalPipe
  private let watch: RequestWatch
  private var lines = LineBuffer()
  private var waiting: [[UInt8]] = []
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
    return try attempt("prepare", "the runner") { () throws(Errno) in
      Runner(Descriptor(0), try SignalPipe(), try RequestWatch())
    }
  }

  private init(
    _ socket: consuming Descriptor, _ signals: consuming SignalPipe, _ watch: RequestWatch
  ) {
    self.socket = socket
    self.signals = signals
    self.watch = watch
  }

  /// Serves assignments until the agent leaves.
  package func run() {
    while let line = nextLine() {
      let report = Assignment(line).map { serve($0) } ?? .failed("an assignment does not parse")
      tell(report)
      // A run that this process did not end may still bear its number: only a runner that is gone
      // can be told from one that works, so it goes.
      guard case .ended = report, !signals.isToldToEnd else { return }
    }
  }

  private func nextLine() -> [UInt8]? {
    while waiting.isEmpty {
      // Nothing is held between two runs: to be told to end is to end.
      guard !signals.isToldToEnd,
        let ready = try? waitForInput([socket.number, signals.reader.number], until: nil)
      else { return nil }
      if ready[1] { signals.drain() }
      guard ready[0] else { continue }
      guard let bytes = try? socket.read(atMost: 65_536), !bytes.isEmpty else { return nil }
      waiting = lines.add(bytes)
    }
    return waiting.removeFirst()
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
      return .failed(error.message)
    }
  }

  /// The queue, and what holds it: found out once for as long as the directory is the same one.
  private func open(_ path: String) throws(SpoolError) -> (Queue, FileSystemKind) {
    let now = try attempt("open the queue", path) { () throws(Errno) in
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

  private func tell(_ report: RunnerReport) {
    // The agent may be gone; what was done stands in the queue.
    try? socket.write(report.line)
  }
}
