import SpoolQueue
import SpoolTerminal
import SpoolTesting
import Testing

@testable import spool

@Suite("The live view") struct WatchTests {
  private static let now = Timestamp("2026-11-22T13:15:01Z") ?? .now

  @Test(
    "What became of a kill is told as it is, by kill and by the key alike",
    arguments: [
      (Queue.KillResult.ended, "a: killed"),
      (.requested, "a: its runner was asked to stop it"),
      (.wasDone, "a: was over already"),
    ]) func killed(result: Queue.KillResult, text: String)
  { #expect(result.text("a") == text) }

  private func run(_ name: String, _ state: RunState, _ more: String = "") throws -> Run {
    let text = #"{"run":"\#(name)","queue":"q","entity":"me","state":"\#(state.rawValue)"\#(more)}"#
    let object = try #require(JSON(parsing: Array(text.utf8), dialect: .strict).objectValue)
    return try #require(Run(object))
  }

  private func snapshot() throws -> WatchSnapshot {
    var queue = WatchSnapshot.QueueView(reference: "me/q")
    queue.overview.agents = [makeAgent("gpu1-4kq2", host: "gpu1")]
    queue.overview.counts.running = 1
    queue.overview.counts.queued = 2
    queue.overview.counts.done = 1
    var running = try run(
      "train-aaaa", .running,
      #","started_at":"2026-11-22T13:14:01Z","host":"gpu1","command":["python"]"#)
    running.progress = "25/100 reading shards"
    queue.running = [running]
    var held = try run("late-cccc", .queued, #","command":["sleep","5"],"author":"ada""#)
    held.held = true
    queue.waiting = [try run("next-bbbb", .queued, #","command":["make","all"]"#), held]
    queue.ended = [
      try run("bad-dddd", .failed, #","exit_code":3,"reason":"exit status 3","duration_s":61.5"#)
    ]
    var snapshot = WatchSnapshot()
    snapshot.queues = [queue]
    snapshot.now = Self.now
    return snapshot
  }

  private func lines(
    _ state: WatchState, width: Int = 80, height: Int = 10, log: [String] = []
  ) throws -> [String] {
    WatchScreen(try snapshot(), state, width: width, height: height, colour: false).lines(log: log)
  }

  @Test("The whole screen at 80 columns") func screen() throws {
    #expect(
      try lines(WatchState()) == [
        "me/q  1 running, 2 queued, 1 done, 1 agent",
        "> train-aaaa       running      python           1m00s  gpu1  [##--------] 25% …",
        "  next-bbbb        queued       make all",
        "  late-cccc        queued held  sleep 5",
        "  bad-dddd         failed (3)   -                1m01s  exit status 3", "", "", "", "",
        "?: help  l: log  x: kill  h: hold  r: retry  /: filter  q: quit",
      ])
  }

  @Test("A suspended run says so, has no speed, and goes on with the same key") func suspended()
    throws
  {
    var snapshot = try snapshot()
    snapshot.queues[0].running[0].suspended = true
    var state = WatchState()
    let lines = WatchScreen(snapshot, state, width: 80, height: 10, colour: false).lines()
    #expect(
      lines[1]
        == "> train-aaaa       suspended    python           1m00s  gpu1  [##--------] 25% …"
    )
    #expect(state.press(.character("s"), snapshot) == .resume(run: "train-aaaa", queue: 0))
  }

  @Test(
    "No line is wider than the window, and there are as many as it has",
    arguments: [(20, 5), (33, 7), (80, 24), (200, 60)])
  func sizes(width: Int, height: Int) throws {
    let lines = try lines(WatchState(), width: width, height: height)
    #expect(lines.count == height)
    for line in lines { #expect(textWidth(line) <= width, "\(line)") }
  }

  @Test("The chosen run stays chosen while lines move, and stays in the window") func moving()
    throws
  {
    var state = WatchState()
    var snapshot = try snapshot()
    for _ in 1...3 { #expect(state.press(.down, snapshot) == nil) }
    #expect(state.chosen?.run == "bad-dddd")
    snapshot.queues[0].ended.insert(try run("new-eeee", .finished), at: 0)
    #expect(state.position(in: state.items(snapshot)) == 4)
    let lines = WatchScreen(snapshot, state, width: 80, height: 5, colour: false).lines()
    #expect(lines.contains { $0.hasPrefix("> bad-dddd") })
    // Not beyond the ends.
    for _ in 1...9 { _ = state.press(.down, snapshot) }
    #expect(state.position(in: state.items(snapshot)) == 4)
    _ = state.press(.home, snapshot)
    #expect(state.chosen?.run == "train-aaaa")
    _ = state.press(.up, snapshot)
    #expect(state.chosen?.run == "train-aaaa")
  }

  @Test("Keys ask for what fits the run, and kill only after a yes") func keys() throws {
    let snapshot = try snapshot()
    var state = WatchState()
    #expect(state.press(.character("h"), snapshot) == nil)
    #expect(state.message == "only a waiting run can be held")
    #expect(state.press(.character("s"), snapshot) == .stop(run: "train-aaaa", queue: 0))
    #expect(state.press(.character("x"), snapshot) == nil)
    #expect(try lines(state).last == "kill train-aaaa? y: yes, other: no")
    #expect(state.press(.character("n"), snapshot) == nil)
    #expect(state.mode == .list)
    _ = state.press(.character("x"), snapshot)
    #expect(state.press(.character("y"), snapshot) == .kill(run: "train-aaaa", queue: 0))
    _ = state.press(.down, snapshot)
    #expect(state.press(.character("h"), snapshot) == .hold(run: "next-bbbb", queue: 0))
    #expect(state.press(.character("s"), snapshot) == nil)
    #expect(state.message == "only a running run can be suspended")
    _ = state.press(.down, snapshot)
    #expect(state.press(.character("h"), snapshot) == .release(run: "late-cccc", queue: 0))
    #expect(state.press(.character("r"), snapshot) == nil)
    _ = state.press(.down, snapshot)
    #expect(state.press(.character("r"), snapshot) == .retry(run: "bad-dddd", queue: 0))
    #expect(state.press(.character("x"), snapshot) == nil)
    #expect(state.message == "bad-dddd is over already")
    #expect(state.press(.character("q"), snapshot) == .quit)
    #expect(state.press(.interrupt, snapshot) == .quit)
  }

  @Test("A filter shows what contains it, and goes with escape") func filter() throws {
    let snapshot = try snapshot()
    var state = WatchState()
    for key in Key.read(Array("/ADAX".utf8)) { _ = state.press(key, snapshot) }
    #expect(try lines(state).last == "/ADAX_")
    _ = state.press(.backspace, snapshot)
    _ = state.press(.enter, snapshot)
    #expect(state.items(snapshot).map(\.run.run) == ["late-cccc"])
    // q is text while one types, and quits after it.
    _ = state.press(.escape, snapshot)
    #expect(state.items(snapshot).count == 4)
  }

  @Test("The log and the help cover the list until they are left") func covers() throws {
    let snapshot = try snapshot()
    var state = WatchState()
    _ = state.press(.enter, snapshot)
    #expect(state.mode == .log(run: "train-aaaa", queue: 0))
    let log = (1...30).map { "line \($0)\u{1b}[2J" }
    let shown = try lines(state, log: log)
    #expect(shown.first == "log of train-aaaa")
    #expect(shown[8] == "line 30\\x1b[2J")
    #expect(state.press(.character("q"), snapshot) == nil)
    _ = state.press(.character("?"), snapshot)
    #expect(try lines(state, height: 24).contains("q, ^C              quit"))
    _ = state.press(.escape, snapshot)
    #expect(state.mode == .list)
  }

  @Test("Only lines that changed are sent") func painting() {
    var painter = ScreenPainter()
    #expect(painter.paint(["a", "b"]).hasPrefix("\u{1b}[2J"))
    #expect(painter.paint(["a", "b"]) == "")
    #expect(painter.paint(["a", "c"]) == "\u{1b}[2;1H\u{1b}[0m\u{1b}[2Kc")
    painter.forget()
    #expect(painter.paint(["a", "c"]).hasPrefix("\u{1b}[2J"))
  }

  @Test("Keys as terminals send them") func sequences() {
    #expect(
      Key.read(Array("\u{1b}[A\u{1b}OB\u{1b}[5~\u{1b}[6~q".utf8))
        == [.up, .down, .pageUp, .pageDown, .character("q")])
    #expect(
      Key.read(Array("ä\r\u{7f}\u{3}\u{1b}".utf8))
        == [.character("ä"), .enter, .backspace, .interrupt, .escape])
    #expect(Key.read(Array("\u{1b}[1;5C\u{1b}[".utf8)) == [])
    #expect(
      Key.read([0xFF, 0x80, 0x41]) == [
        .character("\u{FFFD}"), .character("\u{FFFD}"), .character("A"),
      ])
  }

  @Test("Progress as runs write it") func progress() {
    let cases: [(String, Double?, String)] = [
      ("37/100 reading shards", 0.37, "reading shards"), ("50%", 0.5, ""),
      ("12.5% warm", 0.125, "warm"), ("3/2 odd", 1, "odd"), ("-1/2", 0, ""),
      ("loading", nil, "loading"), ("1/0 x", nil, "1/0 x"), ("nan/1", nil, ""), ("", nil, ""),
      ("a/b c", nil, "a/b c"),
    ]
    for (text, fraction, words) in cases {
      #expect(RunProgress(text).fraction == fraction, "\(text)")
      #expect(RunProgress(text).words == words, "\(text)")
    }
    #expect(RunProgress("25/100").left(after: 60) == 180)
    #expect(RunProgress("0/100").left(after: 60) == nil)
    #expect(RunProgress.bar(0.5, width: 12) == "[#####-----]")
    #expect(RunProgress.bar(1, width: 12) == "[##########]")
  }
}
