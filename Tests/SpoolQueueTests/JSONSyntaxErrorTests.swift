import SpoolQueue
import Testing

@Suite struct JSONSyntaxErrorTests {
  /// A text, the error's description, and whether the text only ends too early.
  static let texts: [(String, String, Bool)] = [
    ("", "line 1, column 1: the text is empty", true),
    ("// only this\n", "line 2, column 1: the text is empty", true),
    ("{", "line 1, column 2: the text ends inside an object begun at line 1, column 1", true),
    (
      "{\"a\"", "line 1, column 5: the text ends inside an object begun at line 1, column 1", true
    ),
    (
      "{\"a\":\n", "line 2, column 1: the text ends inside an object begun at line 1, column 1",
      true
    ),
    ("[1,", "line 1, column 4: the text ends inside an array begun at line 1, column 1", true),
    ("[\n [1", "line 2, column 4: the text ends inside an array begun at line 2, column 2", true),
    (
      "{\n  \"a\": \"bé",
      "line 2, column 11: the text ends inside a string begun at line 2, column 8",
      true
    ),
    ("\"\\", "line 1, column 3: the text ends inside a string begun at line 1, column 1", true),
    ("\"\\u12", "line 1, column 6: the text ends inside a string begun at line 1, column 1", true),
    (
      "\"\\ud83d", "line 1, column 8: the text ends inside a string begun at line 1, column 1", true
    ),
    (
      "\"\\ud83d\\", "line 1, column 9: the text ends inside a string begun at line 1, column 1",
      true
    ),
    ("/* x", "line 1, column 5: the text ends inside a comment begun at line 1, column 1", true),
    ("/", "line 1, column 2: the text ends inside a comment begun at line 1, column 1", true),
    ("[-", "line 1, column 3: the text ends inside a number begun at line 1, column 2", true),
    ("[1.", "line 1, column 4: the text ends inside a number begun at line 1, column 2", true),
    ("[1e+", "line 1, column 5: the text ends inside a number begun at line 1, column 2", true),
    ("[tru", "line 1, column 5: the text ends inside a word begun at line 1, column 2", true),

    ("}", "line 1, column 1: expected a value", false),
    ("[,]", "line 1, column 2: expected a value", false),
    ("{\"a\": }", "line 1, column 7: expected a value", false),
    ("+1", "line 1, column 1: expected a value", false),
    ("\u{0}", "line 1, column 1: expected a value", false),
    ("{a: 1}", "line 1, column 2: expected a key in double quotes", false),
    ("{,}", "line 1, column 2: expected a key in double quotes", false),
    ("{\"a\" 1}", "line 1, column 6: expected ':' after a key", false),
    ("{\"é\": 1 \"b\": 2}", "line 1, column 9: expected ',' or '}' after a value", false),
    ("[1 2]", "line 1, column 4: expected ',' or ']' after a value", false),
    ("[1}", "line 1, column 3: expected ',' or ']' after a value", false),
    ("{} {}", "line 1, column 4: there is more text after the value", false),
    ("{\"a\": 1,\n \"a\": 2}", "line 2, column 2: the key \"a\" is given twice", false),
    ("{'a': 1}", "line 1, column 2: strings and keys are written in double quotes", false),
    ("# x\n{}", "line 1, column 1: a comment begins with // or /*", false),
    ("{} /x", "line 1, column 4: a comment begins with // or /*", false),
    ("[01]", "line 1, column 2: a number with a 0 before its first digit", false),
    ("[-x]", "line 1, column 3: expected a digit", false),
    ("[1.x]", "line 1, column 4: expected a digit", false),
    ("[1ex]", "line 1, column 4: expected a digit", false),
    ("[True]", "line 1, column 2: 'True' is written true", false),
    ("[FALSE]", "line 1, column 2: 'FALSE' is written false", false),
    ("[None]", "line 1, column 2: 'None' is written null", false),
    ("[hello]", "line 1, column 2: expected a value; text is written in double quotes", false),
    ("[\"a\nb\"]", "line 1, column 4: a line break inside a string; write \\n", false),
    ("[\"a\tb\"]", "line 1, column 4: a tab inside a string; write \\t", false),
    (
      "[\"a\u{1}b\"]", "line 1, column 4: a control character inside a string; write \\u0001", false
    ),
    (
      #"["\x"]"#,
      #"line 1, column 3: a backslash is written \\; after it only " \ / b f n r t u"#, false
    ),
    (#"["\u00g0"]"#, #"line 1, column 3: \u needs four hexadecimal digits"#, false),
    (
      #"["\ud800"]"#, "line 1, column 3: half of a surrogate pair without the other half", false
    ),
    (
      #"["\ud800\u0041"]"#, "line 1, column 3: half of a surrogate pair without the other half",
      false
    ),
    (
      #"["\udc00\ud800"]"#, "line 1, column 3: half of a surrogate pair without the other half",
      false
    ),
    (String(repeating: "[", count: 65), "line 1, column 65: more than 64 levels of nesting", false),
  ]

  @Test(arguments: texts)
  func saysWhatIsWrongAndWhere(_ text: String, _ description: String, _ isTruncation: Bool) {
    let error = #expect(throws: JSONSyntaxError.self) { try JSON(parsing: Array(text.utf8)) }
    #expect(error?.description == description)
    #expect(error?.isTruncation == isTruncation)
  }

  @Test(arguments: [
    ("[1,]", "line 1, column 4: a comma after the last value"),
    ("{\"a\":1,}", "line 1, column 8: a comma after the last member"),
    ("[1] // x", "line 1, column 5: there is more text after the value"),
    ("[/**/]", "line 1, column 2: comments are not allowed here"),
    ("\u{FEFF}[]", "line 1, column 1: expected a value"),
  ])
  func theStrictDialectIsStrict(_ text: String, _ description: String) {
    let error = #expect(throws: JSONSyntaxError.self) {
      try JSON(parsing: Array(text.utf8), dialect: .strict)
    }
    #expect(error?.description == description)
  }

