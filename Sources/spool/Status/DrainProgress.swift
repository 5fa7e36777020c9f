import SpoolAgent
import SpoolQueue
import Synchronization

/// How far an agent is that leaves when its queues are empty.
final class DrainProgress: Sendable {
  private let queues: [Queue]
  private let isNetwork: Bool
  private let interval: Int64
  private let state: Mutex<State>

  private struct State {
    var counted = CountProgress(total: 0)
    var running = 0
    var waiting = 0
    var nextLook: Int64 = 0
  }

  /// Looks at these queues.
  init(_ queues: [Queue]) {
    self.queues = queues
    isNetwork = queues.contains { (try? $0.fileSystem) == .network }
    interval = isNetwork ? 2_000_000_000 : 500_000_000
    state = Mutex(State())
  }

  /// Counts what the agent tells of.
  func count(_ event: AgentEvent) {
    guard case .ended(_, _, let end, _, _) = event else { return }
    state.withLock { state in
      state.counted.add(failed: end == .finished ? 0 : 1)
      // It is no longer among those that run.
      if !isNetwork { state.nextLook = 0 }
    }
  }

  /// What is to be shown now: `37 of 120 done`, `2 failed`, `4 running`, `79 queued`, and the pace.
  func text() -> StatusText {
    state.withLock { state in
      look(&state)
      state.counted.total = state.counted.done + state.running + state.waiting
      var more: [String] = []
      if state.running > 0 { more.append("\(state.running) running") }
      if state.waiting > 0 { more.append("\(state.waiting) queued") }
      return state.counted.text("done", more)
    }
  }

  /// Counts names. What cannot be listed now, since a queue is away, leaves the last count.
  private func look(_ state: inout State) {
    let now = Clock.sinceBoot
    if now < state.nextLook { return }
    state.nextLook = now + interval
    var running = 0
    var waiting = 0
    for queue in queues {
      do throws(SpoolError) {
        try queue.sightings.each { active in
          if active.folder != .queued { running += 1 }
          // A held run does not keep the agent.
          if active.folder == .queued, active.name.parked == nil { waiting += 1 }
        }
      } catch {
        return
      }
    }
    state.running = running
    state.waiting = waiting
  }
}
