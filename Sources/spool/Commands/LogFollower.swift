import SpoolQueue
import SpoolTerminal

/// Copies the log of an attempt to standard output.
struct LogFollower {
  let queue: Queue
  let run: String
  /// The file's name, `out.log` or `err.log`.
  var file = Queue.outputFile
  /// The number of the attempt; nil for the last.
  var attempt: Int?
  /// How many of the last lines to print; nil for all.
  var tail: Int?

  var title: String {
    (file == Queue.errorFile ? "log of its standard error" : "log")
      + (attempt.map { " of attempt \($0)" } ?? "")
  }

  /// Prints the whole log. Returns false if there is none.
  func printOnce() throws -> Bool {
    guard let log = try find(after: 0) else { return false }
    let end = try log.copy(from: try begin(of: log), lastStates: tail != nil)
    if end == 0 { try explainEmptyLog(queue.run(named: run)) }
    return true
  }

  /// Says why a log is empty: the command has written nothing into it, or was never executed.
  private func explainEmptyLog(_ run: Run) throws {
    guard attempt == nil, run.state.isDone, run.state != .finished else { return }
    errorLine("spool: \(run.run): the \(title) is empty" + words(run))
  }

  /// Prints the log and its new lines until the run has ended. On a terminal it also shows why the run does not
  /// start, and the progress that the run reports.
  func follow() throws {
    let status = StatusLine()
    var pulse = try RunPulse(queue, run)
    let showsLog = Terminal.isTerminal(1)
    var watch = try RunWatch(queue, [run])
    var ended: Run?
    var log: LogFile?
    var offset = 0
    var isLost = false
    var isFirst = true
    var pace = Pace(longest: try queue.fileSystem == .network ? 1 : 0.2)
    while true {
      // The run is asked about before the log is read to its end: the log then holds all output before the end of
      // the run.
      if ended == nil { ended = try watch.look().first }
      var isOver = ended != nil
      if log == nil, let found = try find(after: 0) {
        log = found
        offset = try begin(of: found)
      }
      if let current = log {
        let attemptIsOver = try isOver || hasEnded(current.attempt)
        do {
          // Only for the text that was there before: text that comes now is printed as it comes.
          let next = try current.copy(from: offset, lastStates: isFirst && tail != nil)
          isFirst = false
          if next != offset { pace.reset() }
          offset = next
        } catch let error as SpoolError {
          // A command may remove its log, and its run has an outcome all the same.
          if !isLost { errorLine("spool: \(escapingControls(error.message))") }
          isLost = true
        }
        if attemptIsOver, attempt == nil, let found = try find(after: current.attempt) {
          errorLine("spool: \(run): attempt \(found.attempt)")
          log = found
          offset = 0
          continue
        }
        if attemptIsOver, attempt != nil { isOver = true }
      }
      if isOver {
        if log == nil {
          errorLine("spool: \(run): has no \(title)" + words(ended))
        } else if offset == 0, !isLost, let ended {
          try explainEmptyLog(ended)
        }
        return
      }
      // If the log is shown, it is clear that the run is running.
      status.show { pulse.text(isQuiet: log != nil && showsLog) }
      pace.pause()
    }
  }

  /// The offset at which printing begins. Says so if it is within a line.
  private func begin(of log: LogFile) throws -> Int {
    guard let tail else { return 0 }
    let (offset, isCut) = try log.offset(ofLast: tail)
    if isCut {
      errorLine(
        "spool: \(run): only the last \(LogFile.lineLimit) bytes of a longer line; without --tail all of"
          + " it is printed")
    }
    return offset
  }

  private func words(_ ended: Run?) -> String {
    guard let ended else { return "" }
    let reason = ended.reason.map { ": " + escapingControls($0) } ?? ""
    return ": it is \(RunRow.status(of: ended))\(reason)"
  }

