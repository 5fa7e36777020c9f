import SpoolQueue
import SpoolTerminal

/// The runs that a command line means.
struct ChosenRuns {
  /// Each run with the place where it was seen; nil for a named run that was not looked up yet.
  var runs: [(run: String, place: Queue.Place?)] = []
  /// The reasons why other runs are not among them.
  var errors: [SpoolError] = []
  /// The runs that fit as well, and belong to other users.
  private(set) var others: [String] = []
  let queue: Queue
  /// The sweeps that were named in place of runs, which mean all of their runs.
  private(set) var sweeps: [String] = []
  /// Whether the runs were chosen by a filter, and not all named one by one.
  let isSelection: Bool

  /// Looks up RUN… and the filters.
  ///
  /// A filter selects only runs that the command can act upon. A named run is left to the command, which says why
  /// it cannot act. If several people share the queue, a selection means the runs of the user who typed it, unless
  /// `--everyone` or `--author` says more.
  ///
  /// - Parameters:
  ///   - arguments: The command line, for which ``ParsedArguments/requireRuns()`` holds.
  ///   - scope: The runs that the command can act upon.
  ///   - states: States that are meant in addition to those of `--state`.
  ///   - newestIn: Given if nothing is named: the newest run of the user in these states is meant; empty
  ///     for any state.
  init(
    _ arguments: ParsedArguments, in queue: Queue, _ context: Context, within scope: Selection,
    and states: Set<RunState> = [], newestIn: Set<RunState>? = nil
  ) throws {
    self.queue = queue
    let texts = try (newestIn.map { _ in ["@latest"] } ?? arguments.operands("run")).map {
      try queue.meant(by: $0, in: newestIn ?? [])
    }
    let isFiltered = !arguments.givenFilters.isEmpty
    var named: [String] = []
    var known: Set<String> = []
    var allSweeps: Set<String>?
    if !texts.isEmpty {
      for (text, result) in zip(texts, try queue.resolve(texts)) {
        switch result {
        case .success(let run): if known.insert(run).inserted { named.append(run) }
        case .failure(let error):
          let ids = try allSweeps ?? queue.sweepIDs()
          allSweeps = ids
          if ids.contains(text) { sweeps.append(text) } else { errors.append(error) }
        }
      }
      isSelection = isFiltered || !sweeps.isEmpty
      if !isFiltered {
        // A single run is looked up by the command itself, right before it acts. For many runs one look is enough.
        let places = named.count > 8 ? try queue.places(of: known) : [:]
        runs = named.map { ($0, places[$0]) }
        if sweeps.isEmpty { return }
      } else if !named.isEmpty, !sweeps.isEmpty {
        throw arguments.usageError("name runs or sweeps beside a filter, not both")
      }
    } else {
      isSelection = true
    }
    for sweep in arguments.options("sweep") + sweeps {
      try queue.queueRest(of: queue.sweep(named: sweep))
    }
    var selection = try arguments.selection(in: queue, context)
    selection.states.formUnion(states)
    if selection.states.isEmpty {
      selection.states = scope.states
    } else if !scope.states.isEmpty {
      selection.states.formIntersection(scope.states)
      // Without a state the selection would contain runs of every state.
      if selection.states.isEmpty {
        throw arguments.usageError(
          "--state \(arguments.options("state").joined(separator: ", ")): only runs that are"
            + " \(scope.stateWords) can be meant here")
      }
    }
    selection.isHeld = scope.isHeld
    selection.sweeps += sweeps
    if !texts.isEmpty, sweeps.isEmpty { selection.runs = Set(named) }
    let isMine = (texts.isEmpty || !sweeps.isEmpty) && arguments.meansOwnRuns(in: queue)
    if isMine { selection.owners = Selection.ownNames }
    runs += try queue.select(selection).filter { isFiltered || !known.contains($0.run) }
      .map { ($0.run, $0.place) }
    if isMine {
      selection.owners = []
      let own = Set(runs.map { $0.run })
      others = try queue.select(selection).map { $0.run }.filter { !own.contains($0) }
    }
    if !isFiltered { return }
    let met = Set(runs.map(\.run))
    for run in named where !met.contains(run) {
      errors.append(
        SpoolError(.no, "\(run): is not \(arguments.givenFilters.joined(separator: " "))"))
    }
  }

  /// Puts the waiting runs before the others, the last waiting run first.
  mutating func putWaitingFirst() {
    let waits: (Queue.Place?) -> Bool = { place in
      if case .queued? = place { true } else { false }
    }
    runs = runs.filter { waits($0.place) }.reversed() + runs.filter { !waits($0.place) }
  }

  /// Acts upon each of the runs. If one is refused, the others go on.
  ///
  /// - Returns: The gravest exit status. If a run does not exist, that counts as a no.
  func forEach(
    _ arguments: ParsedArguments, _ act: (String, Queue.Place?) throws -> Int32
  ) throws -> Int32 {
    var status = ExitStatus.done
    var refusals = 0
    func tell(_ error: SpoolError) {
      refusals += 1
      if refusals <= FewLines.limit { errorLine("spool: \(escapingControls(error.message))") }
      status = Swift.max(status, error.kind.rawValue)
    }
    defer {
      if refusals > FewLines.limit {
        errorLine("spool: and \(refusals - FewLines.limit) more like these")
      }
    }
    for error in errors { tell(error) }
    if !runs.isEmpty { tellOfOthers() }
    for (run, place) in runs {
      do {
        status = Swift.max(status, try act(run, place))
      } catch let error as SpoolError {
        tell(error)
      }
    }
    if runs.isEmpty, errors.isEmpty {
      errorLine("spool: " + nothing(arguments))
      status = ExitStatus.no
    }
    return status
  }

  /// The message that no run is meant, and why that may be.
  func nothing(_ arguments: ParsedArguments) -> String {
    let filters = arguments.givenFilters.joined(separator: " ")
    let end = filters.isEmpty ? "" : ": \(filters)"
    if others.isEmpty { return "there is no such run" + end }
    return "there is no such run of yours\(end) (\(Self.words(others)))"
  }

  /// Says that runs of other users fit as well, and are left alone.
  func tellOfOthers() {
    if others.isEmpty { return }
    errorLine("spool: \(escapingControls(queue.reference)): \(Self.words(others))")
  }

  /// Leaves some of the other users' runs out of the message.
  mutating func keepOthers(_ isKept: ([String]) throws -> [String]) rethrows {
    others = try isKept(others)
  }

  private static func words(_ others: [String]) -> String {
    others.count == 1
      ? "1 run of another user fits too, and is left alone: --everyone selects it"
      : "\(others.count) runs of others fit too, and are left alone: --everyone selects them"
  }
}

extension Selection {
  /// The states in words: `idle, queued, starting or running`.
  fileprivate var stateWords: String {
    let words = RunState.allCases.filter { states.contains($0) }.map { $0.rawValue }
    guard let last = words.last, words.count > 1 else { return words.last ?? "" }
    return words.dropLast().joined(separator: ", ") + " or " + last
  }
}
