import Dispatch
import SpoolQueue
import SpoolTesting
import Synchronization
import Testing

@testable import SpoolAgent

@Suite("The listener of runners") struct RunnerListenerTests {
  /// The agent's end of a socket, as a runner's is read.
  private final class End: Sendable {
    let socket: Descriptor
    let heard = Mutex<(bytes: Int, ends: Int)>((0, 0))

    init(_ socket: consuming Descriptor, _ listener: RunnerListener) {
      self.socket = socket
      listener.watch(self.socket.number) { [weak self] in self?.read(listener) }
    }

    private func read(_ listener: RunnerListener) {
      guard (try? waitForInput([socket.number], until: .now)) == [true] else { return }
      let bytes = (try? socket.read(atMost: 100)) ?? []
      heard.withLock { heard in
        heard.bytes += bytes.count
        heard.ends += bytes.isEmpty ? 1 : 0
      }
      if bytes.isEmpty { listener.unwatch(socket.number) }
    }
  }

  @Test("Each socket's bytes and end are heard, however many close at once") func ends() throws {
    let listener = try RunnerListener(queue: DispatchQueue(label: "test"))
    // The numbers are used again in each round.
    for _ in 0..<20 {
      var ends: [End] = []
      for count in 0..<10 {
        let sockets = try DescriptorPair.sockets()
        ends.append(End(sockets.first, listener))
        // Closed behind the last byte, wherever the listener is.
        try sockets.second.write(Array(repeating: 0, count: count))
      }
      eventually("all are heard to their end") {
        ends.allSatisfy { $0.heard.withLock { $0.ends } > 0 }
      }
      #expect(ends.map { $0.heard.withLock { $0.bytes } } == Array(0..<10))
      #expect(ends.allSatisfy { $0.heard.withLock { $0.ends } == 1 })
    }
  }

  @Test("What is watched no more is closed, though a thread polled it") func unwatched() throws {
    let listener = try RunnerListener(queue: DispatchQueue(label: "test"))
    let sockets = try DescriptorPair.sockets()
    let other = sockets.second
    do {
      let end = End(sockets.first, listener)
      listener.unwatch(end.socket.number)
    }
    eventually("the other side sees the end") {
      (try? waitForInput([other.number], until: .now)) == [true]
    }
    withExtendedLifetime(listener) {}
  }
}
