import SpoolQueue
import SpoolTerminal
import SpoolTesting
import Testing

@testable import spool

@Suite("A window shows what runs, what waits and what ended, a share of the rows each")
struct WatchShareTests {
  @Test(
    "Rows by weight; what one leaves over goes to the others",
    arguments: [
      ([10, 10, 10], 8, [4, 2, 2]), ([1, 10, 10], 9, [1, 4, 4]), ([0, 0, 10], 5, [0, 0, 5]),
      ([10, 10, 10], 3, [1, 1, 1]), ([10, 10, 10], 1, [1, 0, 0]), ([2, 2, 2], 100, [2, 2, 2]),
      ([5, 5, 5], 0, [0, 0, 0]), ([5, 0, 5], -3, [0, 0, 0]), ([], 4, []),
    ])
  func shares(_ wanted: [Int], _ room: Int, _ expected: [Int]) {
    #expect(RowShares.of(wanted, weights: [2, 1, 1], room: room) == expected)
  }

  @Test("All of the room is given, and no list more than it has", arguments: 0..<200)
  func everyRow(seed: Int) {
    var random = SeededGenerator(state: UInt64(seed))
    let wanted = (0..<Int.random(in: 0...6, using: &random)).map { _ in
      Int.random(in: 0...40, using: &random)
    }
    let room = Int.random(in: 0...100, using: &random)
    let weights = wanted.map { _ in Int.random(in: 1...4, using: &random) }
    let given = RowShares.of(wanted, weights: weights, room: room)
    #expect(given.reduce(0, +) == Swift.min(room, wanted.reduce(0, +)))
    for (rows, most) in zip(given, wanted) { #expect(rows >= 0 && rows <= most) }
  }

  private static func run(_ name: String, _ state: RunState, _ more: String = "") throws -> Run {
    let text =
      #"{"run":"\#(name)","queue":"q","entity":"me","state":"\#(state.rawValue)","#
      + #""command":["python3","train.py","--epochs","100","--data","/data/\#(name)"]\#(more)}"#
    let object = try #require(JSON(parsing: Array(text.utf8), dialect: .strict).objectValue)
    return try #require(Run(object))
  }

  /// Several queues, each with many runs of each kind.
  private static func snapshot(queues: Int, runs: Int, name: String = "run") throws -> WatchSnapshot
  {
    var snapshot = WatchSnapshot()
    snapshot.now = Timestamp("2026-11-22T13:15:01Z") ?? .now
    for queue in 0..<queues {
      var view = WatchSnapshot.QueueView(reference: "me/q\(queue)")
      view.overview.counts.running = runs
      view.overview.counts.queued = runs
      view.overview.counts.done = runs * 10
      for number in 0..<runs {
        let label = "\(name)-\(queue)-\(number)"
        view.running.append(
          try run(label + "r", .running, #","started_at":"2026-11-22T13:14:01Z","host":"gpu1""#))
        view.waiting.append(try run(label + "w", .queued))
        view.ended.append(
          try run(
            label + "e", .failed,
            #","reason":"exit status 3","ended_at":"2026-11-22T13:\#(10 + number):0\#(queue)Z""#))
      }
      snapshot.queues.append(view)
    }
    return snapshot
  }

  @Test("Of many queues with many runs each there is something of everything")
  func everything() throws {
    let lines = WatchScreen(
      try Self.snapshot(queues: 5, runs: 20), WatchState(), width: 100, height: 24, colour: false
    ).lines()
    #expect(
      lines.prefix(5) == [
        "me/q0  20 running, 20 queued, 200 done, 0 agents",
        "me/q1  20 running, 20 queued, 200 done, 0 agents",
        "me/q2  20 running, 20 queued, 200 done, 0 agents",
        "me/q3  20 running, 20 queued, 200 done, 0 agents",
        "me/q4  20 running, 20 queued, 200 done, 0 agents",
      ])
    #expect(lines[5] == "running: 8 of 100")
    #expect(
      lines[6]
        == "> q0 run-0-0r             running      python3 tr…/run-0-0r 1m00s  gpu1")
    #expect(lines[7].hasPrefix("  q1 run-1-0r "))
    #expect(lines[14] == "waiting: 4 of 100")
    #expect(
      lines[15].hasSuffix("python3 train.py --epochs 100 --data /data/run-0-0w"), "\(lines[15])")
    #expect(lines[19] == "ended: 3 of 1000")
    // The newest end of all queues first.
    #expect(lines[20].hasPrefix("  q4 run-4-19e "))
    #expect(lines[20].hasSuffix("-  exit status 3"))
    #expect(lines[23].hasPrefix("?: help"))
  }

  @Test(
    "On every window each line fits, wide characters too, and the chosen run is there",
    arguments: [10, 11, 15, 16, 24, 40, 100], [20, 39, 40, 59, 60, 80, 133, 250])
  func windows(height: Int, width: Int) throws {
    let snapshot = try Self.snapshot(queues: 7, runs: 6, name: "訓練👩‍💻é")
    var state = WatchState()
    for step in 0..<30 {
      let lines = WatchScreen(snapshot, state, width: width, height: height, colour: false).lines()
      #expect(lines.count == height)
      for line in lines { #expect(textWidth(line) <= width, "\(line)") }
      #expect(lines.count { $0.hasPrefix(">") } == 1, "\(step): \(lines)")
      if step == 0 {
        for mark in ["r ", "w ", "e "] where width >= 60 {
          #expect(lines.contains { $0.contains("-0" + mark) || $0.contains("-5" + mark) })
        }
      }
      for _ in 1...5 { _ = state.press(.down, snapshot) }
    }
    // The last of all, however far it is.
    #expect(state.position(in: state.items(snapshot)) == 7 * 6 * 3 - 1)
  }

  @Test("More queues than a part of the window holds: the busy ones, and a line for the others")
  func manyQueues() throws {
    var snapshot = try Self.snapshot(queues: 2, runs: 1)
    for number in 0..<30 {
      var view = WatchSnapshot.QueueView(reference: "me/idle\(number)")
      if number == 20 { view.overview.trouble = "cannot be read" }
      snapshot.queues.insert(view, at: 0)
    }
    snapshot.queues[3].overview.counts.queued = 2
    let lines = WatchScreen(snapshot, WatchState(), width: 80, height: 13, colour: false).lines()
    #expect(
      lines.prefix(6) == [
        "me/idle29  0 running, 0 queued, 0 done, 0 agents",
        "me/idle26  0 running, 2 queued, 0 done, 0 agents", "me/idle20  cannot be read",
        "me/q0  1 running, 1 queued, 10 done, 0 agents",
        "me/q1  1 running, 1 queued, 10 done, 0 agents",
        "27 more queues: 0 running, 0 queued",
      ])
    #expect(lines[6].hasPrefix("> q0"))
  }

  @Test("The middle of a text goes first, in whole characters")
  func middle() {
    #expect(cutTextInMiddle("abcdefgh", toCells: 8) == "abcdefgh")
    #expect(cutTextInMiddle("abcdefgh", toCells: 5) == "ab…gh")
    #expect(cutTextInMiddle("日本語日本語", toCells: 6) == "日…語")
    #expect(cutTextInMiddle("abc", toCells: 1) == "…")
    #expect(cutTextInMiddle("abc", toCells: 0) == "")
  }

  @Test("A list that is drawn again and again shows something of each kind as well")
  func list() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      for number in 0..<30 {
        try queue.startRun(named: "done\(number)", by: agent).finish(.finished(), sync: false)
      }
      for number in 0..<30 { _ = try queue.startRun(named: "run\(number)", by: agent) }
      for _ in 0..<30 { _ = try queue.enqueue(Job(command: ["true"])) }
      let listing = try RunListing(queue)
      let records = listing.newestRecords(limit: 21)
      let shared = listing.share(20, Selection(), records: records)
      #expect(shared.entries.count == 20 && shared.omitted == 70)
      let states = listing.runs(of: shared.entries).map(\.state)
      #expect(states.count { $0 == .running } == 10)
      #expect(states.count { $0 == .finished } == 5)
      var selection = Selection()
      selection.states = [.running]
      #expect(listing.share(40, selection, records: []).omitted == 0)
      #expect(listing.share(4, selection, records: []).omitted == nil)
    }
  }
}
