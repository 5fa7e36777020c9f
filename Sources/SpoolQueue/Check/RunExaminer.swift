/// Examines the records and folders of runs one by one; any number of threads may share one examiner.
struct RunExaminer: Sendable {
  let queue: Queue
  /// The runs with a file in `done/`.
  let done: Set<String>
  /// The runs with a folder in `runs/`.
  let folders: Set<String>
  /// The claims under which each run is in `running/`.
  let claims: [String: Set<ClaimName>]

  struct Findings: Sendable {
    /// The findings in `done/`, with their runs.
    var records: [(run: String, finding: Finding)] = []
    /// The findings in `runs/`, with their runs.
    var folders: [(run: String, finding: Finding)] = []
    /// Numbers in the folders of runs that are too high for an attempt, with their runs.
    var tooHigh: [(run: String, name: String)] = []
    /// The error that ended the examination early.
    var error: SpoolError?
  }

  func examine(_ runs: some Sequence<String>) -> Findings {
    var findings = Findings()
    do throws(SpoolError) {
      for run in runs {
        let recorded = done.contains(run) ? try examineRecord(run, &findings) : nil
        if folders.contains(run) { try examineFolder(run, recorded: recorded, &findings) }
      }
    } catch {
      findings.error = error
    }
    return findings
  }

  private enum Record {
    /// The outcome of the attempt with that number; nil if that attempt was pruned.
    case sound(attempt: Int?)
    case faulty(String)
  }

  /// Checks that a file in `done/` is the record of the run that it is named after.
  ///
  /// - Returns: The attempt whose outcome the record is.
  private func examineRecord(
    _ run: String, _ findings: inout Findings
  ) throws(SpoolError) -> Int? {
    switch try readRecord(run) {
    case .sound(let attempt): return attempt
    case .faulty(let message):
      findings.records.append((run, Finding(.fault, "done/\(run).json", message)))
      return nil
    }
  }

  private func readRecord(_ run: String) throws(SpoolError) -> Record {
    let path = queue.path(.done, run + QueueFileName.ending)
    let file: Queue.OpenedFile
    do throws(Errno) {
      file = try queue.readWhole(path)
    } catch {
      // The run was pruned meanwhile.
      if error == .notFound { return .sound(attempt: nil) }
      if error == .symbolicLink { return .faulty("is a symbolic link, not a record; remove it") }
      if error == .tooLarge {
        return .faulty("is not a record: \(Queue.words(error, of: path)); move it away")
      }
      throw SpoolError("read", path, error)
    }
    guard file.information.isRegular else {
      return .faulty("is not a regular file, and so no record; remove it")
    }
    guard let record = EndRecord(file.bytes) else {
      return .faulty("is not the record of a run: it does not parse; move it away")
    }
    guard record.run == run else {
      return .faulty(
        "is the record of another run, \(record.run ?? "without a name"); give it that name")
    }
    guard record.state?.isDone == true, record.next == .done else {
      return .faulty(
        "is the record of a run that is not over; move it away, and \(queue.command("recover"))")
    }
    guard let number = record.attempt else {
      return .faulty("is a record that names no attempt; move it away")
    }
    let end = "runs/\(run)/\(number)/" + Queue.endFile
    if let outcome = try queue.informationIfThere(queue.path + "/" + end) {
      return outcome.inode == file.information.inode
        ? .sound(attempt: number)
        : .faulty("is not the outcome that stands in \(end); compare the two, and remove this one")
    }
    // If the whole folder of the run is gone, it was pruned.
    return try queue.informationIfThere(queue.runPath(run, "\(number)")) == nil
      ? .sound(attempt: nil)
      : .faulty("is a record whose outcome, \(end), is missing; link it there")
  }

  /// Checks that a run's folder holds attempts, at most one of which ended the run.
  private func examineFolder(
    _ run: String, recorded: Int?, _ findings: inout Findings
  ) throws(SpoolError) {
    func report(_ path: String, _ message: String) {
      findings.folders.append((run, Finding(.fault, path, message)))
    }
    let names: [String]
    do throws(Errno) {
      names = try System.list(queue.runPath(run))
    } catch {
      if error == .notFound { return }
      if error.isRefusal {
        report(
          "runs/" + run,
          "cannot be looked into: \(error); a run may have closed its own folder, which its end"
            + " opens again; chmod u+rwx does so now")
        return
      }
      guard error.isInItsPlace else {
        throw SpoolError("list", queue.runPath(run), error)
      }
      report("runs/" + run, "is not a run's folder; move it away")
      return
    }
    /// Whether this file of spool's own exists and can be read.
    func examineFile(_ path: String, mayBeEmpty: Bool = false) throws(SpoolError) -> Bool {
      guard let file = try queue.informationIfThere(queue.path + "/" + path) else { return false }
      if !file.isRegular {
        report(path, "is not a regular file; move it away")
      } else if file.size == 0, !mayBeEmpty {
        report(path, "is empty, which only a power cut with \"sync\": false leaves; remove it")
      } else {
        return true
      }
      return false
    }
    for name in names where name == Queue.killFile || name == Queue.jobFile {
      _ = try examineFile("runs/\(run)/\(name)", mayBeEmpty: true)
    }
    for name in names where NameNumber.isTooHigh(name[...]) { findings.tooHigh.append((run, name)) }
    var ended: [Int] = []
    for number in NameNumber.attempts(names).sorted() {
      let folder = "runs/\(run)/\(number)"
      guard let information = try queue.informationIfThere(queue.path + "/" + folder) else {
        continue
      }
      guard information.isDirectory else {
        report(folder, "is not the folder of an attempt; move it away")
        continue
      }
      _ = try examineFile(folder + "/" + Queue.startFile)
      _ = try examineFile(folder + "/" + Queue.jobFile, mayBeEmpty: true)
      // A full disk may leave a mark empty.
      _ = try examineFile(folder + "/" + Queue.unstartedFile, mayBeEmpty: true)
      // The outcome that is the record in done/ was examined there.
      if recorded == number {
        ended.append(number)
      } else if try examineFile(folder + "/" + Queue.endFile) {
        ended.append(number)
      }
    }
    if let recorded, ended == [recorded] { return }
    try examineOutcomes(run, ended, report)
  }

  private func examineOutcomes(
    _ run: String, _ ended: [Int], _ report: (_ path: String, _ message: String) -> Void
  ) throws(SpoolError) {
    var last: Int?
    for number in ended {
      let path = "runs/\(run)/\(number)/" + Queue.endFile
      guard let outcome = try queue.readEnd(run, number) else {
        report(path, "is not an outcome that spool wrote; look at it, and move it away")
        continue
      }
      if outcome.next == .queued { continue }
      if let last {
        report(
          path, "ends the run, which attempt \(last) had ended; compare them, and move one away")
      }
      last = number
      let isRunning = outcome.claim.map { claims[run]?.contains($0) == true } ?? false
      if !isRunning, !done.contains(run) {
        report(
          path,
          "is the outcome of a run that is neither in running/ nor in done/; link it to"
            + " done/\(run).json")
      }
    }
  }
}
