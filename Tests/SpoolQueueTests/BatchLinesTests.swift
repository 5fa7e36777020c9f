import Testing

@testable import SpoolFiles
@testable import SpoolSystem

@Suite struct BatchLinesTests {
  private func words(_ template: [String], _ text: String) throws -> [String] {
    let lines = try BatchLines(Array(text.utf8), title: "t").lines
    return try LineTemplate(template).words(for: lines[0])
  }

  private func refusal(_ bytes: [UInt8]) -> String? {
    #expect(throws: SpoolError.self) { try BatchLines(bytes, title: "t") }?.message
  }

  @Test(arguments: [
    ("{}", "a b", "a b"), ("x{}y{}", "1", "x1y1"), ("{1}-{2}", " a\t b ", "a-b"), ("{#}", "a", "1"),
    ("{{}}", "a", "{a}"), ("{", "a", "{"), ("}{", "a", "}{"), ("{ }", "a", "{ }"),
    ("{0}", "a", "{0}"),
    ("{01}", "a", "{01}"), ("{-1}", "a", "{-1}"), ("{print $1}", "a", "{print $1}"),
    (#"{"k": {}}"#, "5", #"{"k": 5}"#), ("{99999999}", "a", "{99999999}"), ("", "a", ""),
    // Text from the line is not read again.
    ("{}", "{1} {#}", "{1} {#}"),
  ])
  func places(_ word: String, _ line: String, _ result: String) throws {
    #expect(try words([word], line) == [result])
  }

  @Test func tellsWhetherThereIsAPlace() {
    #expect(!LineTemplate(["awk", "{print}", "{0}"]).hasPlaces)
    #expect(LineTemplate(["a", "b{#}"]).hasPlaces)
  }

  @Test func aLineWithTooFewFieldsIsRefused() throws {
    let error = #expect(throws: SpoolError.self) { try words(["{9}"], "\n\na b\n") }
    #expect(error?.message == "line 3 has 2 fields, and the command asks for {9}")
    #expect(error?.kind == .badInput)
  }

  @Test func aLongLineInManyPlacesIsRefusedBeforeItIsMade() throws {
    let line = String(repeating: "x", count: 1000)
    let error = #expect(throws: SpoolError.self) {
      try words([String(repeating: "{}", count: 100_000)], line)
    }
    #expect(error?.message == "line 1: the command would have more than 1048576 bytes")
  }

  @Test func findsLines() throws {
    let text = "one\r\n\n \t\ntwo \r\r\n" + "\u{FEFF}3"
    let lines = try BatchLines(Array(text.utf8), title: "t").lines
    #expect(lines.map(\.number) == [1, 4, 5])
    #expect(lines.map(\.text) == ["one", "two \r", "\u{FEFF}3"])
  }

  @Test func bytesThatAreNotUTF8ReachTheWord() throws {
    let lines = try BatchLines([0x61, 0xC3, 0x28, 0xFF], title: "t").lines
    let words = try LineTemplate(["{}", "{1}."]).words(for: lines[0])
    #expect(words.map(\.rawBytes) == [[0x61, 0xC3, 0x28, 0xFF], [0x61, 0xC3, 0x28, 0xFF, 0x2E]])
  }

  @Test func refusesWhatIsNoLine() {
    #expect(refusal([]) == "t: has no line that asks for a run")
    #expect(refusal(Array("\n \n".utf8)) == "t: has no line that asks for a run")
    #expect(
      refusal([0x61, 0x0A, 0x62, 0, 0x63])
        == "t: line 2 has a NUL character, which no word can hold")
    #expect(
      refusal([UInt8](repeating: 0x61, count: Job.sizeLimit))
        == "t: line 1 has 1048576 bytes; fewer than 1048576 are allowed")
    #expect(
      refusal([UInt8](repeating: 0x0A, count: BatchLines.sizeLimit + 1))
        == "t: has more than 33554432 bytes, which is the limit for lines")
    let many = [UInt8]((0...100_000).flatMap { _ in Array("a\n".utf8) })
    #expect(refusal(many) == "t: has more than 100000 lines, which is the limit")
  }

  @Test(arguments: [
    (#"{"command": ["a"]}"#, "j", false),
    ("{\"command\": [\"a\"]}\n{\"command\": [\"b\"]}", "j", true),
    ("{\n \"command\": [\"a\"]\n}\n", "j", false), ("{\"command\": [\"a\"]}\n// end\n", "j", false),
    ("{}\n{}\n", "j.yaml", false), ("{}", "j.jsonl", true), ("", "j", false),
    ("{\"a\": [\n{}]}", "j", false), ("command: [a]\n", "j", false),
  ])
  func tellsJobsOnLines(_ text: String, _ name: String, _ areObjects: Bool) {
    #expect(BatchLines.areObjects(Array(text.utf8), named: name) == areObjects)
  }
}
