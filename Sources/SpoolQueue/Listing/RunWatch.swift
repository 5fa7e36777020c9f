/// Waits for the ends of runs.
///
/// A run has ended when a fresh listing of `done/` has its record. The looks come after 5 ms at first and
/// then ever more seldom, every 0.5 s in the end, 2 s on a network file system; a look at a directory that
/// did not change costs two system calls. (Agents and runners are told by the kernel; a wait may be late.)
package struct RunWatch: Sendable {
  private let queue: Queue
  private let longest: Double
  private var interval = 0.005
  private var waiting: Set<String>
  private var seen: Seen?
  private var nextSearch = Instant.first

  /// What is known of `done/`.
  private struct Seen {
    let modified: Timestamp
    /// When this host saw it so for the first time.
    let since: Instant
    var isListed: Bool
  }

  package init(_ queue: Queue, _ runs: some Sequence<String>) throws(SpoolError) {
    self.queue = queue
    waiting = Set(runs)
    longest = try queue.fileSystem == .network ? 2 : 0.5
  }

  /// The runs that have not ended yet.
  package var remaining: Set<String> { waiting }

  /// Waits until one of the remaining runs has ended, or several.
  ///
  /// - Parameter seconds: How long at most; nil for ever.
  /// - Returns: Those that have ended since the last call, in no order; none: the time passed, or
  ///   no run remains.
  /// - Throws: ``SpoolError`` of kind `notFound` when a run is no longer in the queue.
  package mutating func next(within seconds: Double? = nil) throws(SpoolError) -> [Run] {
    let deadline = seconds.map { Instant.now + .seconds($0) }
    while !waiting.isEmpty {
      let ended = try look()
      if !ended.isEmpty { return ended }
      let now = Instant.now
      if let deadline, now >= deadline { return [] }
      let left = deadline.map { ($0 - now).seconds } ?? interval
      TimeSpan.seconds(Swift.min(nextPause(), left)).pause()
    }
    return []
  }

  /// The time until the next look, in seconds: longer from look to look.
  mutating func nextPause() -> Double {
    defer { interval = Swift.min(interval * 1.5, longest) }
    return interval
  }

  /// Looks once for runs that have ended since the last look.
  mutating func look() throws(SpoolError) -> [Run] {
    guard try mayHaveChanged() else {
      try searchForRemoved()
      return []
    }
    let files = Set(waiting.map { $0 + QueueFileName.ending })
    let found = try queue.records().contained(of: files)
    if found.isEmpty {
      try searchForRemoved()
      return []
    }
    let reader = try RunReader(queue)
    var ended: [Run] = []
    for file in found {
      guard let name = Queue.recordName(file), let run = try reader.find(name) else { continue }
      waiting.remove(name)
      ended.append(run)
    }
    return ended
  }

  /// Whether `done/` is worth a listing.
  private mutating func mayHaveChanged() throws(SpoolError) -> Bool {
    let modified = try queue.recordsModified()
    let now = Instant.now
    guard let seen, seen.modified == modified else {
      self.seen = Seen(modified: modified, since: now, isListed: false)
      return true
    }
    if seen.isListed { return false }
    // Some file systems count time in seconds: a change within the same second leaves the same time.
    self.seen?.isListed = now - seen.since > .seconds(2)
    return true
  }

  /// A waiting file that somebody removed will never end.
  private mutating func searchForRemoved() throws(SpoolError) {
    let now = Instant.now
    if now < nextSearch { return }
    let runs = try queue.allRuns()
    for run in waiting where !runs.contains(run) {
      // A listing of a queue in motion may miss one: this look does not.
      if try RunReader(queue).find(run) == nil {
        throw SpoolError(.notFound, "\(queue.reference): there is no run \(run) any more")
      }
    }
    nextSearch = .now + .seconds(5)
  }
}

extension Queue {
  /// Waits until a run has ended.
  ///
  /// - Parameters:
  ///   - run: The run's name.
  ///   - timeout: Seconds to wait at most; nil for ever.
  /// - Returns: The run as it ended; nil if the time passed.
  /// - Throws: ``SpoolError`` of kind `notFound` when the queue has no such run.
  public func wait(
    for run: String, timeout: Double? = nil
  ) throws(SpoolError) -> Run? {
    var watch = try RunWatch(self, [run])
    return try watch.next(within: timeout).first
  }
}
