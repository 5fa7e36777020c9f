/// Waits for the ends of runs.
///
/// A run has ended when its record is in `done/`. On a local file system each record is looked up by its name. On
/// a network file system `done/` is listed, unless a listing of the other folders shows that all runs are still
/// claimed. The pause between looks grows from 5 ms to 0.5 s, or 2 s on a network file system. Looks take less than
/// a twentieth of the time, unless that needs pauses of more than 10 s. A look at a directory that did not change costs
/// two system calls. Agents and runners get events from the kernel; a wait may see an end later than they do.
package struct RunWatch: Sendable {
  private let queue: Queue
  private let longest: Double
  private let asksByName: Bool
  private var interval = 0.005
  /// The earliest time of the next look, so that looks at many records do not take all the time.
  private var nextLook = Instant.first
  private var waiting: Set<String>
  private var seen: Seen?
  private var nextSearch = Instant.first

  /// The state of `done/`.
  private struct Seen {
    let modified: Timestamp
    /// When this host first saw it in this state.
    let since: Instant
    var isListed: Bool
  }

  package init(_ queue: Queue, _ runs: some Sequence<String>) throws(SpoolError) {
    self.queue = queue
    waiting = Set(runs)
    let isLocal = try queue.fileSystem == .local
    longest = isLocal ? 0.5 : 2
    // A record that somebody made by hand may have any name.
    asksByName = isLocal && waiting.allSatisfy { RunName.isValid($0) }
  }

  /// The runs that have not ended yet.
  package var remaining: Set<String> { waiting }

  /// Waits until at least one of the remaining runs has ended.
  ///
  /// - Parameter seconds: The longest wait; nil for ever. When it has passed, a last look is made, even if it is too
  ///   early for a look.
  /// - Returns: The runs that have ended since the last call, in no order. Empty if the time passed, or
  ///   if no run remains.
  /// - Throws: ``SpoolError`` of kind `notFound` if a run is no longer in the queue.
  package mutating func next(within seconds: Double? = nil) throws(SpoolError) -> [Run] {
    let deadline = seconds.map { Instant.now + .seconds($0) }
    while !waiting.isEmpty {
      let ended = try look()
      if !ended.isEmpty { return ended }
      let now = Instant.now
      if let deadline, now >= deadline {
        return nextLook > now ? try self.ended() : []
      }
      let pause = nextPause()
      (deadline.map { Swift.min($0 - now, pause) } ?? pause).pause()
    }
    return []
  }

  /// The time until the next look, longer from look to look.
  package mutating func nextPause() -> TimeSpan {
    defer { interval = Swift.min(interval * 1.5, longest) }
    return Swift.max(nextLook - .now, .seconds(interval))
  }

  /// Looks once for runs that have ended since the last look, unless it is too early for a look.
  package mutating func look() throws(SpoolError) -> [Run] {
    let began = Instant.now
    guard began >= nextLook else { return [] }
    let ended = try ended()
    let now = Instant.now
    if ended.isEmpty { nextLook = now + .seconds(Swift.min((now - began).seconds * 20, 10)) }
    return ended
  }

  private mutating func ended() throws(SpoolError) -> [Run] {
    let change = try change()
    if change == .none {
      try searchForRemoved()
      return []
    }
    let found: Set<String>
    if asksByName {
      found = try queue.sightings.recorded(of: waiting)
    } else {
      // Claimed runs are few, and the records may be many.
      if change == .new, try areClaimed() { return [] }
      let files = Set(waiting.map { $0 + QueueFileName.ending })
      found = Set(try queue.records().contained(of: files).compactMap { Queue.recordName($0) })
    }
    if found.isEmpty {
      try searchForRemoved()
      return []
    }
    let reader = try RunReader(queue)
    var ended: [Run] = []
    for name in found {
      guard let run = try reader.find(name) else { continue }
      waiting.remove(name)
      ended.append(run)
    }
    return ended
  }

  /// A conclusion from the modification time of `done/`.
  private enum Change {
    /// `done/` is as it was when it was listed.
    case none
    /// `done/` has changed since the last look.
    case new
    /// `done/` has the same time as at the last look, and may have changed.
    case possible
  }

  private mutating func change() throws(SpoolError) -> Change {
    let modified = try queue.recordsModified()
    let now = Instant.now
    guard let seen, seen.modified == modified else {
      self.seen = Seen(modified: modified, since: now, isListed: false)
      return .new
    }
    if seen.isListed { return .none }
    // Some file systems count time in seconds: a change within the same second leaves the same time.
    self.seen?.isListed = now - seen.since > .seconds(2)
    return .possible
  }

  /// Whether none of the runs can have ended, except runs that are being moved to `done/`: their record may be there
  /// already, so the next look must not skip `done/`.
  private func areClaimed() throws(SpoolError) -> Bool {
    let (starting, running) = try queue.sightings.claimed()
    return waiting.isSubset(of: (starting + running).map(\.base))
  }

  /// Throws if a run was removed: it will never end.
  private mutating func searchForRemoved() throws(SpoolError) {
    let now = Instant.now
    if now < nextSearch { return }
    let met = try queue.sightings.met(of: waiting)
    for run in waiting.subtracting(met) {
      // A listing of a queue in motion may miss a run; this look does not.
      if try RunReader(queue).find(run) == nil {
        throw SpoolError(.notFound, "\(queue.reference): there is no run \(run) any more")
      }
    }
    nextSearch = .now + .seconds(Swift.max(5, (Instant.now - now).seconds * 100))
  }
}

extension Queue {
  /// Waits until a run has ended.
  ///
  /// - Parameters:
  ///   - run: The run's name.
  ///   - timeout: Seconds to wait at most; nil for ever.
  /// - Returns: The run as it ended; nil if the time passed.
  /// - Throws: ``SpoolError`` of kind `notFound` if the queue has no such run.
  public func wait(
    for run: String, timeout: Double? = nil
  ) throws(SpoolError) -> Run? {
    var watch = try RunWatch(self, [run])
    return try watch.next(within: timeout).first
  }
}