  /// Bytes inside a string, and whether the text could still become one.
  static let malformed: [([UInt8], String)] = [
    ([0xFF], "the byte 0xff is not UTF-8"),
    ([0x80], "the byte 0x80 is not UTF-8"),
    ([0xC0, 0x80], "the byte 0xc0 is not UTF-8"),  // NUL in two bytes
    ([0xE0, 0x80, 0x80], "the byte 0xe0 is not UTF-8"),  // too long a form
    ([0xED, 0xA0, 0x80], "the byte 0xed is not UTF-8"),  // a surrogate
    ([0xF4, 0x90, 0x80, 0x80], "the byte 0xf4 is not UTF-8"),  // beyond U+10FFFF
    ([0xF0, 0x9F, 0x98], "the byte 0xf0 is not UTF-8"),  // cut off by the quote
    ([0xE2, 0x82], "the byte 0xe2 is not UTF-8"),
  ]

  @Test(arguments: malformed)
  func bytesThatAreNotUTF8(_ bytes: [UInt8], _ message: String) {
    for (before, after) in [("[\"a", "\"]"), ("/*/", "*/ 1")] {
      let text = Array(before.utf8) + bytes + Array(after.utf8)
      let error = #expect(throws: JSONSyntaxError.self) { try JSON(parsing: text) }
      #expect(error?.description == "line 1, column 4: \(message)")
      #expect(error?.isTruncation == false)
    }
  }

  @Test func aCharacterCutOffByTheEndIsATruncation() {
    for length in 1...3 {
      let text = Array("\"".utf8) + [0xF0, 0x9F, 0x98, 0x80].prefix(length)
      let error = #expect(throws: JSONSyntaxError.self) { try JSON(parsing: text) }
      #expect(error?.isTruncation == true)
    }
  }

  @Test func everyBeginningOfATextIsATruncation() throws {
    let text = """
      { // é
        "a": [1.5e-3, true, null, "x\\n\\ud83d\\ude00é😀"], /* c */ "b": {"c": false, }, }
      """
    let bytes = Array(text.utf8)
    #expect(throws: Never.self) { try JSON(parsing: bytes) }
    for length in 0..<bytes.count {
      let error = #expect(throws: JSONSyntaxError.self) {
        try JSON(parsing: Array(bytes.prefix(length)))
      }
      #expect(error?.isTruncation == true, "of \(length) bytes: \(String(describing: error))")
    }
  }

  @Test func columnsCountCharactersAndNoByteOrderMark() {
    let error = #expect(throws: JSONSyntaxError.self) {
      try JSON(parsing: Array("\u{FEFF}\"é😀\" x".utf8))
    }
    #expect(error?.line == 1)
    #expect(error?.column == 6)
  }
}
