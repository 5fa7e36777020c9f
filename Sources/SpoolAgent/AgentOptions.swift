package import SpoolProtocol

/// How an agent works.
package struct AgentOptions: Sendable {
  /// They get their turns in this order.
  package var queues: [Queue]
  /// How many runs this host takes at a time, those of other agents included.
  package var slots = 1
  /// The gpus that it hands out; nil if it manages no gpus.
  package private(set) var gpus: [GPU]?
  /// Looks for more of them, with `--gpus auto`.
  private(set) var gpuWatch: GPUWatch?
  /// Asks whether processes outside of spool use its gpus; nil if these are given to runs all the same.
  private(set) var gpuUse: GPUUseWatch?
  /// The labels that runs may require, beside the host's name.
  package var labels: [String] = []
  package var until = Until.stopped
  /// The time between two looks for changes that no event reports. Nil for the time in the queue's settings; if
  /// they have none, it is 30 s on a local file system and 2 s on a network one.
  package var poll: TimeSpan?
  /// The path of the program to start runners and hooks with.
  package var executable: String

  /// When an agent leaves.
  package enum Until: Sendable {
    /// When a signal tells it to.
    case stopped
    /// Once the runs that fit now have started; they go on. For cron.
    case once
    /// Once its queues are empty, and their runs and hooks have ended.
    case drained
  }

  /// Lets it hand out gpus of this host.
  ///
  /// - Parameter evenIfUsed: Whether runs get gpus that processes outside of spool use.
  /// - Throws: ``SpoolError`` of kind `badInput` if a gpu that was named does not exist.
  package mutating func handOut(_ list: GPUList, evenIfUsed: Bool = false) throws(SpoolError) {
    let found = GPUInventory.look()
    gpus = try list.gpus(of: found)
    gpuUse = evenIfUsed ? nil : GPUUseWatch()
    if list.isOpen { gpuWatch = GPUWatch(list, first: found) }
  }

  /// Lets it hand out other gpus of this host.
  mutating func handOut(_ found: [GPU]) { gpus = found }

  package init(queues: [Queue], executable: String) {
    self.queues = queues
    self.executable = executable
  }
}
