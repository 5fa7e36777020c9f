import Testing

@testable import SpoolFiles

@Suite struct SweepWordsTests {
  private func parameters(
    _ words: [String], _ method: SweepFile.Method = .grid
  ) throws -> String {
    try SweepWords(words, method: method).file(command: ["c"], job: nil, launch: nil)["parameters"]?
      .text ?? ""
  }

  private func points(_ word: String) throws -> [String] {
    let text = try SweepWords([word], method: .grid).file(command: ["c"], job: nil, launch: nil)
      .text
    return try SweepPoints(SweepFile(parsing: Array(text.utf8))).points.map { $0["x"]?.text ?? "" }
  }

  @Test(arguments: [
    ("x=1e-3,1e-2", ["1e-3", "1e-2"]), ("x=1..5", ["1", "2", "3", "4", "5"]), ("x=3..3", ["3"]),
    ("x=0..1:0.25", ["0.0", "0.25", "0.5", "0.75", "1.0"]), ("x=1..10:4", ["1", "5", "9"]),
    ("x=1..3,7,9..10", ["1", "2", "3", "7", "9", "10"]), ("x=-2..0", ["-2", "-1", "0"]),
    ("x=a,b", [#""a""#, #""b""#]), ("x=true,null,.5", ["true", "null", "0.5"]),
    (#"x="a,b",c"#, [#""a,b""#, #""c""#]), (#"x=["a,b",[1,2]]"#, [#""a,b""#, "[1,2]"]),
    ("x=../data,v1..v2", [#""../data""#, #""v1..v2""#]), (#"x="1""#, [#""1""#]),
    (#"x={"min":1,"max":2}"#, ["1", "2"]), ("x=a=b", [#""a=b""#]), (#"x="""#, [#""""#]),
    (
      "x=9223372036854775800..9223372036854775807:5",
      ["9223372036854775800", "9223372036854775805"]
    ),
  ])
  func valuesOfAGrid(_ word: String, _ values: [String]) throws {
    #expect(try points(word) == values)
  }

  @Test func rangesOfARandomSearchAreDrawnFrom() throws {
    #expect(
      try parameters(["a=1..5", "b=0.1..0.9", "c=1e-4..1e-1:log", "d=1..2:0.5"], .random)
        == #"{"a":{"distribution":"int_uniform","min":1,"max":5},"#
        + #""b":{"distribution":"uniform","min":0.1,"max":0.9},"#
        + #""c":{"distribution":"log_uniform_values","min":1e-4,"max":1e-1},"#
        + #""d":{"values":[1.0,1.5,2.0]}}"#)
  }

  @Test func namesWithDotsAreNested() throws {
    #expect(
      try parameters(["o.lr=1", "o.name=a,b", "z=2"])
        == #"{"o":{"parameters":{"lr":{"value":1},"name":{"values":["a","b"]}}},"z":{"value":2}}"#)
  }

  @Test(arguments: [
    (["1x=2"], "'1x=2': give NAME=VALUES, where NAME has letters, digits, _, - and dots"),
    (["=2"], "'=2': give NAME=VALUES, where NAME has letters, digits, _, - and dots"),
    (["a..b=2"], "'a..b=2': give NAME=VALUES, where NAME has letters, digits, _, - and dots"),
    (["a"], "'a': give NAME=VALUES, where NAME has letters, digits, _, - and dots"),
    (["a=1", "a=2"], "'a=2': a has values already"),
    (["a=1", "a.b=2"], "'a.b=2': a parameter has values, or parameters of its own"),
    (["a.b=1", "a=2"], "'a=2': a parameter has values, or parameters of its own"),
    (["a=1,,2"], "'a=1,,2': a value is empty (\"\" in quotes is the empty text)"),
    (["a="], "'a=': a value is empty (\"\" in quotes is the empty text)"),
    (["a=\"x"], "'a=\"x': a quote is not closed"),
    (["a=5..1"], "'a=5..1': the first number of 5..1 is the larger one"),
    (["a=1..9:0"], "'a=1..9:0': a step is a number above 0, or log, not '0'"),
    (["a=0..1:log"], "'a=0..1:log': logarithms are of numbers above 0, not of 0"),
    (
      ["a=1..2:log"],
      "'a=1..2:log': a grid cannot walk it: list the values, or add --method random --count N"
    ),
    (
      ["a=0.1..0.9"],
      "'a=0.1..0.9': its values cannot be listed: add a step as in 0.1..0.9:0.1, or"
        + " --method random --count N"
    ),
    (["a=0..1e300:1"], "'a=0..1e300:1': has more than 100000 values, which is the limit"),
    (["a=1..2000000000,5"], "'a=1..2000000000,5': has more than 100000 values, which is the limit"),
  ])
  func refusals(_ words: [String], _ message: String) {
    let error = #expect(throws: SpoolError.self) { try SweepWords(words, method: .grid) }
    #expect(error?.message == message)
    #expect(error?.kind == .badInput)
  }

  @Test(arguments: [
    (["./train"], ["./train", "${args}"]), (["t", "--lr", "{lr}"], ["t", "--lr", "${config.lr}"]),
    (["t", "a{lr}b{seed}"], ["t", "a${config.lr}b${config.seed}"]),
    (["t", "${args_json}"], ["t", "${args_json}"]),
    (["t", "{other}"], ["t", "{other}", "${args}"]),
    (["t", "${lr}{lr}"], ["t", "${lr}${config.lr}"]),
  ])
  func placesInTheCommand(_ command: [String], _ words: [String]) throws {
    let file = try SweepWords(["lr=1", "seed=2"], method: .grid)
      .file(command: command, job: nil, launch: nil)
    #expect(file["command"] == .strings(words))
  }

  @Test func tellsWordsFromFiles() {
    #expect(SweepWords.isParameter("lr=1") && SweepWords.isParameter("=x"))
    #expect(!SweepWords.isParameter("./a=b.yaml") && !SweepWords.isParameter("sweep.yaml"))
    #expect(!SweepWords.isParameter("-"))
  }
}
