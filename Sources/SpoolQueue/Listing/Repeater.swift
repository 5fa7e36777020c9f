/// A run that is over, with the job file for its repeat.
struct RepeatedRun: Sendable {
  let run: Run
  let job: Job

  /// - Throws: ``SpoolError`` if its file does not parse: a repeat could only end in the same way.
  init(_ run: Run) throws(SpoolError) {
    guard let file = run.file else {
      throw SpoolError(.badInput, "\(run.run): its record has no job file")
    }
    job = try badInput("\(run.run): would end in the same way", doing: Job(parsing: file.rawBytes))
    self.run = run
  }
}

/// Queues runs with the content of other runs, from one look at the queue.
struct Repeater {
  private let queue: Queue
  private let settings: QueueSettings
  private let change: RepeatChange
  private let runs: SweepRuns
  /// The newest run of each point, by the name of its first run, for each sweep read so far.
  private var newest: [String: [String: String]] = [:]
  /// The runs that have a record, among the repeated runs and the runs that they wait for.
  private var recorded: Set<String> = []
  /// The families of the repeated runs and of the runs that they wait for.
  private var families = RepeatFamilies()
  /// The first run of the family of each run to be repeated.
  private var asked: Set<String> = []
  /// The runs queued by this value, by the first run of their family.
  private var made: [String: String] = [:]
  /// The states of the runs that are waited for.
  private var standing: [String: DependencyState] = [:]

  init(_ queue: Queue, _ change: RepeatChange) throws(SpoolError) {
    self.queue = queue
    self.change = change
    settings = try queue.settingsOrDefaults()
    runs = try SweepRuns(queue)
  }

  func repeated(among runs: [String]) throws(SpoolError) -> Set<String> {
    try self.runs.listing.repeated(among: runs)
  }

  /// Reads runs that are over; a result is an error if its run cannot be repeated.
  mutating func read(
    _ names: [String]
  ) -> [(run: String, result: Result<RepeatedRun, SpoolError>)] {
    lookForRecords(of: names)
    return names.map { name in
      do throws(SpoolError) {
        return (name, .success(try read(name)))
      } catch {
        return (name, .failure(error))
      }
    }
  }

  private mutating func lookForRecords(of names: [String]) {
    let files = Set(names.map { $0 + QueueFileName.ending })
    recorded.formUnion(
      runs.listing.records.contained(of: files).compactMap { Queue.recordName($0) })
  }

  private func read(_ run: String) throws(SpoolError) -> RepeatedRun {
    guard let found = try runs.read(run, isDone: recorded.contains(run)) else {
      throw SpoolError(.notFound, "\(queue.reference): there is no run \(run)")
    }
    guard found.state.isDone else {
      throw SpoolError(.no, "\(run): is not over: it is \(found.state.rawValue)")
    }
    return try RepeatedRun(found)
  }

  /// The positions of some runs: each after the runs that it waits for, otherwise in their given order.
  ///
  /// Only dropped files can form a circle; one run of it then comes first.
  ///
  /// - Parameter entries: Names, and for each the names of the runs that it waits for.
  mutating func order(
    _ entries: [(run: String, after: [String])]
  ) throws(SpoolError) -> [Int] {
    families = try runs.listing.families(of: entries.flatMap { [$0.run] + $0.after })
    asked = Set(entries.map { families.first(of: $0.run) })
    lookForRecords(of: entries.flatMap { $0.after }.map { families.newest(of: $0) })
    var positions: [String: [Int]] = [:]
    for (position, entry) in entries.enumerated() {
      positions[families.first(of: entry.run), default: []].append(position)
    }
    let known = (families: families, positions: positions)
    func before(_ position: Int) -> ArraySlice<Int> {
      entries[position].after.flatMap { known.positions[known.families.first(of: $0)] ?? [] }[...]
    }
    var order: [Int] = []
    var isMet = [Bool](repeating: false, count: entries.count)
    for start in entries.indices where !isMet[start] {
      // Not recursive: a chain may be as long as the queue.
      isMet[start] = true
      var path = [(position: start, left: before(start))]
      while let (position, left) = path.last {
        guard let next = left.first else {
          order.append(position)
          path.removeLast()
          continue
        }
        path[path.count - 1].left.removeFirst()
        if isMet[next] { continue }
        isMet[next] = true
        path.append((next, before(next)))
      }
    }
    return order
  }

