/// Conditions that select runs that are not named one by one.
///
/// Every condition that is set must hold; an empty or nil condition holds for every run. Of several states,
/// jobs, authors, owners or sweeps one must match, since a run has one of each. Of several tags all must match.
public struct Selection: Sendable, Equatable {
  /// The possible runs, by their whole names; nil for any.
  package var runs: Set<String>?
  /// The possible states.
  public var states: Set<RunState> = []
  /// True for held runs only, false for runs that are not held, nil for both.
  public var isHeld: Bool?
  /// The required tags: a run must have all of them.
  public var tags: [String] = []
  /// The possible named jobs.
  package var jobs: [Job] = []
  /// The possible authors. A run's author is named in the job file, or is its owner.
  package var authors: [String] = []
  /// The possible owners of its file, by name, or by number on a host that does not know the name. The author that
  /// the job file names does not count.
  public var owners: [String] = []
  /// The possible sweeps, by their whole names.
  package var sweeps: [String] = [] {
    didSet { sweepNames = Set(sweeps) }
  }
  /// The names of the sweeps as a set, which is searched once for each run.
  private var sweepNames: Set<String> = []
  /// The possible projects.
  package var projects: [String] = []
  /// The earliest time at which the run was queued or ended.
  public var since: Timestamp?

  /// Selects every run, or the runs in one of these states.
  public init(states: Set<RunState> = []) { self.states = states }

  /// A named job: all its versions, or one version.
  package struct Job: Sendable, Equatable {
    /// The entity of the job; nil for the queue's entity.
    package var entity: String?
    package var name: String
    /// The version, as the run has it; nil for any.
    package var version: JobReference.Selection?

    /// Reads `[ENTITY/]JOB[:VERSION]`; returns nil for any other text.
    package init?(_ text: String) {
      guard let reference = JobReference(text) else { return nil }
      entity = reference.entity
      name = reference.name
      version = text.utf8.contains(UInt8(ascii: ":")) ? reference.selection : nil
    }

    /// Whether the named job of a run in a queue of `entity` is this job.
    func matches(_ reference: JobReference, in entity: String) -> Bool {
      guard reference.name == name, (reference.entity ?? entity) == (self.entity ?? entity) else {
        return false
      }
      return version == nil || version == reference.selection
    }
  }

  /// The facts of a run that decide whether it is selected.
  struct Facts: Sendable, Equatable {
    var run: String
    var entity: String
    var state: RunState
    var held = false
    var tags: [String] = []
    var job: String?
    var author: String?
    var owner: String?
    var sweep: String?
    var project: String?
    var createdAt: Timestamp?
    var endedAt: Timestamp?
  }

  /// Whether a run is selected.
  package func matches(_ run: Run) -> Bool { matches(Facts(run)) }

  /// Whether the run with these facts is selected.
  func matches(_ facts: Facts) -> Bool {
    if let runs, !runs.contains(facts.run) { return false }
    if !states.isEmpty, !states.contains(facts.state) { return false }
    if let isHeld, isHeld != facts.held { return false }
    if !tags.isEmpty, !hasTags(facts) { return false }
    if !jobs.isEmpty {
      guard let job = facts.job.flatMap({ JobReference($0) }),
        jobs.contains(where: { $0.matches(job, in: facts.entity) })
      else { return false }
    }
    if !authors.isEmpty, !authors.contains(where: { $0 == facts.author || $0 == facts.owner }) {
      return false
    }
    if !owners.isEmpty {
      guard let owner = facts.owner, owners.contains(owner) else { return false }
    }
    if !sweeps.isEmpty {
      guard let sweep = facts.sweep, sweepNames.contains(sweep) else { return false }
    }
    if !projects.isEmpty {
      guard let project = facts.project, projects.contains(project) else { return false }
    }
    guard let since else { return true }
    guard let time = facts.endedAt ?? facts.createdAt else { return false }
    return time >= since
  }
}

