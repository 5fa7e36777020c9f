import SpoolQueue
import SpoolTesting
import Testing

@Suite struct NamesTests {
  static let stamp = "20261122T131501.482913Z"

  struct Example: Sendable, CustomTestStringConvertible {
    let file: String
    var priority: Int?
    var stamp: String?
    let base: String
    var claim: String?
    var parked: QueueFileName.Parked?

    var testDescription: String { file }
  }

  static let examples = [
    Example(file: "hello.json", base: "hello"),
    Example(file: "10-hello.json", priority: 10, base: "hello"),
    Example(file: "05-hello.json", priority: 5, base: "hello"),
    Example(file: "\(stamp)-hello.json", stamp: stamp, base: "hello"),
    Example(file: "50-\(stamp)-train-9x7c.json", priority: 50, stamp: stamp, base: "train-9x7c"),
    // A prefix is taken off only if something is left.
    Example(file: "10.json", base: "10"),
    Example(file: "10-.json", base: "10-"),
    Example(file: "50-\(stamp).json", priority: 50, base: stamp),
    Example(file: "50-\(stamp)-.json", priority: 50, base: "\(stamp)-"),
    // Not prefixes.
    Example(file: "7-hello.json", base: "7-hello"),
    Example(file: "100-hello.json", base: "100-hello"),
    Example(file: "1x-hello.json", base: "1x-hello"),
    Example(file: "20261122T131501Z-hello.json", base: "20261122T131501Z-hello"),
    Example(file: "10-20-hello.json", priority: 10, base: "20-hello"),
    // Held and edited ones.
    Example(file: "hello.json.held", base: "hello", parked: .held),
    Example(file: "10-hello.json.editing", priority: 10, base: "hello", parked: .editing),
    // Claimed ones.
    Example(
      file: "50-\(stamp)-a@gpu1-k3f9.12.json", priority: 50, stamp: stamp, base: "a",
      claim: "gpu1-k3f9.12"),
    Example(file: "a@b@gpu1-k3f9.1.json", base: "a@b", claim: "gpu1-k3f9.1"),
    Example(file: "a@b.json", base: "a@b"),
    Example(file: "a@b.c.json", base: "a@b.c"),
    Example(file: "a@gpu1-k3f9.01.json", base: "a@gpu1-k3f9.01"),
    Example(
      file: "a@gpu1-k3f9.99999999999999999999.json", base: "a@gpu1-k3f9.99999999999999999999"),
    Example(file: "a@.1.json", base: "a@.1"),
    // Whatever a file system lets a name be.
    Example(file: "two words.json", base: "two words"),
    Example(file: "a.b.json", base: "a.b"),
    Example(file: "a.json.json", base: "a.json"),
    Example(file: "é\u{301}\n\t*.json", base: "é\u{301}\n\t*"),
  ]

