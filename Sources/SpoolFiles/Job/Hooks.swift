/// Commands that are executed when something has ended, with the run's record on standard input.
///
/// nil: not said; an empty list: none, whatever the queue says.
package struct Hooks: Sendable, Equatable {
  /// When a run has ended.
  package var onEnd: [String]?

  /// When a run has ended without finishing: failed, crashed or killed.
  package var onFailure: [String]?

  /// When the last run has ended and nothing waits.
  package var onEmpty: [String]?

  /// How long each of them may take, in seconds; nil: ``defaultTimeout``.
  package var timeout: Double?

  /// The time limit of a hook where nobody says another, in seconds.
  package static let defaultTimeout = 60.0

  package init() {}

  package enum Event: String, Sendable, CaseIterable {
    case end = "on_end"
    /// A run has ended without finishing.
    case failure = "on_failure"
    /// The last run of a queue has ended.
    case empty = "on_empty"
  }

  /// The command for an event; nil: none.
  package func command(for event: Event) -> [String]? {
    let command =
      switch event {
      case .end: onEnd
      case .failure: onFailure
      case .empty: onEmpty
      }
    return command?.isEmpty == false ? command : nil
  }

  /// These, and of others those that are not said here.
  package func merging(over defaults: Hooks) -> Hooks {
    var merged = Hooks()
    merged.onEnd = onEnd ?? defaults.onEnd
    merged.onFailure = onFailure ?? defaults.onFailure
    merged.onEmpty = onEmpty ?? defaults.onEmpty
    merged.timeout = timeout ?? defaults.timeout
    return merged
  }
}

extension Hooks: FieldRecord {
  static let fields: [Field<Hooks>] = [
    Field("on_end", { $1(&$0.onEnd) }, .launcher),
    Field("on_failure", { $1(&$0.onFailure) }, .launcher),
    Field("on_empty", { $1(&$0.onEmpty) }, .launcher),
    Field("timeout", { $1(&$0.timeout) }, .span),
  ]
}
