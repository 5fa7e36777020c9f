import SpoolQueue

/// The state of some queues at one moment, for a live view.
struct WatchSnapshot: Sendable {
  var queues: [QueueView] = []
  var now = Timestamp.now

  struct QueueView: Sendable {
    var overview: QueueOverview
    /// Starting and running runs.
    var running: [Run] = []
    /// The first waiting runs.
    var waiting: [Run] = []
    /// The last ended runs, the newest first.
    var ended: [Run] = []
    /// Those of the ended runs that have a record, which is read once.
    fileprivate var recorded: [Run] = []
    fileprivate var seen: RunListing.SeenRecords?

    init(reference: String) { overview = QueueOverview(reference: reference) }
  }

  /// The number of runs of each kind that are read: more than a screen shows.
  private static let depth = 200
  /// The number of running runs of which the end of the log is read for the progress.
  private static let logDepth = 50

  init() {}

  /// - Parameter earlier: The snapshot before this one: records that have not changed since are not read again.
  init(_ queues: [Queue], after earlier: WatchSnapshot = WatchSnapshot()) {
    for (number, queue) in queues.enumerated() {
      var view = QueueView(reference: queue.reference)
      do throws(SpoolError) {
        try Self.look(
          at: queue, &view,
          after: earlier.queues.indices.contains(number) ? earlier.queues[number] : nil)
      } catch {
        view.overview.trouble = error.message
      }
      self.queues.append(view)
    }
  }

  private static func look(
    at queue: Queue, _ view: inout QueueView, after earlier: QueueView?
  ) throws(SpoolError) {
    let listing = try RunListing(queue, after: earlier?.seen)
    view.seen = listing.seen
    view.overview.counts = listing.counts
    try view.overview.look(at: queue)
    let active = listing.claimed.count + Swift.min(listing.waiting.count, depth)
    let entries = listing.select(limit: active).entries.filter { entry in
      if case .active = entry { true } else { false }
    }
    for run in listing.runs(of: entries) {
      switch run.state {
      case .running, .starting: view.running.append(run)
      case .idle, .queued: view.waiting.append(run)
      default: view.ended.append(run)
      }
    }
    for place in view.running.indices.prefix(logDepth) where view.running[place].progress == nil {
      view.running[place].progress = RunProgress.inLog(of: view.running[place], in: queue)
    }
    // A record never changes.
    view.recorded =
      if listing.hasSameRecords, let earlier { earlier.recorded } else {
        listing.runs(of: listing.newestRecords(limit: depth))
      }
    view.ended += view.recorded.prefix(Swift.max(depth - view.ended.count, 0))
  }
}
