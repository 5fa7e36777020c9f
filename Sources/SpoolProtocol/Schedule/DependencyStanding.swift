/// The state of a run for which another run waits.
package enum DependencyState: Sendable, Equatable {
  /// The run is over, in this state.
  case ended(RunState)
  /// The run is waiting or running.
  case underWay
  /// The queue has no such run.
  case unknown
}

extension Dependencies {
  /// The result of all these runs for the run that waits for them.
  package enum Standing: Sendable, Equatable {
    /// The run may start.
    case met
    /// These runs are not over yet.
    case waiting(for: [String])
    /// The run can never start; the text says why.
    case impossible(String)
    /// There is no run of that name, or not yet.
    case unknown(String)
  }

  /// Judges by the state of each run. A condition that can never hold counts before a condition that does not hold yet.
  package func standing(
    _ state: (String) throws(SpoolError) -> DependencyState
  ) throws(SpoolError) -> Standing {
    var waiting: [String] = []
    var unknown: String?
    var seen: Set<String> = []
    for (condition, runs) in Condition.allCases.map({ ($0, self[$0]) }) {
      for run in runs {
        switch try state(run) {
        case .unknown: unknown = unknown ?? run
        case .underWay:
          if seen.insert(run).inserted { waiting.append(run) }
        case .ended(let end):
          if !condition.isMet(by: end) { return .impossible(condition.words(run, end)) }
        }
      }
    }
    if let unknown { return .unknown(unknown) }
    return waiting.isEmpty ? .met : .waiting(for: waiting)
  }

  /// The end that a run must have had.
  package enum Condition: CaseIterable, Sendable {
    case ok, any, failed

    /// Whether that end fulfils the condition.
    package func isMet(by end: RunState) -> Bool {
      switch self {
      case .ok: end == .finished
      case .any: true
      case .failed: end != .finished
      }
    }

    /// Why a run that needs another end can never start.
    func words(_ run: String, _ end: RunState) -> String {
      // The message sounds as if the run itself had killed, without this verb.
      let verb = end == .killed ? "was killed" : end.rawValue
      return self == .ok
        ? "it waits for \(run) to finish, and that \(verb)"
        : "it waits for \(run) to fail, and that finished"
    }
  }

  /// The runs of one condition.
  package subscript(condition: Condition) -> [String] {
    switch condition {
    case .ok: ok ?? []
    case .any: any ?? []
    case .failed: failed ?? []
    }
  }

  /// The conditions of each run, for callers that learn of the ends one at a time.
  package var conditions: [String: [Condition]] {
    var conditions: [String: [Condition]] = [:]
    for condition in Condition.allCases {
      for run in self[condition] { conditions[run, default: []].append(condition) }
    }
    return conditions
  }
}