  /// The log of the requested attempt, or of the last attempt after `number` that has a log.
  private func find(after number: Int) throws -> LogFile? {
    for candidate in try queue.attemptNumbers(of: run).reversed() where candidate > number {
      if let attempt, candidate != attempt { continue }
      guard let files = try queue.attemptDirectory(run, candidate).names() else { continue }
      if files.contains(file) {
        return LogFile(path: queue.runPath(run, "\(candidate)/" + file), attempt: candidate)
      }
      // Both logs are made before the start is recorded.
      if file == Queue.errorFile, files.contains(Queue.startFile),
        files.contains(Queue.outputFile)
      {
        throw SpoolError(
          .notFound, "\(run): is not split: its standard error is in out.log, with the rest")
      }
    }
    return nil
  }

  private func hasEnded(_ number: Int) throws -> Bool {
    try queue.attemptDirectory(run, number).has(Queue.endFile) ?? true
  }

  /// The time between two looks: short while new lines come, and longer and longer otherwise.
  private struct Pace {
    let longest: Double
    var interval = Pace.shortest

    private static let shortest = 0.005

    mutating func reset() { interval = Self.shortest }

    mutating func pause() {
      TimeSpan.seconds(interval).pause()
      interval = Swift.min(interval * 1.5, longest)
    }
  }
}

/// A log that may still grow.
private struct LogFile {
  let path: String
  let attempt: Int

  private static let piece = 1 << 16
  /// How far back the beginning of a line is searched, in bytes.
  static let lineLimit = 1 << 20

  /// Prints everything from an offset to the end. Returns the offset of that end.
  ///
  /// - Parameter lastStates: Whether only the last state is printed of a line that was overwritten again and again,
  ///   as progress bars do.
  @discardableResult
  func copy(from start: Int, lastStates: Bool = false) throws -> Int {
    var filter = LastStates()
    // The file is opened anew each time: otherwise NFS does not show the output that another host wrote.
    let file = try open()
    var offset = start
    let size = try naming("look at", path, doing: file.information().size)
    // The command emptied the log: all of its content is new.
    if size < offset { offset = 0 }
    try naming("read", path, doing: file.seek(to: offset))
    while true {
      let bytes = try naming("read", path, doing: file.read(atMost: Self.piece))
      if bytes.isEmpty {
        if lastStates { try Output.standard.write(filter.rest()) }
        return offset
      }
      try Output.standard.write(lastStates ? filter.take(bytes) : bytes)
      offset += bytes.count
    }
  }

  /// The offset at which the last lines begin; a last line without a newline counts. If a line has gigabytes, it is
  /// the offset of the line's last part, and `isCut` is true.
  func offset(ofLast count: Int) throws -> (offset: Int, isCut: Bool) {
    let file = try open()
    var end = try naming("look at", path, doing: file.information().size)
    var missing = count
    var isLast = true
    if count == 0 { return (end, false) }
    // The end of the line whose beginning is searched.
    var lineEnd = end
    while end > 0 {
      let start = Swift.max(0, end - Self.piece)
      let bytes = try naming("read", path) { () throws(Errno) in
        try file.seek(to: start)
        return try file.read(atMost: end - start)
      }
      for position in bytes.indices.reversed() where bytes[position] == UInt8(ascii: "\n") {
        // The newline at the very end ends a line and begins none.
        if isLast, position == bytes.count - 1 {
          isLast = false
          continue
        }
        missing -= 1
        if missing == 0 { return (start + position + 1, false) }
        lineEnd = start + position
      }
      isLast = false
      end = start
      if lineEnd - start >= Self.lineLimit {
        // Only the last state of a progress bar is wanted, and that is at the end.
        return (lineEnd - Self.lineLimit, !bytes.contains(UInt8(ascii: "\r")))
      }
    }
    return (0, false)
  }

  private func open() throws -> Descriptor {
    let file = try naming("open", path, doing: System.open(path, .reading))
    let information = try naming("look at", path, doing: file.information())
    // A command may put anything in the place of its log.
    guard information.isRegular else { throw SpoolError(.refused, "\(path): is not a file") }
    return file
  }
}
