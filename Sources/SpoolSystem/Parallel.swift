import Dispatch
import Synchronization

/// Work on many small items, on every core.
package enum Parallel {
  /// Fewer items take less time than the start of a thread.
  private static let small = 2048

  /// Whether this process may have threads. If not, Dispatch would wait for ever.
  private static let hasThreads = System.canMakeThread

  /// The results of `transform` for all numbers below `count`.
  static func map<Result: BitwiseCopyable & Sendable>(
    _ count: Int, _ transform: @Sendable (Int) -> Result
  ) -> [Result] {
    if count < small || !hasThreads { return (0..<count).map(transform) }
    return [Result](unsafeUninitializedCapacity: count) { buffer, initialized in
      // Each part writes only its own elements, and all have ended when concurrentPerform returns.
      nonisolated(unsafe) let buffer = buffer
      let part = 1024
      DispatchQueue.concurrentPerform(iterations: (count + part - 1) / part) { number in
        for position in (number * part)..<Swift.min(count, (number + 1) * part) {
          buffer.initializeElement(at: position, to: transform(position))
        }
      }
      initialized = count
    }
  }

  /// What `transform` makes of each number below `count`, where it waits for the disk most of the time: on more
  /// threads than there are cores. A disk that several wait for at the same time writes for all of them at once.
  package static func mapWaiting<Result: Sendable>(
    _ count: Int, threads: Int = 256, _ transform: @Sendable (Int) -> Result
  ) -> [Result] {
    [Result](unsafeUninitializedCapacity: count) { buffer, initialized in
      // As above: one element for each number, and each number is taken once.
      nonisolated(unsafe) let buffer = buffer
      let next = Atomic(0)
      // Each has a few files open at a time, of those that this process may have.
      let most = Swift.max(1, (ResourceLimits.descriptors - 32) / 8)
      System.onThreads(Swift.min(count, most, threads)) {
        while true {
          let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
          if number >= count { return }
          buffer.initializeElement(at: number, to: transform(number))
        }
      }
      initialized = count
    }
  }

  /// Gives the results of `transform` for all parts of `range` to `body`, in order, until that returns false.
  ///
  /// Only some parts are made in advance, so that memory does not grow with the range.
  package static func forEachPart<Result: Sendable, Failure>(
    of range: Range<Int>, part: Int, _ transform: @Sendable (Range<Int>) -> Result,
    body: (Result) throws(Failure) -> Bool
  ) throws(Failure) {
    if range.isEmpty { return }
    if range.count <= part {
      _ = try body(transform(range))
      return
    }
    var start = range.lowerBound
    while start < range.upperBound {
      let parts = Swift.min((range.upperBound - start + part - 1) / part, parallelParts)
      let first = start
      let results = [Result?](unsafeUninitializedCapacity: parts) { buffer, initialized in
        guard hasThreads else {
          for number in 0..<parts {
            let begin = first + number * part
            buffer.initializeElement(
              at: number, to: transform(begin..<Swift.min(range.upperBound, begin + part)))
          }
          initialized = parts
          return
        }
        // Each part writes only its own element.
        nonisolated(unsafe) let buffer = buffer
        DispatchQueue.concurrentPerform(iterations: parts) { number in
          let begin = first + number * part
          let end = Swift.min(range.upperBound, begin + part)
          buffer.initializeElement(at: number, to: transform(begin..<end))
        }
        initialized = parts
      }
      for case let result? in results {
        if try !body(result) { return }
      }
      start = Swift.min(range.upperBound, start + parts * part)
    }
  }

  /// How many parts are made before `body` gets their results: enough that no core waits long.
  private static let parallelParts = 32
}
