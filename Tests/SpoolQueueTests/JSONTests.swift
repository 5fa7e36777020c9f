import SpoolQueue
import Testing

@Suite struct JSONTests {
  @Test func readsEveryKindOfValue() throws {
    let text = #"{"a": null, "b": [true, false], "c": 1.0, "d": "é\n", "e": {}, "f": []}"#
    let value = try JSON(parsing: Array(text.utf8), dialect: .strict)
    #expect(
      value == [
        "a": .null, "b": [true, false], "c": .number("1.0"), "d": "é\n", "e": [:], "f": [],
      ])
    #expect(value["b"]?.arrayValue?.first?.boolValue == true)
    #expect(value["a"]?.isNull == true)
    #expect(value["d"]?.stringValue == "é\n")
    #expect(value["x"] == nil)
  }

  @Test(arguments: [
    "1.0", "-0", "0", "1e3", "1E+03", "-12.50e-7", "123456789012345678901234567890",
  ])
  func numbersStayAsWritten(_ literal: String) throws {
    #expect(try JSON(parsing: Array(literal.utf8)).text == literal)
  }

  @Test func numbersHaveValues() {
    #expect(JSON.number("3").intValue == 3)
    #expect(JSON.number("3.0").intValue == 3)
    #expect(JSON.number("3e2").intValue == 300)
    #expect(JSON.number("3.5").intValue == nil)
    #expect(JSON.number("1e99").intValue == nil)
    #expect(JSON.number("3.5").doubleValue == 3.5)
    #expect(JSON.string("3").intValue == nil)
    #expect(JSON.number(0.1).text == "0.1")
    #expect(JSON.number(1.0).text == "1.0")
    #expect(JSON.number(-7).text == "-7")
    #expect(JSON.number(Double.infinity).text == "null")
  }

  @Test func relaxedTextHasCommentsAndTrailingCommas() throws {
    let text = """
      \u{FEFF}// first
      { /* é */ "a": [1, 2, /* , */ ], // last
        "b": "// no comment", }
      // no line break after this
      """
    #expect(try JSON(parsing: Array(text.utf8)) == ["a": [1, 2], "b": "// no comment"])
  }

  @Test func escapesAreUndone() throws {
    let text = #""\"\\\/\b\f\n\r\t\u0041\u00e9\uD83D\uDE00\u0000""#
    let value = try JSON(parsing: Array(text.utf8), dialect: .strict)
    #expect(value == "\"\\/\u{8}\u{C}\n\r\tAé😀\0")
  }

  @Test func writesOnOneLineOrOverMany() {
    let value: JSON = [
      "text": "é \"\\\n\u{1}\u{7F}\u{1F}", "list": [1, [], [:]], "none": .null, "yes": true,
    ]
    #expect(
      value.text
        == #"{"text":"é \"\\\n\u0001\u007f\u001f","list":[1,[],{}],"none":null,"yes":true}"#)
    #expect(
      String(decoding: value.bytes(pretty: true), as: UTF8.self) == #"""
        {
          "text": "é \"\\\n\u0001\u007f\u001f",
          "list": [
            1,
            [],
            {}
          ],
          "none": null,
          "yes": true
        }
        """#)
  }

  @Test func whatIsWrittenReadsBack() throws {
    let controls = String(String.UnicodeScalarView((0...0x2FF).compactMap(Unicode.Scalar.init)))
    let value: JSON = [controls: .string(controls), "nested": [[["a": [1, "x", .null, false]]]]]
    for pretty in [false, true] {
      #expect(try JSON(parsing: value.bytes(pretty: pretty), dialect: .strict) == value)
    }
  }

  @Test func readsFromRawMemory() throws {
    let value = try Array("[1]".utf8).withUnsafeBytes { try JSON(parsing: $0) }
    #expect(value == [1])
  }

  @Test func nestsUpToTheLimit() throws {
    let deepest = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    #expect(throws: Never.self) { try JSON(parsing: Array(deepest.utf8)) }
  }

  @Test func stringsAreEqualByTheirBytes() {
    #expect(JSON.string("\u{E9}") != JSON.string("e\u{301}"))
    let object: JSONObject = ["\u{E9}": 1, "e\u{301}": 2]
    #expect(object.count == 2)
    #expect(object["e\u{301}"] == 2)
  }
}

@Suite struct JSONObjectTests {
  @Test func keepsTheOrderOfItsKeys() {
    var object: JSONObject = ["b": 1, "a": 2]
    object["c"] = 3
    object["b"] = 4
    object["a"] = nil
    #expect(object.keys == ["b", "c"])
    #expect(object.text == #"{"b":4,"c":3}"#)
    #expect(object["a"] == nil)
    #expect(object.count == 2)
    #expect(!object.isEmpty)
  }

  @Test func equalityIgnoresTheOrder() {
    let one: JSONObject = ["a": 1, "b": ["c": 2, "d": 3]]
    let other: JSONObject = ["b": ["d": 3, "c": 2], "a": 1]
    #expect(one == other)
    #expect(one.hashValue == other.hashValue)
    #expect(one != ["a": 1])
    #expect(one != ["a": 1, "b": 2])
  }

  @Test func theLastOfRepeatedKeysCounts() {
    #expect(JSONObject([("a", 1), ("b", 2), ("a", 3)]).text == #"{"a":3,"b":2}"#)
  }

  @Test func aLargeObjectBehavesLikeASmallOne() {
    var object = JSONObject((0..<1000).map { ("key\($0)", .number($0)) })
    for number in stride(from: 0, to: 1000, by: 2) { object["key\(number)"] = nil }
    object["key1"] = "changed"
    object["new"] = true
    #expect(object.count == 501)
    #expect(object["key0"] == nil)
    #expect(object["key1"] == "changed")
    #expect(object["key999"] == 999)
    #expect(object["new"] == true)
    #expect(object.keys.first == "key1")
  }
}
