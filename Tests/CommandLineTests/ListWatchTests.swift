import SpoolQueue
import SpoolTerminal
import SpoolTesting
import Testing

@testable import spool

@Suite("A list that is drawn again and again") struct ListWatchTests {
  private static let parts: [ListWatch.Part] = [
    ListWatch.Part(
      heading: "me/q: 1 running, 2 queued", rows: ["RUN  STATUS", "a    running", "b    queued"],
      remarks: ["7 more"]),
    ListWatch.Part(heading: "me/other", rows: [], remarks: ["no runs"]),
  ]

  @Test func theScreen() {
    #expect(
      ListWatch.screen(Self.parts, every: 2, width: 80, height: 10, colour: false) == [
        "me/q: 1 running, 2 queued", "RUN  STATUS", "a    running", "b    queued", "7 more", "",
        "me/other", "no runs", "", "every 2s  q: quit",
      ])
    #expect(
      ListWatch.screen(Self.parts, every: 0.5, width: 80, height: 5, colour: false) == [
        "me/q: 1 running, 2 queued", "RUN  STATUS", "a    running", "b    queued",
        "4 more lines below  every 500ms  q: quit",
      ])
    #expect(
      ListWatch.screen([], every: 2, width: 80, height: 2, colour: true) == [
        "", "\u{1b}[2mevery 2s  q: quit\u{1b}[0m",
      ])
  }

  @Test(
    "A line is cut to the window, its styles are not",
    arguments: [
      ("abc", 3, "abc"), ("abc", 2, "ab"), ("abc", 0, ""),
      ("\u{1b}[34mrunning\u{1b}[0m  x", 3, "\u{1b}[34mrun\u{1b}[0m"),
      ("a \u{1b}[31mb\u{1b}[0m", 3, "a \u{1b}[31mb\u{1b}[0m"), ("日本", 3, "日"),
    ])
  func clipping(line: String, cells: Int, expected: String) {
    #expect(ListWatch.clipped(line, toCells: cells) == expected)
  }

  @Test("There are as many lines as the window has", arguments: [0, 1, 2, 5, 8, 9, 30])
  func heights(height: Int) {
    let lines = ListWatch.screen(Self.parts, every: 2, width: 12, height: height, colour: false)
    #expect(lines.count == height)
    for line in lines { #expect(textWidth(line) <= 12, "\(line)") }
  }

  @Test("What was seen before is taken again only where nothing has changed") func snapshots()
    throws
  {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      var snapshot = WatchSnapshot([queue])
      #expect(snapshot.queues[0].ended.isEmpty)
      for number in 1...5 {
        let attempt = try queue.startRun(named: "run", by: agent)
        snapshot = WatchSnapshot([queue], after: snapshot)
        #expect(snapshot.queues[0].running.map(\.run) == [attempt.run])
        try attempt.finish(.finished(), sync: false)
        for _ in 1...3 {
          snapshot = WatchSnapshot([queue], after: snapshot)
          #expect(snapshot.queues[0].ended.count == number)
          #expect(snapshot.queues[0].ended.contains { $0.run == attempt.run })
          #expect(snapshot.queues[0].overview.counts.done == number)
          #expect(snapshot.queues[0].running.isEmpty)
        }
      }
    }
  }
}
