import SpoolQueue
import SpoolTerminal

extension RunWatch {
  /// Waits as ``next(within:)`` does, and shows `text` meanwhile.
  ///
  /// If no text can be shown, it is the same call, with the same looks at the directory.
  mutating func next(
    within seconds: Double?, showing status: borrowing StatusLine, in queue: Queue,
    _ text: () -> StatusText
  ) throws(SpoolError) -> [Run] {
    guard status.isShown else { return try next(within: seconds) }
    let pace = TimeSpan.seconds(try queue.fileSystem == .network ? 2 : 0.25)
    let deadline = seconds.map { Instant.now + .seconds($0) }
    while !remaining.isEmpty {
      status.show(text)
      let ended = try look()
      if !ended.isEmpty { return ended }
      let now = Instant.now
      if let deadline, now >= deadline { return try next(within: 0) }
      let pause = Swift.min(nextPause(), pace)
      (deadline.map { Swift.min($0 - now, pause) } ?? pause).pause()
    }
    return []
  }
}

/// The progress of runs whose ends are awaited: runs of some names, or all runs of some queues.
struct EndProgress: Sendable {
  private let queues: [Queue]
  /// The runs that have not ended; nil for all runs of the queues.
  private var awaited: Set<String>?
  private var counted: CountProgress
  private let hasEnd: Bool
  /// The state of a single run, about which more can be said than a count.
  private var pulse: RunPulse?
  private let isNetwork: Bool
  private let interval: TimeSpan
  private var nextLook = Instant.first
  private var running = 0
  private var waiting = 0

  /// Begins to wait until some queues are empty.
  init(emptying queues: [Queue]) {
    self.queues = queues
    counted = CountProgress(total: 0)
    hasEnd = true
    isNetwork = queues.contains { (try? $0.fileSystem) == .network }
    interval = .milliseconds(isNetwork ? 2000 : 500)
  }

  /// Begins to wait for runs.
  ///
  /// - Parameters:
  ///   - over: The number of runs that are over by now.
  ///   - isForAll: Whether all runs are awaited, and not only the first end.
  init(_ queue: Queue, _ runs: [String], over: Int, isForAll: Bool) throws(SpoolError) {
    queues = [queue]
    let names = Set(runs)
    awaited = names
    counted = CountProgress(total: names.count, before: over)
    hasEnd = isForAll
    if let run = runs.first, names.count == 1 { pulse = try RunPulse(queue, run) }
    isNetwork = try queue.fileSystem == .network
    interval = .seconds(isNetwork ? 4 : 1)
  }

  mutating func add(_ run: String, _ state: RunState) {
    counted.add(failed: state == .finished ? 0 : 1)
    awaited?.remove(run)
    // The run is no longer among the running runs.
    if awaited == nil, !isNetwork { nextLook = .first }
  }

  /// The text to show now: `37 of 120 done`, `2 failed`, `4 running`, `79 queued`, and the pace.
  mutating func text() -> StatusText {
    if let text = pulse?.text() { return text }
    let now = Instant.now
    if now >= nextLook {
      nextLook = now + interval
      look()
    }
    var more = running > 0 ? ["\(running) running"] : []
    if waiting > 0 { more.append("\(waiting) queued") }
    if awaited == nil { counted.total = counted.done + running + waiting }
    return counted.text(awaited == nil ? "done" : "ended", more, hasEnd: hasEnd)
  }

  /// Counts names. If a queue cannot be listed now, the last count stays.
  private mutating func look() {
    var running = 0
    var waiting = 0
    for queue in queues {
      do throws(SpoolError) {
        if let awaited {
          let files = try queue.list(.running)
          running += files.count { QueueFileName($0).map { awaited.contains($0.run) } ?? false }
          continue
        }
        try queue.sightings.each { active in
          if active.folder != .queued { running += 1 }
          // The agent does not wait for held runs.
          if active.folder == .queued, active.name.parked == nil { waiting += 1 }
        }
      } catch {
        return
      }
    }
    (self.running, self.waiting) = (running, waiting)
  }
}
