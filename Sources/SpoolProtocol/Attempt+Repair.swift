/// The steps that were already tried to bring an attempt to its end.
package struct EndProgress: Sendable {
  var isExhausted = false
  /// How far a repair goes; nil if nothing stood in the way.
  package internal(set) var level: Attempt.RepairLevel?
  /// Whether the outcome is linked, and a later step failed.
  var isPublished = false
  /// The start record, if it was written anew. The runner must keep it open, and its lock with it.
  package internal(set) var start: HeldFile?

  package init() {}

  /// Goes one level further. If the outcome is linked, the level stays at the first: a step that fails then does
  /// not fail in the run's folder.
  mutating func raise() {
    guard let level else { return self.level = .gentle }
    guard !isExhausted, !isPublished else { return self.level = .gentle }
    self.level = level.next
    isExhausted = level == .run
  }
}

extension Attempt {
  /// How far a repair goes. If a level did not help, the next level follows.
  package enum RepairLevel: Int, Sendable {
    /// Obstacles are put aside, and modes are given back.
    case gentle
    /// The attempt's folder is put aside as a whole, and made anew.
    case folder
    /// The run's folder is put aside as a whole, and made anew.
    case run

    /// The next level. After the last level only the first is repeated: nothing is put aside again and again
    /// because of an obstacle that is somewhere else.
    package var next: RepairLevel { RepairLevel(rawValue: rawValue + 1) ?? .gentle }
  }

  /// Whether the attempt's folder is where it was made, and no link leads elsewhere.
  package var isInPlace: Bool {
    (try? System.information(folder))?.isDirectory == true
  }

  /// Whether the attempt's start record is where others look for it, and its folders are not links.
  package var hasStart: Bool {
    (try? System.information(folder + "/" + Queue.startFile))?.isRegular == true
  }

  /// Repairs everything that prevents the attempt's end: the run may have done anything to its own folder, and to
  /// its file in `running/`.
  ///
  /// Only for a caller that has seen the file in `running/` under this claim, once the command is gone. Correct
  /// parts stay as they are, so any process may repeat this.
  ///
  /// - Parameter start: Gets the start record, if it is written anew.
  /// - Returns: A sentence for each thing that was done or could not be done, for the record.
  package func repair(_ level: RepairLevel, sync: Bool, _ start: inout HeldFile?) -> [String] {
    var notes: [String] = []
    func step(_ body: () throws(SpoolError) -> [String]) {
      do throws(SpoolError) {
        notes += try body()
      } catch {
        notes.append(error.message)
      }
    }
    step { () throws(SpoolError) in try queue.mendLayout() }
    if level == .run {
      step { () throws(SpoolError) in
        try putFolderAside(
          queue.runPath(run), as: queue.path(.runs, Aside.name("displaced")), "runs/\(run)")
      }
    }
    step { () throws(SpoolError) in try queue.mendRunFolder(run) }
    if level == .folder {
      step { () throws(SpoolError) in
        try putFolderAside(
          folder, as: queue.runPath(run, Aside.name("displaced")), "its folder \(number)")
      }
    }
    step { () throws(SpoolError) in try queue.mendAttemptFolder(run, number) }
    step { () throws(SpoolError) in try mendFiles(sync: sync, &start) }
    step { () throws(SpoolError) in try mendPlaces() }
    return notes
  }

  private func putFolderAside(
    _ path: String, as aside: String, _ name: String
  ) throws(SpoolError) -> [String] {
    guard try queue.look(at: path) != nil else { return [] }
    try queue.putAside(path, as: aside)
    return ["\(name) could not be used, was put aside and made anew"]
  }

  /// Repairs the folders and the start record while the command goes on: other processes use them to judge whether
  /// the run has a runner, and look there for its outcome.
  ///
  /// - Returns: The start record, if it was written anew. It must be kept open in the place of the record before it.
  package func mendFolders(sync: Bool) throws(SpoolError) -> HeldFile? {
    _ = try queue.mendRunFolder(run)
    _ = try queue.mendAttemptFolder(run, number)
    var start: HeldFile?
    _ = try mendStart(sync: sync, &start)
    return start
  }

  /// Repairs the files of the attempt's folder.
  private func mendFiles(sync: Bool, _ held: inout HeldFile?) throws(SpoolError) -> [String] {
    var notes = try mendStart(sync: sync, &held)
    let end = folder + "/" + Queue.endFile
    let isOutcome = try queue.readEnd(run, number)?.claim == start.claim
    if !isOutcome, let what = try queue.displace(end, to: folder, unless: { _ in false }) {
      notes.append("end.json was \(what) that the run had put there, and was put aside")
    }
    let job = folder + "/" + Queue.jobFile
    if let what = try queue.displace(job, to: folder, unless: { !$0.isDirectory }) {
      notes.append("job.json was \(what), and was put aside")
    }
    return notes
  }

