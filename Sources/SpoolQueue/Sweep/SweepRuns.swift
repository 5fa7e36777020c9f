/// The runs of sweeps, from one listing of a queue.
///
/// A point has a run, `ID-0001`, and one more for each repeat: `ID-0001-2`, `ID-0001-3`. The newest
/// run counts, and only the newest may be waiting or running.
struct SweepRuns {
  let listing: RunListing
  private var active: [String: ActiveRun] = [:]

  init(_ queue: Queue) throws(SpoolError) {
    listing = try RunListing(queue)
    for file in listing.waiting.texts {
      if let run = ActiveRun(.queued, file) { active[run.run] = run }
    }
    for run in listing.claimed { active[run.run] = run }
  }

  func points(of sweep: Sweep) throws(SpoolError) -> [Sweep.Point] {
    let repeats = try repeats(ofSweep: sweep.id)
    if repeats.isEmpty { return sweep.points }
    return sweep.points.map { point in
      Sweep.Point(run: repeats[point.run] ?? point.run, config: point.config)
    }
  }

  /// The names of those runs that have a record in `done/`.
  func done(_ points: [Sweep.Point]) -> Set<String> {
    let files = listing.records.contained(of: Set(points.map { $0.run + QueueFileName.ending }))
    return Set(files.compactMap { Queue.recordName($0) })
  }

  /// A run with everything that is known about it; nil if it is not in the queue.
  func read(_ run: String, isDone: Bool) throws(SpoolError) -> Run? {
    if !isDone { return active[run].flatMap { listing.reader.readOrFind($0) } }
    return try listing.reader.readRecord(of: run)
  }

  /// The newest repeat of each repeated point, by the name of the point's first run.
  func repeats(ofSweep id: String) throws(SpoolError) -> [String: String] {
    var counts: [String: [(count: Int, isDone: Bool)]] = [:]
    func add(_ run: String, isDone: Bool) {
      guard let (base, count) = Sweep.repeated(run, ofSweep: id) else { return }
      counts[base, default: []].append((count, isDone))
    }
    for run in active.keys { add(run, isDone: false) }
    for run in names(inRecords: id + "-") { add(run, isDone: true) }
    var newest: [String: String] = [:]
    for (base, counts) in counts {
      for (count, isDone) in counts.sorted(by: { $0.count > $1.count }) {
        let run = RunName.numbered(base, count)
        // Anybody may drop a file under such a name; the key `sweep` proves that the run belongs to the sweep.
        guard try read(run, isDone: isDone)?.sweep == id else { continue }
        newest[base] = run
        break
      }
    }
    return newest
  }

  private func names(inRecords prefix: String) -> [String] {
    let prefix = Array(prefix.utf8)
    return listing.records.withNames { names in
      names.indices.filter { names[$0].starts(with: prefix) }
        .compactMap { Queue.recordName(RawText.text(names[$0])) }
    }
  }
}
