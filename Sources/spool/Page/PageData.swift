import SpoolQueue

/// The data of a page: some queues at one moment.
struct PageData: Sendable {
  struct QueueView: Sendable {
    var overview: QueueOverview
    var path: String
    /// The number of slots that its runs take.
    var slotsUsed = 0
    /// The statistics of its runs that are on the page.
    var figures = RunStatistics()

    init(reference: String, path: String) {
      overview = QueueOverview(reference: reference)
      self.path = path
    }
  }

  /// One run, and the parts of its files that are shown.
  struct RunView: Sendable {
    var run: Run
    /// The number of its queue among ``PageData/queues``.
    var queue: Int
    /// The words that it executes, compared with the other runs of the page.
    var what = ""
    /// The last lines of its log; nil if they were not read.
    var log: LogExcerpt?
    /// The ends of its earlier attempts, a line each.
    var earlier: [String] = []
  }

  struct SweepPart: Sendable {
    var sweep: Sweep
    var queue: Int
    /// The runs of the sweep, the best first.
    var standings: [SweepStanding]
    /// The courses of the metric, of the best runs.
    var courses: [CoursePlot.Course] = []
  }

  /// The title of the page: the queue if there is only one, otherwise the spool's directory.
  var title: String
  var now = Timestamp.now
  /// The time one day before ``now``.
  var dayAgo: Timestamp { now.adding(seconds: -86_400) }
  /// Seconds after which the page is made again; nil if it is made once.
  var interval: Double?
  var queues: [QueueView] = []
  /// Running and waiting runs, then ended runs, the newest first.
  var runs: [RunView] = []
  /// The number of runs that are left out; nil if it is unknown.
  var omitted: Int? = 0
  /// The sweeps, the newest first.
  var sweeps: [SweepPart] = []
  var omittedSweeps = 0

  init(title: String) { self.title = title }

  /// The runs that ended in one of these states, the newest first.
  func ended(_ states: Set<RunState>) -> [Int] {
    runs.indices.filter { states.contains(runs[$0].run.state) }
  }

  /// The statistics of all runs that are on the page.
  private(set) var figures = RunStatistics()

  /// Puts the runs of all queues into one order, and leaves out the runs beyond `limit`.
  mutating func arrange(limit: Int?) {
    // The runs of one queue are in order, and sorting by the rank keeps it.
    let ranks = runs.indices.sorted { left, right in
      let (a, b) = (runs[left].run, runs[right].run)
      if a.state.rank != b.state.rank { return a.state.rank < b.state.rank }
      if a.state.isDone, a.endedAt != b.endedAt {
        return (a.endedAt?.nanoseconds ?? .min) > (b.endedAt?.nanoseconds ?? .min)
      }
      return left < right
    }
    // However many runs wait, waiting and ended runs are both shown.
    let active = ranks.prefix { !runs[$0].run.state.isDone }
    let ended = ranks.dropFirst(active.count)
    let room = limit.map { Swift.max($0 / 2, $0 - ended.count) } ?? .max
    let first = active.prefix(room)
    let kept = first + ended.prefix(limit.map { $0 - first.count } ?? .max)
    omitted = omitted.map { $0 + ranks.count - kept.count }
    runs = kept.map { runs[$0] }
    for (place, words) in RunWhat.words(runs.map { RunWhat($0.run) }).enumerated() {
      runs[place].what = words
    }
    for view in runs { queues[view.queue].figures.add(RunSample(view.run)) }
    for queue in queues { figures.add(queue.figures) }
  }
}

extension RunState {
  /// The place of the run's state in a list: running, waiting, ended.
  fileprivate var rank: Int {
    switch self {
    case .running: 0
    case .starting: 1
    case .idle, .queued: 2
    case .killed, .crashed, .failed, .finished: 3
    }
  }
}

extension Run {
  /// Seconds from the submission to the start of the command. Nil if they are not known.
  var waited: Double? {
    guard let createdAt, let startedAt else { return nil }
    return Swift.max(startedAt.seconds(since: createdAt), 0)
  }
}
