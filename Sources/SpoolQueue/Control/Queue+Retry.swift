extension Queue {
  /// Queues a new run with the content of one that is over.
  ///
  /// It has the same job file, its named job pinned to the version that the old run had, `retry_of`
  /// with the old run's name, and the same priority. It is called after the old one, `train-9x7c-2`,
  /// and so is the next repeat of either: `train-9x7c-3`. A repeat of a sweep's run belongs to the
  /// sweep, and counts in place of the old one.
  ///
  /// - Parameter run: The old run's whole name.
  /// - Returns: The new run's name.
  /// The new run is the caller's, and for root the old one's owner's.
  ///
  /// - Throws: ``SpoolError``; nothing is queued then. Of kind `no` when the run is not over, of kind
  ///   `badInput` when it could only end in the same way: its file does not parse, say, and of kind
  ///   `refused` when an agent of the new owner would not take the old file.
  public func retry(_ run: String) throws(SpoolError) -> String {
    try retry([run])[0].result.get()
  }

  /// The same for several runs, from one look at the queue.
  ///
  /// - Parameters:
  ///   - runs: Their whole names.
  ///   - newestOnly: Whether those are left out that were repeated since. The others come in the
  ///     order of their submission then.
  /// - Returns: The old runs, and the new names; one that failed does not keep the others from
  ///   theirs.
  public func retry(
    _ runs: [String], newestOnly: Bool = false
  ) throws(SpoolError) -> [(run: String, result: Result<String, SpoolError>)] {
    var repeater = try Repeater(self, runs)
    var old: [(run: String, result: Result<Run, SpoolError>)] = []
    let left = newestOnly ? try repeater.repeated(among: runs) : []
    for run in runs where !left.contains(run) {
      do throws(SpoolError) {
        old.append((run, .success(try repeater.read(run))))
      } catch {
        old.append((run, .failure(error)))
      }
    }
    if newestOnly {
      func order(_ entry: (run: String, result: Result<Run, SpoolError>)) -> (Int64, String) {
        let submitted = (try? entry.result.get())?.createdAt?.nanoseconds
        return (submitted ?? .max, entry.run)
      }
      old.sort { order($0) < order($1) }
    }
    var results: [(run: String, result: Result<String, SpoolError>)] = []
    for (run, result) in old {
      do throws(SpoolError) {
        results.append((run, .success(try repeater.queue(like: try result.get()))))
      } catch {
        results.append((run, .failure(error)))
      }
    }
    return results
  }
}

extension Queue {
  /// Some runs without those that were repeated since, by ``retry(_:)``.
  public func withoutRepeated(_ runs: [String]) throws(SpoolError) -> [String] {
    let repeated = try RunListing(self).repeated(among: runs)
    return runs.filter { !repeated.contains($0) }
  }
}

/// Queues runs with the content of others, from one look at the queue.
private struct Repeater {
  private let queue: Queue
  private let settings: QueueSettings
  private let runs: SweepRuns
  /// Those of the runs in question that have a record.
  private let done: Set<String>
  /// The newest run of each point, by the name of its first, of the sweeps that were asked for.
  private var newest: [String: [String: String]] = [:]

  init(_ queue: Queue, _ names: [String]) throws(SpoolError) {
    self.queue = queue
    settings = try queue.settingsOrDefaults()
    runs = try SweepRuns(queue)
    done = runs.listing.records.contained(of: Set(names.map { $0 + QueueFileName.ending }))
  }

  func repeated(among runs: [String]) throws(SpoolError) -> Set<String> {
    try self.runs.listing.repeated(among: runs)
  }

  /// A run that is over.
  func read(_ run: String) throws(SpoolError) -> Run {
    let isDone = done.contains(run + QueueFileName.ending)
    guard let found = try runs.read(run, isDone: isDone) else {
      throw SpoolError(.notFound, "\(queue.reference): there is no run \(run)")
    }
    guard found.state.isDone else {
      throw SpoolError(.no, "\(run): is not over: it is \(found.state.rawValue)")
    }
    return found
  }

  /// Queues the run; returns its name.
  mutating func queue(like old: Run) throws(SpoolError) -> String {
    let (old, heir) = try queue.inheritance(of: old.run, settings)
    let owner = heir == Account.current.user ? nil : heir
    let resolved = try request(old)
    let priority = old.priority ?? 50
    // Its names are numbered already.
    if resolved.merged.unique != nil {
      return try queue.enqueue(
        resolved: resolved, priority: priority, settings: settings, owner: owner)
    }
    let run = try reserve(after: old)
    try queue.submit(
      resolved.asked, as: run, priority: priority, sync: settings.sync, owner: owner)
    return run
  }

  /// What the run was asked for, to be asked for again.
  private func request(_ old: Run) throws(SpoolError) -> ResolvedJob {
    guard let file = old.file else {
      throw SpoolError(.badInput, "\(old.run): its record has no job file")
    }
    var job: Job
    do throws(JobFileError) {
      job = try Job(parsing: file.rawBytes)
    } catch {
      throw SpoolError(.badInput, "\(old.run): would end in the same way: \(error)")
    }
    // Pinned as it was started; `latest` may be another by now.
    if job.job != nil, let pinned = old.job { job.job = pinned }
    job.retryOf = old.run
    return try queue.resolve(JobRequest(job), settings: settings)
  }

  /// Reserves the next name after a run: that of a repeat counts on.
  private mutating func reserve(after old: Run) throws(SpoolError) -> String {
    var base = old.run
    var count = 2
    if let found = RunName.repeated(old.run), old.isRepeat(of: found.base) {
      base = found.base
      count = found.count + 1
    }
    // Behind the newest, although an earlier name may be free by now: of the runs of a sweep's point
    // the highest is the newest.
    if let last = try old.sweep.flatMap({ (id) throws(SpoolError) in try newest(of: base, in: id) }
    ),
      let number = RunName.repeated(last)?.count
    {
      count = Swift.max(count, number + 1)
    }
    // Behind the last number there is no other.
    let end = Swift.min(count + 10_000, NameNumber.limit + 1)
    for count in count..<Swift.max(count, end) {
      let run = RunName.numbered(base, count)
      if try queue.reserveUnrecorded(run) { return run }
    }
    throw SpoolError(.no, "\(queue.reference): no free name for a run \(base)-…")
  }

  /// The newest run of a sweep's point; nil: it was not repeated.
  private mutating func newest(of first: String, in id: String) throws(SpoolError) -> String? {
    guard RunName.isValid(id), Sweep.isFirstName(first, ofSweep: id) else { return nil }
    if newest[id] == nil {
      newest[id] = try runs.repeats(ofSweep: id)
    }
    return newest[id]?[first]
  }
}
