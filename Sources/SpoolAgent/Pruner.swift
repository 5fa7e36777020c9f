import Dispatch
import SpoolProtocol
import Synchronization

/// Removes the records that `keep` in `queue.json` does not keep, on a thread of its own: with tens of thousands of
/// runs on a file server that takes minutes, and claims and heartbeats must not wait.
///
/// Several agents may do it at the same time: a run that is gone already is no error.
final class Pruner: Sendable {
  private let thread = DispatchQueue(label: "spool.pruner", qos: .utility)
  private let rules = Mutex<[String: Rule]>([:])
  private let tell: @Sendable (AgentEvent?) -> Void

  /// The last request for a queue.
  private struct Rule {
    let number: Int
    let retention: Retention
    var isBusy = false
  }

  /// - Parameter tell: Called on any thread; with nil at the end of a request.
  init(tell: @escaping @Sendable (AgentEvent?) -> Void) { self.tell = tell }

  /// Whether a request is under way.
  var isBusy: Bool { rules.withLock { rules in rules.values.contains { $0.isBusy } } }

  /// Soon removes the records that the rule does not keep. A request by another rule for the same queue ends at its
  /// next run.
  ///
  /// - Parameter name: The queue's name, for messages.
  func prune(_ queue: Queue, named name: String, by retention: Retention) {
    let number: Int? = rules.withLock { rules in
      let before = rules[queue.path]
      // The same request is under way.
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

  /// Ends all requests at their next run.
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
          // Perhaps it belongs to another user. The others may go.
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
  /// The time between two requests.
  private static let pruneInterval = TimeSpan.seconds(3600)

  /// Starts requests, each hour and when a rule has changed. Returns the time of the next ones.
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

  /// For how long an agent that does not stay waits for the pruner before it leaves.
  private static let patience = TimeSpan.seconds(10)

  /// Starts the requests of an agent that does not stay. Returns whether it may leave: they are done, or have taken
  /// too long and are left to the next agent.
  func hasPruned() -> Bool {
    guard let until = pruneUntil else {
      pruneUntil = now + Self.patience
      for served in queues where !isAway(served) && served.isToBePruned { prune(served) }
      return !pruner.isBusy || waitsForPruner()
    }
    return !pruner.isBusy || now >= until || waitsForPruner()
  }

  // An event reports the end of a request.
  private func waitsForPruner() -> Bool {
    nextLeaveLook = Swift.min(nextLeaveLook, pruneUntil ?? now)
    return false
  }
}

extension ServedQueue {
  /// Notes when the last agent came or left.
  func noteEarlierAgents() {
    guard let agents = try? System.information(queue.path(.agents)).modified,
      let now = try? queue.now()
    else { return }
    earlier = (agents, now)
  }

  /// Whether an agent that does not stay starts the pruner. With many records only the first agent in an hour does:
  /// cron may start one each minute.
  var isToBePruned: Bool {
    guard let keep = settings?.keep, !keep.keepsAll else { return false }
    guard let earlier else { return true }
    let hour = TimeSpan.seconds(3600).nanoseconds
    if earlier.agents.nanoseconds / hour != earlier.now.nanoseconds / hour { return true }
    return ((try? queue.records().count) ?? 0) <= 1000
  }
}
