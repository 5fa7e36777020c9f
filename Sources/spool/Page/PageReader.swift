import SpoolQueue
import SpoolTerminal

struct PageReader {
  /// The number of runs on a page; nil for all.
  var limit: Int? = PageReader.defaultLimit
  var selection = Selection()

  /// The number of runs that a browser shows without delay.
  static let defaultLimit = 10_000
  /// The number of failures, the newest, with their logs, and of running runs with their progress.
  static let logCount = 50
  /// The number of lines of each log.
  static let logLines = 10
  /// The number of runs, the newest, with their earlier attempts.
  private static let earlierCount = 50
  /// The number of sweeps, the newest.
  private static let sweepCount = 12

  /// Looks at the queues. If a queue cannot be looked at, the page shows the reason.
  func read(_ queues: [(reference: String, path: String)], title: String) -> PageData {
    var page = PageData(title: title)
    var sweeps: [PageData.SweepPart] = []
    for (reference, path) in queues {
      var view = PageData.QueueView(reference: reference, path: path)
      do throws(SpoolError) {
        let queue = try Queue(at: path)
        try look(at: queue, &view, &page)
        let own = page.queues.count
        sweeps += try queue.sweeps().map {
          PageData.SweepPart(sweep: $0, queue: own, standings: [])
        }
      } catch {
        view.overview.trouble = error.message
      }
      page.queues.append(view)
    }
    page.arrange(limit: limit)
    addSweeps(sweeps, to: &page)
    addFiles(to: &page)
    return page
  }

  private func look(
    at queue: Queue, _ view: inout PageData.QueueView, _ page: inout PageData
  ) throws(SpoolError) {
    let listing = try RunListing(queue)
    view.overview.counts = listing.counts
    try view.overview.look(at: queue)
    view.slotsUsed = try queue.slotsUsed(listing)
    let selected: RunListing.Selected
    if let limit, selection == Selection() {
      selected = listing.selectBoth(limit: limit)
    } else {
      selected = listing.select(limit: limit, selection)
    }
    let own = page.queues.count
    var runs: [PageData.RunView] = []
    runs.reserveCapacity(selected.entries.count)
    listing.read(selected.entries, into: [PageData.RunView]()) { part, listed in
      var run = listed.run(listing.reader)
      // The job file is dropped: everything that is shown was read from it.
      run.file = nil
      part.append(PageData.RunView(run: run, queue: own))
    } body: { part in
      runs += part
    }
    page.runs += runs
    page.omitted = page.omitted.flatMap { known in selected.omitted.map { known + $0 } }
  }

  /// Ranks the runs of the newest sweeps among the runs that were read.
  private func addSweeps(_ sweeps: [PageData.SweepPart], to page: inout PageData) {
    let ordered = sweeps.sorted { $1.sweep.createdAt < $0.sweep.createdAt }
    var runs: [String: [String: Run]] = [:]
    func key(_ queue: Int, _ sweep: String) -> String { "\(queue)/\(sweep)" }
    for view in page.runs {
      if let sweep = view.run.sweep {
        runs[key(view.queue, sweep), default: [:]][view.run.run] = view.run
      }
    }
    // A filter may have left no run of a sweep.
    let shown = ordered.filter { runs[key($0.queue, $0.sweep.id)] != nil }
    page.omittedSweeps = Swift.max(shown.count - Self.sweepCount, 0)
    let paths = page.queues.map(\.path)
    page.sweeps = shown.prefix(Self.sweepCount).map { part in
      var part = part
      part.standings = part.sweep.standings(among: runs[key(part.queue, part.sweep.id)] ?? [:])
      if let metric = part.sweep.metric, let queue = try? Queue(at: paths[part.queue]) {
        part.courses = CoursePlot.Course.best(of: part.standings, metric: metric.name, in: queue)
      }
      return part
    }
  }

  /// Reads the end of the logs of the newest failures, and the ends of earlier attempts.
  private func addFiles(to page: inout PageData) {
    var opened: [Int: Queue] = [:]
    func queue(_ number: Int) -> Queue? {
      if opened[number] == nil { opened[number] = try? Queue(at: page.queues[number].path) }
      return opened[number]
    }
    for index in page.runs.indices.filter({ page.runs[$0].run.state == .running })
      .prefix(Self.logCount)
    {
      let view = page.runs[index]
      guard view.run.progress == nil, let queue = queue(view.queue) else { continue }
      page.runs[index].run.progress = RunProgress.inLog(of: view.run, in: queue)
    }
    for index in page.ended([.failed, .crashed]).prefix(Self.logCount) {
      let run = page.runs[index].run
      guard let attempt = run.attempt, let queue = queue(page.runs[index].queue) else { continue }
      page.runs[index].log = LogExcerpt(
        of: run.run, attempt: attempt, in: queue, count: Self.logLines)
    }
    let retried = page.runs.indices.filter { (page.runs[$0].run.attempt ?? 1) > 1 }
    for index in retried.prefix(Self.earlierCount) {
      let run = page.runs[index].run
      guard let queue = queue(page.runs[index].queue) else { continue }
      page.runs[index].earlier = Self.earlier(run, in: queue)
    }
  }

  private static func earlier(_ run: Run, in queue: Queue) -> [String] {
    var lines: [String] = []
    for number in (try? queue.attemptNumbers(of: run.run)) ?? [] where number < run.attempt ?? 0 {
      guard let ended = (try? queue.readOutcome(run.run, number))?.ended else { continue }
      var line = "attempt \(number) \(RunRow.status(of: ended))"
      if let duration = ended.duration { line += " after " + SpanText.short(seconds: duration) }
      if let host = ended.host { line += " on " + host }
      if let reason = ended.reason { line += ": " + reason }
      lines.append(line)
    }
    return lines
  }
}
