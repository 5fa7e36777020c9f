import SpoolProtocol

/// A runner's socket to its agent: assignments and notes come in, reports go out.
///
/// Used by the one thread of a runner.
final class AgentLink {
  private let socket: Descriptor
  private var lines = LineBuffer()
  private var waiting: [[UInt8]] = []
  private var isOpen = true
  /// Whether the agent tells what appears in the folder of the run that goes on.
  private(set) var isWatched = false

  init(_ socket: consuming Descriptor) { self.socket = socket }

  /// Readable when the agent said something, or left; nil: it left before.
  var descriptor: Int32? { isOpen ? socket.number : nil }

  /// Tells the agent; it may be gone, and what was done stands in the queue.
  func tell(_ report: RunnerReport) { try? socket.write(report.line) }

  /// Waits for the next thing to do; nil: the agent left, or this process was told to end.
  func next(_ signals: borrowing SignalPipe) -> [UInt8]? {
    isWatched = false
    while waiting.isEmpty {
      // Nothing is held between two runs: to be told to end is to end.
      guard !signals.isToldToEnd, isOpen,
        let ready = try? waitForInput([socket.number, signals.reader.number], until: nil)
      else { return nil }
      if ready[1] { signals.drain() }
      if ready[0] { read() }
    }
    isWatched = false
    return waiting.removeFirst()
  }

  /// Takes what the agent has said, once ``descriptor`` is readable.
  func read() {
    guard isOpen, let bytes = try? socket.read(atMost: 65_536), !bytes.isEmpty else {
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