extension Selection {
  /// Whether a run has all the tags. The run and the selection may each have thousands.
  private func hasTags(_ facts: Facts) -> Bool {
    if tags.count == 1 { return facts.tags.contains(tags[0]) }
    let known = Set(facts.tags)
    return tags.allSatisfy { known.contains($0) }
  }
}

extension Selection {
  /// Whether a run that is over can be selected at all.
  var admitsDone: Bool { isHeld != true && (states.isEmpty || states.contains { $0.isDone }) }

  /// Whether the run's name and place alone decide.
  private var needsNoFile: Bool {
    tags.isEmpty && jobs.isEmpty && authors.isEmpty && owners.isEmpty && sweeps.isEmpty
      && projects.isEmpty
  }

  /// Whether a run is selected, as far as its file name tells; nil if the file must be read.
  ///
  /// - Parameter waitingState: The state of runs in `queued/` of this queue.
  func verdict(of active: ActiveRun, waitingState: RunState) -> Bool? {
    if let runs, !runs.contains(active.run) { return false }
    if let isHeld, isHeld != (active.name.parked != nil) { return false }
    switch active.folder {
    case .running:
      // Its outcome, which decides its state, may be there already.
      if !states.isEmpty { return states.contains { $0 == .running || $0.isDone } ? nil : false }
    case .starting:
      if !states.isEmpty, !states.contains(.starting) { return false }
    default:
      if !states.isEmpty, !states.contains(waitingState) { return false }
    }
    guard needsNoFile else { return nil }
    guard let since else { return true }
    // The name contains the time of a submission, not that of an end or of a dropped file.
    guard active.folder != .running, let stamp = active.name.stamp else { return nil }
    return Timestamp(stamp: stamp).map { $0 >= since } ?? false
  }

  /// Whether a run that is selected by its name needs its record for the other conditions.
  var needsRecord: Bool { !states.isEmpty || since != nil || !needsNoFile }
}

extension Selection.Facts {
  init(_ run: Run) {
    self.init(
      run: run.run, entity: run.entity, state: run.state, held: run.held, tags: run.tags ?? [],
      job: run.job, author: run.author, owner: run.owner, sweep: run.sweep,
      project: run.project, createdAt: run.createdAt, endedAt: run.endedAt)
  }
}

/// Finds the deciding facts in the records of `done/`, and builds nothing else.
struct FactsScanner: Sendable {
  private let scanner: RecordScanner
  private let entity: String

  /// Creates a scanner for records of a queue of `entity`; fewer conditions mean fewer keys to find.
  init(_ selection: Selection, entity: String) {
    self.entity = entity
    var keys: [RecordScanner.Key] = [.state]
    let needsSweep = selection.since != nil || !selection.sweeps.isEmpty
    if needsSweep || !selection.authors.isEmpty || !selection.owners.isEmpty
      || !selection.jobs.isEmpty || !selection.tags.isEmpty
    {
      keys += [.tags, .job, .author, .owner]
    }
    if needsSweep { keys.append(.sweep) }
    if !selection.projects.isEmpty { keys.append(.project) }
    if selection.since != nil { keys += [.createdAt, .endedAt] }
    scanner = RecordScanner(keys)
  }

  /// The facts of a record. A file that is not a record counts as a crashed run with no other known facts.
  func facts(
    of run: String, in bytes: UnsafeRawBufferPointer, _ ranges: inout [Range<Int>?]
  ) -> Selection.Facts {
    var facts = Selection.Facts(run: run, entity: entity, state: .crashed)
    guard let found = scanner.scan(bytes, &ranges), let state = found.state else { return facts }
    facts.state = state
    facts.add(found)
    facts.createdAt = found.time(.createdAt)
    facts.endedAt = found.time(.endedAt)
    return facts
  }
}

extension Selection.Facts {
  /// Adds the facts of a record, except its times.
  mutating func add(_ found: ScannedRecord) {
    tags = found.texts(.tags) ?? []
    job = found.text(.job)
    author = found.text(.author)
    owner = found.text(.owner)
    sweep = found.text(.sweep)
    project = found.text(.project)
  }
}
