package import SpoolProtocol

/// How an agent works.
package struct AgentOptions: Sendable {
  /// The queues it serves, in turn.
  package var queues: [Queue]
  /// How many runs this host takes at a time, whoever started them.
  package var slots = 1
  /// The gpus that it hands out; nil: it knows nothing of gpus.
  package private(set) var gpus: [GPU]?
  /// Looks for more of them, with `--gpus auto`.
  private(set) var gpuWatch: GPUWatch?
  /// What runs may require of it, beside the host's name.
  package var labels: [String] = []
  /// When it leaves.
  package var until = Until.stopped
  /// The time between looks at what raises no event. Nil for the one in the queue's settings; if they have
  /// none, it is 30 s on a local file system and 2 s on a network one.
  package var poll: TimeSpan?
  /// The path of this program.
  package var executable: String

  /// When an agent leaves.
  package enum Until: Sendable {
    /// When it is told to.
    case stopped
    /// When what fits now is started; the runs go on: for cron.
    case once
    /// When its queues are empty, and their runs and hooks ended.
    case drained
  }

  /// Lets it hand out gpus of this host.
  ///
  /// - Throws: ``SpoolError`` of kind `badInput` when one that was named is not there.
  package mutating func handOut(_ list: GPUList) throws(SpoolError) {
    let found = GPUInventory.look()
    gpus = try list.gpus(of: found)
    if list.isOpen { gpuWatch = GPUWatch(list, first: found) }
  }

  /// Lets it hand out what is there by now.
  mutating func handOut(_ found: [GPU]) { gpus = found }

  package init(queues: [Queue], executable: String) {
    self.queues = queues
    self.executable = executable
  }
}
