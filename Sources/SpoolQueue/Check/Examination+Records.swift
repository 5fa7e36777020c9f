extension Examination {
  /// What an `end.json`, or a record in `done/`, says of where its run goes.
  struct ReadOutcome {
    let next: Outcome.Next
    let claim: ClaimName?
  }

  // MARK: done/

  /// Every file in `done/` is the record of the run that it is named after.
  mutating func examineRecords(_ files: [String]) throws(SpoolError) {
    for file in files where file.utf8.first != UInt8(ascii: ".") {
      guard let run = Queue.recordName(file), RunName.isValid(run) else {
        report(.fault, "done/" + file, "is not the name of a record (RUN.json); move it away")
        continue
      }
      if !includes(run) { continue }
      if let fault = try fault(of: file, run) {
        report(.fault, "done/" + file, fault, run: run)
      }
    }
  }

  private mutating func fault(of file: String, _ run: String) throws(SpoolError) -> String? {
    let path = queue.path(.done, file)
    let opened: Queue.OpenedFile
    do throws(Errno) {
      opened = try queue.readWhole(path)
    } catch {
      if error == .notFound { return nil }
      if error == .symbolicLink { return "is a symbolic link, not a record; remove it" }
      throw SpoolError("read", path, error)
    }
    guard opened.information.isRegular else {
      return "is not a regular file, and so no record; remove it"
    }
    guard let object = (try? JSON(parsing: opened.bytes, dialect: .strict))?.objectValue else {
      return "is not the record of a run: it does not parse; move it away"
    }
    guard let name = object["run"]?.stringValue, name == run else {
      return "is the record of another run, \(object["run"]?.stringValue ?? "without a name");"
        + " give it that name"
    }
    guard let state = object["state"]?.stringValue.flatMap({ RunState(rawValue: $0) }),
      state.isDone, object["next"]?.stringValue == Outcome.Next.done.rawValue
    else {
      return "is the record of a run that is not over; move it away, and see spool recover"
    }
    guard let number = object["attempt"]?.intValue else {
      return "is a record that names no attempt; move it away"
    }
    let end = "runs/\(run)/\(number)/" + Queue.endFile
    if let outcome = try information(queue.path + "/" + end) {
      guard outcome.inode == opened.information.inode else {
        return "is not the outcome that stands in \(end); compare the two, and remove this one"
      }
      recorded[run] = number
      return nil
    }
    // Gone with all of the run's folder: it was pruned.
    return try information(queue.runPath(run, "\(number)")) == nil
      ? nil : "is a record whose outcome, \(end), is missing; link it there"
  }

  // MARK: runs/

  /// Every run's folder holds attempts, and of these one at most ended the run.
  mutating func examineRunFolders(_ done: Set<String>) throws(SpoolError) {
    for run in try queue.listIfThere(.runs).sorted() where run.utf8.first != UInt8(ascii: ".") {
      if !includes(run) { continue }
      let names: [String]
      do throws(Errno) {
        names = try System.list(queue.runPath(run))
      } catch {
        if error == .notFound { continue }
        guard error == .notDirectory || error == .symbolicLink else {
          throw SpoolError("list", queue.runPath(run), error)
        }
        report(.fault, "runs/" + run, "is not a run's folder; move it away", run: run)
        continue
      }
      try examineRunFolder(run, names, isDone: done.contains(run))
    }
    for run in try queue.abandonedReservations() where includes(run) {
      report(
        .mendable, "runs/" + run,
        "is empty, and no run has the name; spool recover removes it", run: run)
    }
  }

  private mutating func examineRunFolder(
    _ run: String, _ names: [String], isDone: Bool
  ) throws(SpoolError) {
    for name in names where name == Queue.killFile || name == Queue.jobFile {
      _ = try examineFile("runs/\(run)/\(name)", run, mayBeEmpty: true)
    }
    var ended: [Int] = []
    for number in names.compactMap({ Int($0) }).sorted() {
      let folder = "runs/\(run)/\(number)"
      guard let information = try information(queue.path + "/" + folder) else { continue }
      guard information.isDirectory else {
        report(.fault, folder, "is not the folder of an attempt; move it away", run: run)
        continue
      }
      try examineFile(folder + "/" + Queue.startFile, run)
      try examineFile(folder + "/" + Queue.jobFile, run, mayBeEmpty: true)
      // The outcome that is the record in done/ was looked at there.
      if recorded[run] == number {
        ended.append(number)
      } else if try examineFile(folder + "/" + Queue.endFile, run) {
        ended.append(number)
      }
    }
    if let number = recorded[run], ended == [number] { return }
    try examineOutcomes(run, ended, isDone: isDone)
  }

  private mutating func examineOutcomes(
    _ run: String, _ ended: [Int], isDone: Bool
  ) throws(SpoolError) {
    var last: Int?
    for number in ended {
      let path = "runs/\(run)/\(number)/" + Queue.endFile
      guard let outcome = try readOutcome(run, number) else {
        report(
          .fault, path, "is not an outcome that spool wrote; look at it, and move it away",
          run: run)
        continue
      }
      if outcome.next == .queued { continue }
      if let last {
        report(
          .fault, path,
          "ends the run, which attempt \(last) had ended; compare the two, and move one away",
          run: run)
      }
      last = number
      let isRunning = entries.contains {
        $0.folder == .running && $0.name.base == run && $0.name.claim == outcome.claim
      }
      if !isDone, !isRunning {
        report(
          .fault, path,
          "is the outcome of a run that is neither in running/ nor in done/; link it to"
            + " done/\(run).json", run: run)
      }
    }
  }

  /// Looks at a file of spool's own; false: there is none that can be read.
  @discardableResult
  private mutating func examineFile(
    _ path: String, _ run: String, mayBeEmpty: Bool = false
  ) throws(SpoolError) -> Bool {
    guard let information = try information(queue.path + "/" + path) else { return false }
    guard information.isRegular else {
      report(.fault, path, "is not a regular file; move it away", run: run)
      return false
    }
    if information.size == 0, !mayBeEmpty {
      report(
        .fault, path,
        "is empty, which only a power cut with \"sync\": false leaves; remove it", run: run)
      return false
    }
    return true
  }

  /// An attempt's outcome; nil: there is none, or it is none that spool wrote.
  func readOutcome(_ run: String, _ number: Int) throws(SpoolError) -> ReadOutcome? {
    let path = queue.runPath(run, "\(number)/" + Queue.endFile)
    do throws(Errno) {
      let file = try queue.readWhole(path)
      guard let object = (try? JSON(parsing: file.bytes, dialect: .strict))?.objectValue,
        let next = object["next"]?.stringValue.flatMap({ Outcome.Next(rawValue: $0) })
      else { return nil }
      return ReadOutcome(
        next: next, claim: object["claim"]?.stringValue.flatMap { ClaimName($0) })
    } catch {
      if [.notFound, .notDirectory, .symbolicLink].contains(error) { return nil }
      throw SpoolError("read", path, error)
    }
  }
}

extension Queue {
  /// A whole file of spool's own, however large, and what the file system knows of it.
  func readWhole(_ path: String) throws(Errno) -> OpenedFile {
    let file = try System.open(path, .reading)
    let information = try file.information()
    guard information.isRegular else { return OpenedFile(bytes: [], information: information) }
    return OpenedFile(
      bytes: try file.readAll(expecting: information.size), information: information)
  }
}
