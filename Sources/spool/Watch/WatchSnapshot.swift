import SpoolQueue

/// What a live view shows of some queues at one moment.
struct WatchSnapshot: Sendable {
  var queues: [QueueView] = []
  var now = Timestamp.now

  /// One queue.
  struct QueueView: Sendable {
    var reference: String
    var counts = QueueCounts()
    var agents = 0
    /// Why it cannot be looked at.
    var trouble: String?
    /// Starting and running ones.
    var running: [Run] = []
    /// The first that wait.
    var waiting: [Run] = []
    /// The last that ended, the newest first.
    var ended: [Run] = []

    init(reference: String) { self.reference = reference }
  }

  /// How many runs of each kind are read: more than a screen shows.
  private static let depth = 200

  /// Shows nothing.
  init() {}

  /// Looks at the queues.
  init(_ queues: [Queue]) {
    for queue in queues {
      var view = QueueView(reference: queue.reference)
      do throws(SpoolError) {
        try Self.look(at: queue, &view)
      } catch {
        view.trouble = error.message
      }
      self.queues.append(view)
    }
  }

  private static func look(at queue: Queue, _ view: inout QueueView) throws(SpoolError) {
    let listing = try RunListing(queue)
    view.counts = listing.counts
    view.agents = try queue.liveAgents().count
    let claimed = listing.claimed.count
    let shown = claimed + Swift.min(listing.waiting.count, depth) + depth
    let selected = listing.select(limit: shown)
    var runs: [Run] = []
    listing.read(selected.entries, into: [Run]()) { part, run in
      part.append(run.run(listing.reader))
    } body: { part in
      runs += part
    }
    for run in runs {
      switch run.state {
      case .running, .starting: view.running.append(run)
      case .idle, .queued: if view.waiting.count < depth { view.waiting.append(run) }
      default: if view.ended.count < depth { view.ended.append(run) }
      }
    }
  }
}
