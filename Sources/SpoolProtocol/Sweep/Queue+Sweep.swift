// How a sweep is queued, all of it or nothing:
//
//     sweeps/.ID/                     mkdir: the ID is ours
//       sweep.json                    the record: the file, the seed, every run's name and point
//       50-STAMP-ID-0001.json …       the job file of each run, under the name it will be queued by
//     runs/ID-0001/ …                 mkdir: the runs' names are ours
//
//     sweeps/.ID → sweeps/ID          one rename, after all of that is on disk: from here on every
//                                     run will be queued
//     sweeps/ID/sweep.json → sweeps/ID.json
//     sweeps/ID/NAME → queued/NAME    one after the other
//     rmdir sweeps/ID
//
// A crash before that one rename leaves nothing in the queue. Recovery removes `sweeps/.ID` when it has not changed for
// an hour. It does so by a rename as well, so that a maker that was only asleep finds its source gone and queues
// nothing. A crash after the rename leaves `sweeps/ID` with the runs that are still to be queued. Several commands move
// them on: recovery, `spool sweep show`, `kill --sweep`, and the same `spool sweep` typed again, which then queues the
// rest and no second sweep. Any number of processes may do so at once, since a source can be renamed only once.
//
// The maker removes the empty `sweeps/ID` once it has told its user. If its maker died before that, the folder is
// kept for a day: it tells the same command, typed again, that its sweep was queued already.

extension Queue {
  /// Queues a sweep: when this returns, all its runs are on disk and will be executed.
  ///
  /// If an earlier call with the same request was interrupted after it was decided that its runs are queued, this
  /// call queues the rest of them and makes no second sweep.
  ///
  /// - Parameters:
  ///   - request: The request for the sweep.
  ///   - report: Called as runs are written and queued; thousands take seconds.
  ///   - tell: Called when the runs are queued. If a process dies before it has told of the sweep in here, the same
  ///     request finds the sweep again.
  /// - Returns: The sweep, and whether an earlier call was interrupted in it.
  /// - Throws: ``SpoolError``; nothing is queued then. Only if the error's message says so is the rest of the runs left
  ///   to recovery.
  @discardableResult
  package func enqueue(
    _ request: SweepRequest, reporting report: (SweepProgress) -> Void = { _ in },
    telling tell: (Sweep) -> Void = { _ in }
  ) throws(SpoolError) -> (sweep: Sweep, wasInterrupted: Bool) {
    if let priority = request.priority, !(0...99).contains(priority) {
      throw SpoolError(.badInput, "priority \(priority): must be from 0 (first) to 99 (last)")
    }
    if let most = request.maxRunning, most < 1 {
      throw SpoolError(.badInput, "at most \(most) running: must be 1 or more")
    }
    let settings = try settingsOrDefaults()
    let asked = request.asked
    if let sweep = try finishInterrupted(asked, settings, reporting: report, telling: tell) {
      return (sweep, wasInterrupted: true)
    }
    let points = try SweepPoints(request.file, count: request.count, seed: request.seed)
    var request = request
    if request.version == nil {
      // The version is chosen once for all runs: a version that is published while they wait is not theirs.
      request.version = try version(for: JobRequest(request.job), settings: settings)
    }
    request.priority = try request.check(points, defaults: settings.jobDefaults, queue: reference)
    let sweep = try make(
      request.plan(points, asked: asked), settings, reporting: report, telling: tell)
    return (sweep, wasInterrupted: false)
  }

  /// Queues the runs of a plan, whose jobs were checked; otherwise as ``enqueue(_:reporting:telling:)`` does.
  package func enqueue(
    _ plan: SweepPlan, settings: QueueSettings,
    reporting report: (SweepProgress) -> Void = { _ in }, telling tell: (Sweep) -> Void = { _ in }
  ) throws(SpoolError) -> (sweep: Sweep, wasInterrupted: Bool) {
    if let sweep = try finishInterrupted(plan.asked, settings, reporting: report, telling: tell) {
      return (sweep, wasInterrupted: true)
    }
    return (try make(plan, settings, reporting: report, telling: tell), wasInterrupted: false)
  }

