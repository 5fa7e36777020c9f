/// How many runs a queue has in each of its directories.
public struct QueueCounts: Sendable, Equatable {
  /// In `queued/`, held ones too.
  public var queued = 0
  /// Held, or being edited.
  public var held = 0
  /// In `starting/`.
  public var starting = 0
  /// In `running/`.
  public var running = 0
  /// In `done/`.
  public var done = 0
  /// Whether agents claim nothing for now.
  public var isPaused = false

  package init() {}
}

extension Queue {
  /// Counts names; reads no file.
  public func counts() throws(SpoolError) -> QueueCounts {
    var counts = try activeCounts()
    counts.done = try list(.done).count { Self.recordName($0) != nil }
    counts.isPaused = try isPaused()
    return counts
  }

  /// Counts the names of what is not over.
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
