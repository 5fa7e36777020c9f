import Dispatch

/// Work on many small things, on every core.
package enum Parallel {
  /// So few take less time than a thread needs to begin.
  private static let small = 2048

  /// Whether this process may have threads: where it may not, Dispatch would wait for room for ever.
  private static let hasThreads = System.canMakeThread

  /// What `transform` makes of each number below `count`.
  static func map<Result: BitwiseCopyable & Sendable>(
    _ count: Int, _ transform: @Sendable (Int) -> Result
  ) -> [Result] {
    if count < small || !hasThreads { return (0..<count).map(transform) }
    return [Result](unsafeUninitializedCapacity: count) { buffer, initialized in
      // Every part writes its own elements, and all have ended when concurrentPerform returns.
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

  /// What `transform` makes of each part of `range`, handed to `body` in order until that returns
  /// false.
  ///
  /// Only as much is made as the cores are busy with, so that memory does not grow with the range.
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
        // As above: one element for each part.
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

  /// How many parts are made before their results are handed on: enough that no core waits long.
  private static let parallelParts = 32
}
