import SpoolProtocol

/// A runner's connections: its signals, and the socket to its agent.
///
/// Only the runner's one thread uses it. A request to stop appears in the folder of a run. The kernel
/// reports that to the agent, which has one watch for all of its runs, and the agent tells the runner.
final class AgentLink {
  private let socket: Descriptor
  private let signals: SignalPipe
  private var lines = LineBuffer()
  private var waiting: [[UInt8]] = []
  private var isOpen = true
  /// Whether the agent reports new files in the folder of the current run.
  private(set) var isWatched = false

  init(_ socket: consuming Descriptor, _ signals: consuming SignalPipe) {
    self.socket = socket
    self.signals = signals
  }

  /// Whether this process was told to end.
  var isToldToEnd: Bool { signals.isToldToEnd }

  /// Sends the agent a report. A failure is ignored: the agent may be gone, and the queue has all results.
  func tell(_ report: RunnerReport) { try? socket.write(report.line) }

  /// How long a runner waits for a run before it gives back memory.
  private static let patience = TimeSpan.seconds(5)

  /// Waits for the next line with a task. Returns nil if the agent left, or this process was told to end.
  func next() -> [UInt8]? {
    isWatched = false
    var rest: Instant? = .now + Self.patience
    while waiting.isEmpty {
      // Between two runs the process holds nothing and can end at once.
      guard !isToldToEnd, isOpen, wait(until: rest) != nil else { return nil }
      if let due = rest, waiting.isEmpty, .now >= due {
        OwnMemory.giveBack()
        rest = nil
      }
    }
    isWatched = false
    return waiting.removeFirst()
  }

  /// Waits for a signal, the agent, another descriptor, or the time.
  ///
  /// - Parameter deadline: Nil for no deadline.
  /// - Returns: Whether the agent said something or left, and whether `other` is readable. Nil if the
  ///   system cannot wait.
  func wait(_ other: Int32? = nil, until deadline: Instant?) -> (agent: Bool, other: Bool)? {
    var descriptors = [signals.reader.number]
    if isOpen { descriptors.append(socket.number) }
    if let other { descriptors.append(other) }
    guard let ready = try? waitForInput(descriptors, until: deadline) else { return nil }
    if ready[0] { signals.drain() }
    let isAgent = isOpen && ready[1]
    if isAgent { read() }
    return (isAgent, other != nil && ready.last == true)
  }

  private func read() {
    guard let bytes = try? socket.read(atMost: 65_536), !bytes.isEmpty else {
      isOpen = false
      isWatched = false
      return
    }
    for line in lines.add(bytes) {
      switch RunnerNote(line) {
      case .watched: isWatched = true
      case .unwatched: isWatched = false
      case .look: break
      case nil: waiting.append(line)
      }
    }
  }
}
