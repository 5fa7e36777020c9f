/// Builds runs from their files, with the state of the whole queue at this moment.
package struct RunReader: Sendable {
  package let queue: Queue
  /// The state of waiting runs: idle if no live agent serves the queue.
  package let waitingState: RunState
  package let isPaused: Bool
  private let now: Timestamp

  /// Checks whether the queue is served and paused.
  package init(_ queue: Queue) throws(SpoolError) {
    self.queue = queue
    waitingState = try queue.isServed() ? .queued : .idle
    isPaused = try queue.isPaused()
    now = .now
  }

  /// The run of a file; nil if the file has moved on since it was listed.
  package func read(_ active: ActiveRun) throws(SpoolError) -> Run? {
    let path = queue.path(active.folder, active.file)
    let opened: Queue.OpenedFile
    do throws(Errno) {
      opened = try queue.read(path)
    } catch {
      if error == .notFound { return nil }
      var run = unread(active)
      run.reason = "\(path): cannot be read: \(error)"
      return run
    }
    var run =
      try active.folder == .running
      ? readRunning(active, opened)
      : Run(waiting: active.name, queue: queue, opened: opened, state: state(of: active))
    run.paused = isPaused && !run.state.isDone
    if !opened.information.isRegular {
      run.reason = "\(path): is not a file, and no agent takes it"
    }
    if active.folder == .queued { try addLastAttempt(to: &run, active, opened.information) }
    return run
  }

  /// The run of a file, wherever that file is by now; nil if it was removed.
  package func readOrFind(_ active: ActiveRun) -> Run? {
    do throws(SpoolError) {
      if let run = try read(active) { return run }
      // The present name of a moved dropped file cannot be known.
      if active.name.isFull { return try find(active.run) }
      return unread(active)
    } catch {
      // A run that cannot be read does not hide the others.
      var run = unread(active)
      run.reason = error.message
      return run
    }
  }

  /// The run of that name, wherever it is; nil if the queue has no such run.
  package func find(_ run: String) throws(SpoolError) -> Run? {
    var misses = 0
    while misses < 2 {
      let (active, isDone) = try queue.sightings.pass(for: run)
      if isDone, let record = try readRecord(of: run) { return record }
      if let active, let run = try read(active) { return run }
      // The run moved on between the look and the reading, or was put back behind the look.
      if active == nil { misses += 1 }
    }
    return nil
  }

  /// The record in `done/`, with the results that the run wrote; nil if there is no record.
  func readRecord(of run: String) throws(SpoolError) -> Run? {
    let path = queue.path(.done, run + QueueFileName.ending)
    let bytes: [UInt8]
    do throws(Errno) {
      bytes = try queue.readWhole(path).bytes
    } catch {
      if error == .notFound { return nil }
      if error == .tooLarge {
        throw SpoolError(
          .system, "\(path): is not a record: \(Queue.words(error, of: path)); move it away",
          errno: error)
      }
      throw SpoolError("read", path, error)
    }
    var record = bytes.withUnsafeBytes { read(record: $0, of: run) }
    try addResults(to: &record)
    return record
  }

  /// The run as far as its file name tells.
  private func unread(_ active: ActiveRun) -> Run {
    var run = Run(waiting: active.name, queue: queue, opened: nil, state: state(of: active))
    run.paused = isPaused
    return run
  }

  private func state(of active: ActiveRun) -> RunState {
    switch active.folder {
    case .starting: .starting
    case .running: .running
    default: waitingState
    }
  }

  private func readRunning(
    _ active: ActiveRun, _ opened: Queue.OpenedFile
  ) throws(SpoolError) -> Run {
    let found: Queue.FoundAttempt?
    do throws(SpoolError) {
      found = try queue.findAttempt(of: active.name)
    } catch {
      // A user who may list a queue may not be able to read everything in it.
      guard error.kind == .refused else { throw error }
      found = nil
    }
    guard let found else {
      return Run(waiting: active.name, queue: queue, opened: opened, state: .running)
    }
    if found.hasEnded, let run = try readEnded(active, found, opened) { return run }
    var run = Run(start: found.start, name: active.name, queue: queue, file: opened.bytes)
    run.startedAt = found.start.startedAt
    run.reason = found.stuck
    // Since when it has not ended although it should counts more.
    if let suspension = found.suspension, found.stuck == nil {
      run.suspended = true
      run.reason = "suspended \(suspension.words), since \(suspension.time.text)"
    }
    // Two clocks: start and heartbeat are times of the file server, so the heartbeat gives a lower bound.
    run.duration = run.startedAt.map {
      Swift.max(0, now.seconds(since: $0), found.heartbeat.seconds(since: $0))
    }
    try addResults(to: &run)
    return run
  }

  /// A run whose outcome is published, but which was not yet moved to where the outcome says.
  private func readEnded(
    _ active: ActiveRun, _ found: Queue.FoundAttempt, _ opened: Queue.OpenedFile
  ) throws(SpoolError) -> Run? {
    // Its writer may not have put it on disk yet: a run that is shown as over must stay so after a power cut.
    try? queue.syncDirectory(queue.runPath(active.name.base, "\(found.start.attempt)"))
    guard let record = try queue.readOutcome(active.name.base, found.start.attempt),
      let ended = record.ended
    else { return nil }
    if record.next != .queued {
      var run = ended
      try addResults(to: &run)
      return run
    }
    var run = Run(start: found.start, name: active.name, queue: queue, file: opened.bytes)
    run.state = waitingState
    run.reason = ended.reason
    return run
  }

  /// Adds the outcome of the last attempt of a run that waits again; nothing if it never started.
  private func addLastAttempt(
    to run: inout Run, _ active: ActiveRun, _ seen: FileInformation
  ) throws(SpoolError) {
    // Before its claim a dropped file has no name of its own: runs/hello belongs to another run.
    guard active.name.isFull else { return }
    let numbers = try queue.attemptNumbers(of: active.run)
    run.attempt = numbers.last
    if run.reason != nil { return }
    if active.name.stamp != seen.modified.stamp,
      let starts = try queue.unstartedStarts(of: active.run, inode: seen.inode)
    {
      run.isUnstarted = true
      run.reason = starts.words(at: try queue.now() ?? now)
      return
    }
    // An attempt left by a dead claim has no outcome.
    for number in numbers.reversed() {
      guard try queue.attemptDirectory(active.run, number).has(Queue.endFile) == true else {
        continue
      }
      guard let ended = try queue.readOutcome(active.run, number)?.ended else {
        return
      }
      run.reason =
        "attempt \(number) \(ended.state.rawValue)" + (ended.reason.map { ": " + $0 } ?? "")
      return
    }
  }

  /// Adds the results that the run itself wrote, where the record lacks them.
  package func addResults(to run: inout Run) throws(SpoolError) {
    guard run.progress == nil || run.summary == nil else { return }
    guard let names = try queue.runDirectory(run.run).names() else { return }
    queue.addResults(to: &run, names, .glance)
  }

  /// The run of a record in `done/`; a file that is not a record gives a crashed run that says so.
  package func read(record bytes: UnsafeRawBufferPointer, of run: String) -> Run {
    if let object = (try? JSON(parsing: bytes, dialect: .strict))?.objectValue,
      let record = Run(object)
    {
      return record
    }
    return unreadable(run) { "\($0): is not a record that spool wrote" }
  }

  /// The run of a record that cannot be read.
  package func refused(record run: String, _ error: Errno) -> Run {
    unreadable(run) { "\($0): cannot be read: \(Queue.words(error, of: $0))" }
  }

  private func unreadable(_ run: String, _ reason: (String) -> String) -> Run {
    var unreadable = Run(
      waiting: QueueFileName(priority: 99, stamp: "", run: run), queue: queue, opened: nil,
      state: .crashed)
    unreadable.priority = nil
    unreadable.reason = reason(queue.path(.done, run + QueueFileName.ending))
    return unreadable
  }
}
