import SpoolProtocol

/// Whether other agents claim in a queue: one that is alone need not count again after its claims.
struct Company {
  private var folder = Stillness(of: [.agents])
  private var wasStill = false

  /// Notes who is there before a round of claims counts what is in use.
  mutating func beginRound(_ queue: Queue, _ kind: FileSystemKind) throws(SpoolError) {
    wasStill = try folder.look(at: queue, kind)
  }

  /// Whether that agent is alone after its claim, and nobody came, claimed and left since the round began:
  /// what runs of such a guest's is in no earlier count.
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
