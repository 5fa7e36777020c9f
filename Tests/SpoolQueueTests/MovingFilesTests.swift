import Dispatch
import SpoolTesting
import Synchronization
import Testing

@testable import SpoolFiles
@testable import SpoolProtocol
@testable import SpoolQueue
@testable import SpoolSystem

@Suite("Files of others that come and go while they are looked at") struct MovingFilesTests {
  /// Makes one thing after the other on one thread while another looks at the last one; both end with the
  /// last of them.
  private func race(
    _ count: Int, make: @escaping @Sendable (Int) throws -> Void,
    look: @escaping @Sendable (Int) throws -> Void
  ) throws {
    let last = Atomic(0)
    let failure = Mutex<(any Error)?>(nil)
    DispatchQueue.concurrentPerform(iterations: 2) { side in
      do {
        if side == 0 {
          for number in 1...count {
            last.store(number, ordering: .sequentiallyConsistent)
            try make(number)
          }
          last.store(count + 1, ordering: .sequentiallyConsistent)
        } else {
          while true {
            let number = last.load(ordering: .sequentiallyConsistent)
            if number > count { break }
            if number > 0 { try look(number) }
          }
        }
      } catch {
        failure.withLock { $0 = error }
        last.store(count + 1, ordering: .sequentiallyConsistent)
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
  }

  @Test("A start that is published between an open and a listing is read, and no trouble")
  func appearing() throws {
    try withQueue(isSound: false) { queue in
      _ = try queue.reserve("r")
      try race(3000) { number in
        try System.makeDirectory(queue.runPath("r", "\(number)"), permissions: 0o700)
        try writeFile(queue.runPath("r", "\(number)/.start"), "{}")
        try System.rename(
          queue.runPath("r", "\(number)/.start"), queue.runPath("r", "\(number)/start.json"))
      } look: { number in
        _ = try queue.openStart("r", number)
      }
    }
  }

  private static func name(_ number: Int) -> QueueFileName {
    QueueFileName(priority: 50, stamp: "20261122T131501.482913Z", run: "r\(number)").claimed(
      by: ClaimName(agent: "box-aaaa", number: number))
  }

  @Test("What a claim takes of its host is no trouble while its run starts, and when it goes")
  func uses() throws {
    try withQueue(isSound: false) { queue in
      try race(1000) { number in
        let file = queue.path(.starting, Self.name(number).text)
        try writeFile(file, #"{"command": ["true"], "slots": 2}"#)
        _ = try queue.reserve("r\(number)")
        try System.makeDirectory(queue.runPath("r\(number)", "1"), permissions: 0o700)
        try writeFile(queue.runPath("r\(number)", "1/start.json"), "{}")
        try System.rename(file, queue.path(.running, Self.name(number).text))
        try removeTree(queue.runPath("r\(number)"))
        try System.unlink(queue.path(.running, Self.name(number).text))
      } look: { number in
        _ = try queue.use(of: Self.name(number), QueueSettings())
      }
    }
  }
}
