/// A hook that was begun. The process that has it executes it once and records its end.
package struct Hook: Sendable {
  package let queue: Queue
  package let run: String
  /// The number of the attempt whose end the hook is about.
  package let number: Int
  package let start: StartRecord
  /// How the run ended.
  package let ended: Run
  package var record: HookRecord

  /// The run's record, open at its beginning. The hook gets it on standard input.
  package let input: Input

  /// `runs/RUN/N`.
  package var folder: String { queue.runPath(run, "\(number)") }
  package var log: String { folder + "/" + Queue.hookLog(record.event) }

  package final class Input: Sendable {
    package let file: Descriptor

    init(_ file: consuming Descriptor) { self.file = file }
  }

  /// Writes into the hook's record how it ended.
  package func publish() throws(SpoolError) {
    let aside = try Aside(
      record.event.rawValue, in: folder, record.json.bytes(), permissions: queue.shape.files)
    try queue.publishFile(aside.path, as: folder + "/" + Queue.hookFile(record.event))
    aside.release()
  }
}

extension Queue {
  /// Begins the hook that a request asks for, and removes the request.
  ///
  /// Everything is read from the run's own folder; the request only says where to look. A request is void if the
  /// run is not over or has no such hook.
  ///
  /// - Returns: Nil if another process has begun the hook, or if the request is void: nothing is to be done.
  /// - Throws: ``SpoolError``: of kind `badInput` if the file is not a request at all, which then stays. After any
  ///   other error it may be tried again.
  package func begin(_ request: HookRequest) throws(SpoolError) -> Hook? {
    guard let (run, number) = try target(of: request) else { return nil }
    guard let hook = try prepare(request.event, of: run, number),
      try begin(hook, sync: try settingsToObey().sync)
    else {
      try removeIfThere(path(.hooks, request.file))
      return nil
    }
    // If the request stays, it is void: the hook's record is there.
    try? removeIfThere(path(.hooks, request.file))
    return hook
  }

  /// Finds the attempt whose hook is asked for. Returns nil if the request is gone.
  private func target(of request: HookRequest) throws(SpoolError) -> (run: String, number: Int)? {
    let path = path(.hooks, request.file)
    let file: OpenedFile
    do throws(Errno) {
      file = try readWhole(path)
    } catch {
      if error == .notFound { return nil }
      let isNone = error == .symbolicLink || error == .tooLarge
      throw isNone ? Self.noRequest(path) : SpoolError("read", path, error)
    }
    guard file.information.isRegular,
      let record = EndRecord(file.bytes), let run = record.run, RunName.isValid(run),
      run == request.run ?? run, let number = record.attempt, number > 0
    else { throw Self.noRequest(path) }
    return (run, number)
  }

  private static func noRequest(_ path: String) -> SpoolError {
    SpoolError(.badInput, "\(path): asks for no hook that spool knows; move it away")
  }

  /// Prepares what is to be executed. Returns nil if the run is not over, was pruned, or has no such hook.
  private func prepare(
    _ event: Hooks.Event, of run: String, _ number: Int
  ) throws(SpoolError) -> Hook? {
    guard let (input, outcome) = try openOutcome(run, number), let ended = outcome.ended,
      outcome.next == .done,
      let file = try openStart(run, number), let start = StartRecord(file.bytes),
      let hooks = start.hooks, hooks.events(for: ended.state).contains(event),
      let argv = hooks.command(for: event)
    else { return nil }
    // The writers of these two files decide what is executed.
    let trust = Trust(self, try settingsToObey())
    let end = try naming("look at", runPath(run, "\(number)/" + Self.endFile)) {
      () throws(Errno) in try input.file.information()
    }
    let objections = [
      (Self.startFile, trust.objection(to: file.information)),
      (Self.endFile, trust.objection(toRecord: end)),
    ]
    for (file, objection) in objections {
      guard let objection else { continue }
      throw SpoolError(
        .refused, "\(runPath(run, "\(number)/" + file)): no hook is executed: \(objection)")
    }
    return Hook(
      queue: self, run: run, number: number, start: start, ended: ended,
      record: HookRecord(
        event: event, argv: argv, timeout: hooks.limit, holder: .current, startedAt: .now),
      input: input)
  }

  /// An attempt's outcome, and its file, open at the beginning. Returns nil if there is none for certain.
  private func openOutcome(
    _ run: String, _ number: Int
  ) throws(SpoolError) -> (Hook.Input, EndRecord)? {
    let folder = runPath(run, "\(number)")
    let path = folder + "/" + Self.endFile
    do throws(Errno) {
      let file = try System.open(path, .reading)
      let bytes = try file.readWhole(
        limit: ReadLimit.record, expecting: try file.information().size)
      try file.seek(to: 0)
      guard let outcome = EndRecord(bytes) else { return nil }
      return (Hook.Input(file), outcome)
    } catch {
      if error == .tooLarge { return nil }
      if error == .notFound, try FreshDirectory(folder).has(Self.endFile) != true { return nil }
      throw SpoolError("read", path, error)
    }
  }

  /// Makes the hook's record, which decides who executes it. Returns false if there is one. The record is on disk
  /// before the hook is executed, so that a power cut cannot cause a second execution.
  private func begin(_ hook: Hook, sync: Bool) throws(SpoolError) -> Bool {
    let event = hook.record.event
    let aside = try Aside(
      event.rawValue, in: hook.folder, hook.record.json.bytes(), permissions: shape.files,
      sync: sync)
    let path = hook.folder + "/" + Self.hookFile(event)
    let isFirst = try publishNewFile(aside.path, as: path)
    if isFirst, sync {
      do throws(SpoolError) {
        try syncDirectory(hook.folder)
      } catch {
        // The hook was not begun, and is tried again.
        try? removeIfThere(path)
        throw error
      }
    }
    // The hook is decided: a hidden name that stays is not a reason to execute it again.
    try? aside.unlink()
    return isFirst
  }
}
