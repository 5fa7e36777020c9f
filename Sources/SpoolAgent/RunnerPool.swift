import Dispatch
import SpoolQueue

/// The runner processes of an agent: one for each run that goes on, and one that waits.
///
/// Confined to the agent's Dispatch queue.
final class RunnerPool {
  /// What became of an assignment.
  enum Event {
    /// The runner said so.
    case report(RunnerReport)
    /// The runner ended, whatever it had said before.
    case died
  }

  private let queue: DispatchQueue
  private let executable: String
  /// Made with the first runner.
  private var listener: RunnerListener?
  private var idle: [RunnerProcess] = []
  private var busy: [ObjectIdentifier: RunnerProcess] = [:]
  /// Let go, and not gone yet.
  private var leaving: [ObjectIdentifier: RunnerProcess] = [:]

  /// - Parameter executable: The path of this program, which has the hidden verb `_runner`.
  init(queue: DispatchQueue, executable: String) {
    self.queue = queue
    self.executable = executable
  }

  /// Starts a runner that waits, so that the next run need not.
  func warmUp() {
    if idle.isEmpty, let runner = try? makeRunner() { idle.append(runner) }
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

  /// Hands a claim to a runner; `handler` hears of it until its run ended or the runner did.
  func assign(
    _ assignment: Assignment, handler: @escaping (Event) -> Void
  ) throws(SpoolError) {
    let runner: RunnerProcess
    if let waiting = idle.popLast() {
      runner = waiting
    } else {
      runner = try attempt("start a runner", executable) { () throws(Errno) in
        try makeRunner()
      }
    }
    busy[ObjectIdentifier(runner)] = runner
    runner.assign(assignment) { [weak self, unowned runner] event in
      if case .report(.ended) = event, let self {
        busy[ObjectIdentifier(runner)] = nil
        idle.append(runner)
      }
      handler(event)
    }
  }

  /// Lets runners go that have nothing to do, but for one.
  func trim() {
    while idle.count > 1 {
      let runner = idle.removeFirst()
      // Kept until its end is seen: one that is forgotten before stays a zombie.
      leaving[ObjectIdentifier(runner)] = runner
      runner.letGo()
    }
  }
}

/// One runner process and the socket to it. When it is released the socket closes, and the runner
/// ends as soon as it has no run.
final class RunnerProcess: @unchecked Sendable {
  // @unchecked: confined to the agent's Dispatch queue, on which the listener calls it.
  private let pid: Int32
  private let socket: Descriptor
  private let listener: RunnerListener
  private var lines = LineBuffer()
  private var handler: ((RunnerPool.Event) -> Void)?
  private let isGone: (RunnerProcess) -> Void

  init(
    _ executable: String, _ listener: RunnerListener, isGone: @escaping (RunnerProcess) -> Void
  ) throws(Errno) {
    self.listener = listener
    self.isGone = isGone
    let ends = try DescriptorPair.sockets()
    let null = try System.openForWriting("/dev/null")
    pid = try CommandStart(
      program: executable, argv: ["spool", "_runner"], environment: Self.environment,
      directory: "/", input: ends.second.number, output: null.number, error: null.number,
      adoptsOrphans: true
    ).start()
    socket = ends.first
    listener.watch(socket.number) { [weak self] in self?.read() }
  }

  // It ends by itself when it has no run; one that has goes on without us.
  deinit { listener.unwatch(socket.number) }

  /// A runner needs nothing of the agent's environment but the C library's own switches.
  static let environment =
    ["PATH=\(CommandEnvironment.defaultPath)", "LC_ALL=C.UTF-8"]
    // Both must look for the locks of gpus in one place.
    + (GPULock.givenDirectory.map { ["SPOOL_GPU_LOCKS=\($0)"] } ?? [])

  func assign(_ assignment: Assignment, _ handler: @escaping (RunnerPool.Event) -> Void) {
    self.handler = handler
    // A runner that died shows itself by its end of the socket.
    try? socket.write(assignment.line)
  }

  /// Tells it that no more runs come; it ends, and that is heard as its end.
  func letGo() { socket.endWriting() }

  private func read() {
    // Asked first: the listener may speak of another that had this number.
    while hasInput {
      guard let bytes = try? socket.read(atMost: 65_536), !bytes.isEmpty else {
        end()
        return
      }
      for line in lines.add(bytes) {
        guard let report = RunnerReport(line), let handler else { continue }
        if case .ended = report { self.handler = nil }
        handler(.report(report))
      }
    }
  }

  private var hasInput: Bool {
    (try? waitForInput([socket.number], until: Clock.sinceBoot))?.first == true
  }

  private func end() {
    listener.unwatch(socket.number)
    Child.reap(pid)
    let handler = handler
    self.handler = nil
    isGone(self)
    handler?(.died)
  }
}
