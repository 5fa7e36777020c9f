import SpoolProtocol

/// Where the runs stand that other runs wait for, by one look at the queue.
///
/// On a local file system each run is looked up by its name. On a network file system a name that was once absent
/// may stay so for 30 s, so the directories are listed, once per look.
struct DependencyLookup {
  private let queue: Queue
  private let kind: FileSystemKind
  private var done: Set<String>?
  private var moving: Set<String>?
  /// Whether ``moving`` has the names of two listings, one after the other. Then a run that is not among them and has
  /// no record does not exist: thousands of unknown names need no further listing.
  private var isCertain = false
  /// The runs of sweeps that are being queued.
  private var coming: Set<String> = []
  /// The ends that are known: an end never changes.
  private var ended: [String: RunState] = [:]
  /// Runs whose names are reserved, and that were in no listing: they may come, or not.
  private var lost: Set<String> = []
  /// Whether, since ``states(of:)``, a run was taken for a waiting one by its reserved name alone.
  private(set) var owesListing = false

  init(_ queue: Queue, _ kind: FileSystemKind) {
    self.queue = queue
    self.kind = kind
  }

  /// Forgets facts that may have changed.
  mutating func renew() {
    done = nil
    moving = nil
    isCertain = false
  }

  /// Where a run stands.
  ///
  /// - Parameter certainly: Whether to look for the run itself. If not, a name that is reserved and unused is taken
  ///   for a run that waits, and ``owesListing`` remembers that: this saves a listing of `queued/` for each run that
  ///   is launched to wait for another.
  mutating func state(
    of run: String, certainly: Bool = false
  ) throws(SpoolError) -> DependencyState {
    if let state = try end(of: run) { return .ended(state) }
    // Its record cannot be read now. As unknown it would end the runs that wait for it.
    if isListedAsDone(run) { return .underWay }
    if moving == nil, !certainly, !lost.contains(run), try isReserved(run) {
      owesListing = true
      return .underWay
    }
    if try isMoving(run) { return found(run) }
    if isCertain { return absent(run) }
    // It may have ended after the first look.
    let before = moving ?? []
    renew()
    if let state = try end(of: run) { return .ended(state) }
    if isListedAsDone(run) { return .underWay }
    // Before the listing of queued/, where these runs go.
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
    // Perhaps a person removed it, and its name is still reserved.
    lost.insert(run)
    return .unknown
  }

  /// Where some runs stand, each looked up with certainty.
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

  /// How a run ended. Returns nil if it has no record.
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

  /// Whether its name is reserved and its folder empty: then it waits, or its file was removed.
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
