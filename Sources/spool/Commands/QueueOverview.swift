import SpoolQueue

/// The state of a queue in short: its counts and the agents that serve it.
struct QueueOverview: Sendable {
  let reference: String
  var counts = QueueCounts()
  /// The agents that seem alive.
  var agents: [AgentRecord] = []
  /// Why the queue cannot be looked at; nil if it can.
  var trouble: String?

  init(reference: String) { self.reference = reference }

  /// Looks at the agents of a queue, and counts its runs unless they were counted before.
  init(_ queue: Queue, _ counts: QueueCounts? = nil) throws(SpoolError) {
    reference = queue.reference
    self.counts = if let counts { counts } else { try queue.counts() }
    agents = try queue.liveAgents()
  }

  /// `paused`, `served`, or `idle` if no agent serves the queue.
  var state: String { counts.isPaused ? "paused" : agents.isEmpty ? "idle" : "served" }

  /// The counts in words: `2 running, 3 queued, 1 held, 5 done, 1 agent, paused`.
  var words: String {
    var parts = ["\(counts.running + counts.starting) running", "\(counts.queued) queued"]
    if counts.held > 0 { parts.append("\(counts.held) held") }
    parts.append("\(counts.done) done")
    parts.append(counted(agents.count, "agent"))
    if counts.isPaused { parts.append("paused") }
    return parts.joined(separator: ", ")
  }
}
