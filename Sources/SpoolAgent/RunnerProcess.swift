import SpoolProtocol
import Synchronization

/// A runner process and the socket to it. The end of this object closes the socket, and the runner ends as soon as it
/// has no run.
final class RunnerProcess: @unchecked Sendable {
  // @unchecked: confined to the agent's Dispatch queue, on which the listener calls it.
  private let pid: Int32
  private let socket: Descriptor
  private let listener: RunnerListener
  private var lines = LineBuffer()
  private var handler: ((RunnerPool.Event) -> Void)?
  /// The last lines that were no reports: messages of the process, or of the system.
  private var words = ""
  /// Whether a note was cut off, since the process does not read.
  private(set) var isMute = false
  private var isReaped = false
  private let isGone: (RunnerProcess) -> Void

  init(
    _ executable: String, _ listener: RunnerListener, isGone: @escaping (RunnerProcess) -> Void
  ) throws(Errno) {
    Self.reapLeft()
    self.listener = listener
    self.isGone = isGone
    let ends = try DescriptorPair.sockets()
    let null = try System.openForWriting("/dev/null")
    // Its last words, and the report that it cannot be executed, come by the same socket: that needs no further
    // descriptors.
    pid = try CommandStart.start(
      executable, argv: ["spool", "_runner"], environment: Self.environment,
      directory: "/", input: ends.second.number, output: null.number, error: ends.second.number,
      report: ends.second.number, adoptsOrphans: true)
    socket = ends.first
    listener.watch(socket.number) { [weak self] in self?.read() }
  }

  // The process ends when it has no run; a run goes on without the agent.
  deinit {
    listener.unwatch(socket.number)
    let pid = pid
    if !isReaped { Self.left.withLock { $0.append(pid) } }
  }

  /// Processes that have outlived their objects.
  private static let left = Mutex<[Int32]>([])

  /// Reaps those of ``left`` that have ended, in a process that outlives its agent.
  ///
  /// - Returns: Whether none is left.
  @discardableResult
  static func reapLeft() -> Bool {
    left.withLock { left in
      left.removeAll { Child.hasEnded($0) }
      return left.isEmpty
    }
  }

  /// The environment of a runner; nothing else is passed on. Without a backtrace, which would take seconds, a runner
  /// that crashes ends at once.
  static let environment =
    ["PATH=\(CommandEnvironment.defaultPath)", "LC_ALL=C.UTF-8", "SWIFT_BACKTRACE=enable=no"]
    // The agent and its runners must use the same locks of gpus.
    + (Host.givenName.map { ["\(Host.nameVariable)=\($0)"] } ?? [])
    + (GPULock.givenDirectory.map { ["SPOOL_GPU_LOCKS=\($0)"] } ?? [])

  func begin(_ line: [UInt8], _ handler: @escaping (RunnerPool.Event) -> Void) {
    self.handler = handler
    // If the runner has died, the listener reports the end of the socket.
    socket.sendAll(line)
  }

  /// Sends a note to a runner that has a run, without waiting if it does not read.
  func tell(_ note: RunnerNote) {
    let line = note.line
    guard !isMute, handler != nil, let sent = socket.send(line) else { return }
    if sent < line.count { isMute = true }
  }

  /// Lets the process end: no more runs come. The listener reports its end.
  func letGo() { socket.endWriting() }

  private func read() {
    // Nothing may have come: the listener may mean another descriptor that had this number before.
    guard let bytes = socket.receive(atMost: 65_536) else { return }
    if bytes.isEmpty { return end() }
    for line in lines.add(bytes) {
      guard let report = RunnerReport(line) else {
        words = RunnerEnd.adding(line, to: words)
        continue
      }
      guard let handler else { continue }
      switch report {
      case .ended, .sound: self.handler = nil
      default: break
      }
      handler(.report(report))
    }
    lines.keepRest(atMost: RunnerEnd.wordsLimit)
  }

  private func end() {
    listener.unwatch(socket.number)
    let status = Child.reap(pid)
    isReaped = true
    let end = RunnerEnd(status, words, rest: lines.rest)
    let handler = handler
    self.handler = nil
    isGone(self)
    handler?(.died(end))
  }
}

/// How a runner process ended, and its last words.
struct RunnerEnd: Sendable, Equatable {
  /// The most bytes of its words that are kept: the last ones.
  static let wordsLimit = 1000

  /// In words: `signal ILL: Fatal error: …`, `cannot be executed: No such file or directory`.
  let text: String

  init(text: String) { self.text = text }

  /// - Parameters:
  ///   - status: How it ended; nil if that is unknown.
  ///   - words: Its whole lines.
  ///   - rest: The bytes after them.
  init(_ status: ChildStatus?, _ words: String, rest: [UInt8]) {
    if let failure = Self.failure(rest) {
      text = failure.words
      return
    }
    let said = rest.isEmpty ? words : Self.adding(rest, to: words)
    let ending = status?.words ?? "in an unknown way"
    text = said.isEmpty ? ending : "\(ending): \(said)"
  }

  // The report of a child that could not execute the program is binary.
  private static func failure(_ rest: [UInt8]) -> CommandStart.Failure? {
    guard rest.count <= 16, rest.contains(0) else { return nil }
    return CommandStart.Failure(rest)
  }

  /// Adds a line to the words, and keeps their end. The result is one line without control characters, which could
  /// change a terminal.
  static func adding(_ line: [UInt8], to words: String) -> String {
    var all = words.unicodeScalars
    if !all.isEmpty { all.append(" ") }
    for scalar in String(raw: line.suffix(wordsLimit)).unicodeScalars {
      all.append(scalar.value < 0x20 || scalar.value == 0x7F ? " " : scalar)
    }
    var excess = String(all).utf8.count - wordsLimit
    while excess > 0 { excess -= UTF8.width(all.removeFirst()) }
    return String(all)
  }
}
