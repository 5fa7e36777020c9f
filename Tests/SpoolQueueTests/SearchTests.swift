import SpoolTesting
import Testing

@testable import SpoolFiles
@testable import SpoolProtocol
@testable import SpoolQueue
@testable import SpoolSystem

/// What is searched by a table is found as it was by going through all of it.
@Suite struct SearchTests {
  private static let runs: Set<String> = [
    "train-9x7c", "train-9x7c-2", "train-0001", "t-0001-2", "t-0001", "t-12345", "a-b-c", "b-c",
    "c", "-c", "t",
    "x-0001-0002", "s-1-0001", "s-1-0001-3", "s-1-01-3", "s--0001", "été-é",
    "train-9223372036854775807",
  ]

  @Test("The runs that a text may mean") func names() {
    var names = RunNames(Self.runs)
    for text in Self.runs.union([
      "", "t", "tr", "c", "b-c", "2", "0001", "é", "z", "train-9", "-", "9x7c-2",
    ]) {
      var expected = Self.runs.filter { $0 == text }
      if expected.isEmpty { expected = text.isEmpty ? [] : Self.runs.filter { $0.hasPrefix(text) } }
      if expected.isEmpty { expected = Self.runs.filter { $0.hasSuffix("-" + text) } }
      let found = Set(names.matches(text))
      #expect(found == expected, "\(text)")
    }
    names.formUnion(["zz-top"])
    for text in ["zz", "top"] {
      let found = names.matches(text)
      #expect(found == ["zz-top"])
    }
  }

  @Test("The sweeps that a run may be of") func sweeps() {
    for run in Self.runs {
      let possible = Sweep.possibleSweeps(ofRun: run)
      for id in ["t", "train", "s-1", "s-", "x", "x-0001", "a-b", "t-0001", "train-9x7c"] {
        #expect(possible.contains(id) == Sweep.isName(run, ofSweep: id), "\(run) of \(id)")
      }
    }
  }

  @Test("Spellings of one word are keys of their own, however many") func spellings() throws {
    let marks = ["\u{0301}", "\u{0323}", "\u{0331}", "\u{0327}"]
    var words = ["x"]
    for _ in 0..<3 { words += words.flatMap { word in marks.map { word + $0 } } }
    let keys = words.reduce(into: [[UInt8]: String]()) { $0[Array($1.utf8)] = $1 }.values.sorted {
      $0.utf8.lexicographicallyPrecedes($1.utf8)
    }
    var object = JSONObject()
    for (number, key) in keys.enumerated() {
      let isNew = object.insert(key, .number(number))
      #expect(isNew)
    }
    #expect(object.count == keys.count)
    for (number, key) in keys.enumerated() { #expect(object[key]?.intValue == number) }
    #expect(try JSON(parsing: object.bytes(), dialect: .strict).objectValue?.count == keys.count)
  }

  @Test("An object is changed in its place") func modified() {
    var object: JSONObject = ["a": 1, "b": ["c": 2]]
    object.modifyObject("b") { $0["d"] = 3 }
    object.modifyObject("a") { $0["e"] = 4 }
    object.modifyObject("f") { $0["g"] = 5 }
    #expect(object.text == #"{"a":{"e":4},"b":{"c":2,"d":3},"f":{"g":5}}"#)
  }

  @Test("Places of runs come from one look, and a run counts before a file that asks for its name")
  func places() throws {
    try withQueue { queue in
      let agent = try TestAgent(in: queue)
      let waiting = try queue.launch()
      let held = try queue.launch(held: true)
      let running = try queue.startRun(by: agent).run
      try queue.drop("\(waiting).json")
      let done = try queue.startRun(by: agent)
      try done.finish(.finished(), sync: false)
      let places = try queue.places(of: [waiting, held, running, done.run, "none"])
      #expect(places.count == 4)
      for run in [waiting, held, running, done.run] {
        #expect(places[run] == (try queue.locate(run)), "\(run)")
      }
    }
  }

  @Test(
    "Thousands of points with one object of thousands of values are made in no time to speak of")
  func nested() throws {
    let inner = (0..<3000).map { "\"p\($0)\": {\"value\": \($0)}" }.joined(separator: ", ")
    let text = """
      {"method": "grid", "program": "p", "parameters": {"a": {"parameters": {\(inner)}}}}
      """
    let points = try SweepPoints(SweepFile(parsing: Array(text.utf8)))
    #expect(points.points.first?["a"]?["p2999"]?.intValue == 2999)
  }
}

@Suite struct DottedPathTests {
  @Test("A path with dots finds keys that have some themselves, the longest first") func paths() {
    let config: JSONObject = [
      "a": ["b": ["c": 1], "b.c": 2], "a.b": ["c": 3], "x.y.z": 4, "x": ["y": 5], "e": 6,
    ]
    let found = ["a.b.c", "a.b", "x.y.z", "x.y", "e", "e.f", "a.b.c.d", ".", "..a", "a."].map {
      config.value(atDottedPath: $0)?.text
    }
    #expect(found == ["3", #"{"c":3}"#, "4", "5", "6", nil, nil, nil, nil, nil])
  }

  @Test("So does one with more dots than anybody counts") func longPath() {
    let name = Array(repeating: "a", count: 40).joined(separator: ".")
    let config = JSONObject([
      (name, .object(["b": 1])), ("a", .object(JSONObject([("a." + name, .number(2))]))),
    ])
    #expect(config.value(atDottedPath: name + ".b")?.intValue == 1)
    #expect(config.value(atDottedPath: "a.a." + name)?.intValue == 2)
    let long = Array(repeating: "a", count: 100_000).joined(separator: ".")
    #expect(config.value(atDottedPath: long) == nil)
  }
}
