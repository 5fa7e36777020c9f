import SpoolProtocol

/// Whether other agents claim in a queue. An agent that is alone need not count again after its claims.
struct Company {
  private var folder = Stillness(of: [.agents])
  private var wasStill = false

  /// Call it before a round of claims counts slots and gpus.
  mutating func beginRound(_ queue: Queue, _ kind: FileSystemKind) throws(SpoolError) {
    wasStill = try folder.look(at: queue, kind)
  }

  /// Whether the agent is alone after its claim, and no other came, claimed and left since the round began: the count
  /// would not have that agent's runs.
  mutating func isAlone(
    _ agent: String, in queue: Queue, _ kind: FileSystemKind
  ) throws(SpoolError) -> Bool {
    guard wasStill else { return false }
    for file in try queue.list(.agents) where !file.hasPrefix(".") && !file.hasPrefix(agent + ".") {
      return false
    }
    return try folder.look(at: queue, kind)
  }
}
