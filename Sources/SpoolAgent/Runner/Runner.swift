package import SpoolProtocol

/// A process that owns one run at a time, from `starting/` to `done/`.
///
/// It has a session of its own and outlives its agent. It takes its next run from the agent's socket, and
/// ends when that is closed. It has one thread and one loop; the command dies with that thread.
package final class Runner {
  private let link: AgentLink
  private let netrc = Netrc()
  private var settings = (text: "", value: QueueSettings())
  private var known: Known?
  private let memory = OutOfMemory()

  private struct Known {
    let queue: Queue
    let disk: Disk
    let directory: FileInformation
  }

  /// Prepares this process, started with a socket as its standard input.
  package static func make() throws(SpoolError) -> Runner {
    _ = CreationMask.clear()
    _ = ResourceLimits.given
    return try naming(
      "prepare", "the runner", doing: Runner(AgentLink(Descriptor(0), SignalPipe())))
  }

  private init(_ link: AgentLink) { self.link = link }

  /// Serves assignments until the agent leaves.
  package func run() {
    while let line = link.next() {
      if let assignment = Assignment(line) {
        // Reported before any file of the run is opened: if this process dies earlier, the host is at
        // fault and not the run.
        link.tell(.taken)
        let report = serve(assignment)
        link.tell(report)
        // A run that this process did not end may still name it as its runner. Others see that the run
        // has none only if this process is gone.
        guard case .ended = report, !link.isToldToEnd else { return }
      } else if let check = RunnerCheck(line) {
        let report = Self.answer(check)
        link.tell(report)
        guard report == .sound else { return }
      } else {
        link.tell(.failed("an assignment does not parse", nil))
        return
      }
    }
  }

  /// Tries the parts of a start that need no run: memory, a process, and space on the disk.
  private static func answer(_ check: RunnerCheck) -> RunnerReport {
    do throws(SpoolError) {
      // Written to, so that the kernel provides it: 8 MiB are more than a start takes.
      var memory = [UInt8](repeating: 1, count: 8 << 20)
      memory[memory.count / 2] = 2
      try naming("start a process", "a command") { () throws(Errno) in
        let null = try System.openFollowing("/dev/null")
        // Its gate stays closed.
        try ProcessTree(
          ["check"], [], in: "/", input: null.number, output: null.number, error: null.number,
          mask: nil
        ).discard()
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
      let (queue, disk) = try open(assignment.queue)
      var locks = try GPULocks(
        assignment.gpuLocks, eighths: assignment.gpuEighths,
        for: GPUUser(owner: Account.current.name, queue: queue.reference, run: name.base))
      guard
        let attempt = try queue.makeAttempt(
          name, settings: settings.value, slot: assignment.slot, gpus: assignment.gpus ?? [],
          objection: assignment.objection)
      else { return .lost }
      let outcome: Outcome?
      do throws(SpoolError) {
        outcome = try RunLife(
          attempt, disk, settings.value, poll: assignment.poll, link, memory, netrc: netrc
        )
        .live(handsOutGPUs: assignment.gpus != nil) {
          // The agent may hand the gpus out at once.
          locks.release()
          link.tell(.over)
        }
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

  /// The queue and its disk, asked anew only if the directory is another one.
  private func open(_ path: String) throws(SpoolError) -> (Queue, Disk) {
    let now = try naming("open the queue", path, doing: System.information(path))
    if let known, known.queue.path == path, known.directory.inode == now.inode,
      known.directory.device == now.device, known.directory.permissions == now.permissions
    {
      return (known.queue, known.disk)
    }
    let queue = try Queue(at: path)
    let disk = try naming("ask for the file system", path) { () throws(Errno) in
      try Disk(of: path)
    }
    known = Known(queue: queue, disk: disk, directory: now)
    return (queue, disk)
  }

  private func readSettings(_ text: String) {
    if text == settings.text { return }
    // It parses: the agent has parsed it before.
    let value = try? QueueSettings(parsing: text.rawBytes)
    settings = (text, value ?? QueueSettings())
  }
}
