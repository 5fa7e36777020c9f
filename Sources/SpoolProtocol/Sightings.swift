// How a run is looked for. Other code of spool does not list the folders in which runs move to learn where a run
// is. The exceptions are RunListing, Examination and the survey of a `unique` key, which list by the same rule and
// keep more of each look.
//
// The rule of reading, as Moves.swift has the rule of writing:
//
// 1. The folders are listed in the order in which runs move: queued/, starting/, running/, done/. So a run that
//    moves on meanwhile is seen at least once. If it is seen twice, the later sighting counts, and a record in
//    done/ counts most. `find` stops at the first sighting and asks done/ first, since most runs are over.
// 2. `find` makes a second pass before a run counts as absent: a run that is given back, or tried again, moves
//    backwards, behind the first pass. The other looks make one pass; their callers look again, or need no proof.
// 3. Only a fresh listing proves that a name is absent. An NFS client remembers for 30 s that a name was looked up
//    and was not there, and a directory that is held open may be as old. So on a network file system a name that
//    may appear later is never asked for. On a local file system a record is asked for by its name first. If it is
//    there, no folder has to be listed. If it is not, that proves nothing, and a run that no folder has is looked
//    for in a listing of done/ as well.
// 4. A folder that cannot be listed is unknown and never empty: the look throws.

/// A file in `queued/`, `starting/` or `running/`, as a listing had it.
package struct ActiveRun: Sendable, Equatable {
  package let folder: Queue.Folder
  /// The file's name in the directory.
  package let file: String
  package let name: QueueFileName

  /// Returns nil if the file's name is not a job's name.
  package init?(_ folder: Queue.Folder, _ file: String) {
    guard let name = QueueFileName(file) else { return nil }
    self.folder = folder
    self.file = file
    self.name = name
  }

  /// The run's name. For a dropped file, the name that it gets if no other run has it.
  package var run: String { name.run }
}

