import SpoolQueue

/// The state of a queue in short: its counts and the agents that serve it.
struct QueueOverview: Sendable {
  let reference: String
  var counts = QueueCounts()
  /// The agents that seem alive.
  var agents: [AgentRecord] = []
  /// The pause; nil if the queue is not paused.
  var pause: Queue.Pause?
  /// Why the queue cannot be looked at; nil if it can.
  var trouble: String?

  init(reference: String) { self.reference = reference }

  /// Looks at the agents of a queue, and counts its runs unless they were counted before.
  init(_ queue: Queue, _ counts: QueueCounts? = nil) throws(SpoolError) {
    reference = queue.reference
    self.counts = if let counts { counts } else { try queue.counts() }
    try look(at: queue)
  }

  /// Looks at the agents, and at the pause if the counts tell of a pause.
  mutating func look(at queue: Queue) throws(SpoolError) {
    agents = try queue.liveAgents()
    pause = counts.isPaused ? try queue.readPause() : nil
  }

  /// `paused`, `served`, or `idle` if no agent serves the queue.
  var state: String { counts.isPaused ? "paused" : agents.isEmpty ? "idle" : "served" }

  /// The counts in words: `2 running, 3 queued, 1 held, 5 done, 1 agent, paused by ana: new disks`.
  var words: String {
    var parts = ["\(counts.running + counts.starting) running", "\(counts.queued) queued"]
    if counts.held > 0 { parts.append("\(counts.held) held") }
    parts.append("\(counts.done) done")
    parts.append(counted(agents.count, "agent"))
    if counts.isPaused { parts.append(pause?.words ?? "paused") }
    return parts.joined(separator: ", ")
  }
}
