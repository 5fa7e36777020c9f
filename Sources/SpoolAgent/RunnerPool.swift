import Dispatch
import SpoolProtocol

/// The runner processes of an agent: one for each run that goes on, and those that wait.
///
/// Confined to the agent's Dispatch queue.
final class RunnerPool {
  enum Event {
    case report(RunnerReport)
    /// The runner ended, whatever it had reported before.
    case died(RunnerEnd)
  }

  private let queue: DispatchQueue
  private let executable: String
  /// Made with the first runner.
  private var listener: RunnerListener?
  private var idle: [RunnerProcess] = []
  private var spares = Spares()
  private var busy: [ObjectIdentifier: RunnerProcess] = [:]
  /// Those that were told to end and have not ended yet.
  private var leaving: [ObjectIdentifier: RunnerProcess] = [:]

  /// - Parameter executable: The path of this program, which has the hidden verb `_runner`.
  init(queue: DispatchQueue, executable: String) {
    self.queue = queue
    self.executable = executable
  }

  private func makeRunner() throws(Errno) -> RunnerProcess {
    try RunnerProcess(executable, try knownListener()) { [weak self] runner in
      self?.idle.removeAll { $0 === runner }
      self?.busy[ObjectIdentifier(runner)] = nil
      self?.leaving[ObjectIdentifier(runner)] = nil
    }
  }

  private func knownListener() throws(Errno) -> RunnerListener {
    if let listener { return listener }
    let made = try RunnerListener(queue: queue)
    listener = made
    return made
  }

  /// Hands a claim to a runner.
  ///
  /// - Parameter handler: Called with each event until the run or the runner has ended.
  /// - Returns: The runner, for notes about the folder of its run.
  func assign(
    _ assignment: Assignment, handler: @escaping (Event) -> Void
  ) throws(SpoolError) -> RunnerProcess {
    spares.wasTaken(at: .now, isLast: idle.count == 1)
    let runner = if let waiting = idle.popLast() { waiting } else { try startRunner() }
    return begin(runner, assignment.line, handler)
  }

  /// Asks a new runner whether this host can start commands.
  ///
  /// - Parameter handler: Called with its answer, or its end.
  func check(_ check: RunnerCheck, handler: @escaping (Event) -> Void) throws(SpoolError) {
    _ = begin(try startRunner(), check.line, handler)
  }

  private func startRunner() throws(SpoolError) -> RunnerProcess {
    try naming("start a runner", executable, doing: makeRunner())
  }

  private func begin(
    _ runner: RunnerProcess, _ line: [UInt8], _ handler: @escaping (Event) -> Void
  ) -> RunnerProcess {
    busy[ObjectIdentifier(runner)] = runner
    runner.begin(line) { [weak self, unowned runner] event in
      switch event {
      case .report(.ended), .report(.sound):
        guard let self else { break }
        busy[ObjectIdentifier(runner)] = nil
        if runner.isMute {
          // A note was cut off, so that the runner would not understand the next line.
          leaving[ObjectIdentifier(runner)] = runner
          runner.letGo()
        } else {
          idle.append(runner)
          spares.wasFreed(at: .now)
        }
      default: break
      }
      handler(event)
    }
    return runner
  }

  /// Lets runners go that are too many, or makes one that waits.
  ///
  /// - Parameter makes: Whether more runs may come, so that one is to wait for them.
  /// - Returns: When to do it again.
  func tend(at now: Instant, makes: Bool) -> Instant {
    let plan = spares.plan(waiting: idle.count, busy: busy.count, at: now)
    if plan.surplus < 0 {
      if !makes { return .last }
      if let runner = try? makeRunner() { idle.append(runner) }
    }
    for _ in 0..<Swift.max(plan.surplus, 0) {
      let runner = idle.removeFirst()
      // Kept until it has ended: otherwise it would stay a zombie.
      leaving[ObjectIdentifier(runner)] = runner
      runner.letGo()
    }
    return plan.next
  }
}