/// Looks into the folders of a queue, by the rule at the beginning of this file.
package struct Sightings: Sendable {
  /// The folders of runs that are not over, in the order in which runs move.
  package static let unfinished: [Queue.Folder] = [.queued, .starting, .running]

  private let queue: Queue
  private let skipsMissing: Bool

  /// - Parameter skipsMissing: Whether a missing folder counts as empty: for callers that report a damaged queue,
  ///   or need not care.
  package init(_ queue: Queue, skipsMissing: Bool = false) {
    self.queue = queue
    self.skipsMissing = skipsMissing
  }

  // MARK: Files

  /// The job files of one folder.
  package func files(in folder: Queue.Folder) throws(SpoolError) -> [ActiveRun] {
    try list(folder).compactMap { ActiveRun(folder, $0) }
  }

  /// Calls `body` with each job file of the folders. All files of one folder come before the next folder is listed.
  package func each(
    in folders: [Queue.Folder] = unfinished, _ body: (ActiveRun) throws(SpoolError) -> Void
  ) throws(SpoolError) {
    for folder in folders {
      for file in try list(folder) {
        if let active = ActiveRun(folder, file) { try body(active) }
      }
    }
  }

  /// Whether a run that is not over has a file for which `isMeant` is true. Once a folder has one, no later folder
  /// is listed.
  package func has(_ isMeant: (ActiveRun) -> Bool) throws(SpoolError) -> Bool {
    for folder in Self.unfinished {
      let files = try list(folder).lazy.compactMap { ActiveRun(folder, $0) }
      if files.contains(where: isMeant) { return true }
    }
    return false
  }

  /// The names of the claimed runs of all hosts. A run on its way from one folder to the other is in both lists, or
  /// only in the second.
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

  /// The place of a run at the first sighting of it; see ``Queue/locate(_:)``.
  package func find(_ run: String) throws(SpoolError) -> Queue.Place? {
    let asksByName = try asksByName
    var dropped: QueueFileName?
    for _ in 0..<2 {
      if try asksByName ? !recorded(of: [run]).isEmpty : isListedDone(run) { return .done }
      let queued = try files(in: .queued, of: run).map(\.name)
      if let name = queued.first(where: { $0.isFull }) { return .queued(name) }
      // Of several dropped files of the same name, the file that will have the name.
      dropped = queued.min { $0.text < $1.text }
      if let file = try files(in: .starting, of: run).first { return .starting(file.name) }
      if let file = try files(in: .running, of: run).first { return .running(file.name) }
      if dropped != nil { break }
    }
    if try isDone(run) { return .done }
    return dropped.map { .queued($0) }
  }

  /// Makes one pass over all folders. Returns the last sighting of a run's file, and whether the run has a record.
  /// A file that would not count is not looked for.
  package func pass(for run: String) throws(SpoolError) -> (file: ActiveRun?, isDone: Bool) {
    let asksByName = try asksByName
    if asksByName, try !recorded(of: [run]).isEmpty { return (nil, true) }
    var found: ActiveRun?
    for folder in Self.unfinished {
      for active in try files(in: folder, of: run) {
        // The run of that name counts before a dropped file that asks for it. Of several such files, the file that
        // will have the name counts.
        if active.folder == .queued, let other = found {
          let precedes =
            active.name.isFull != other.name.isFull
            ? active.name.isFull : QueueFileName.precedes(active.file, other.file)
          if !precedes { continue }
        }
        found = active
      }
    }
    if asksByName, found != nil { return (found, try !recorded(of: [run]).isEmpty) }
    return (found, try isListedDone(run))
  }

  /// Whether a run has a record in `done/`.
  package func isDone(_ run: String) throws(SpoolError) -> Bool {
    if try asksByName, try !recorded(of: [run]).isEmpty { return true }
    return try isListedDone(run)
  }

  private func isListedDone(_ run: String) throws(SpoolError) -> Bool {
    let record = run + QueueFileName.ending
    return try queue.table(.done) { $0.elementsEqual(record.utf8) }.count > 0
  }

  /// The job files of a run in one folder.
  private func files(in folder: Queue.Folder, of run: String) throws(SpoolError) -> [ActiveRun] {
    // Every name that becomes this run's name contains this part unchanged, which rules out nearly all other names.
    let parts = run.utf8.split { $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".") }
    let part = [UInt8](parts.max { $0.count < $1.count } ?? "".utf8[...])
    do throws(SpoolError) {
      let table = try queue.table(folder) { $0.has(part) }
      return table.texts.compactMap { ActiveRun(folder, $0) }.filter { $0.run == run }
    } catch {
      if skipsMissing, error.errno?.isNoDirectory == true { return [] }
      throw error
    }
  }

  // MARK: Runs by their names

  /// Whether a record may be asked for by its name before it exists: true on a local file system.
  package var asksByName: Bool {
    get throws(SpoolError) { try queue.fileSystem == .local }
  }

  /// Those of the runs that have a record, as `done/` answers for each name; the others may have a record all the
  /// same. Only if ``asksByName`` holds.
  package func recorded(of runs: some Sequence<String>) throws(SpoolError) -> Set<String> {
    let path = queue.path(.done)
    return try naming("look into", path) { () throws(Errno) in
      var found: Set<String> = []
      for run in runs where RunName.isValid(run) {
        do throws(Errno) {
          _ = try System.information(path + "/" + run + QueueFileName.ending)
          found.insert(run)
        } catch {
          if error != .notFound { throw error }
        }
      }
      // Without the folder nothing is known of its records.
      if found.isEmpty { _ = try System.information(path) }
      return found
    }
  }

  /// Those of the names that belong to runs, as one pass finds them; ``everyRun()`` without the other names.
  package func met(of names: Set<String>) throws(SpoolError) -> Set<String> {
    let asksByName = try asksByName
    var found = asksByName ? try recorded(of: names) : []
    for folder in Self.unfinished where found.count < names.count {
      if names.count > 4 {
        try each(in: [folder]) { if names.contains($0.run) { found.insert($0.run) } }
        continue
      }
      for run in names.subtracting(found) where try !files(in: folder, of: run).isEmpty {
        found.insert(run)
      }
    }
    if found.count == names.count { return found }
    // A run may have moved there meanwhile.
    if asksByName { return found.union(try recorded(of: names.subtracting(found))) }
    let files = Set(names.subtracting(found).map { $0 + QueueFileName.ending })
    for file in try queue.records().contained(of: files) {
      if let run = Queue.recordName(file) { found.insert(run) }
    }
    return found
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

  /// Whether no run waits for an agent or is under way. Held runs and runs that are being edited do not count,
  /// because no agent takes them.
  ///
  /// The folders are listed backwards, the short folders first: `queued/` may be long, and the other folders show
  /// that a queue is busy. So a run that moves may be in none of the listings. Callers that draw conclusions check
  /// whether the folders changed meanwhile.
  package func isWorkedOff() throws(SpoolError) -> Bool {
    for folder in Self.unfinished.reversed() {
      let hasJobs = try list(folder).contains {
        QueueFileName($0).map { $0.parked == nil } ?? false
      }
      if hasJobs { return false }
    }
    // The remaining runs of a sweep follow in a moment.
    return try queue.runsOfUnqueuedSweeps().isEmpty
  }
}

extension Queue {
  package var sightings: Sightings { Sightings(self) }

  /// The place of a run.
  package enum Place: Sendable, Equatable {
    /// In `queued/`, also if held.
    case queued(QueueFileName)
    case starting(QueueFileName)
    case running(QueueFileName)
    case done
  }

  /// Finds the place of a run. Returns nil if the queue has no such run.
  ///
  /// A file that was dropped into `queued/` has no name of its own before it is claimed. It is meant only if no run
  /// has the name that it asks for.
  package func locate(_ run: String) throws(SpoolError) -> Place? { try sightings.find(run) }

  /// The name of every run: waiting, claimed and done runs.
  package func allRuns() throws(SpoolError) -> Set<String> { try sightings.everyRun() }
}
