import SpoolQueue

/// The figures of queues as metrics for Prometheus.
enum StatsMetrics {
  enum Look: Sendable {
    case figures(QueueStatistics)
    case failed(entity: String, queue: String)

    var labels: [(String, String)] {
      switch self {
      case .figures(let figures): [("entity", figures.entity), ("queue", figures.queue)]
      case .failed(let entity, let queue): [("entity", entity), ("queue", queue)]
      }
    }
  }

  private static let percentiles: [(label: String, fraction: Double)] = [
    ("50", 0.5), ("90", 0.9), ("99", 0.99), ("100", 1),
  ]

  /// The metrics of all queues, in the order of the queues.
  static func text(_ looks: [Look], takenAt now: Timestamp) -> String {
    var text = PrometheusText()
    text.gauge("spool_queue_up", "Whether the queue's directory could be read.")
    for look in looks {
      if case .figures = look { text.add(1, look.labels) } else { text.add(0, look.labels) }
    }
    let queues = looks.compactMap { look in
      if case .figures(let figures) = look { (figures, look.labels) } else { nil }
    }
    addRuns(queues, &text)
    addSpans(queues, &text)
    addService(queues, &text)
    text.gauge("spool_stats_timestamp_seconds", "When these figures were taken, since 1970.")
    text.add(Spans.rounded(now.seconds))
    return text.text
  }

  private typealias Figures = [(figures: QueueStatistics, labels: [(String, String)])]

  private static func addRuns(_ queues: Figures, _ text: inout PrometheusText) {
    text.gauge(
      "spool_runs",
      "Runs by state. Those that are over are the records in done/, and become fewer when they are"
        + " pruned.")
    for (figures, labels) in queues {
      for state in RunState.allCases {
        text.add(figures.runs.count(state), labels + [("state", state.rawValue)])
      }
    }
    text.gauge("spool_runs_held", "Waiting runs that are held.")
    for (figures, labels) in queues { text.add(figures.runs.held, labels) }
    let windows = [("spool_runs_ended_last_hour", 3600.0), ("spool_runs_ended_last_day", 86_400.0)]
    for (name, seconds) in windows {
      text.gauge(
        name, "Runs that ended in the last \(seconds == 3600 ? "hour" : "24 hours"), by state.")
      for (figures, labels) in queues {
        let ended = figures.runs.ended(since: figures.takenAt.adding(seconds: -seconds))
        for state in RunState.allCases where state.isDone {
          text.add(ended[state] ?? 0, labels + [("state", state.rawValue)])
        }
      }
    }
    text.gauge("spool_run_failures", "Records in done/ of runs that did not finish, by reason.")
    for (figures, labels) in queues {
      for (failure, count) in figures.runs.frequentFailures() {
        text.add(count, labels + [("reason", failure.words)])
      }
    }
  }

  private static func addSpans(_ queues: Figures, _ text: inout PrometheusText) {
    text.gauge(
      "spool_oldest_waiting_seconds",
      "Time since the submission of the run that has waited longest, held ones not counted; 0: none"
        + " waits.")
    for (figures, labels) in queues {
      text.add(Spans.rounded(figures.oldestWaiting ?? 0), labels)
    }
    text.gauge(
      "spool_run_wait_seconds",
      "From submission to start, of runs that run and of the records in done/; percentile 100 is the"
        + " longest.")
    for (figures, labels) in queues { add(figures.runs.waits, labels, &text) }
    text.gauge(
      "spool_run_duration_seconds",
      "From start to end, of the records in done/; percentile 100 is the longest.")
    for (figures, labels) in queues { add(figures.runs.durations, labels, &text) }
  }

  private static func add(
    _ spans: Spans, _ labels: [(String, String)], _ text: inout PrometheusText
  ) {
    let values = spans.percentiles(percentiles.map(\.fraction))
    for (percentile, value) in zip(percentiles, values) {
      text.add(value, labels + [("percentile", percentile.label)])
    }
  }

  private static func addService(_ queues: Figures, _ text: inout PrometheusText) {
    text.gauge("spool_queue_paused", "Whether agents claim nothing for now.")
    for (figures, labels) in queues { text.add(figures.isPaused ? 1 : 0, labels) }
    text.gauge("spool_agents", "Live agents that serve the queue.")
    for (figures, labels) in queues { text.add(figures.agents, labels) }
    text.gauge(
      "spool_slots",
      "Slots of the hosts whose agents serve the queue; a host that serves several is counted in each."
    )
    for (figures, labels) in queues { text.add(figures.slots, labels) }
    text.gauge("spool_slots_used", "Slots that the queue's own runs take.")
    for (figures, labels) in queues { text.add(figures.slotsUsed, labels) }
  }
}
