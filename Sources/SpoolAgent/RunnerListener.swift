import Dispatch
import SpoolProtocol
import Synchronization

/// Tells the agent's Dispatch queue when the socket of a runner can be read, or was closed at the other
/// end.
///
/// A thread polls them all, and no source of Dispatch does: when the other end is closed, libdispatch
/// wakes the handler and then goes on with what it knows of the descriptor, which the handler frees
/// meanwhile as it cancels the source. Each runner ends in that way.
final class RunnerListener: Sendable {
  private let queue: DispatchQueue
  private let handlers = Mutex<[Int32: @Sendable () -> Void]>([:])
  /// Closed with the listener, which ends its thread.
  private let waker: Descriptor

  /// - Parameter queue: Where the handlers are called.
  init(queue: DispatchQueue) throws(Errno) {
    self.queue = queue
    let ends = try DescriptorPair.pipe()
    waker = ends.second
    let wakes = Wakes(ends.first)
    // A queue of its own has a thread of its own.
    DispatchQueue(label: "spool.runners").async { [weak self] in
      var ready: [Int32] = []
      // In the agent's turn: it is told again only of what its handlers have left.
      while let numbers = queue.sync(execute: { self?.deliver(ready) }) {
        ready = []
        guard let states = try? waitForInput([wakes.reader.number] + numbers, until: nil) else {
          // No memory for the moment: what can be read stays so.
          TimeSpan.milliseconds(100).pause()
          continue
        }
        if states[0], !wakes.drain() { return }
        ready = zip(numbers, states.dropFirst()).filter { $0.1 }.map { $0.0 }
      }
    }
  }

  /// Calls the handler whenever the descriptor can be read. It may be called for nothing, where the
  /// number was another descriptor's just before.
  func watch(_ number: Int32, _ handler: @escaping @Sendable () -> Void) {
    handlers.withLock { $0[number] = handler }
    wake()
  }

  /// Listens no more. Before the descriptor is closed: a thread that polls it holds it open.
  func unwatch(_ number: Int32) {
    handlers.withLock { $0[number] = nil }
    wake()
  }

  private func wake() {
    // A pipe has room for more of these than there are descriptors.
    try? waker.write([1])
  }

  /// Calls the handlers; returns what is to be watched.
  private func deliver(_ ready: [Int32]) -> [Int32] {
    for number in ready { handlers.withLock { $0[number] }?() }
    return handlers.withLock { Array($0.keys) }
  }

  private final class Wakes: Sendable {
    let reader: Descriptor

    init(_ reader: consuming Descriptor) { self.reader = reader }

    /// false: the listener is gone.
    func drain() -> Bool { (try? reader.read(atMost: 65_536))?.isEmpty == false }
  }
}
