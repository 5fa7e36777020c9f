import Dispatch
import SpoolTesting
import Synchronization
import Testing

@testable import SpoolFiles
@testable import SpoolProtocol
@testable import SpoolQueue
@testable import SpoolSystem

@Suite struct QueueListTests {
  @Test func runningFirstThenTheQueueInItsOrderThenTheNewestEnded() throws {
    try withQueue { queue in
      let old = try queue.submit("old")
      try queue.end(old)
      let later = try queue.submit("later", priority: 80)
      let first = try queue.submit("first", priority: 3)
      let held = try queue.submit("held", priority: 40, held: true)
      let starting = try queue.submit("starting", priority: 0)
      let running = try queue.submit("running")
      try queue.drop("hello.json")
      try queue.drop("10-dropped.json")
      let new = try queue.submit("new")
      try queue.end(new, .failed(3))
      // Their modification times may fall into one tick of the clock.
      try queue.rewrite(new)
      let claim = try #require(try queue.claimed(starting))
      let attempt = try queue.started(running)

      #expect(
        try queue.names
          == [running, starting, first, "dropped", held, later, "hello", new, old])
      let runs = try queue.runs()
      #expect(
        runs.map { $0.state } == [
          .running, .starting, .idle, .idle, .idle, .idle, .idle, .failed, .finished,
        ])
      #expect(runs.map { $0.held } == runs.map { $0.run == held })
      #expect(runs[6].priority == 99)

