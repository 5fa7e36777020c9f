import Dispatch
import SpoolProtocol
import Synchronization

/// Removes what `keep` in `queue.json` does not keep, on a thread of its own: with tens of thousands of
/// runs on a file server that takes minutes, and claims and heartbeats do not wait.
///
/// Any number of agents may do it at a time, since to remove a run that is gone is no error.
final class Pruner: Sendable {
  private let thread = DispatchQueue(label: "spool.pruner", qos: .utility)
  private let rules = Mutex<[String: Rule]>([:])
  private let tell: @Sendable (AgentEvent?) -> Void

  /// What was asked for in a queue last.
  private struct Rule {
    let number: Int
    let retention: Retention
    var isBusy = false
  }

  /// - Parameter tell: Called on any thread; with nil when what was asked for has been removed.
  init(tell: @escaping @Sendable (AgentEvent?) -> Void) { self.tell = tell }

  /// Whether something is being removed.
  var isBusy: Bool { rules.withLock { rules in rules.values.contains { $0.isBusy } } }

  /// Soon removes what the rule does not keep; another rule that is being followed there is left at the
  /// next run.
  ///
  /// - Parameter name: The queue's, for people.
  func prune(_ queue: Queue, named name: String, by retention: Retention) {
    let number: Int? = rules.withLock { rules in
      let before = rules[queue.path]
      // The same once more, while it is still being followed.
      if before?.isBusy == true, before?.retention == retention { return nil }
      let number = (before?.number ?? 0) + 1
      rules[queue.path] = Rule(number: number, retention: retention, isBusy: !retention.keepsAll)
      return retention.keepsAll ? nil : number
    }
    guard let number else { return }
    thread.async { [self] in
      follow(retention, number, in: queue, named: name)
      rules.withLock { rules in
        if rules[queue.path]?.number == number { rules[queue.path]?.isBusy = false }
      }
      tell(nil)
    }
  }

  /// Leaves off at the next run.
  func stop() { rules.withLock { $0 = [:] } }

  private func isCurrent(_ number: Int, in queue: Queue) -> Bool {
    rules.withLock { $0[queue.path]?.number == number }
  }

  private func follow(
    _ retention: Retention, _ number: Int, in queue: Queue, named name: String
  ) {
    guard isCurrent(number, in: queue) else { return }
    var refusals = 0
    var first: SpoolError?
    do throws(SpoolError) {
      for chosen in try queue.prunable(by: retention, of: { nil }) {
        guard isCurrent(number, in: queue) else { return }
        do throws(SpoolError) {
          _ = try queue.prune(chosen)
        } catch {
          // Perhaps another user's: the others may go all the same.
          refusals += 1
          first = first ?? error
        }
      }
      try queue.sweepPruned(by: retention)
    } catch {
      refusals += 1
      first = first ?? error
    }
    guard let first, isCurrent(number, in: queue) else { return }
    let more = refusals > 1 ? " (and \(refusals - 1) more like it)" : ""
    tell(.trouble(queue: name, message: first.message + more))
  }
}

extension Agent {
  /// The time between two looks for what may go.
  private static let pruneInterval = TimeSpan.seconds(3600)

  /// Has removed what may go, now and then and when its rule is a new one; returns when to do so again.
  func prune() -> Instant {
    guard options.until == .stopped else { return .last }
    let isTime = now >= nextPrune
    if isTime { nextPrune = now + Self.pruneInterval }
    for served in queues where !isAway(served) && (isTime || served.wantsPruning) {
      prune(served)
    }
    return nextPrune
  }

  private func prune(_ served: ServedQueue) {
    served.wantsPruning = false
    pruner.prune(served.queue, named: served.name, by: served.settings?.keep ?? Retention())
  }

  /// For how long an agent that does not stay removes runs before it leaves.
  private static let patience = TimeSpan.seconds(10)

  /// Has removed what may go by an agent that does not stay: false as long as it is at work. What is left
  /// after some seconds is the next agent's.
  func hasPruned() -> Bool {
    guard let until = pruneUntil else {
      pruneUntil = now + Self.patience
      for served in queues where !isAway(served) && served.isToBePruned { prune(served) }
      return !pruner.isBusy || waitsForPruner()
    }
    return !pruner.isBusy || now >= until || waitsForPruner()
  }

  /// The end is told.
  private func waitsForPruner() -> Bool {
    nextLeaveLook = Swift.min(nextLeaveLook, pruneUntil ?? now)
    return false
  }
}

extension ServedQueue {
  /// Notes when the agent before this one was here.
  func noteEarlierAgents() {
    guard let agents = try? System.information(queue.path(.agents)).modified,
      let now = try? queue.now()
    else { return }
    earlier = (agents, now)
  }

  /// Whether an agent that does not stay removes what is not kept. With many runs to look at that is for
  /// the first one in an hour: cron calls one every minute.
  var isToBePruned: Bool {
    guard let keep = settings?.keep, !keep.keepsAll else { return false }
    guard let earlier else { return true }
    let hour = TimeSpan.seconds(3600).nanoseconds
    if earlier.agents.nanoseconds / hour != earlier.now.nanoseconds / hour { return true }
    return ((try? queue.records().count) ?? 0) <= 1000
  }
}
