import SpoolTesting
import Testing

@testable import SpoolFiles
@testable import SpoolProtocol
@testable import SpoolQueue
@testable import SpoolSystem

@Suite struct SweepStandingTests {
  /// Queues a sweep of five runs, ends the first four, which wrote these, and removes the record of
  /// the fourth.
  private func standings(
    _ metric: String, _ summaries: [String]
  ) throws -> (Sweep, [SweepStanding]) {
    try withQueue(isSound: false) { queue in
      let text =
        #"{"method":"grid","program":"p","parameters":{"a":{"parameters":{"b":{"min":1,"max":5}}},"#
        + #""c":{"value":1}}\#(metric)}"#
      let sweep = try queue.enqueue(SweepRequest(SweepFile(parsing: Array(text.utf8)))).sweep
      for (point, summary) in zip(sweep.points, summaries) {
        #expect(try queue.kill(point.run, KillRequest()) == .ended)
        if !summary.isEmpty {
          try writeFile(queue.runPath(point.run, Queue.summaryFile), summary)
        }
      }
      try queue.removeIfThere(queue.path(.done, sweep.points[3].run + ".json"))
      let standings = try queue.standings(of: sweep)
      // Whoever has read the runs already comes to the same.
      var runs: [String: Run] = [:]
      for run in try queue.runs() { runs[run.run] = try queue.run(named: run.run) }
      #expect(sweep.standings(among: runs) == standings)
      return (sweep, standings)
    }
  }

  @Test func theLeastIsBestUnlessSaidOtherwise() throws {
    let (sweep, standings) = try standings(
      #","metric":{"name":"loss"}"#,
      [#"{"loss":0.5}"#, #"{"loss":1e-3,"acc":0.9}"#, #"{"loss":0.50}"#, ""])
    #expect(sweep.parameters == ["a.b"])
    #expect(standings.map(\.number) == [2, 1, 3, 4, 5])
    #expect(standings.map(\.rank) == [1, 2, 2, nil, nil])
    #expect(standings.map(\.state) == [.killed, .killed, .killed, nil, .idle])
    #expect(standings.map { $0.value?.text } == ["1e-3", "0.5", "0.50", nil, nil])
    #expect(standings.map { $0.value(of: "a.b") } == [2, 1, 3, 4, 5])
    #expect(standings[0].summary?.text == #"{"loss":1e-3,"acc":0.9}"#)
    #expect(
      standings[0].json(of: sweep).text
        == #"{"sweep":"\#(sweep.id)","rank":1,"number":2,"run":"\#(sweep.id)-0002","state":"killed","#
        + #""value":1e-3,"config":{"a":{"b":2},"c":1},"summary":{"loss":1e-3,"acc":0.9}}"#)
  }

  @Test func theMostIsBestWhereThatIsTheGoal() throws {
    let (_, standings) = try standings(
      #","metric":{"name":"val.acc","goal":"maximize"}"#,
      [#"{"val":{"acc":0.5}}"#, #"{"val.acc":0.75}"#, #"{"val":{"acc":"high"}}"#, ""])
    #expect(standings.map(\.number) == [2, 1, 3, 4, 5])
    #expect(standings.map(\.rank) == [1, 2, nil, nil, nil])
  }

  @Test func theNewestRepeatOfAPointCounts() throws {
    try withQueue { queue in
      let text = #"{"method":"grid","program":"p","parameters":{"a":{"values":[1,2]}}}"#
      let sweep = try queue.enqueue(SweepRequest(SweepFile(parsing: Array(text.utf8)))).sweep
      for point in sweep.points { #expect(try queue.kill(point.run, KillRequest()) == .ended) }
      let again = try queue.retry(sweep.points[1].run)
      let runs = Dictionary(uniqueKeysWithValues: try queue.runs().map { ($0.run, $0) })
      let standings = sweep.standings(among: runs)
      #expect(standings == (try queue.standings(of: sweep)))
      #expect(standings.map(\.point.run) == [sweep.points[0].run, again])
      #expect(standings.map(\.state) == [.killed, .idle])
    }
  }

  @Test func aRepeatWithOtherValuesIsShownWithThem() throws {
    try withQueue { queue in
      let text =
        #"{"method":"grid","program":"p","parameters":{"a":{"parameters":{"b":{"values":[1,2]}}}}}"#
      let sweep = try queue.enqueue(SweepRequest(SweepFile(parsing: Array(text.utf8)))).sweep
      for point in sweep.points { #expect(try queue.kill(point.run, KillRequest()) == .ended) }
      var change = RepeatChange()
      change.request.assignments = [
        try ConfigAssignment("a.b=9"), try ConfigAssignment("other=1"),
      ]
      let runs = try queue.retry([sweep.points[1].run], changing: change)
      #expect(runs.count == 1)
      let standings = try queue.standings(of: sweep)
      #expect(standings.map { $0.value(of: "a.b") } == [1, 9])
      #expect(standings[1].point.config.text == #"{"a":{"b":9}}"#)
    }
  }

  @Test func parametersThatAreDrawnByTheirLogarithmAreKnown() throws {
    try withQueue { queue in
      let text = """
        {"method":"random","run_cap":2,"program":"p","parameters":{
          "rate":{"distribution":"log_uniform_values","min":0.001,"max":1},
          "deep":{"parameters":{"mu":{"distribution":"log_normal","mu":0,"sigma":1}}},
          "plain":{"min":0.0,"max":1.0},"kind":{"values":["a","b"]}}}
        """
      let sweep = try queue.enqueue(SweepRequest(SweepFile(parsing: Array(text.utf8)))).sweep
      #expect(sweep.logarithmicParameters == ["rate", "deep.mu"])
    }
  }

  @Test func withoutAMetricTheOrderIsTheSweeps() throws {
    let (_, standings) = try standings("", [#"{"loss":2}"#, #"{"loss":1}"#, "NaN", ""])
    #expect(standings.map(\.number) == [1, 2, 3, 4, 5])
    #expect(standings.allSatisfy { $0.rank == nil && $0.value == nil })
  }
}
