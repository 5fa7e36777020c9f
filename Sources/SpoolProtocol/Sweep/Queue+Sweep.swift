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
  ///   - report: Called with each run that is named, written or queued; thousands take seconds.
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
    let sync = settings.sync
    let asked = request.asked
    if let sweep = try interruptedSweep(asked) {
      _ = try carryOnSweep(sweep.id, sync: sync, reporting: report)
      tell(sweep)
      _ = try removeEmpty(path(.sweeps, sweep.id))
      return (sweep, wasInterrupted: true)
    }
    let points = try SweepPoints(request.file, count: request.count, seed: request.seed)
    var request = request
    if request.version == nil {
      // The version is chosen once for all runs: a version that is published while they wait is not theirs.
      request.version = try version(for: JobRequest(request.job), settings: settings)
    }
    request.priority = try request.check(points, defaults: settings.jobDefaults, queue: reference)
    try completeLayout()
    if request.version != nil { try jobs.syncVersions(of: request.job) }
    let sweep = try makeSweep(request, points, asked: asked, sync: sync, report)
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
    return (sweep, wasInterrupted: false)
  }

  // MARK: Making

  /// Writes everything, and makes the one rename.
  private func makeSweep(
    _ request: SweepRequest, _ points: SweepPoints, asked: JSONObject, sync: Bool,
    _ report: (SweepProgress) -> Void
  ) throws(SpoolError) -> Sweep {
    // There must be space for the numbers in the names of its runs.
    let base = String(RunName.cleaned(request.base).prefix(100))
    for _ in 0..<1000 {
      let id = RunName.random(base)
      guard try reserveSweep(id) else { continue }
      var sweep = try Sweep(
        id, request, points, asked: asked, createdAt: modified(path(.sweeps, "." + id)))
      sweep.holder.life = try fileSystem == .network ? .lease : .process
      var reserved: [String] = []
      do throws(SpoolError) {
        guard try isFree(id), try reserveRuns(of: sweep, &reserved, report) else {
          abandon(sweep, reserved)
          continue
        }
        try write(sweep, request, sync: sync, report)
        guard try commitSweep(id) else {
          throw SpoolError(
            .system, "sweep \(id): writing it took so long that recovery removed it; try again")
        }
      } catch {
        abandon(sweep, reserved)
        throw error
      }
      if sync { try syncDirectory(.sweeps) }
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

  private func reserveRuns(
    of sweep: Sweep, _ reserved: inout [String], _ report: (SweepProgress) -> Void
  ) throws(SpoolError) -> Bool {
    for point in sweep.points {
      if try !reserve(point.run) { return false }
      reserved.append(point.run)
      report(SweepProgress(.naming, done: reserved.count, total: sweep.points.count))
    }
    return true
  }

  /// Removes everything that was made; recovery sweeps files that cannot be removed.
  private func abandon(_ sweep: Sweep, _ reserved: [String]) {
    try? removeSweepFolder("." + sweep.id)
    for run in reserved { _ = try? removeEmpty(runPath(run)) }
  }

  private func write(
    _ sweep: Sweep, _ request: SweepRequest, sync: Bool, _ report: (SweepProgress) -> Void
  ) throws(SpoolError) {
    let folder = path(.sweeps, "." + sweep.id)
    let points = sweep.points
    for start in stride(from: 0, to: points.count, by: 256) {
      let end = Swift.min(start + 256, points.count)
      let errors = Parallel.mapWaiting(end - start) { number in
        do throws(SpoolError) {
          try write(points[start + number], of: sweep, request, in: folder, sync: sync)
          return SpoolError?.none
        } catch {
          return error
        }
      }
      if let error = errors.lazy.compactMap({ $0 }).first { throw error }
      report(SweepProgress(.writing, done: end, total: points.count))
    }
    try write(sweep.json.bytes(), to: folder + "/" + Self.sweepFile, sync: sync)
    if sync {
      try syncDirectory(folder)
      try syncDirectory(.runs)
    }
  }

  private func write(
    _ point: Sweep.Point, of sweep: Sweep, _ request: SweepRequest, in folder: String, sync: Bool
  ) throws(SpoolError) {
    let bytes = request.job(of: point.config, sweep: sweep.id).json.bytes(pretty: true)
    guard bytes.count < Job.sizeLimit else {
      throw SpoolError(
        .badInput,
        "run \(point.run): its job file has \(bytes.count) bytes; fewer than \(Job.sizeLimit) are"
          + " allowed")
    }
    let name = QueueFileName(
      priority: sweep.priority, stamp: sweep.createdAt.stamp, run: point.run)
    try write(bytes, to: folder + "/" + name.text, sync: sync)
  }

  private func write(_ bytes: [UInt8], to path: String, sync: Bool) throws(SpoolError) {
    try naming("write", path) { () throws(Errno) in
      let file = try System.create(path, permissions: shape.files)
      try file.write(bytes + [UInt8(ascii: "\n")])
      if sync { try file.sync() }
    }
  }

  // MARK: Queueing

  /// Queues the rest of a sweep. Any process may do this, any number of times.
  ///
  /// - Parameter isRecovery: Whether a crash came before: then a run that was started already may have its file in
  ///   the folder again.
  /// - Returns: How many runs were queued. An empty `sweeps/ID` stays.
  func carryOnSweep(
    _ id: String, sync: Bool, isRecovery: Bool = true,
    reporting report: (SweepProgress) -> Void = { _ in }
  ) throws(SpoolError) -> Int {
    var count = 0
    guard var files = try sweepDirectory(id).names(), !files.isEmpty else { return 0 }
    if files.contains(Self.sweepFile) {
      try publishSweep(id)
      if sync { try syncDirectory(.sweeps) }
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
    if sync {
      try syncDirectory(.queued)
      try? syncDirectory(path(.sweeps, id))
    }
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