  /// Queues the rest of a sweep in which an earlier call with the same request was interrupted. Returns nil if there
  /// is none.
  private func finishInterrupted(
    _ asked: JSONObject, _ settings: QueueSettings, reporting report: (SweepProgress) -> Void,
    telling tell: (Sweep) -> Void
  ) throws(SpoolError) -> Sweep? {
    guard let sweep = try interruptedSweep(asked) else { return nil }
    _ = try carryOnSweep(sweep.id, sync: sync(settings), reporting: report)
    tell(sweep)
    _ = try removeEmpty(path(.sweeps, sweep.id))
    return sweep
  }

  private func make(
    _ plan: SweepPlan, _ settings: QueueSettings, reporting report: (SweepProgress) -> Void,
    telling tell: (Sweep) -> Void
  ) throws(SpoolError) -> Sweep {
    try plan.check()
    let sync = sync(settings)
    try completeLayout()
    if sync.isOn { for job in plan.jobs { try jobs.syncVersions(of: job) } }
    let sweep = try makeSweep(plan, sync, report)
    do throws(SpoolError) {
      _ = try carryOnSweep(sweep.id, sync: sync, isRecovery: false, reporting: report)
    } catch {
      throw SpoolError(
        error.kind,
        "sweep \(sweep.id): not all of its runs could be queued; the next agent, or"
          + " \(command("recover")), queues the rest: \(error.message)", errno: error.errno)
    }
    tell(sweep)
    _ = try removeEmpty(path(.sweeps, sweep.id))
    return sweep
  }

  // MARK: Making

  /// Writes everything, and makes the one rename.
  private func makeSweep(
    _ plan: SweepPlan, _ sync: Sync, _ report: (SweepProgress) -> Void
  ) throws(SpoolError) -> Sweep {
    // There must be space for the numbers in the names of its runs.
    let base = String(RunName.cleaned(plan.base).prefix(100))
    for _ in 0..<1000 {
      let id = RunName.random(base)
      guard try reserveSweep(id) else { continue }
      var sweep = try Sweep(id, plan, createdAt: modified(path(.sweeps, "." + id)))
      sweep.holder.life = try fileSystem == .network ? .lease : .process
      var reserved: [String] = []
      do throws(SpoolError) {
        guard try isFree(id), try makeRuns(of: sweep, plan, sync, &reserved, report) else {
          abandon(sweep, reserved)
          continue
        }
        try write(sweep, sync)
        guard try commitSweep(id) else {
          throw SpoolError(
            .system, "sweep \(id): writing it took so long that recovery removed it; try again")
        }
      } catch {
        abandon(sweep, reserved)
        throw error
      }
      if sync == .full { try syncDirectory(.sweeps) }
      return sweep
    }
    throw SpoolError(.no, "\(reference): no free name for a sweep \(base)-….; give another --name")
  }

  private func modified(_ path: String) throws(SpoolError) -> Timestamp {
    try naming("look at", path, doing: System.information(path).modified)
  }

  /// Whether no earlier sweep has the ID. This sweep's own folder in the making does not count.
  private func isFree(_ id: String) throws(SpoolError) -> Bool {
    let names = try list(.sweeps)
    return !names.contains(id) && !names.contains(id + QueueFileName.ending)
  }

  /// The number of runs that are made between two reports.
  private static let reportedRuns = 1024

  /// Reserves the name of each run and writes its job file, on many threads, which wait for the disk together.
  ///
  /// - Parameter reserved: Gets the names that were reserved.
  /// - Returns: Whether all names were free.
  private func makeRuns(
    of sweep: Sweep, _ plan: SweepPlan, _ sync: Sync, _ reserved: inout [String],
    _ report: (SweepProgress) -> Void
  ) throws(SpoolError) -> Bool {
    let points = sweep.points
    for start in stride(from: 0, to: points.count, by: Self.reportedRuns) {
      let lot = start..<Swift.min(start + Self.reportedRuns, points.count)
      let results = Parallel.mapWaiting(lot.count) { number in
        Made(self, lot.lowerBound + number, of: sweep, plan, sync)
      }
      for (number, made) in zip(lot, results) where made.isReserved {
        reserved.append(points[number].run)
      }
      if let error = results.lazy.compactMap(\.error).first { throw error }
      if !results.allSatisfy(\.isReserved) { return false }
      report(SweepProgress(.writing, done: lot.upperBound, total: points.count))
    }
    return true
  }

  /// The parts of a run that were made.
  private struct Made: Sendable {
    private(set) var isReserved = false
    private(set) var error: SpoolError?

