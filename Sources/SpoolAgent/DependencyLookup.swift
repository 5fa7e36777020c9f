import SpoolQueue

/// Where the runs stand that others wait for, as one look at the queue has it.
///
/// On a local file system each is asked for by its name; on a network one that would find for 30 s
/// what was absent once, so that the directories are listed, once a look.
struct DependencyLookup {
  private let queue: Queue
  private let kind: FileSystemKind
  private var done: Set<String>?
  private var moving: Set<String>?
  /// Whether ``moving`` has what two listings had, one behind the other: what it does not have and has no
  /// record is not there. Of thousands of names that nobody knows each would be looked for twice.
  private var isCertain = false
  /// What was found before: an end never changes.
  private var ended: [String: RunState] = [:]

  init(_ queue: Queue, _ kind: FileSystemKind) {
    self.queue = queue
    self.kind = kind
  }

  /// Forgets what may have changed since.
  mutating func renew() {
    done = nil
    moving = nil
    isCertain = false
  }

  /// Where a run stands.
  mutating func state(of run: String) throws(SpoolError) -> DependencyState {
    if let state = try end(of: run) { return .ended(state) }
    // Listed, and not found by its name: NFS remembers for a while that it was absent. To take it for
    // a run that does not exist would end whoever waits for it.
    if isListedAsDone(run) { return .underWay }
    if try isReserved(run) { return .underWay }
    if try isMoving(run) { return .underWay }
    if isCertain { return .unknown }
    // It may have ended behind the first look.
    let before = moving ?? []
    renew()
    if let state = try end(of: run) { return .ended(state) }
    if isListedAsDone(run) { return .underWay }
    let isThere = try isMoving(run)
    moving?.formUnion(before)
    isCertain = true
    return isThere ? .underWay : .unknown
  }

  private func isListedAsDone(_ run: String) -> Bool {
    done?.contains(run + ".json") == true
  }

  /// How a run ended; nil: it has no record.
  mutating func end(of run: String) throws(SpoolError) -> RunState? {
    if let state = ended[run] { return state }
    if kind == .network {
      if done == nil { done = Set(try queue.list(.done)) }
      guard isListedAsDone(run) else { return nil }
    }
    guard let state = try queue.endState(of: run) else { return nil }
    ended[run] = state
    return state
  }

  /// Whether its name is reserved and nothing was ever made of it: then it waits. That spares a
  /// listing of `queued/` for each run that is launched behind another.
  private func isReserved(_ run: String) throws(SpoolError) -> Bool {
    guard kind == .local else { return false }
    return try queue.listRun(run)?.isEmpty == true
  }

  /// Whether it waits, starts or runs; in the order in which runs move.
  private mutating func isMoving(_ run: String) throws(SpoolError) -> Bool {
    if moving == nil {
      var runs: Set<String> = []
      for folder in [Queue.Folder.queued, .starting, .running] {
        for file in try queue.list(folder) {
          if let name = QueueFileName(file) { runs.insert(name.run) }
        }
      }
      moving = runs
    }
    return moving?.contains(run) == true
  }
}
