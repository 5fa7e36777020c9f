import SpoolQueue
import SpoolTesting
import Testing

@testable import spool

@Suite("Figures as text and as metrics") struct StatsViewTests {
  // MARK: The reader of this suite itself

  static let wrong: [(String, String)] = [
    ("a 1\n", "not of the last metric"), ("# HELP a x\n# TYPE a gauge\na 1", "no last newline"),
    ("# TYPE a gauge\na 1\n", "no type"), ("# HELP a x\n# TYPE a counter\na 1\n", "no type"),
    ("# HELP a x\n# TYPE a gauge\na NaN\n", "no number"),
    ("# HELP a x\n# TYPE a gauge\na 1\na 1\n", "series twice"),
    ("# HELP a x\n# TYPE a gauge\na{b=\"x\"y\"} 1\n", "labels without an end"),
    ("# HELP a x\n# TYPE a gauge\na{b=\"\\x\"} 1\n", "an escape"),
    ("# HELP a x\n# TYPE a gauge\na{b=\"1\",b=\"2\"} 1\n", "label twice"),
    ("# HELP a x\n# TYPE a gauge\n\n", "no name"),
    ("# HELP a x\n# TYPE a gauge\n1a 2\n", "no name"),
    ("# HELP a x\n# TYPE a gauge\na 1\n# HELP a x\n# TYPE a gauge\n", "no type"),
  ]