    init(_ queue: Queue, _ number: Int, of sweep: Sweep, _ plan: SweepPlan, _ sync: Sync) {
      do throws(SpoolError) {
        isReserved = try queue.reserve(sweep.points[number].run)
        if isReserved { try queue.write(number, of: sweep, plan, sync) }
      } catch {
        self.error = error
      }
    }
  }

  /// Removes everything that was made; recovery sweeps files that cannot be removed.
  private func abandon(_ sweep: Sweep, _ reserved: [String]) {
    try? removeSweepFolder("." + sweep.id)
    for run in reserved { _ = try? removeEmpty(runPath(run)) }
  }

  private func write(_ sweep: Sweep, _ sync: Sync) throws(SpoolError) {
    let folder = path(.sweeps, "." + sweep.id)
    try write(sweep.json.bytes(), to: folder + "/" + Self.sweepFile, sync)
    if sync == .full {
      try syncDirectory(folder)
      try syncDirectory(.runs)
    }
  }

  private func write(
    _ number: Int, of sweep: Sweep, _ plan: SweepPlan, _ sync: Sync
  ) throws(SpoolError) {
    let run = sweep.points[number].run
    let bytes = try plan.job(number, sweep.id).json.bytes(pretty: true)
    guard bytes.count < Job.sizeLimit else {
      throw SpoolError(
        .badInput,
        "run \(run): its job file has \(bytes.count) bytes; fewer than \(Job.sizeLimit) are allowed"
      )
    }
    let name = QueueFileName(
      priority: plan.priority(of: number), stamp: sweep.createdAt.stamp, run: run)
    try write(
      bytes, to: path(.sweeps, ".\(sweep.id)/" + name.parked(plan.isHeld ? .held : nil).text), sync)
  }

  private func write(_ bytes: [UInt8], to path: String, _ sync: Sync) throws(SpoolError) {
    try naming("write", path) { () throws(Errno) in
      let file = try System.create(path, permissions: shape.files)
      try file.write(bytes + [UInt8(ascii: "\n")])
      if sync.isOn { try file.sync() }
    }
  }

  // MARK: Queueing

  /// Queues the rest of a sweep. Any process may do this, any number of times.
  ///
  /// - Parameter isRecovery: Whether a crash came before: then a run that was started already may have its file in
  ///   the folder again.
  /// - Returns: How many runs were queued. An empty `sweeps/ID` stays.
  func carryOnSweep(
    _ id: String, sync: Sync, isRecovery: Bool = true,
    reporting report: (SweepProgress) -> Void = { _ in }
  ) throws(SpoolError) -> Int {
    var count = 0
    guard var files = try sweepDirectory(id).names(), !files.isEmpty else { return 0 }
    if files.contains(Self.sweepFile) {
      try publishSweep(id)
      if sync == .full { try syncDirectory(.sweeps) }
    }
    // A second look finds no files, unless a reply was lost.
    for _ in 0..<3 {
      let jobs = files.compactMap { QueueFileName($0) }.filter { $0.isFull }
      if jobs.isEmpty { break }
      for name in jobs.sorted(by: { $0.text < $1.text }) {
        if isRecovery, try hasRun(name.base) {
          // A power cut brought the old name back: some file systems write the two folders of a rename one after
          // the other.
          try removeIfThere(path(.sweeps, id + "/" + name.text))
        } else if try submit(name.text, ofSweep: id) {
          count += 1
          report(SweepProgress(.queueing, done: count, total: jobs.count))
        }
      }
      files = try sweepDirectory(id).names() ?? []
    }
    if sync.isOn { try syncDirectory(.queued) }
    if sync == .full { try? syncDirectory(path(.sweeps, id)) }
    return count
  }

  /// Whether a run has an attempt, or is over.
  private func hasRun(_ run: String) throws(SpoolError) -> Bool {
    try !attemptNumbers(of: run).isEmpty
  }

  /// `sweeps/ID`.
  func sweepDirectory(_ id: String) -> FreshDirectory { FreshDirectory(path(.sweeps, id)) }

  /// Removes a folder of `sweeps/` with the files in it.
  func removeSweepFolder(_ name: String) throws(SpoolError) {
    for file in try sweepDirectory(name).names() ?? [] {
      try removeIfThere(path(.sweeps, name + "/" + file))
    }
    _ = try removeEmpty(path(.sweeps, name))
  }
}
