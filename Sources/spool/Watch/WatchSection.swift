import SpoolQueue

/// The lists of a live view, one below the other: the runs that run, that wait and that ended.
enum WatchSection: Int, CaseIterable, Sendable {
  case running, waiting, ended

  init(of run: Run) {
    switch run.state {
    case .running, .starting: self = .running
    case .idle, .queued: self = .waiting
    default: self = .ended
    }
  }

  /// The running runs get half of the rows, if there are that many.
  static let weights = [2, 1, 1]

  /// The runs of all queues, those of one section after those of another.
  ///
  /// Of several queues the first runs come before the second ones, so that each is seen; what ended comes in the
  /// order of the ends, the newest first.
  static func items(_ queues: [WatchSnapshot.QueueView]) -> [WatchState.Item] {
    let numbered = Array(queues.enumerated())
    let ended = numbered.flatMap { number, queue in
      queue.ended.map { WatchState.Item(queue: number, run: $0) }
    }
    return inTurn(numbered.map { ($0, $1.running) }) + inTurn(numbered.map { ($0, $1.waiting) })
      + (queues.count > 1 ? newestFirst(ended) : ended)
  }

  private static func inTurn(_ lists: [(queue: Int, runs: [Run])]) -> [WatchState.Item] {
    let longest = lists.map { $0.runs.count }.max() ?? 0
    return (0..<longest).flatMap { place in
      lists.compactMap { queue, runs in
        runs.indices.contains(place) ? WatchState.Item(queue: queue, run: runs[place]) : nil
      }
    }
  }

  private static func newestFirst(_ items: [WatchState.Item]) -> [WatchState.Item] {
    func end(_ place: Int) -> Int64 { items[place].run.endedAt?.nanoseconds ?? .min }
    // Runs that ended at the same moment stay as they are, so that lines do not jump.
    return items.indices.sorted { left, right in
      end(left) == end(right) ? left < right : end(left) > end(right)
    }.map { items[$0] }
  }
}
