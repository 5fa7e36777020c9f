import SpoolTesting
import Testing

@testable import SpoolFiles
@testable import SpoolProtocol
@testable import SpoolQueue
@testable import SpoolSystem

@Suite("Which runs a selection means")
struct SelectionTests {
  /// A moment, in seconds after a fixed one.
  private static func moment(_ seconds: Int) -> Timestamp {
    Timestamp(nanoseconds: Int64(1_795_000_000 + seconds) * 1_000_000_000)
  }

  /// What the table below starts from.
  private static let facts = Selection.Facts(
    run: "train-9x7c", entity: "lab", state: .failed, tags: ["nightly", "gpu"], job: "train:v3",
    author: "Ada L.", owner: "ada", sweep: "lr-k2p4", createdAt: moment(0), endedAt: moment(100))

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let isSelected: Bool
    let selection: Selection
    var facts = SelectionTests.facts

    init(
      _ isSelected: Bool, _ name: String, _ set: (inout Selection) -> Void,
      _ change: (inout Selection.Facts) -> Void = { _ in }
    ) {
      testDescription = name
      self.isSelected = isSelected
      var selection = Selection()
      set(&selection)
      self.selection = selection
      change(&facts)
    }
  }

  static let cases: [Case] = [
    Case(true, "nothing set") { _ in },
    Case(true, "its name") { $0.runs = ["train-9x7c", "other"] },
    Case(false, "other names") { $0.runs = ["train"] },
    Case(false, "no names") { $0.runs = [] },
    Case(true, "one of the states") { $0.states = [.failed, .crashed] },
    Case(false, "another state") { $0.states = [.crashed] },
    Case(true, "not held") { $0.isHeld = false },
    Case(false, "held") { $0.isHeld = true },
    Case(true, "held, and is", { $0.isHeld = true }, { $0.held = true }),
    Case(true, "a tag") { $0.tags = ["gpu"] },
    Case(true, "all tags") { $0.tags = ["gpu", "nightly"] },
    Case(false, "one tag of two") { $0.tags = ["gpu", "weekly"] },
    Case(false, "a part of a tag") { $0.tags = ["night"] },
    Case(true, "its author") { $0.authors = ["Ada L."] },
    Case(true, "its owner") { $0.authors = ["bob", "ada"] },
    Case(false, "another author") { $0.authors = ["Ada"] },
    Case(false, "an author, where none is known", { $0.authors = ["ada"] }) {
      $0.author = nil
      $0.owner = nil
    },
    Case(true, "its owner's") { $0.owners = ["ada", "1001"] },
    Case(false, "another owner's, whatever its author says", { $0.owners = ["bob"] }) {
      $0.author = "bob"
    },
    Case(false, "an owner, where none is known", { $0.owners = ["ada"] }) { $0.owner = nil },
    Case(true, "its sweep") { $0.sweeps = ["a", "lr-k2p4"] },
    Case(false, "another sweep") { $0.sweeps = ["lr"] },
    Case(false, "a sweep, and it has none", { $0.sweeps = ["lr-k2p4"] }) { $0.sweep = nil },
    Case(true, "ended at that moment") { $0.since = moment(100) },
    Case(false, "ended before") { $0.since = moment(101) },
    Case(true, "queued since", { $0.since = moment(0) }) { $0.endedAt = nil },
    Case(false, "queued before, and not over", { $0.since = moment(1) }) { $0.endedAt = nil },
    Case(false, "no time is known", { $0.since = moment(0) }) {
      $0.endedAt = nil
      $0.createdAt = nil
    },
    Case(true, "two conditions") {
      $0.tags = ["gpu"]
      $0.states = [.failed]
    },
    Case(false, "one condition of two") {
      $0.tags = ["gpu"]
      $0.states = [.finished]
    },
  ]

  @Test("every condition that is set must hold", arguments: cases)
  func conditions(_ item: Case) {
    #expect(item.selection.matches(item.facts) == item.isSelected)
  }

  static let jobs: [(String, String?, Bool)] = [
    ("train", "train:v3", true), ("train:v3", "train:v3", true), ("train:v2", "train:v3", false),
    ("train", "train", true), ("train:latest", "train", true), ("train:v3", "train", false),
    ("lab/train", "train:v3", true), ("train", "lab/train:v3", true),
    ("bob/train", "train:v3", false), ("train", "bob/train:v3", false),
    ("bob/train", "bob/train:v1", true), ("trai", "train:v3", false), ("train", nil, false),
    ("train", "no job at all", false),
  ]

  @Test(
    "a job is all its versions, one of another entity only where that is named", arguments: jobs)
  func job(_ text: String, _ job: String?, _ isSelected: Bool) throws {
    var selection = Selection()
    selection.jobs = [try #require(Selection.Job(text))]
    var facts = Self.facts
    facts.job = job
    #expect(selection.matches(facts) == isSelected)
  }

  @Test("what is not a job's name is none", arguments: ["", "a b", "a/b/c", "train:", ":v1"])
  func noJob(_ text: String) { #expect(Selection.Job(text) == nil) }

  @Test("a record's facts are those of its run, built or not", arguments: cases)
  func scanned(_ item: Case) throws {
    let object: JSONObject = [
      "run": "train-9x7c", "queue": "gpu", "entity": "lab", "state": "failed",
      "tags": ["nightly", "gpu"], "job": "train:v3", "author": "Ada L.", "owner": "ada",
      "sweep": "lr-k2p4", "created_at": .string(Self.moment(0).text),
      "ended_at": .string(Self.moment(100).text), "file": "{\"tags\": [\"weekly\"]}",
    ]
    let run = try #require(Run(object))
    #expect(Selection.Facts(run) == Self.facts)
    let scanner = FactsScanner(item.selection, entity: "lab")
    var ranges: [Range<Int>?] = []
    let scanned = run.json.bytes().withUnsafeBytes {
      scanner.facts(of: "train-9x7c", in: $0, &ranges)
    }
    #expect(item.selection.matches(scanned) == item.selection.matches(Self.facts))
  }

  @Test("what is no record is a crashed run of which nothing is known")
  func noRecord() {
    var ranges: [Range<Int>?] = []
    for text in ["", "{}", #"{"state":"asleep"}"#, "[1]", #"{"state":"#] {
      let facts = Array(text.utf8).withUnsafeBytes {
        FactsScanner(Selection(), entity: "lab").facts(of: "a", in: $0, &ranges)
      }
      #expect(facts == Selection.Facts(run: "a", entity: "lab", state: .crashed))
    }
  }

  static let verdicts: [(Queue.Folder, String, Bool?, Bool?, Bool?, Bool?)] = [
    // any, waiting, held, tagged
    (.queued, "50-20261122T131501.482913Z-a.json", true, true, false, nil),
    (.queued, "50-20261122T131501.482913Z-a.json.held", true, true, true, nil),
    (.queued, "a.json.editing", true, true, true, nil),
    (.starting, "50-20261122T131501.482913Z-a@h-abcd.1.json", true, false, false, nil),
    (.running, "50-20261122T131501.482913Z-a@h-abcd.1.json", true, false, false, nil),
  ]

  @Test("a file is read only where its name and place do not decide", arguments: verdicts)
  func verdict(
    _ folder: Queue.Folder, _ file: String, _ any: Bool?, _ waiting: Bool?, _ held: Bool?,
    _ tagged: Bool?
  ) throws {
    let active = try #require(ActiveRun(folder, file))
    func verdict(_ set: (inout Selection) -> Void) -> Bool? {
      var selection = Selection()
      set(&selection)
      return selection.verdict(of: active, waitingState: .idle)
    }
    #expect(verdict { _ in } == any)
    #expect(verdict { $0.states = [.idle] } == waiting)
    #expect(verdict { $0.isHeld = true } == held)
    #expect(verdict { $0.tags = ["x"] } == tagged)
    #expect(verdict { $0.runs = ["b"] } == false)
    // An outcome may be there, and is the state of the run then.
    #expect(verdict { $0.states = [.failed] } == (folder == .running ? .none : false))
    #expect(
      verdict { $0.since = Timestamp("2026-11-22T13:15:02Z") }
        == (folder == .running || active.name.stamp == nil ? .none : false))
  }
}

