import SpoolProtocol

/// Whether other agents claim in a queue. An agent that is alone need not count again after its claims.
struct Company {
  private var folder = Stillness(of: [.agents])
  private var wasStill = false
  /// Whether it was found changed after a claim.
  private var hasChanged = false
  /// Whether the kernel reports each agent that comes or goes, at once. Its reports must have been taken in before a
  /// question is asked here. An agent announces itself before it claims, so a claim is always later than its report.
  private var isWatched = false
  /// The other agents that were there when `agents/` was listed; nil if an agent may have come or gone since. Without
  /// reports of the kernel it holds for as long as the folder stands still.
  private var others: [String]?
  /// When an agent that lives must have made its file again that was removed.
  private var settledAt = Instant.first

  /// Whether others are known to be there.
  var isInCompany: Bool { others?.isEmpty == false }

  /// Whether no other agent can have claimed since the last ``beginRound(_:in:_:)``, and none that was there before
  /// can claim without its file.
  func isKnownToBeAlone(at now: Instant) -> Bool { others?.isEmpty == true && now >= settledAt }

  /// Takes in whether the kernel reports changes of `agents/` from now on.
  mutating func watched(_ isWatched: Bool) {
    self.isWatched = isWatched
    others = nil
  }

  /// Takes in that all may have changed.
  mutating func mayHaveChanged() { others = nil }

  /// Takes in that another agent came, went or beat.
  ///
  /// - Parameter beat: The longest time between two heartbeats of an agent. A file that was removed although its agent
  ///   lives, by a person or by mistake, is there again after that time.
  mutating func heardOfOthers(at now: Instant, beat: TimeSpan) {
    others = nil
    settledAt = now + beat + .seconds(1)
  }

  /// Call it before a round of claims counts slots and gpus.
  ///
  /// - Returns: Whether the folder was seen to change since it stood still: an agent may have come, claimed and gone.
  @discardableResult
  mutating func beginRound(
    _ agent: String, in queue: Queue, _ kind: FileSystemKind
  ) throws(SpoolError) -> Bool {
    defer { hasChanged = false }
    if !isWatched {
      let isStill = try folder.look(at: queue, kind)
      if wasStill && !isStill { hasChanged = true }
      wasStill = isStill
      if !isStill { others = nil }
    }
    if others == nil, isWatched || wasStill {
      others = try queue.list(.agents).filter { Self.isOthers($0, agent) }
    }
    return hasChanged
  }

  /// Whether the agent is alone after its claim, and no other came, claimed and left since the round began: the count
  /// would not have that agent's runs.
  mutating func isAlone(
    _ agent: String, in queue: Queue, _ kind: FileSystemKind
  ) throws(SpoolError) -> Bool {
    if others?.isEmpty != true || isWatched { return others?.isEmpty == true }
    // The same time as before the round: the folder has the same names.
    let isStill = try folder.look(at: queue, kind)
    if !isStill {
      others = nil
      hasChanged = true
    }
    return isStill
  }

  /// How many of the others are to try a file before this agent does. Each file has another order, which every agent
  /// computes alike from the names.
  func rank(of agent: String, for file: String) -> Int {
    guard let others, !others.isEmpty else { return 0 }
    let own = Self.lot(agent + QueueFileName.ending, file)
    return others.count { Self.lot($0, file) < own }
  }

  /// A number that looks random, the same in each process: FNV-1a.
  private static func lot(_ agent: String, _ file: String) -> UInt64 {
    var lot: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in agent.utf8 { lot = (lot ^ UInt64(byte)) &* 0x100_0000_01b3 }
    for byte in file.utf8 { lot = (lot ^ UInt64(byte)) &* 0x100_0000_01b3 }
    // Its last byte would decide too little.
    return (lot ^ lot >> 32) &* 0x9e37_79b9_7f4a_7c15
  }

  /// Whether a name in `agents/` is another agent's.
  static func isOthers(_ file: String, _ agent: String) -> Bool {
    !file.hasPrefix(".") && !file.hasPrefix(agent + ".")
  }
}
