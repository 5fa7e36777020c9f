import Dispatch
import SpoolProtocol
import Synchronization

/// Reports to the agent's Dispatch queue when the socket of a runner is readable, or its other end is closed.
///
/// A thread polls all sockets. Sources of Dispatch are no alternative: when the other end is closed, libdispatch calls
/// the handler and then uses memory of the source again, which the handler has freed meanwhile by cancelling it. Each
/// runner ends in that way.
final class RunnerListener: Sendable {
  private let queue: DispatchQueue
  private let handlers = Mutex<[Int32: @Sendable () -> Void]>([:])
  /// The end of the listener closes it, which ends the thread.
  private let waker: Descriptor

  /// - Parameter queue: The queue on which handlers are called.
  init(queue: DispatchQueue) throws(Errno) {
    self.queue = queue
    let ends = try DescriptorPair.pipe()
    waker = ends.second
    let wakes = Wakes(ends.first)
    // A Dispatch queue of its own has a thread of its own.
    DispatchQueue(label: "spool.runners").async { [weak self] in
      var ready: [Int32] = []
      // On the agent's queue, so that poll begins only after the handlers have read.
      while let numbers = queue.sync(execute: { self?.deliver(ready) }) {
        ready = []
        guard let states = try? waitForInput([wakes.reader.number] + numbers, until: nil) else {
          // The system has no memory now. Input stays readable.
          TimeSpan.milliseconds(100).pause()
          continue
        }
        if states[0], !wakes.drain() { return }
        ready = zip(numbers, states.dropFirst()).filter { $0.1 }.map { $0.0 }
      }
    }
  }

  /// Calls the handler whenever the descriptor is readable, and perhaps once in vain if another descriptor had its
  /// number just before.
  func watch(_ number: Int32, _ handler: @escaping @Sendable () -> Void) {
    handlers.withLock { $0[number] = handler }
    wake()
  }

  /// Ends the watch. Call it before the descriptor is closed: a thread that polls it keeps it open.
  func unwatch(_ number: Int32) {
    handlers.withLock { $0[number] = nil }
    wake()
  }

  private func wake() {
    // A pipe has room for more of these than there are descriptors.
    try? waker.write([1])
  }

  /// Calls the handlers. Returns the descriptors to watch.
  private func deliver(_ ready: [Int32]) -> [Int32] {
    for number in ready { handlers.withLock { $0[number] }?() }
    return handlers.withLock { Array($0.keys) }
  }

  private final class Wakes: Sendable {
    let reader: Descriptor

    init(_ reader: consuming Descriptor) { self.reader = reader }

    /// Returns false if the listener is gone.
    func drain() -> Bool { (try? reader.read(atMost: 65_536))?.isEmpty == false }
  }
}
