/// A file in `hooks/`. The process that ended a run uses it to ask the queue's agents to begin one of the run's hooks.
///
/// It is a second name of the run's `end.json`, and only a hint: the run's own folder decides whether a hook is
/// executed, and which. Spool ignores names of other forms: a person may keep programs there.
///
///     RUN.on_end.json       RUN.on_failure.json
///     on_empty.json         waits until the queue is empty; the run that ended last
///     on_empty.ID.json      the same request, once an agent found the queue empty
package struct HookRequest: Sendable, Hashable {
  /// Its name in `hooks/`.
  package let file: String
  /// The event whose hook it asks for.
  package let event: Hooks.Event
  /// The run whose hook is asked for. Nil if only the file's content says it.
  let run: String?

  /// Reads the name of a request that can be followed at once. Returns nil for any other name.
  package init?(_ file: String) {
    guard file.hasSuffix(QueueFileName.ending), !file.hasPrefix(".") else { return nil }
    let base = file.dropLast(QueueFileName.ending.utf8.count)
    self.file = file
    for event in [Hooks.Event.end, .failure] {
      let ending = "." + event.rawValue
      guard base.hasSuffix(ending) else { continue }
      let run = String(base.dropLast(ending.utf8.count))
      guard RunName.isValid(run) else { return nil }
      self.event = event
      self.run = run
      return
    }
    let beginning = Hooks.Event.empty.rawValue + "."
    guard base.hasPrefix(beginning), !base.dropFirst(beginning.utf8.count).contains(".") else {
      return nil
    }
    event = .empty
    run = nil
  }

  /// Makes the request for a hook of one run's end.
  init(_ event: Hooks.Event, of run: String) {
    file = run + "." + event.rawValue + QueueFileName.ending
    self.event = event
    self.run = run
  }

  /// Makes the request of an agent that found the queue empty, under a name that no other agent makes.
  init(emptyWith id: String) {
    file = Hooks.Event.empty.rawValue + "." + id + QueueFileName.ending
    event = .empty
    run = nil
  }
}

extension Queue {
  /// `on_empty.json` in `hooks/`: the request of the run that ended last, to be told when the queue is empty.
  package static var emptyHookFile: String { Hooks.Event.empty.rawValue + QueueFileName.ending }

  /// Asks the queue's agents for the hooks of a run that has ended. This happens after the run's record is in
  /// `done/` and before its file leaves `running/`, so that each process that carries the end on asks again. That
  /// is harmless: a hook that was begun is not begun again.
  ///
  /// If a hook cannot be asked for, the run still ends, and a file in the run's folder says so.
  ///
  /// - Throws: ``SpoolError`` if another try may succeed: the disk is full, or a server is away.
  package func requestHooks(
    _ hooks: Hooks?, of run: String, _ number: Int, _ state: RunState
  ) throws(SpoolError) {
    guard let hooks else { return }
    for event in hooks.events(for: state) {
      do throws(SpoolError) {
        if event == .empty {
          try requestEmptyHook(Aside.name("empty"), run: run, number)
        } else {
          try requestHook(HookRequest(event, of: run), run: run, number)
        }
      } catch {
        guard error.errno.map({ $0.isAbsence || $0.isRefusal || $0 == .tooManyLinks }) == true
        else {
          throw error
        }
        noteUnasked(event, hooks, run, number, error)
      }
    }
  }

  private func noteUnasked(
    _ event: Hooks.Event, _ hooks: Hooks, _ run: String, _ number: Int, _ error: SpoolError
  ) {
    var hook = HookRecord(
      event: event, argv: hooks.command(for: event) ?? [], timeout: hooks.limit, holder: .current,
      startedAt: .now)
    hook.reason = "it could not be asked for: \(error.message)"
    hook.endedAt = hook.startedAt
    // If that cannot be written either, the run's end is more important.
    let folder = runPath(run, "\(number)")
    let aside = Aside("hook", in: folder)
    guard (try? aside.write(hook.json.bytes(), permissions: shape.files)) != nil else { return }
    _ = try? publishNewFile(aside.path, as: folder + "/" + Self.hookFile(event))
  }

  /// The requests that can be followed now, and whether a run waits for the queue to be empty.
  package func hookRequests() throws(SpoolError) -> (requests: [HookRequest], awaitsEmptiness: Bool)
  {
    let names = try list(.hooks)
    return (
      names.compactMap { HookRequest($0) }.sorted { $0.file < $1.file },
      names.contains(Self.emptyHookFile)
    )
  }

  /// Takes the request that waited for the queue to be empty. Returns nil if another agent did.
  package func claimEmptyHook() throws(SpoolError) -> HookRequest? {
    var generator = SystemRandomNumberGenerator()
    let request = HookRequest(emptyWith: String(generator.next(), radix: 36))
    return try claimEmptyHook(as: request) ? request : nil
  }
}

extension Hooks {
  /// The events that the end of a run in that state causes.
  func events(for state: RunState) -> [Event] {
    Event.allCases.filter { event in
      command(for: event) != nil && (event != .failure || state != .finished)
    }
  }

  /// The time limit of each hook, in seconds.
  package var limit: Double { timeout ?? Self.defaultTimeout }
}