  @Test("A file's name is taken apart, and put together again as it was", arguments: examples)
  func takenApart(_ example: Example) throws {
    let name = try #require(QueueFileName(example.file))
    #expect(name.priority == example.priority)
    #expect(name.stamp == example.stamp)
    #expect(name.base == example.base)
    #expect(name.claim?.text == example.claim)
    #expect(name.parked == example.parked)
    #expect(name.text == example.file)
    #expect(
      name.isFull
        == (example.priority != nil && example.stamp != nil
          && RunName.isValid(example.base)))
  }

  @Test(
    "What starts with a dot or does not end in .json is no job",
    arguments: [
      ".hello.json", ".nfs00000001", "hello", "hello.txt", ".json", "hello.JSON", "hello.json~",
      "hello.json.bak", "hello.jsonl", "hello.json.held.bak", "hello.json.held.held",
      "hello.json.editing.held", "hello.json.held.editing", ".json.held", "",
    ])
  func noJob(_ file: String) {
    #expect(QueueFileName(file) == nil)
  }

  @Test("No priority counts as 99") func noPriority() throws {
    #expect(QueueFileName("hello.json")?.effectivePriority == 99)
    #expect(QueueFileName("00-hello.json")?.effectivePriority == 0)
  }

  @Test("Names sort in the order in which runs are taken") func order() {
    let early = QueueFileName(priority: 50, stamp: Timestamp(nanoseconds: 999_000).stamp, run: "b")
    let late = QueueFileName(priority: 50, stamp: Timestamp(nanoseconds: 1_000_000).stamp, run: "a")
    let urgent = QueueFileName(priority: 5, stamp: late.stamp ?? "", run: "z")
    #expect([late, early, urgent].map(\.text).sorted() == [urgent, early, late].map(\.text))
  }

  @Test("A claimed name becomes the waiting one again") func claimedAndNot() {
    let waiting = QueueFileName(priority: 7, stamp: Self.stamp, run: "a")
    let claim = ClaimName(agent: "gpu1-k3f9", number: 12)
    let claimed = waiting.claimed(by: claim)
    #expect(claimed.text == "07-\(Self.stamp)-a@gpu1-k3f9.12.json")
    #expect(claimed.claim?.host == "gpu1")
    #expect(claimed.claimed(by: nil) == waiting)
    #expect(waiting.parked(.held).claimed(by: claim) == claimed)
    #expect(waiting.parked(.held).parked(nil) == waiting)
  }

  @Test(
    "A run's name has only letters, digits, '_', '.' and '-'",
    arguments: [
      ("hello", "hello"), ("two words", "two_words"), ("-rf", "_rf"), (".hidden", "_hidden"),
      ("a/b", "a_b"), ("é", "_"), ("ab\u{301}", "ab_"), ("a\n", "a_"), ("日本", "__"), ("", "_"),
      ("..", "_."), ("a@b", "a_b"),
    ])
  func cleaned(_ text: String, _ name: String) {
    #expect(RunName.cleaned(text) == name)
    #expect(RunName.isValid(name))
  }

  @Test("A long name is cut in the middle") func longNames() {
    let text = "begin" + String(repeating: "x", count: 200) + "end"
    let name = RunName.cleaned(text)
    #expect(name.utf8.count == 128)
    #expect(name.hasPrefix("beginxxx") && name.hasSuffix("xxxend") && name.contains("x..x"))
    #expect(RunName.cleaned(String(repeating: "x", count: 128)).contains(".") == false)
    #expect(RunName.cleaned(text, limit: 64).utf8.count == 64)
    #expect(RunName.numbered(name, 12).utf8.count == 128)
    #expect(RunName.numbered(name, 12).hasSuffix("-12"))
    #expect(RunName.numbered("hello", 2) == "hello-2")
    let random = RunName.random(name)
    #expect(RunName.isValid(random) && random.utf8.count == 128)
    #expect(RunName.isValid("") == false)
    #expect(RunName.isValid(String(repeating: "x", count: 129)) == false)
  }

  @Test("A file whose name has 200 characters is run under a shorter name") func longFile() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let file = String(repeating: "long", count: 50) + ".json"
      try queue.drop(file)
      let attempt = try queue.start(file, by: agent)
      #expect(attempt.run == RunName.cleaned(String(file.dropLast(5))))
      try attempt.finish(.finished(), sync: false)
      #expect(try queue.names(.done) == [attempt.run + ".json"])
    }
  }

  @Test("A file whose name is not UTF-8 is listed, read, claimed and run") func rawNames() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      // Latin 1 for "été", and bytes that no encoding of text has.
      let names: [[UInt8]] = [[0xE9, 0x74, 0xE9], [0xFF, 0xFE, 0x80, 0x78]]
      for name in names {
        try Platform.makeFile(
          named: name + Array(".json".utf8), in: queue.path(.queued), Queue.smallJob)
      }
      let trust = Trust(queue, QueueSettings())
      for file in try queue.list(.queued) {
        guard case .ready = try queue.inspect(file, trust) else {
          Issue.record("\(file) cannot be read")
          continue
        }
        try queue.start(file, by: agent).finish(.finished(), sync: false)
      }
      #expect(try queue.names(.queued) == [])
      #expect(try queue.names(.done) == ["___x.json", "_t_.json"])
    }
  }

  @Test("A stamp is read back as the time it was made from") func stamps() throws {
    let time = Timestamp(nanoseconds: 1_795_353_301_482_913_000)
    #expect(Timestamp(stamp: time.stamp) == time)
    #expect(time.stamp.utf8.count == 23)
    #expect(Timestamp(stamp: "20261322T131501.482913Z") == nil)
  }
}
