import SpoolQueue
import Testing

@testable import SpoolTerminal
@testable import spool

@Suite("The pictures of a page") struct PagePlotTests {
  @Test("Every span is in one bin, within its bounds") func spanBins() {
    let spans = (0..<500).map { Double($0 * $0) / 10 + 0.2 }
    let bins = SpanBins(spans)
    #expect(bins.counts.reduce(0, +) == spans.count)
    #expect(bins.counts.count <= 33)
    for (number, count) in bins.counts.enumerated() {
      let (low, high) = bins.bounds(number)
      let edge = 1e-9
      #expect(spans.count { $0 >= low * (1 - edge) && $0 < high * (1 + edge) } >= count)
    }
    #expect(bins.ticks.contains(60))
    #expect(!bins.ticks.contains(86_400))
  }

  @Test(
    "Few, equal and impossible spans have a picture too",
    arguments: [[], [0], [-5, 0, .nan, .infinity], [7, 7, 7], [1e300]] as [[Double]])
  func oddSpans(spans: [Double]) {
    let bins = SpanBins(spans)
    #expect(bins.counts.reduce(0, +) == spans.count { $0.isFinite })
    #expect(!bins.counts.isEmpty && bins.counts.count < 2000)
    #expect(SpanPlot(Spans(spans), label: "x").html.text.contains("</svg>"))
  }

  @Test("A scale is linear or logarithmic as its values are") func scales() {
    let linear = PlotScale([1, 2, 3, 4])
    #expect(!linear.isLogarithmic)
    #expect(linear.ticks().map { PlotScale.label($0) } == ["1", "2", "3", "4"])
    #expect(abs(linear.position(of: 2.5) - 0.5) < 1e-9)
    let logarithmic = PlotScale([0.00001, 0.1])
    #expect(logarithmic.isLogarithmic)
    #expect(
      logarithmic.ticks().map { PlotScale.label($0) } == [
        "1e-05", "0.0001", "0.001", "0.01", "0.1",
      ]
    )
    #expect(abs(logarithmic.position(of: 0.001) - 0.5) < 1e-9)
    // Zero has no logarithm.
    #expect(!PlotScale([0, 1000], isLogarithmic: true).isLogarithmic)
    #expect(PlotScale([1, 2], isLogarithmic: true).isLogarithmic)
  }

  @Test(
    "No values break a scale",
    arguments: [
      [], [5], [0, 0], [-1e308, 1e308], [.nan, .infinity], [1e-300, 1e300],
      [.leastNonzeroMagnitude, .leastNonzeroMagnitude],
      [-3, -3.0000001],
    ] as [[Double]]) func oddScales(values: [Double])
  {
    let scale = PlotScale(values)
    for value in values { #expect((0...1).contains(scale.position(of: value))) }
    let ticks = scale.ticks()
    #expect(ticks.count < 20)
    for tick in ticks { #expect(!PlotScale.label(tick).isEmpty) }
  }

  @Test("Ticks of a time axis stand where the clock on the wall is round") func timeAxis() {
    // An hour ahead of UTC.
    func local(_ seconds: Int64) -> Terminal.LocalTime? {
      let offset: Int64 = 3600
      let shown = seconds + offset
      return Terminal.LocalTime(
        year: 1970, month: 1, day: Int(shown / 86_400) + 1, hour: Int(shown % 86_400 / 3600),
        minute: Int(shown % 3600 / 60), second: Int(shown % 60), offset: Int(offset))
    }
    let axis = TimeAxis(from: 0, to: 86_400, count: 9, local: local)
    #expect(axis.ticks.map(\.label).first == "03:00")
    #expect(axis.ticks.map(\.label).contains("Jan  2"))
    #expect(axis.ticks.map(\.position).first == 7200.0 / 86_400)
    #expect(TimeAxis(from: 0, to: 9, local: local).ticks.map(\.label).contains("01:00:05"))
    #expect(TimeAxis(from: 5, to: 5, local: local).ticks == [])
    #expect(TimeAxis(from: -1e300, to: 1e300, local: local).ticks == [])
  }

  private func span(
    _ start: Double, _ end: Double, _ state: RunState = .finished, host: String = "a", run: Int = 0
  ) -> Timeline.Span {
    Timeline.Span(host: host, start: start, end: end, state: state, run: run)
  }

  @Test("Runs at the same time lie in lanes, one after the other in one") func lanes() {
    let timeline = Timeline(
      [span(0, 1000, run: 0), span(500, 2000, run: 1), span(1000, 1900, .failed, run: 2)],
      now: 2000)
    #expect(timeline.hosts.map(\.name) == ["a"])
    #expect(timeline.hosts[0].lanes.map { $0.map(\.run) } == [[0, 2], [1]])
    #expect(timeline.hosts[0].lanes[0].map(\.state) == [.finished, .failed])
    #expect(timeline.hosts[0].lanes.joined().allSatisfy { $0.start >= 0 && $0.end <= 1 })
  }

  @Test("Ten thousand short runs are few bars, which tell of every failure") func merging() {
    var spans: [Timeline.Span] = []
    for number in 0..<10_000 {
      let start = Double(number) * 8
      let state = number % 100 == 99 ? RunState.failed : .finished
      spans.append(span(start, start + 7, state, host: "h\(number % 5)", run: number))
    }
    let timeline = Timeline(spans, now: 80_000, markLimit: 500)
    let marks = timeline.hosts.flatMap { $0.lanes.joined() }
    #expect(marks.count <= 500)
    #expect(marks.reduce(0) { $0 + $1.count } == 10_000)
    #expect(marks.reduce(0) { $0 + $1.failures } == 100)
    #expect(marks.allSatisfy { $0.run == nil || $0.count == 1 })
    // Most of them finished: no bar says something else.
    #expect(Set(marks.map(\.state)) == [.finished])
  }

  @Test("Only the last day is shown, or the last on which there was something") func window() {
    let day = 86_400.0
    let old = span(0, 100, run: 0)
    let timeline = Timeline([old, span(10 * day, 10 * day + 60, run: 1)], now: 10 * day + 600)
    #expect(timeline.hosts.map(\.runs) == [1])
    #expect(timeline.end - timeline.start < 1.1 * day)
    #expect(Timeline([old], now: 10 * day).hosts.map(\.runs) == [1])
    #expect(Timeline([], now: 5).hosts.isEmpty)
    let wrong = [span(.nan, 5), span(9, 3), span(0, .infinity)]
    #expect(Timeline(wrong, now: 5).hosts.isEmpty)
  }

  @Test("Hosts with few runs are left out where there are many, and counted") func manyHosts() {
    var spans = (0..<40).map { span(0, 10, host: "h\($0)", run: $0) }
    spans.append(span(20, 30, host: "h39", run: 40))
    let timeline = Timeline(spans, now: 40)
    #expect(timeline.hosts.count == 24)
    #expect(timeline.omittedHosts == 16)
    #expect(timeline.hosts.contains { $0.name == "h39" })
  }
}
