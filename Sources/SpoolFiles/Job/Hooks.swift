/// Commands that are executed after certain ends, with the run's record on standard input.
///
/// Nil if the file says nothing; an empty list for no command, whatever the queue says.
package struct Hooks: Sendable, Equatable {
  /// Executed when a run has ended.
  package var onEnd: [String]?

  /// Executed when a run has ended without finishing: failed, crashed or killed.
  package var onFailure: [String]?

  /// Executed when the last run has ended and no run waits.
  package var onEmpty: [String]?

  /// The time limit of each hook, in seconds; nil for ``defaultTimeout``.
  package var timeout: Double?

  /// The default time limit of a hook, in seconds.
  package static let defaultTimeout = 60.0

  package init() {}

  package enum Event: String, Sendable, CaseIterable {
    case end = "on_end"
    /// A run has ended without finishing.
    case failure = "on_failure"
    /// The last run of a queue has ended.
    case empty = "on_empty"
  }

  package func command(for event: Event) -> [String]? {
    let command =
      switch event {
      case .end: onEnd
      case .failure: onFailure
      case .empty: onEmpty
      }
    return command?.isEmpty == false ? command : nil
  }

  /// These hooks, with hooks that they lack taken from the defaults.
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
