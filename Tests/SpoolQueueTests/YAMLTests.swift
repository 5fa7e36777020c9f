import Testing

@testable import SpoolFiles

/// What YAML stands for, as JSON.
@Suite struct YAMLTests {
  private func json(_ text: String) throws -> String {
    try JSON(parsingYAML: Array(text.utf8)).text
  }

  @Test(arguments: [
    // Numbers as they are written, where JSON has that, too.
    ("1", "1"), ("-1", "-1"), ("1e-5", "1e-5"), ("1E+3", "1E+3"), ("1.50", "1.50"),
    ("-0.0", "-0.0"),
    ("10000000000000000000000000001", "10000000000000000000000000001"), ("1e400", "1e400"),
    ("+7", "7"), ("007", "7"), ("000", "0"), (".5", "0.5"), ("-.5e2", "-0.5e2"), ("5.", "5.0"),
    ("5.e3", "5.0e3"), ("0x1F", "31"), ("0o17", "15"),
    ("0xffffffffffffffff", "18446744073709551615"),
    // What is no number by the core schema.
    ("1_000", #""1_000""#), ("0b1", #""0b1""#), ("1:30", #""1:30""#), ("1e", #""1e""#),
    (".", #"".""#),
    ("-", "[null]"), ("-.", #""-.""#), ("0o8", #""0o8""#), ("-0x1", #""-0x1""#),
    ("1.2.3", #""1.2.3""#),
    ("2001-01-01", #""2001-01-01""#), ("1 2", #""1 2""#),
    // Words.
    ("true", "true"), ("True", "true"), ("TRUE", "true"), ("false", "false"), ("tRUE", #""tRUE""#),
    ("null", "null"), ("Null", "null"), ("~", "null"), ("nil", #""nil""#), ("None", #""None""#),
    ("yes", #""yes""#), ("no", #""no""#), ("on", #""on""#), ("=", #""=""#),
    // Tags.
    ("!!str 5", #""5""#), ("!!str", #""""#), ("!!float 1e-5", "1e-5"), ("!!float 1", "1.0"),
    ("!!float -0", "-0.0"), ("!!int '5'", "5"), ("!!int 0x10", "16"), ("!!bool \"true\"", "true"),
    ("!!null ''", "null"), ("! 5", #""5""#), ("!<tag:yaml.org,2002:int> 5", "5"),
    ("!!seq [1]", "[1]"),
    ("!!map\na: 1", #"{"a":1}"#), ("! [1]", "[1]"),
  ])
  func scalarsFollowTheCoreSchema(text: String, json: String) throws {
    #expect(try self.json(text) == json)
  }

  @Test(arguments: [
    ("a b", "a b"), ("a:b", "a:b"), ("a#b", "a#b"), ("a #b", "a"), ("-a", "-a"), (":a", ":a"),
    ("?a", "?a"),
    ("http://x/y?z", "http://x/y?z"), ("it's", "it's"), ("a\n  b\n\n c", "a b\nc"),
    ("a\tb", "a\tb"),
    ("${args}", "${args}"), ("--lr=1", "--lr=1"), ("é 日本 😀", "é 日本 😀"),
    ("'it''s # one'", "it's # one"), (#"'a\n'"#, #"a\n"#), ("'a\n  b \n\n  c'", "a b\nc"),
    ("''", ""),
    (#""a\tb\n\"\\\/""#, "a\tb\n\"\\/"), (#""\x41é\U0001F600😀""#, "Aé😀😀"),
    (#""\0\a\b\v\f\r\e\ \_\N\L\P""#, "\0\u{7}\u{8}\u{B}\u{C}\r\u{1B} \u{A0}\u{85}\u{2028}\u{2029}"),
    ("\"a\n  b\n\n  c\"", "a b\nc"), ("\"a\\\n   b\"", "ab"), ("\"a \\\n\n  b\"", "a \nb"),
    ("\"a\\ \n b\"", "a  b"), ("\"# no comment\"", "# no comment"), ("\" a \"", " a "),
  ])
  func textIsPlainOrInQuotes(text: String, value: String) throws {
    #expect(try json(text) == JSON.string(value).text)
  }

  @Test(arguments: [
    ("|\n a\n b\n", "a\nb\n"), ("|\n a\n\n\n", "a\n"), ("|-\n a\n\n", "a"), ("|+\n a\n\n", "a\n\n"),
    ("|\n a", "a"),
    ("|\n\n a\n  b\n", "\na\n b\n"), ("|2\n   a\n", " a\n"), ("|2-\n   a\n", " a"),
    ("|-2\n   a\n", " a"),
    ("| # c\n a\n", "a\n"), ("|\n", ""), ("|+\n\n\n", "\n\n"), ("|\n # text\n", "# text\n"),
    ("|\n \ta\n", "\ta\n"),
    (">\n a\n b\n\n c\n", "a b\nc\n"), (">-\n a\n b", "a b"), (">\n a\n  b\n c\n", "a\n b\nc\n"),
    (">\n a\n\n  b\n\n c\n", "a\n\n b\n\nc\n"), (">+\n a\n\n\n", "a\n\n\n"),
    ("|\r\n a\r\n b\r\n", "a\nb\n"),
    ("|\n a: 1\n - b\n", "a: 1\n- b\n"), (">\n\n a\n", "\na\n"), ("|\n a\n   \n b\n", "a\n  \nb\n"),
  ])
  func textIsABlockOfLines(text: String, value: String) throws {
    #expect(try json("k: " + text) == JSONObject([("k", .string(value))]).text)
    #expect(try json("k: " + text + "\nj: 1").hasSuffix(#","j":1}"#))
  }

  @Test(arguments: [
    ("a: 1\nb: two\n", #"{"a":1,"b":"two"}"#),
    ("a:\n  b:\n    c: 1\n  d: 2\n", #"{"a":{"b":{"c":1},"d":2}}"#),
    ("- 1\n-\n  - 2\n- - 3\n  - 4\n", "[1,[2],[3,4]]"),
    ("a:\n- 1\n- 2\nb: 3", #"{"a":[1,2],"b":3}"#),
    ("- a: 1\n  b: 2\n-\n  c: 3", #"[{"a":1,"b":2},{"c":3}]"#),
    ("a:\nb: ~\nc: # none\n", #"{"a":null,"b":null,"c":null}"#),
    ("- # Choose\n- x", #"[null,"x"]"#),
    ("\"a b\": 1\n'c': 2\nd e: 3", #"{"a b":1,"c":2,"d e":3}"#),
    ("1: a\ntrue: b\n~: c\n.inf: d", #"{"1":"a","true":"b","~":"c",".inf":"d"}"#),
    ("? a\n: 1\n? |\n  b\n: - 2\n? c", #"{"a":1,"b\n":[2],"c":null}"#),
    ("a:   # c\n  # d\n\n  1", #"{"a":1}"#),
    ("[1, two, [3], {a: 4}]", #"[1,"two",[3],{"a":4}]"#), ("[\n  1, # one\n  2,\n]", "[1,2]"),
    ("[]", "[]"), ("{}", "{}"),
    (#"{"a":1,"b": "c", d, e: , "f":[1]}"#, #"{"a":1,"b":"c","d":null,"e":null,"f":[1]}"#),
    ("[a: 1, b]", #"[{"a":1},"b"]"#),
    ("{a:1}", #"{"a:1":null}"#), ("[a\n b, c]", #"["a b","c"]"#),
    ("{a: x:y, b: :z}", #"{"a":"x:y","b":":z"}"#),
    ("a: [\n1,\n]\nb: 2", #"{"a":[1],"b":2}"#), ("a: 'b\n  c'\nd: 1", #"{"a":"b c","d":1}"#),
    ("a:\tb\t# c", #"{"a":"b"}"#),
    ("---\na: 1\n...\n", #"{"a":1}"#), ("%YAML 1.2\n--- # c\n- 1\n", "[1]"),
    ("--- |\n a\n", #""a\n""#), ("---", "null"),
    ("\u{FEFF}a: 1", #"{"a":1}"#), ("a: 1\r\nb:\r\n  - 2\r\n", #"{"a":1,"b":[2]}"#),
    ("# c\n\na: 1 # d\n# e", #"{"a":1}"#),
    (#"{"a": [1, true, null, "x\u00e9"]}"#, #"{"a":[1,true,null,"xé"]}"#),
  ])
  func listsAndMappings(text: String, json: String) throws {
    #expect(try self.json(text) == json)
  }

  @Test(arguments: [
    ("a: &x 1\nb: *x", #"{"a":1,"b":1}"#), ("- &x [1]\n- *x", "[[1],[1]]"),
    ("- &x\n  a: 1\n- *x", #"[{"a":1},{"a":1}]"#),
    ("- &x !!str 5\n- !!str &y 6\n- [*x, *y]", #"["5","6",["5","6"]]"#),
    ("&a b: 1\nc: *a", #"{"b":1,"c":"b"}"#),
    ("- &x b\n- *x : 1", #"["b",{"b":1}]"#), ("- &x\n- *x", "[null,null]"),
    ("- &x 1\n- &x 2\n- *x", "[1,2,2]"),
    ("- &x {a: 1, b: 2}\n- <<: *x\n  b: 3\n  c: 4", #"[{"a":1,"b":2},{"a":1,"b":3,"c":4}]"#),
    (
      "- &x {a: 1}\n- &y {a: 2, b: 2}\n- {<<: [*x, *y], c: 3}",
      #"[{"a":1},{"a":2,"b":2},{"a":1,"b":2,"c":3}]"#
    ),
    ("<<: {a: 1}\nb: 2", #"{"a":1,"b":2}"#), (#"{"<<": 1}"#, #"{"<<":1}"#),
  ])
  func anchorsAreRepeated(text: String, json: String) throws {
    #expect(try self.json(text) == json)
  }

  @Test func findsWhereValuesAre() throws {
    let text = "a:\n  - x: 1\n    \"é\": {b: 2}\nc: &n\n  d: 3\ne: *n\n"
    let node = try YAMLNode(parsing: Array(text.utf8))
    func place(_ path: [JSONPathStep], key: Bool = false) -> String? {
      node.offset(of: path, key: key).map {
        String(decoding: text.utf8.dropFirst($0).prefix(3), as: UTF8.self)
      }
    }
    #expect(place([]) == "a:\n")
    #expect(place([.key("a")]) == "- x")
    #expect(place([.key("a"), .index(0), .key("x")]) == "1\n ")
    #expect(place([.key("a"), .index(0), .key("é"), .key("b")]) == "2}\n")
    #expect(place([.key("a"), .index(0), .key("é"), .key("b")], key: true) == "b: ")
    #expect(place([.key("e"), .key("d")]) == "3\ne")
    #expect(place([.key("a"), .index(1)]) == nil)
    #expect(place([.key("z")]) == nil)
  }
}
