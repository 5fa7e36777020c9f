import SpoolProtocol

/// Whether other agents claim in a queue. An agent that is alone need not count again after its claims.
struct Company {
  private var folder = Stillness(of: [.agents])
  private var wasStill = false
  /// Whether the kernel tells of each agent that comes or goes, at once: what it has told by now must have been
  /// taken in before a question is asked here. An agent announces itself before it claims.
  var isWatched = false {
    didSet { hasOthers = nil }
  }
  /// Whether there were others when `agents/` was listed, if the kernel has told of no change since.
  private var hasOthers: Bool?

  /// Whether no other agent can have claimed since ``beginRound(_:in:_:)``.
  var isKnownToBeAlone: Bool { hasOthers == false }

  /// Takes in that an agent may have come or gone.
  mutating func mayHaveChanged() { hasOthers = nil }

  /// Call it before a round of claims counts slots and gpus.
  mutating func beginRound(
    _ agent: String, in queue: Queue, _ kind: FileSystemKind
  ) throws(SpoolError) {
    if !isWatched {
      wasStill = try folder.look(at: queue, kind)
    } else if hasOthers == nil {
      hasOthers = try lists(othersThan: agent, queue)
    }
  }

  /// Whether the agent is alone after its claim, and no other came, claimed and left since the round began: the count
  /// would not have that agent's runs.
  mutating func isAlone(
    _ agent: String, in queue: Queue, _ kind: FileSystemKind
  ) throws(SpoolError) -> Bool {
    if isWatched { return isKnownToBeAlone }
    guard wasStill, try !lists(othersThan: agent, queue) else { return false }
    return try folder.look(at: queue, kind)
  }

  private func lists(othersThan agent: String, _ queue: Queue) throws(SpoolError) -> Bool {
    try queue.list(.agents).contains { Self.isOthers($0, agent) }
  }

  /// Whether a name in `agents/` is another agent's.
  static func isOthers(_ file: String, _ agent: String) -> Bool {
    !file.hasPrefix(".") && !file.hasPrefix(agent + ".")
  }
}
