import SpoolProtocol
import Synchronization

/// One runner process and the socket to it. When it is released the socket closes, and the runner
/// ends as soon as it has no run.
final class RunnerProcess: @unchecked Sendable {
  // @unchecked: confined to the agent's Dispatch queue, on which the listener calls it.
  private let pid: Int32
  private let socket: Descriptor
  private let listener: RunnerListener
  private var lines = LineBuffer()
  private var handler: ((RunnerPool.Event) -> Void)?
  /// The last lines that were no reports: what the process, or the system for it, had to say.
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
    // What it says before it dies, and why it could not be executed, comes by the socket as well: no
    // descriptor more for each, and nothing is lost.
    pid = try CommandStart.start(
      executable, argv: ["spool", "_runner"], environment: Self.environment,
      directory: "/", input: ends.second.number, output: null.number, error: ends.second.number,
      report: ends.second.number, adoptsOrphans: true)
    socket = ends.first
    listener.watch(socket.number) { [weak self] in self?.read() }
  }

  // It ends by itself when it has no run; one that has goes on without us.
  deinit {
    listener.unwatch(socket.number)
    let pid = pid
    if !isReaped { Self.left.withLock { $0.append(pid) } }
  }

  /// Processes whose end nobody waits for.
  private static let left = Mutex<[Int32]>([])

  /// Puts away those that have ended since their agent let go of them, in a process that outlives it.
  ///
  /// - Returns: Whether none is left.
  @discardableResult
  static func reapLeft() -> Bool {
    left.withLock { left in
      left.removeAll { Child.hasEnded($0) }
      return left.isEmpty
    }
  }

  /// A runner needs nothing of the agent's environment but the C library's own switches. It dies at
  /// once where it crashes: nobody reads a backtrace, which takes seconds.
  static let environment =
    ["PATH=\(CommandEnvironment.defaultPath)", "LC_ALL=C.UTF-8", "SWIFT_BACKTRACE=enable=no"]
    // Both must look for the locks of gpus in one place.
    + (Host.givenName.map { ["\(Host.nameVariable)=\($0)"] } ?? [])
    + (GPULock.givenDirectory.map { ["SPOOL_GPU_LOCKS=\($0)"] } ?? [])

  func begin(_ line: [UInt8], _ handler: @escaping (RunnerPool.Event) -> Void) {
    self.handler = handler
    // A runner that died shows itself by its end of the socket.
    socket.sendAll(line)
  }

  /// Says something to a runner that has a run; one that does not read it is not waited for.
  func tell(_ note: RunnerNote) {
    let line = note.line
    guard !isMute, handler != nil, let sent = socket.send(line) else { return }
    if sent < line.count { isMute = true }
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
  }

  private var hasInput: Bool {
    (try? waitForInput([socket.number], until: .now))?.first == true
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

/// How a runner process ended, and what it had to say.
struct RunnerEnd: Sendable, Equatable {
  /// Bytes of what a process says that are kept: the last ones.
  static let wordsLimit = 1000

  /// In words: `signal ILL: Fatal error: …`, `cannot be executed: No such file or directory`.
  let text: String

  init(text: String) { self.text = text }

  /// - Parameters:
  ///   - status: How it ended; nil: nobody knows.
  ///   - words: What it said in whole lines.
  ///   - rest: What it said after that.
  init(_ status: ChildStatus?, _ words: String, rest: [UInt8]) {
    if let failure = Self.failure(rest) {
      text = failure.words
      return
    }
    let said = rest.isEmpty ? words : Self.adding(rest, to: words)
    let ending = status?.words ?? "in an unknown way"
    text = said.isEmpty ? ending : "\(ending): \(said)"
  }

  // Bytes and no text, since the child that could not become a runner wrote them.
  private static func failure(_ rest: [UInt8]) -> CommandStart.Failure? {
    guard rest.count <= 16, rest.contains(0) else { return nil }
    return CommandStart.Failure(rest)
  }

  /// Adds a line to what was said, and keeps the end of that; on one line, without what would write on
  /// somebody's terminal.
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
