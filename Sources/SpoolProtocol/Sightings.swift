// How a run is looked for. Nothing else in spool lists the folders in which runs move to learn where one is,
// but RunListing, Examination and the survey of a `unique` key, which list by the same rule and keep more of each
// look.
//
// The rule of reading, as Moves.swift has that of writing:
//
// 1. The folders are listed in the order in which runs move: queued/, starting/, running/, done/. So a run that
//    moves on meanwhile is met at least once. Where it is met twice, the later sighting counts, and a record in
//    done/ counts most. `find` stops at the first sighting and asks done/ first, since most runs are over.
// 2. `find` makes a second pass before a run counts as absent: a run that is given back, or tried again, moves
//    backwards, behind the first pass. The other looks make one pass; their callers look again, or need no proof.
// 3. Only a fresh listing proves that a name is absent. An NFS client remembers for 30 s that a name was looked
//    up and was not there, and a directory that is held open may be as old.
// 4. A folder that cannot be listed is unknown and never empty: the look throws.

/// A file in `queued/`, `starting/` or `running/`, as a listing had it.
package struct ActiveRun: Sendable, Equatable {
  package let folder: Queue.Folder
  /// The file's name as it stands in the directory.
  package let file: String
  package let name: QueueFileName

  /// Returns nil for a file that is not named like a job.
  package init?(_ folder: Queue.Folder, _ file: String) {
    guard let name = QueueFileName(file) else { return nil }
    self.folder = folder
    self.file = file
    self.name = name
  }

  /// The run's name; for a dropped file the name that it gets if no other run has it.
  package var run: String { name.run }
}

/// Looks into the folders of a queue, by the rule at the head of this file.
package struct Sightings: Sendable {
  /// The folders of runs that are not over, in the order in which runs move.
  package static let unfinished: [Queue.Folder] = [.queued, .starting, .running]

  private let queue: Queue
  private let skipsMissing: Bool

  /// - Parameter skipsMissing: Whether a folder that is missing counts as empty: for callers that report, or
  ///   need not care, that the queue is damaged.
  package init(_ queue: Queue, skipsMissing: Bool = false) {
    self.queue = queue
    self.skipsMissing = skipsMissing
  }

  // MARK: Files

  /// The job files of one folder.
  package func files(in folder: Queue.Folder) throws(SpoolError) -> [ActiveRun] {
    try list(folder).compactMap { ActiveRun(folder, $0) }
  }

  /// Calls `body` with each job file of the folders, with those of one folder before the next is listed.
  package func each(
    in folders: [Queue.Folder] = unfinished, _ body: (ActiveRun) throws(SpoolError) -> Void
  ) throws(SpoolError) {
    for folder in folders {
      for file in try list(folder) {
        if let active = ActiveRun(folder, file) { try body(active) }
      }
    }
  }

  /// Whether a run that is not over has a file like that. No folder is listed behind one that has it.
  package func has(_ isMeant: (ActiveRun) -> Bool) throws(SpoolError) -> Bool {
    for folder in Self.unfinished {
      let files = try list(folder).lazy.compactMap { ActiveRun(folder, $0) }
      if files.contains(where: isMeant) { return true }
    }
    return false
  }

  /// The names of the claimed runs, of every host. A run on its way from one folder to the other is in both, or
  /// in the second.
  package func claimed() throws(SpoolError) -> (
    starting: [QueueFileName], running: [QueueFileName]
  ) {
    (try names(in: .starting), try names(in: .running))
  }

  private func names(in folder: Queue.Folder) throws(SpoolError) -> [QueueFileName] {
    try list(folder).compactMap { QueueFileName($0) }
  }

  private func list(_ folder: Queue.Folder) throws(SpoolError) -> [String] {
    skipsMissing ? try queue.listIfThere(folder) : try queue.list(folder)
  }

  // MARK: One run

  /// Where a run is, at the first sighting of it; see ``Queue/locate(_:)``.
  package func find(_ run: String) throws(SpoolError) -> Queue.Place? {
    var dropped: QueueFileName?
    for _ in 0..<2 {
      if try isDone(run) { return .done }
      let queued = try names(in: .queued).filter { $0.run == run }
      if let name = queued.first(where: { $0.isFull }) { return .queued(name) }
      // Of several dropped files of the same name, the one that will have it.
      dropped = queued.min { $0.text < $1.text }
      if let name = try names(in: .starting).first(where: { $0.run == run }) {
        return .starting(name)
      }
      if let name = try names(in: .running).first(where: { $0.run == run }) {
        return .running(name)
      }
      if dropped != nil { break }
    }
    if try isDone(run) { return .done }
    return dropped.map { .queued($0) }
  }

  /// One pass over all folders: the last sighting of a run's file, and whether the run has a record.
  package func pass(for run: String) throws(SpoolError) -> (file: ActiveRun?, isDone: Bool) {
    var found: ActiveRun?
    try each { active in
      guard active.run == run else { return }
      // The run of that name before a dropped file that asks for it; of several such files, the one
      // that will have it.
      if active.folder == .queued, let other = found {
        let precedes =
          active.name.isFull != other.name.isFull
          ? active.name.isFull : QueueFileName.precedes(active.file, other.file)
        if !precedes { return }
      }
      found = active
    }
    let record = run + QueueFileName.ending
    let records = try queue.table(.done) { $0.elementsEqual(record.utf8) }
    return (found, records.count > 0)
  }

  /// Whether a run has a record in `done/`.
  package func isDone(_ run: String) throws(SpoolError) -> Bool {
    try queue.list(.done).contains(run + QueueFileName.ending)
  }

  // MARK: All runs

  /// The name of every run, from one pass: waiting, claimed and done ones.
  package func everyRun() throws(SpoolError) -> Set<String> {
    var runs: Set<String> = []
    try each { runs.insert($0.run) }
    for file in try list(.done) {
      if let run = Queue.recordName(file) { runs.insert(run) }
    }
    return runs
  }

  /// Whether nothing waits for an agent, or is under way. What is held, or being edited, does not count: no
  /// agent takes it.
  ///
  /// The folders are listed backwards, the short ones first: `queued/` may be long, and a busy queue is told by
  /// the others. So a run that moves may be in none of the listings: callers that draw conclusions look whether
  /// the folders stood still.
  package func isWorkedOff() throws(SpoolError) -> Bool {
    for folder in Self.unfinished.reversed() {
      let hasJobs = try list(folder).contains {
        QueueFileName($0).map { $0.parked == nil } ?? false
      }
      if hasJobs { return false }
    }
    // A sweep's runs that follow in a moment.
    return try queue.runsOfUnqueuedSweeps().isEmpty
  }
}

extension Queue {
  package var sightings: Sightings { Sightings(self) }

  /// Where a run is.
  package enum Place: Sendable, Equatable {
    /// In `queued/`, held ones too.
    case queued(QueueFileName)
    case starting(QueueFileName)
    case running(QueueFileName)
    case done
  }

  /// Looks where a run is; returns nil if the queue has no such run.
  ///
  /// A file that was dropped into `queued/` has no name of its own before it is claimed: it is meant only where
  /// no run has the name that it asks for.
  package func locate(_ run: String) throws(SpoolError) -> Place? { try sightings.find(run) }

  /// Every run's name: waiting, claimed and done ones.
  package func allRuns() throws(SpoolError) -> Set<String> { try sightings.everyRun() }
}
