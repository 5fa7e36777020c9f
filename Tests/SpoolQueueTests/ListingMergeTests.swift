import Testing

@testable import SpoolFiles
@testable import SpoolProtocol
@testable import SpoolQueue
@testable import SpoolSystem

/// What two looks at the queue, with runs moving between the listings, say together.
@Suite struct ListingMergeTests {
  private static let stamp = "20261122T131501.482913Z-"

  private func waiting(_ run: String, _ priority: String = "50") -> String {
    "\(priority)-\(Self.stamp)\(run).json"
  }

  private func look(
    _ waiting: [String] = [], starting: [String] = [], running: [String] = [], done: [String] = []
  ) -> RunListing.Look {
    func claimed(_ folder: Queue.Folder, _ runs: [String]) -> [ActiveRun] {
      runs.compactMap { ActiveRun(folder, "50-\(Self.stamp)\($0)@host-x9k2.1.json") }
    }
    return RunListing.Look(
      waiting: NameTable(waiting), starting: claimed(.starting, starting),
      running: claimed(.running, running), records: NameTable(done.map { $0 + ".json" }))
  }

  private func merge(_ before: RunListing.Look, _ after: RunListing.Look) -> [String] {
    let (claimed, waiting) = RunListing.merge(before, after)
    return claimed.map { "\($0.folder) \($0.run)" } + waiting.texts.map { "queued \($0)" }
  }

  @Test func whatStandsStillIsThereOnce() {
    let still = look([waiting("a"), "hello.json"], starting: ["b"], running: ["c"], done: ["d"])
    #expect(
      merge(still, still)
        == ["running c", "starting b", "queued \(waiting("a"))", "queued hello.json"])
  }

  @Test func theFurthestAlongWins() {
    let a = look([waiting("a")])
    #expect(merge(look([waiting("a")], starting: ["a"]), look(running: ["a"])) == ["running a"])
    #expect(merge(a, look(starting: ["a"])) == ["starting a"])
    #expect(merge(a, look(starting: ["a"], running: ["a"])) == ["running a"])
    #expect(merge(a, look([waiting("a")], starting: ["a"])) == ["starting a"])
    #expect(merge(look(starting: ["a"], running: ["a"]), look()) == ["running a"])
  }

  @Test func aRecordIsFinal() {
    let done = look(running: ["a"], done: ["a"])
    #expect(merge(look([waiting("a")]), look(done: ["a"])) == [])
    #expect(merge(look(running: ["a"]), done) == [])
    #expect(merge(done, done) == [])
    // It waited when queued/ was listed, and had ended when done/ was.
    #expect(merge(look([waiting("a")]), look([waiting("a")], done: ["a"])) == [])
    #expect(merge(look(["hello.json"]), look(["hello.json"], done: ["hello"])) == [])
  }

  @Test func whatMovesBackwardsIsNotLost() {
    // Running when queued/ was listed, waiting when running/ was.
    #expect(merge(look(), look([waiting("a")])) == ["queued \(waiting("a"))"])
    #expect(merge(look(running: ["a"]), look([waiting("a")])) == ["queued \(waiting("a"))"])
    // Given back, and claimed once more.
    #expect(merge(look(running: ["a"]), look(starting: ["a"])) == ["starting a"])
  }

  @Test func whatIsMetNowhereIsLookedForWhenItIsRead() {
    #expect(merge(look([waiting("a")]), look()) == ["queued \(waiting("a"))"])
    #expect(merge(look(["hello.json"]), look()) == [])
  }

  @Test func anotherNameOfTheSameRunIsTheSameRun() {
    #expect(
      merge(look([waiting("a")]), look([waiting("a") + ".held"]))
        == ["queued \(waiting("a")).held"])
    #expect(
      merge(look([waiting("a")]), look([waiting("a", "10")])) == ["queued \(waiting("a", "10"))"])
  }

  @Test func aFileDroppedUnderAnOldNameIsAnotherRun() {
    let dropped = look(["hello.json"], done: ["hello"])
    #expect(merge(dropped, dropped) == ["queued hello.json"])
    #expect(merge(look(done: ["hello"]), dropped) == ["queued hello.json"])
    let beside = look(["a.json"], running: ["a"])
    #expect(merge(beside, beside) == ["running a", "queued a.json"])
  }
}