  /// The runs that a repeat waits for: for each run that the old run waited for, the repeat that was
  /// just queued, otherwise the newest repeat.
  ///
  /// - Returns: Nil if there is nothing to wait for.
  /// - Throws: ``SpoolError`` of kind `no` if the repeat could never start.
  private mutating func followed(
    _ after: Dependencies, of old: Run
  ) throws(SpoolError) -> Dependencies? {
    var followed = after
    for run in after.runs { try learnState(of: name(following: run)) }
    followed.replace { run in
      let name = name(following: run)
      // The run is gone, but the old run was started: so it had ended as required.
      return standing[name] == .unknown && old.startedAt != nil ? nil : name
    }
    switch try followed.standing({ (run) throws(SpoolError) in standing[run] ?? .unknown }) {
    case .met, .waiting: break
    case .impossible(let reason):
      throw SpoolError(
        .no, "\(old.run): would end in the same way: \(reason); \(advice(after, of: old))")
    case .unknown(let run):
      throw SpoolError(
        .no,
        "\(old.run): would end in the same way: it waits for \(run), and there is no such run")
    }
    return followed.runs.isEmpty ? nil : followed
  }

  /// Advice for a repeat whose required end did not come. It does not advise to repeat both runs if this was
  /// just asked for.
  private func advice(_ after: Dependencies, of old: Run) -> String {
    let own = families.first(of: old.run)
    let left = after.runs.first { run in
      let first = families.first(of: run)
      return asked.contains(first) && made[first] == nil
    }
    guard let left else { return "repeat both together" }
    return families.first(of: left) == own
      ? "no run can wait for itself" : "\(left) is not repeated either"
  }

  private func name(following run: String) -> String {
    made[families.first(of: run)] ?? families.newest(of: run)
  }

  private mutating func learnState(of run: String) throws(SpoolError) {
    if standing[run] != nil { return }
    if let found = try runs.read(run, isDone: recorded.contains(run)) {
      standing[run] = found.state.isDone ? .ended(found.state) : .underWay
    } else {
      standing[run] = .unknown
    }
  }

  /// Queues the run; returns its name, or that of the old run if nothing is to be queued.
  mutating func queue(like old: RepeatedRun) throws(SpoolError) -> String {
    let (trusted, heir) = try queue.inheritance(of: old.run.run, settings)
    let owner = heir == Account.current.user ? nil : heir
    let resolved = try request(RepeatedRun(trusted))
    let priority = change.priority ?? trusted.priority ?? 50
    let run: String
    if change.isDry {
      run = trusted.run + "-…"
    } else if resolved.merged.unique != nil || resolved.asked.name != old.job.name {
      // The names of a key are numbered already, and a run with another name is not called a repeat.
      run = try queue.enqueue(
        resolved: resolved, priority: priority, held: change.isHeld, settings: settings,
        owner: owner)
    } else {
      run = try reserve(after: trusted)
      try queue.submit(
        resolved.asked, as: run, priority: priority, held: change.isHeld, sync: settings.sync,
        owner: owner)
    }
    made[families.first(of: old.run.run)] = run
    standing[run] = .underWay
    return change.isDry ? trusted.run : run
  }

  /// The job that the run was asked for, to be asked for again.
  private mutating func request(_ old: RepeatedRun) throws(SpoolError) -> ResolvedJob {
    var job = old.job
    // Pinned to the version that was started; `latest` may be another by now.
    if job.job != nil, let pinned = old.run.job { job.job = pinned }
    let asked = AskedRun(run: old.run.run, job: job, priority: old.run.priority ?? 50)
    job.retryOf = old.run.run
    if change.request.own.after != nil {
      job.after = nil
    } else if let after = job.after {
      job.after = try followed(after, of: old.run)
    }
    var request = change.request
    if job.priority != nil { job.priority = change.priority ?? job.priority }
    request.pasted = job
    if !change.words.isEmpty { _ = request.own.replaceWords(change.words, of: job) }
    do throws(SpoolError) {
      let resolved = try queue.resolve(request, settings: settings)
      return try change.review?(asked, resolved) ?? resolved
    } catch {
      throw SpoolError(
        error.kind, "\(old.run.run): cannot be repeated: \(error)", errno: error.errno,
        run: error.run)
    }
  }

  /// Reserves the next name after a run; a repeat's number is continued.
  private mutating func reserve(after old: Run) throws(SpoolError) -> String {
    var base = old.run
    var count = 2
    if let found = RunName.repeated(old.run), old.isRepeat(of: found.base) {
      base = found.base
      count = found.count + 1
    }
    // The new number is above the newest run's, although a lower name may be free: the newest run of a
    // sweep's point is the run with the highest number.
    if let last = try old.sweep.flatMap({ (id) throws(SpoolError) in try newest(of: base, in: id) }
    ),
      let number = RunName.repeated(last)?.count
    {
      count = Swift.max(count, number + 1)
    }
    if let run = try queue.reserveNumbered(base, from: count) { return run }
    throw SpoolError(.no, "\(queue.reference): no free name for a run \(base)-…")
  }

  /// The newest run of a sweep's point; nil if the point was not repeated.
  private mutating func newest(of first: String, in id: String) throws(SpoolError) -> String? {
    guard RunName.isValid(id), Sweep.isFirstName(first, ofSweep: id) else { return nil }
    if newest[id] == nil {
      newest[id] = try runs.repeats(ofSweep: id)
    }
    return newest[id]?[first]
  }
}