  private func mendStart(sync: Bool, _ held: inout HeldFile?) throws(SpoolError) -> [String] {
    let path = folder + "/" + Queue.startFile
    if let found = try queue.look(at: path), found.isRegular,
      queue.readStart(run, number)?.claim == start.claim
    {
      return []
    }
    let what = try queue.displace(path, to: folder, unless: { $0.isRegular })
    // The run may have put something in the place of the file that is about to be written.
    _ = try queue.displace(
      folder + "/.start." + start.claim.text, to: folder, unless: { $0.isRegular })
    // The record is locked and kept open before anything else may fail, because it has its name already.
    let file = HeldFile(try publishStart(sync: false))
    held = file
    if sync {
      try naming("sync", path, doing: file.file.sync())
      try queue.syncDirectory(folder)
      try queue.syncDirectory(queue.runPath(run))
    }
    return ["start.json was \(what ?? "gone or another's"), and was written again"]
  }

  /// Repairs the places where the run's file is, and where its record will be.
  private func mendPlaces() throws(SpoolError) -> [String] {
    var notes: [String] = []
    let record = queue.path(.done, run + QueueFileName.ending)
    if let what = try queue.displace(record, to: queue.runPath(run), unless: { !$0.isDirectory }) {
      notes.append("done/\(run).json was \(what), and was put aside")
    }
    let file = queue.path(.running, name.text)
    if System.makeMutable(file) {
      notes.append("its job file had been made immutable, and was freed")
    }
    if let what = try queue.displace(
      file, to: queue.runPath(run), unless: { $0.isRegular && $0.inode == start.inode })
    {
      notes.append("its job file in running/ was \(what) that the run had put there")
    }
    return notes
  }

  /// Whether the run's job file is still in `running/`, and is the very file that was claimed.
  package var hasJobFile: Bool {
    do throws(Errno) {
      let found = try System.information(queue.path(.running, name.text))
      guard found.isRegular, found.inode == start.inode else { return false }
      // The file's number may belong to another file by now, if the run has removed its own file and made a new one.
      guard !file.isEmpty, let opened = try? queue.read(queue.path(.running, name.text)) else {
        return true
      }
      return opened.bytes == file
    } catch {
      // If the file cannot be looked at, it may be there.
      if !error.isAbsence { return true }
      return (try? queue.list(.running).contains(name.text)) ?? true
    }
  }

  /// Puts aside files in `running/` that bear this claim under another name: if the run has renamed its own file,
  /// that file would take a slot for ever.
  func retireStrays() throws(SpoolError) {
    for file in try strays() {
      try queue.putAside(queue.path(.running, file), as: folder + "/" + Queue.jobFile)
    }
  }

  /// Returns the names of the run's own file in `running/`, except the right name.
  private func strays() throws(SpoolError) -> [String] {
    var strays: [String] = []
    for file in try queue.list(.running) where file != name.text {
      let found = try queue.look(at: queue.path(.running, file))
      let isOurs = QueueFileName(file)?.claim == start.claim || found?.inode == start.inode
      if isOurs, found?.isRegular == true { strays.append(file) }
    }
    return strays
  }

  /// Whether another process took the run. Such a process links an outcome first, and leaves the outcome, a record
  /// or another file. If a file is merely gone from `running/`, the run itself or a person removed or renamed it.
  package func isTaken() throws(SpoolError) -> Bool {
    if try queue.attemptDirectory(run, number).has(Queue.endFile) == true,
      try queue.readEnd(run, number)?.claim == start.claim
    {
      return true
    }
    let record = queue.path(.done, run + QueueFileName.ending)
    if try queue.look(at: record)?.isRegular == true { return true }
    return try queue.sightings.has { active in
      active.name.isFull && active.name.base == run && active.name.claim != start.claim
    }
  }

  /// Repairs the places of the run's files while the run goes on. If the run's file was removed or renamed, this
  /// puts it back into `running/`, so that the run can be found and killed. Anything that has the name of the run's
  /// record is put aside.
  ///
  /// - Parameter sync: Whether a file that is written anew is put on disk.
  package func mendPlacesMeanwhile(sync: Bool) throws(SpoolError) {
    let record = queue.path(.done, run + QueueFileName.ending)
    if try queue.look(at: record) != nil, try queue.readEnd(run, number) == nil {
      _ = try queue.displace(record, to: queue.runPath(run), unless: { _ in false })
    }
    if try queue.look(at: queue.path(.running, name.text)) == nil,
      try !queue.list(.running).contains(name.text), try !isTaken()
    {
      try restoreJobFile(sync: sync)
    }
  }

  /// Renames the run's file back in `running/`, or writes it anew.
  private func restoreJobFile(sync: Bool) throws(SpoolError) {
    if let stray = try strays().first {
      return try queue.putAside(queue.path(.running, stray), as: queue.path(.running, name.text))
    }
    let aside = try Aside("job", in: folder, file, permissions: queue.shape.files, sync: sync)
    try queue.putAside(aside.path, as: queue.path(.running, name.text))
    aside.release()
  }
}

extension Queue {
  /// Puts the file of a claim whose runner died back into `running/` if the run has removed it: otherwise no
  /// process would end the run.
  ///
  /// - Parameter name: The file's name, with its claim.
  package func restoreRunning(_ name: QueueFileName, sync: Bool) throws(SpoolError) {
    guard try !list(.running).contains(name.text), let found = try findAttempt(of: name),
      !found.hasEnded
    else { return }
    let file = found.start.job.map { JSON.object($0.json).bytes() } ?? []
    let attempt = Attempt(
      queue: self, name: name, number: found.start.attempt, start: found.start, file: file)
    try attempt.mendPlacesMeanwhile(sync: sync)
  }
}