@Suite("Selecting runs of a queue")
struct SelectingTests {
  private func launch(_ queue: Queue, _ name: String, _ tag: String) throws -> String {
    try queue.launch(#"{"command": ["true"], "tags": ["\#(tag)"]}"#, named: name)
  }

  @Test("waiting, running and ended runs are selected alike, each with its place")
  func places() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let ended = try launch(queue, "ended", "a")
      try queue.start(try queue.waitingFile(of: ended), by: agent).finish(.failed(3), sync: false)
      let other = try launch(queue, "other", "b")
      let waiting = try launch(queue, "waiting", "a")
      let run = try launch(queue, "run", "a")
      let attempt = try queue.start(try queue.waitingFile(of: run), by: agent)
      try queue.drop("dropped.json", #"{"command": ["true"], "tags": ["a"]}"#)
      func select(_ set: (inout Selection) -> Void) throws -> [String] {
        var selection = Selection()
        set(&selection)
        return try queue.select(selection).map { $0.run }
      }
      #expect(try select { $0.tags = ["a"] } == [run, waiting, "dropped", ended])
      #expect(try select { $0.tags = ["b"] } == [other])
      #expect(try select { $0.runs = [waiting, ended, "x"] } == [waiting, ended])
      #expect(
        try select {
          $0.runs = [waiting, ended]
          $0.states = [.failed]
        } == [ended])
      #expect(try select { $0.states = [.failed, .running] } == [run, ended])
      #expect(try select { $0.since = Timestamp(nanoseconds: .max) }.isEmpty)
      #expect(try select { $0.since = Timestamp(nanoseconds: 0) }.count == 5)
      let places = try queue.select(Selection()).map { $0.place }
      #expect(places.first == .running(attempt.name))
      #expect(places.last == .done)
      try attempt.finish(.finished(), sync: false)
    }
  }

  @Test("an outcome that is published decides, although its run is in running/")
  func published() throws {
    try withQueue(isSound: false) { queue in
      let agent = try TestAgent(in: queue)
      let attempt = try queue.startRun(by: agent)
      try attempt.finish(.failed(1), sync: false)
      try System.rename(
        queue.runPath(attempt.run, "1/job.json"), queue.path(.running, attempt.name.text))
      try System.unlink(queue.path(.done, attempt.run + ".json"))
      #expect(try queue.select(Selection(states: [.failed])).map { $0.run } == [attempt.run])
      #expect(try queue.select(Selection(states: [.running])).isEmpty)
    }
  }

  @Test("changes to many runs: each for itself, with what keeps the others")
  func changes() throws {
    try withQueue { queue in
      let first = try queue.launch(named: "first")
      let second = try queue.launch(named: "second", held: true)
      try queue.drop("10-twin.json")
      try queue.drop("20-twin.json")
      let twin = try #require(QueueFileName("10-twin.json"))
      let results = try queue.change(
        [(first, nil), ("nobody", nil), (second, nil), ("twin", .queued(twin))],
        .move(toPriority: 20))
      let kinds = results.map { result -> SpoolError.Kind? in
        if case .failure(let error) = result.result { error.kind } else { nil }
      }
      #expect(kinds == [nil, .notFound, nil, .no])
      #expect(try queue.names(.queued).allSatisfy { $0.hasPrefix("20-") || $0 == "10-twin.json" })
      #expect(try queue.names(.queued).filter { $0.hasSuffix(".held") }.count == 1)
    }
  }
}
