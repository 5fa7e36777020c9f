/// The figures of a queue at one moment.
public struct QueueStatistics: Sendable, Equatable {
  package let entity: String
  package let queue: String
  /// When the figures were taken, by this host's clock.
  package let takenAt: Timestamp
  /// Since when runs ended that are counted; nil: all in `done/` are.
  package let since: Timestamp?
  /// Whether agents claim nothing for now.
  package let isPaused: Bool
  /// How many live agents serve it.
  package let agents: Int
  /// How many slots the hosts of those agents have. Slots are a host's: two agents of one host do not
  /// add theirs up, and a host whose agents serve several queues is counted in each.
  package let slots: Int
  /// How many slots this queue's own runs take.
  package let slotsUsed: Int
  /// The figures of its runs.
  public let runs: RunStatistics

  /// Seconds since the submission of the run that has waited longest, held ones not counted; nil:
  /// none waits.
  package var oldestWaiting: Double? {
    runs.oldestWaiting.map { Swift.max(takenAt.seconds(since: $0), 0) }
  }

  /// How many runs ended in an hour, on average over the last `seconds`; over the time since
  /// the moment from which on ends are counted, if that is shorter.
  public func hourlyRate(last seconds: Double) -> Double {
    let known = since.map { Swift.max(takenAt.seconds(since: $0), 1) } ?? seconds
    return runs.hourlyRate(last: Swift.min(seconds, known), before: takenAt)
  }
}

extension QueueStatistics {
  /// Every figure; null where there is none. Spans of time are seconds.
  public var json: JSONObject {
    let hour = takenAt.adding(seconds: -3600)
    let day = takenAt.adding(seconds: -86_400)
    return JSONObject([
      ("entity", .string(entity)),
      ("queue", .string(queue)),
      ("taken_at", .string(takenAt.text)),
      ("since", since.map { .string($0.text) } ?? .null),
      ("paused", .bool(isPaused)),
      ("agents", .number(agents)),
      ("slots", .number(slots)),
      ("slots_used", .number(slotsUsed)),
      ("runs", states { runs.count($0) }),
      ("held", .number(runs.held)),
      ("oldest_waiting_s", oldestWaiting.map { Self.seconds($0) } ?? .null),
      ("ended_last_hour", ended(since: hour)),
      ("ended_last_day", ended(since: day)),
      ("rate_last_hour", Self.seconds(hourlyRate(last: 3600))),
      ("rate_last_day", Self.seconds(hourlyRate(last: 86_400))),
      ("wait_s", Self.summary(runs.waits)),
      ("run_s", Self.summary(runs.durations)),
      (
        "failures",
        .array(
          runs.frequentFailures().map { failure in
            .object([
              "reason": .string(failure.failure.words), "count": .number(failure.count),
            ])
          })
      ),
    ])
  }

  private func states(_ count: (RunState) -> Int) -> JSON {
    .object(JSONObject(RunState.allCases.map { ($0.rawValue, .number(count($0))) }))
  }

  private func ended(since moment: Timestamp) -> JSON {
    let ended = runs.ended(since: moment)
    return .object(
      JSONObject(RunState.allCases.filter(\.isDone).map { ($0.rawValue, .number(ended[$0] ?? 0)) }))
  }

  private static func summary(_ spans: Spans) -> JSON {
    guard let summary = spans.summary else { return .null }
    return .object([
      "count": .number(summary.count), "p50": seconds(summary.p50), "p90": seconds(summary.p90),
      "p99": seconds(summary.p99), "max": seconds(summary.longest),
    ])
  }

  private static func seconds(_ value: Double) -> JSON { .number(Spans.rounded(value)) }
}
