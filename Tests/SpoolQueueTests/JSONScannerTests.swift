import SpoolQueue
import Testing

@Suite struct JSONScannerTests {
  /// What the scanner finds for the keys `a` and `long_key`.
  private func scan(_ text: String) -> (isObject: Bool, texts: [String?]) {
    Array(text.utf8).withUnsafeBytes { bytes in
      var ranges: [Range<Int>?] = []
      let isObject = JSONScanner(keys: ["a", "long_key"]).scan(bytes, into: &ranges)
      return (isObject, ranges.map { $0.map { String(decoding: bytes[$0], as: UTF8.self) } })
    }
  }

  @Test(arguments: [
    (#"{"a":1,"long_key":"x"}"#, "1", #""x""#),
    (#"{"x":{"a":2,"y":["}","\\\"",{}]},"a":[1,{"a":3}],"b":true}"#, #"[1,{"a":3}]"#, nil),
    (#" { "long_key" : null , "a" : -1.5e3 } "#, "-1.5e3", "null"),
    (#"{"file":"{\"a\":5, \\ \"","a":"é\"\\"}"#, #""é\"\\""#, nil),
    (#"{"A":1,"aa":2,"":3}"#, nil, nil),
    ("{}", nil, nil),
  ])
  func findsValuesAtTheTopLevel(_ text: String, _ first: String?, _ second: String?) {
    let result = scan(text)
    #expect(result.isObject)
    #expect(result.texts == [first, second])
  }

  @Test(arguments: ["", "[]", "{", "{\"a", "{\"a\":", "{\"b\":1", "{\"b\":}", "{\"b\":1]", "{1:2}"])
  func saysWhenTheTextIsNoObject(_ text: String) {
    #expect(!scan(text).isObject)
  }

  @Test func stopsWhenItHasAllKeys() {
    #expect(scan(#"{"a":1,"long_key":2,"#).texts == ["1", "2"])
  }

  @Test func turnsRangesIntoValues() {
    let texts = [#""é""#, #""a\n""#, "12.5", "true", "false", "null", #"{"a":[1]}"#]
    let bytes = texts.map { Array($0.utf8) }
    func read<Value>(
      _ number: Int, _ convert: (UnsafeRawBufferPointer, Range<Int>) -> Value
    ) -> Value {
      bytes[number].withUnsafeBytes { convert($0, 0..<$0.count) }
    }
    #expect(read(0, JSONScanner.string) == "é")
    #expect(read(1, JSONScanner.string) == "a\n")
    #expect(read(2, JSONScanner.string) == nil)
    #expect(read(5, JSONScanner.string) == nil)
    #expect(read(2, JSONScanner.double) == 12.5)
    #expect(read(3, JSONScanner.double) == nil)
    #expect(read(3, JSONScanner.bool) == true)
    #expect(read(4, JSONScanner.bool) == false)
    #expect(read(5, JSONScanner.bool) == nil)
    #expect(read(6, JSONScanner.json) == ["a": [1]])
  }
}

@Suite struct JSONPositionTests {
  static let text = Array(
    """
    // é
    {
      "é": 1, "list": [1, {"x": "}"},
        [true]],
    }
    """.utf8)

  @Test(
    arguments: [
      ([], false, 2, 1),
      ([.key("é")], true, 3, 3),
      ([.key("é")], false, 3, 8),
      ([.key("list")], true, 3, 11),
      ([.key("list"), .index(1)], false, 3, 23),
      ([.key("list"), .index(1), .key("x")], true, 3, 24),
      ([.key("list"), .index(1), .key("x")], false, 3, 29),
      ([.key("list"), .index(2), .index(0)], false, 4, 6),
    ] as [([JSONPathStep], Bool, Int, Int)])
  func findsKeysAndValues(_ path: [JSONPathStep], _ key: Bool, _ line: Int, _ column: Int) {
    let position = JSON.position(of: path, in: Self.text, key: key)
    #expect(position?.line == line)
    #expect(position?.column == column)
  }

  @Test(
    arguments: [
      [.key("none")], [.index(0)], [.key("list"), .index(3)], [.key("list"), .key("x")],
    ] as [[JSONPathStep]])
  func saysWhenThereIsNothing(_ path: [JSONPathStep]) {
    #expect(JSON.position(of: path, in: Self.text) == nil)
  }
}
