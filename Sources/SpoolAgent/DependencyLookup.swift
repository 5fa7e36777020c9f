import SpoolProtocol

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
  /// The runs of sweeps that are being queued.
  private var coming: Set<String> = []
  /// What was found before: an end never changes.
  private var ended: [String: RunState] = [:]
  /// Runs whose names are reserved, and that were in no listing: nobody knows whether they will come.
  private var lost: Set<String> = []
  /// Whether a run was taken for a waiting one by its name alone since ``states(of:)``.
  private(set) var owesListing = false

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
  ///
  /// - Parameter certainly: Whether the run itself is looked for. Otherwise a name that is reserved and
  ///   unused is taken for a run that waits, which ``owesListing`` remembers: that spares a listing of
  ///   `queued/` for each run that is launched behind another.
  mutating func state(
    of run: String, certainly: Bool = false
  ) throws(SpoolError) -> DependencyState {
    if let state = try end(of: run) { return .ended(state) }
    // To take it for a run that does not exist would end the runs that wait for it.
    if isListedAsDone(run) { return .underWay }
    if moving == nil, !certainly, !lost.contains(run), try isReserved(run) {
      owesListing = true
      return .underWay
    }
    if try isMoving(run) { return found(run) }
    if isCertain { return absent(run) }
    // It may have ended behind the first look.
    let before = moving ?? []
    renew()
    if let state = try end(of: run) { return .ended(state) }
    if isListedAsDone(run) { return .underWay }
    // First: from there they go into queued/.
    coming = try queue.runsOfUnqueuedSweeps()
    let isThere = try isMoving(run)
    moving?.formUnion(before)
    isCertain = true
    return isThere ? found(run) : absent(run)
  }

  private mutating func found(_ run: String) -> DependencyState {
    lost.remove(run)
    return .underWay
  }

  /// A run of which the queue has neither a file nor a record.
  private mutating func absent(_ run: String) -> DependencyState {
    if coming.contains(run) { return found(run) }
    // Removed by hand perhaps, with its name still reserved.
    lost.insert(run)
    return .unknown
  }

  /// Where runs stand that somebody waits for, each looked for itself.
  mutating func states(
    of runs: some Sequence<String>
  ) throws(SpoolError) -> [(run: String, state: DependencyState)] {
    renew()
    owesListing = false
    var states: [(run: String, state: DependencyState)] = []
    for run in runs { states.append((run, try state(of: run, certainly: true))) }
    return states
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

  /// Whether its name is reserved and nothing was made of it: then it waits, or somebody removed it.
  private func isReserved(_ run: String) throws(SpoolError) -> Bool {
    guard kind == .local else { return false }
    return try queue.runDirectory(run).names()?.isEmpty == true
  }

  /// Whether it waits, starts or runs.
  private mutating func isMoving(_ run: String) throws(SpoolError) -> Bool {
    if moving == nil {
      var runs: Set<String> = []
      try queue.sightings.each { runs.insert($0.run) }
      moving = runs
    }
    return moving?.contains(run) == true
  }
}
