import SpoolQueue

extension RunWatch {
  /// Waits as ``next(within:)`` does, and shows meanwhile what `text` says.
  ///
  /// Where nothing is shown it is the same call, with the same looks at the directory.
  mutating func next(
    within seconds: Double?, showing status: borrowing StatusLine, in queue: Queue,
    _ text: () -> StatusText
  ) throws(SpoolError) -> [Run] {
    guard status.isShown else { return try next(within: seconds) }
    let pace = try queue.fileSystem == .network ? 2 : 0.25
    let deadline = seconds.map { Clock.sinceBoot.adding(clamped: Int64(nanosecondsOf: $0)) }
    while !remaining.isEmpty {
      status.show(text)
      let left = deadline.map { Double($0 - Clock.sinceBoot) / 1e9 } ?? pace
      let ended = try next(within: Swift.min(left, pace))
      if !ended.isEmpty || left <= 0 { return ended }
    }
    return []
  }
}

/// How far it is with runs that are waited for.
struct WaitProgress {
  private let queue: Queue
  private var waiting: Set<String>
  private var counted: CountProgress
  private let isForAll: Bool
  /// Of one run more can be said than a count.
  private var pulse: RunPulse?
  private let interval: Int64
  private var nextLook: Int64 = 0
  private var running = 0

  /// Begins to wait.
  ///
  /// - Parameters:
  ///   - queue: The queue of the runs.
  ///   - runs: All of them, those included that are over.
  ///   - over: How many are over by now.
  ///   - isForAll: Whether all are waited for, and not one of them.
  init(_ queue: Queue, _ runs: [String], over: Int, isForAll: Bool) throws(SpoolError) {
    self.queue = queue
    waiting = Set(runs)
    counted = CountProgress(total: waiting.count, before: over)
    self.isForAll = isForAll
    if let run = runs.first, waiting.count == 1 { pulse = try RunPulse(queue, run) }
    interval = try queue.fileSystem == .network ? 4_000_000_000 : 1_000_000_000
  }

  /// One has ended.
  mutating func add(_ run: Run) {
    counted.add(failed: run.state == .finished ? 0 : 1)
    waiting.remove(run.run)
  }

  /// What is to be shown now.
  mutating func text() -> StatusText {
    if pulse != nil { return pulse?.text() ?? StatusText() }
    let now = Clock.sinceBoot
    if now >= nextLook {
      nextLook = now + interval
      // Names alone; where they cannot be listed now, the last count stands.
      if let files = try? queue.list(.running) {
        running = files.count { QueueFileName($0).map { waiting.contains($0.run) } ?? false }
      }
    }
    return counted.text("ended", running > 0 ? ["\(running) running"] : [], hasEnd: isForAll)
  }
}