  @Test("What is no format is seen", arguments: wrong.indices) func strict(_ row: Int) {
    let (text, fault) = Self.wrong[row]
    #expect {
      _ = try PrometheusFormat(text)
    } throws: { error in
      "\(error)".contains(fault)
    }
  }

  // MARK: Metrics

  @Test func escapingAndNumbers() throws {
    var text = PrometheusText()
    text.gauge("a_seconds", "A help with \\ and\na line.")
    let hostile = "x\"} 1\nb 2\\ é \u{1b}[31m"
    text.add(0.25, [("queue", hostile)])
    text.add(3.0)
    text.add(-1e300, [("queue", "large")])
    for nothing in [Double.nan, .infinity, -.infinity] { text.add(nothing, [("queue", "none")]) }
    text.gauge("b", "Has no samples.")
    let read = try PrometheusFormat(text.text)
    #expect(read.metrics == ["a_seconds"])
    #expect(read.samples.values.sorted() == [-1e300, 0.25, 3])
    #expect(read["a_seconds"] == 3)
    #expect(text.text.contains("\na_seconds 3\n"))
    #expect(text.text.hasPrefix("# HELP a_seconds A help with \\\\ and\\na line.\n"))
    #expect(read.labels.values.contains { $0.map(\.value) == [hostile] })
    #expect(PrometheusText().text == "")
  }

  /// A queue with a run in each of six states.
  private func withFigures(_ body: (Queue, QueueStatistics) throws -> Void) throws {
    try withQueue(isSound: false) { queue in
      let agent = try TestAgent(in: queue)
      for (name, outcome) in [
        ("good", Outcome.finished()), ("bad", .failed(3)), ("worse", .failed(3)),
        ("gone", Outcome(state: .crashed, reason: "its runner on vm died", endedAt: .now)),
      ] {
        try queue.startRun(named: name, by: agent).finish(outcome, sync: false)
      }
      _ = try queue.startRun(by: agent)
      _ = try queue.launch(named: "held", held: true)
      _ = try queue.launch(named: "waits")
      try body(queue, try queue.statistics())
    }
  }

  @Test func theMetricsOfAQueue() throws {
    try withFigures { _, figures in
      let looks: [StatsMetrics.Look] = [
        .figures(figures), .failed(entity: "lab \"x\"\n", queue: "away"),
      ]
      let read = try PrometheusFormat(
        StatsMetrics.text(looks, takenAt: Timestamp(nanoseconds: 1_795_000_000_250_000_000)))
      let queue = #"entity="tester",queue="queue""#
      #expect(read["spool_queue_up{\(queue)}"] == 1)
      #expect(read[#"spool_queue_up{entity="lab \"x\"\n",queue="away"}"#] == 0)
      for (state, count) in [
        ("idle", 0), ("queued", 2), ("starting", 0), ("running", 1), ("killed", 0), ("crashed", 1),
        ("failed", 2), ("finished", 1),
      ] {
        #expect(read["spool_runs{\(queue),state=\"\(state)\"}"] == Double(count))
      }
      for window in ["hour", "day"] {
        #expect(read["spool_runs_ended_last_\(window){\(queue),state=\"failed\"}"] == 2)
        #expect(read["spool_runs_ended_last_\(window){\(queue),state=\"killed\"}"] == 0)
      }
      #expect(read["spool_runs_held{\(queue)}"] == 1)
      #expect(read["spool_run_failures{\(queue),reason=\"exit status 3\"}"] == 2)
      #expect(read["spool_run_failures{\(queue),reason=\"crashed: its runner died\"}"] == 1)
      #expect(read["spool_run_duration_seconds{\(queue),percentile=\"99\"}"] == 0.5)
      #expect(read["spool_run_wait_seconds{\(queue),percentile=\"100\"}"] != nil)
      #expect(read["spool_oldest_waiting_seconds{\(queue)}"].map { $0 < 600 } == true)
      #expect(read["spool_agents{\(queue)}"] == 1)
      #expect(read["spool_slots{\(queue)}"] == 1)
      #expect(read["spool_slots_used{\(queue)}"] == 1)
      #expect(read["spool_queue_paused{\(queue)}"] == 0)
      #expect(read["spool_stats_timestamp_seconds"] == 1_795_000_000.25)
      // What a rule of the naming guide forbids: a counter's or a summary's endings.
      for metric in read.metrics {
        #expect(!["_total", "_count", "_sum", "_bucket"].contains { metric.hasSuffix($0) })
      }
    }
  }

  @Test func anEmptyQueueHasNoSpans() throws {
    try withQueue { queue in
      let text = StatsMetrics.text([.figures(try queue.statistics())], takenAt: .now)
      let read = try PrometheusFormat(text)
      #expect(!read.metrics.contains("spool_run_wait_seconds"))
      #expect(!read.metrics.contains("spool_run_failures"))
      #expect(read[#"spool_oldest_waiting_seconds{entity="tester",queue="queue"}"#] == 0)
    }
  }

  // MARK: For people

  @Test func thePageOfAQueue() throws {
    try withFigures { _, figures in
      let lines = StatsText(figures: figures, colour: false).text.split(separator: "\n").map {
        String($0)
      }
      #expect(lines.count == 11)
      #expect(lines[0] == "tester/queue")
      #expect(lines[1].hasPrefix("waiting     2 queued, 1 of them held, the oldest for "))
      #expect(
        Array(lines[2...3]) == [
          "running     1 running, in 1 slot", "ended       1 finished, 2 failed, 1 crashed",
        ])
      // An hour's rate would mislead: the first run is seconds old.
      #expect(
        lines[4].hasPrefix("rate        4 in ") && lines[4].hasSuffix("s, since the first run"))
      #expect(lines[5] == "agents      1, whose hosts have 1 slot")
      #expect(lines[6] == "              RUNS     P50     P90     P99  LONGEST")
      #expect(lines[7].hasPrefix("waited           4 "))
      #expect(lines[8] == "ran              3   500ms   500ms   500ms    500ms")
      #expect(lines[9] == "failures    2  exit status 3")
      #expect(lines[10] == "            1  crashed: its runner died")
    }
  }

  @Test func whatIsNotThereIsNotShown() throws {
    try withQueue { queue in
      #expect(
        StatsText(figures: try queue.statistics(), colour: false).text == """
          tester/queue
          waiting     none
          running     none
          ended       none
          rate        0.0 an hour in the last hour, 0.0 over the last day
          agents      none

          """)
      try queue.pause()
      let minutes = Timestamp(nanoseconds: Timestamp.now.nanoseconds - 600 * 1_000_000_000)
      let text = StatsText(figures: try queue.statistics(endedSince: minutes), colour: true).text
      #expect(text.hasPrefix("\u{1b}[1mtester/queue\u{1b}[0m \u{1b}[33mpaused\u{1b}[0m\n"))
      #expect(text.contains("rate        0.0 an hour since then\n"))
    }
  }
}
