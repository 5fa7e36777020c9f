import SpoolQueue

// What `keep` in queue.json does not keep is removed by the agents that stay: any number of them, since to
// remove a run that is gone is no error.
extension Agent {
  /// Nanoseconds between two looks for what may go.
  private static let pruneInterval: Int64 = 3_600_000_000_000
  /// How many runs are removed before the next claim may be made.
  private static let prunedAtOnce = 50

  /// Removes some of what may go; returns when to do more.
  func prune() -> Int64 {
    guard options.until == .stopped else { return .max }
    let isTime = now >= nextPrune
    if isTime { nextPrune = now + Self.pruneInterval }
    for queue in served where isTime || queue.wantsPruning { planPruning(of: queue) }
    for queue in served where !queue.prunable.isEmpty {
      pruneSome(of: queue)
      if !queue.prunable.isEmpty { return now + 20_000_000 }
    }
    return nextPrune
  }

  private func planPruning(of queue: ServedQueue) {
    queue.wantsPruning = false
    guard !queue.isAway, let rule = queue.settings?.keep, !rule.keepsAll else { return }
    do throws(SpoolError) {
      // The oldest first: from the end of the list.
      queue.prunable = try queue.queue.prunable(by: rule).reversed()
      try queue.queue.sweepPruned(by: rule)
    } catch {
      say(.trouble(queue: queue.name, message: error.message))
    }
  }

  private func pruneSome(of queue: ServedQueue) {
    if queue.isAway {
      queue.prunable = []
      return
    }
    for _ in 0..<Self.prunedAtOnce {
      guard let chosen = queue.prunable.popLast() else { return }
      do throws(SpoolError) {
        _ = try queue.queue.prune(chosen)
      } catch {
        // Perhaps another user's: the others may go all the same.
        say(.trouble(queue: queue.name, message: error.message))
      }
    }
  }
}
