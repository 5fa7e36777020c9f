/// Where a run stands that another waits for.
package enum DependencyState: Sendable, Equatable {
  /// Over, in this state.
  case ended(RunState)
  /// Waiting or running.
  case underWay
  /// The queue has no such run.
  case unknown
}

extension Dependencies {
  /// What the runs together say of the one that waits for them.
  package enum Standing: Sendable, Equatable {
    /// It may start.
    case met
    /// These are not over yet.
    case waiting(for: [String])
    /// It can never start; the text says why.
    case impossible(String)
    /// There is no run of that name, or not yet.
    case unknown(String)
  }

  /// Judges by where each run stands. What can never be met counts before what is not met yet.
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

  /// How a run must have ended.
  package enum Condition: CaseIterable, Sendable {
    case ok, any, failed

    /// Whether that end is the right one.
    package func isMet(by end: RunState) -> Bool {
      switch self {
      case .ok: end == .finished
      case .any: true
      case .failed: end != .finished
      }
    }

    /// Why a run that needs another end can never start.
    func words(_ run: String, _ end: RunState) -> String {
      // As if the run itself had killed, without the verb.
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

  /// The conditions of each run, for who hears of their ends one by one.
  package var conditions: [String: [Condition]] {
    var conditions: [String: [Condition]] = [:]
    for condition in Condition.allCases {
      for run in self[condition] { conditions[run, default: []].append(condition) }
    }
    return conditions
  }
}
