/// The figures of a queue at one moment.
public struct QueueStatistics: Sendable, Equatable {
  package let entity: String
  package let queue: String
  /// The time of the figures, by this host's clock.
  package let takenAt: Timestamp
  /// The time since which ended runs are counted; nil if all runs in `done/` are counted.
  package let since: Timestamp?
  /// Whether the queue is paused: agents claim nothing.
  package let isPaused: Bool
  /// The number of live agents that serve the queue.
  package let agents: Int
  /// The number of slots of those agents' hosts. Slots belong to a host: two agents of one host do not
  /// add up, and a host whose agents serve several queues is counted for each queue.
  package let slots: Int
  /// The number of slots that this queue's own runs take.
  package let slotsUsed: Int
  /// The figures of its runs.
  public let runs: RunStatistics

  /// Seconds since the submission of the run that has waited longest, without held runs; nil if no run waits.
  package var oldestWaiting: Double? {
    runs.oldestWaiting.map { Swift.max(takenAt.seconds(since: $0), 0) }
  }

  /// The average number of runs per hour that ended in the last `seconds`, or since the time
  /// from which ended runs are counted, if that is later.
  public func hourlyRate(last seconds: Double) -> Double {
    let known = since.map { Swift.max(takenAt.seconds(since: $0), 1) } ?? seconds
    return runs.hourlyRate(last: Swift.min(seconds, known), before: takenAt)
  }
}

extension QueueStatistics {
  /// All figures as an object; null for missing figures. Spans of time are seconds.
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
