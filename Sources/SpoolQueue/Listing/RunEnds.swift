extension Queue {
  /// Waits for the ends of runs without blocking a thread between two looks:
  ///
  ///     for try await run in queue.ends(of: [first, second]) { print(run.run, run.state) }
  ///
  /// Each run comes once, in the order in which the ends are seen; a run that is over already comes at the first look.
  /// The sequence ends after the last run, or when its task is cancelled. It holds nothing open between two looks, so
  /// leaving an iteration early needs no cleanup. Each iteration begins anew.
  ///
  /// An iteration throws ``SpoolError``, and is over then, if the queue is gone or cannot be read; of kind `notFound` if
  /// a run is no longer in the queue.
  ///
  /// - Parameter runs: Their whole names.
  public func ends(
    of runs: some Sequence<String>
  ) -> some AsyncSequence<Run, SpoolError> & Sendable {
    RunEnds(queue: self, runs: Set(runs))
  }
}

private struct RunEnds: AsyncSequence, Sendable {
  typealias Element = Run
  typealias Failure = SpoolError

  let queue: Queue
  let runs: Set<String>

  func makeAsyncIterator() -> Iterator { Iterator(queue: queue, runs: runs) }

  struct Iterator: AsyncIteratorProtocol {
    let queue: Queue
    let runs: Set<String>
    private var begun: RunWatch?
    /// Ends that one look saw, to be returned next.
    private var seen: ArraySlice<Run> = []
    private var isOver = false

    init(queue: Queue, runs: Set<String>) {
      self.queue = queue
      self.runs = runs
    }

    mutating func next() async throws(SpoolError) -> Run? {
      if isOver { return nil }
      // Set back if another end comes.
      isOver = true
      var watch = if let begun { begun } else { try RunWatch(queue, runs) }
      // Released first, so that its names are not copied.
      begun = nil
      while !Task.isCancelled {
        if let run = seen.popFirst() {
          begun = watch
          isOver = false
          return run
        }
        if watch.remaining.isEmpty { return nil }
        seen = try watch.look().sorted { Self.order($0) < Self.order($1) }[...]
        if seen.isEmpty {
          // Throws only when the task is cancelled, which the loop sees.
          try? await Task.sleep(nanoseconds: UInt64(Swift.max(watch.nextPause().nanoseconds, 0)))
        }
      }
      return nil
    }

    private static func order(_ run: Run) -> (Int64, String) {
      (run.endedAt?.nanoseconds ?? .max, run.run)
    }
  }
}
