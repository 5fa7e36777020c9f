/// How many runs a queue has in each of its directories.
public struct QueueCounts: Sendable, Equatable {
  /// The number of runs in `queued/`, including held runs.
  public var queued = 0
  /// The number of runs that are held or being edited.
  public var held = 0
  /// The number of runs in `starting/`.
  public var starting = 0
  /// The number of runs in `running/`.
  public var running = 0
  /// The number of runs in `done/`.
  public var done = 0
  /// Whether the queue is paused: agents claim nothing.
  public var isPaused = false

  package init() {}
}

extension Queue {
  /// Counts the runs by file names; reads no file.
  public func counts() throws(SpoolError) -> QueueCounts {
    var counts = try activeCounts()
    counts.done = try list(.done).count { Self.recordName($0) != nil }
    counts.isPaused = try isPaused()
    return counts
  }

  /// Counts the names of the runs that are not over.
  package func activeCounts() throws(SpoolError) -> QueueCounts {
    var counts = QueueCounts()
    try sightings.each { active in
      switch active.folder {
      case .starting: counts.starting += 1
      case .running: counts.running += 1
      default:
        counts.queued += 1
        if active.name.parked != nil { counts.held += 1 }
      }
    }
    return counts
  }
}