      try attempt.finish(.finished(), sync: false)
      #expect(try queue.giveBack(claim))
    }
  }

  @Test func aLimitCutsTheList() throws {
    try withQueue { queue in
      for name in ["a", "b", "c"] { try queue.end(try queue.submit(name)) }
      let waiting = try queue.submit("waiting")
      for (limit, omitted) in [(1, 3), (2, 2), (4, 0), (9, 0)] {
        let selected = try RunListing(queue).select(limit: limit)
        #expect(selected.entries.count == 4 - omitted)
        #expect(selected.omitted == omitted)
      }
      #expect(try queue.runs(limit: 1).map { $0.run } == [waiting])
      #expect(try queue.runs(limit: 0).isEmpty)
    }
  }

  @Test func statesSelect() throws {
    try withQueue { queue in
      for name in ["a", "b", "c", "d"] {
        try queue.end(try queue.submit(name), name < "c" ? .failed(1) : .finished())
      }
      let waiting = try queue.submit("waiting")
      #expect(try queue.runs(selecting: Selection(states: [.failed])).count == 2)
      #expect(try queue.runs(selecting: Selection(states: [.failed, .finished])).count == 4)
      #expect(
        try queue.runs(selecting: Selection(states: [.idle, .finished])).first?.run == waiting)
      #expect(try queue.runs(selecting: Selection(states: [.queued, .killed])).isEmpty)
      let listing = try RunListing(queue)
      #expect(listing.select(limit: 2, Selection(states: [.failed])).omitted == 0)
      #expect(listing.select(limit: 1, Selection(states: [.failed])).omitted == nil)
      #expect(listing.select(limit: 1, Selection(states: [.failed])).entries.count == 1)
    }
  }

  @Test func aLiveAgentMakesIdleRunsQueued() throws {
    try withQueue { queue in
      _ = try queue.submit("a")
      #expect(try queue.runs().map { $0.state } == [.idle])
      _ = try TestAgent(in: queue)
      #expect(try queue.runs().map { $0.state } == [.queued])
      #expect(try queue.runs().map { $0.paused } == [false])
      try queue.pause()
      #expect(try queue.runs().map { $0.paused } == [true])
    }
  }

  @Test func whatIsNoRecordIsShownAsCrashed() throws {
    try withQueue(isSound: false) { queue in
      try writeFile(queue.path(.done, "a.json"), "{\"run\":\"a\"")
      try writeFile(queue.path(.done, "b.json"), "")
      try writeFile(queue.path(.done, "c.txt"), "")
      let runs = try queue.runs()
      #expect(Set(runs.map { $0.run }) == ["a", "b"])
      for run in runs {
        #expect(run.state == .crashed)
        #expect(run.reason?.hasSuffix("is not a record that spool wrote") == true)
      }
      #expect(try queue.runs(selecting: Selection(states: [.crashed])).count == 2)
      #expect(try queue.runs(selecting: Selection(states: [.finished])).isEmpty)
    }
  }

  @Test func whatCannotBeReadSaysSo() throws {
    try withQueue(isSound: false) { queue in
      // A directory cannot be read whoever asks, root too.
      try System.makeDirectory(queue.path(.done, "a.json"), permissions: 0o700)
      let run = try #require(try queue.runs().first)
      #expect(run.run == "a")
      #expect(run.state == .crashed)
      #expect(run.reason == queue.path(.done, "a.json") + ": cannot be read: Is a directory")
      #expect(try queue.runs(selecting: Selection(states: [.crashed])).count == 1)
    }
  }

  @Test func aRecordIsItsOwnLineOfJSON() throws {
    try withQueue(isSound: false) { queue in
      try queue.end(try queue.submit("a"))
      let pretty = "{\n  \"run\": \"b\",\n  \"state\": \"killed\"\n}\n"
      try writeFile(queue.path(.done, "b.json"), pretty)
      try writeFile(queue.path(.done, "c.json"), "{\"run\":\"c\",\"state\":\"killed\"")
      let listing = try RunListing(queue)
      var lines: [String: String?] = [:]
      listing.read(listing.select(limit: nil).entries, into: [(String, String?)]()) { part, run in
        part.append((run.name, run.line.map { String(decoding: $0, as: UTF8.self) }))
      } body: { part in
        for (name, line) in part { lines[name] = line }
      }
      #expect(lines.count == 3)
      #expect(lines["b"] == .some(nil))
      #expect(lines["c"] == .some(nil))
      let run = try #require(lines.keys.first { $0.hasPrefix("a-") })
      #expect(lines[run] == .some(try readFile(queue.path(.done, run + ".json"))))
    }
  }

  @Test func manyRecordsAreReadOnEveryCoreInOneOrder() throws {
    try withQueue(isSound: false) { queue in
      for number in 0..<3000 {
        try writeFile(
          queue.path(.done, "run-\(number).json"),
          "{\"run\":\"run-\(number)\",\"state\":\"finished\"}")
      }
      let expected = try queue.list(.done).map { file in
        (file, try System.information(queue.path(.done, file)).modified)
      }.sorted { left, right in
        left.1 == right.1
          ? left.0.utf8.lexicographicallyPrecedes(right.0.utf8) : left.1 > right.1
      }.map { String($0.0.dropLast(5)) }
      #expect(try queue.names == expected)
      #expect(try queue.runs(limit: 50).map { $0.run } == Array(expected.prefix(50)))
      #expect(try queue.runs(selecting: Selection(states: [.finished])).map { $0.run } == expected)
    }
  }

  @Test func everyRunIsMetOnceWhileRunsMove() throws {
    try withQueue { queue in
      var runs: [String] = []
      for number in 0..<60 { runs.append(try queue.submit("r\(number)")) }
      let all = Set(runs)
      let movers = Mutex<(any Error)?>(nil)
      let isOver = Atomic<Bool>(false)
      let group = DispatchGroup()
      DispatchQueue.global().async(group: group) { [runs] in
        do {
          for (number, run) in runs.enumerated() {
            if number % 3 == 0, let claim = try queue.claimed(run) {
              _ = try queue.giveBack(claim)
            }
            if number % 2 == 0 {
              let first = try queue.started(run)
              try first.finish(.failed(1, next: .queued), sync: false)
            }
            try queue.end(run)
          }
        } catch {
          movers.withLock { $0 = error }
        }
        isOver.store(true, ordering: .releasing)
      }
      var looks = 0
      repeat {
        let names = try queue.names
        let twice = Dictionary(grouping: names) { $0 }.filter { $0.value.count > 1 }.keys
        #expect(twice.isEmpty)
        #expect(all.subtracting(names) == [])
        looks += 1
      } while !isOver.load(ordering: .acquiring)
      group.wait()
      #expect(movers.withLock { $0 } == nil)
      #expect(looks > 1)
      #expect(try queue.runs(selecting: Selection(states: [.finished])).count == all.count)
    }
  }
}

extension Queue {
  /// Makes a run the newest ended.
  fileprivate func rewrite(_ run: String) throws {
    let path = path(.done, run + ".json")
    let others = try list(.done).filter { $0 != run + ".json" }.map { file in
      try System.information(self.path(.done, file)).modified
    }
    eventually("a later time of \(run)") {
      (try? System.open(path, .reading).touch()) != nil
        && ((try? System.information(path).modified) ?? .now) > (others.max() ?? .now)
    }
  }
}
