import Testing

@testable import SpoolFiles

/// What is said of texts that are no YAML, and that none of them does harm.
@Suite struct YAMLErrorTests {
  private func error(_ text: String) -> String {
    do throws(JSONSyntaxError) {
      return "reads " + (try JSON(parsingYAML: Array(text.utf8)).text)
    } catch {
      return error.description
    }
  }

  @Test(arguments: [
    ("", "line 1, column 1: the text is empty"),
    ("a: 1\na: 2", #"line 2, column 1: the key "a" is given twice"#),
    ("{a: 1, 'a': 2}", #"line 1, column 8: the key "a" is given twice"#),
    (
      "a: b: c",
      "line 1, column 5: a second ':' in the value; text with ': ' in it is written in quotes, and a"
        + " mapping begins on the next line"
    ),
    (
      "a: 'b' c",
      "line 1, column 8: there is more text after the value; if it belongs to it, put all of it in quotes"
    ),
    (
      "a: - b",
      "line 1, column 4: a list begins on a line of its own: - and its first value go to the next line"
    ),
    ("a:\n\tb: 1", "line 2, column 1: a tab in the indentation; write spaces"),
    ("- \ta: 1", "line 1, column 3: a tab before a list or a mapping; write spaces"),
    (
      "a:\n    b: 1\n  c: 2",
      "line 3, column 3: the indentation is 2 spaces, and that of the lines to which this one"
        + " would belong 0"
    ),
    ("a: 1\nb", "line 2, column 1: there is no key on this line: expected KEY: VALUE"),
    (
      "a: 1\n- b",
      "line 2, column 1: a list entry among the keys of a mapping; indent it further, or less"
    ),
    (
      "- a\nb: 1",
      "line 2, column 1: this does not belong to what stands before; look at the indentation of the line"
    ),
    (": 1", "line 1, column 1: a key is missing before ':'"),
    ("{: 1}", "line 1, column 2: a key is missing before ':'"),
    ("? \n", "line 1, column 2: a key is missing after '?'"),
    ("[a]: 1", "line 1, column 1: a key must be text, and no list and no mapping"),
    ("? [a]\n: 1", "line 1, column 3: a key must be text, and no list and no mapping"),
    ("[1, , 2]", "line 1, column 5: a value is missing before ','; a null is written null"),
    ("[1 2: 3", "line 1, column 8: the text ends inside a list begun at line 1, column 1"),
    ("{a: 1", "line 1, column 6: the text ends inside a mapping begun at line 1, column 1"),
    ("['a' 'b']", "line 1, column 6: expected ',' or ']' after a value"),
    (
      "[a: b: c]",
      "line 1, column 6: expected ',' or ']'; a ':' has a blank behind it, or text is in quotes"
    ),
    ("a: \"b", "line 1, column 6: the text ends inside a text in quotes begun at line 1, column 4"),
    (
      "a: 'b\n--- c'",
      "line 2, column 1: the text ends inside a text in quotes begun at line 1, column 4"
    ),
    (
      #"a: "\d""#,
      "line 1, column 5: a backslash is written \\\\ in double quotes; in single quotes it stands for itself"
    ),
    (#"a: "\x4""#, "line 1, column 5: this escape needs 2 hexadecimal digits"),
    (#"a: "\ud800""#, "line 1, column 5: half of a surrogate pair without the other half"),
    (#"a: "\UFFFFFFFF""#, "line 1, column 5: there is no such character"),
    ("a: @b", "line 1, column 4: text that begins with @ is written in quotes"),
    ("a: ]", "line 1, column 4: expected a value; other text is written in quotes"),
    ("[|\n a]", "line 1, column 2: no text with | or > in brackets; write it in quotes"),
    ("[- a]", "line 1, column 2: a list with - begins a line; in brackets its values stand alone"),
    ("[? a]", "line 1, column 2: a key with ? begins a line; here it is written KEY: VALUE"),
    (
      "a: |x\n b",
      "line 1, column 5: after | or > stand at most '+' or '-' and a digit from 1 to 9, and the text"
        + " begins on the next line; text that begins with | or > is written in quotes"
    ),
    (
      "a: |\n    \n  b",
      "line 2, column 1: an empty line with more spaces than the text below it; take them out, or"
        + " write how far the text is indented behind | or >"
    ),
    (
      "a: |\n  b\n c",
      "line 3, column 2: the indentation is 1 space, and that of the lines to which this one would"
        + " belong 0"
    ),
    (
      "a: *b",
      "line 1, column 4: there is no anchor &b before this alias; text that begins with * is written in"
        + " quotes"
    ),
    (
      "a: *.py",
      "line 1, column 4: the name of an alias has letters, digits, '-' and '_'; text that begins with * is"
        + " written in quotes"
    ),
    ("&a [*a]", "line 1, column 5: the alias *a stands inside what it repeats"),
    ("a: &b &c d", "line 1, column 7: a second anchor of the same value; it can have one"),
    (
      "- &a b\n- &c *a",
      "line 2, column 3: an alias has no anchor and no tag of its own; they stand where its value is"
    ),
    (
      "a: !!binary b",
      #"line 1, column 4: the tag "!!binary" has no meaning here; leave it out. Those that have are"#
        + " !!str, !!int, !!float, !!bool, !!null, !!seq and !!map"
    ),
    (
      "a: !!int x",
      #"line 1, column 10: "x" is not a whole number, as its tag says; leave the tag out"#
    ),
    ("a: !!map [b]", "line 1, column 4: the tag does not fit what follows it; leave it out"),
    ("<<: 1", "line 1, column 5: the value of << must be a mapping, or a list of mappings"),
    (
      "a: .inf",
      "line 1, column 4: .inf is no number that a configuration can hold; if text will do, write \".inf\""
    ),
    (
      "a: 0x10000000000000000",
      "line 1, column 4: 0x10000000000000000 needs more than 64 bits; write it in decimal"
        + " digits"
    ),
    ("a: 1\n---\nb: 2", "line 2, column 1: a second document begins here; the file must hold one"),
    (
      "%TAG ! x\n---\na: 1",
      "line 1, column 1: of directives only %YAML 1.2 is read; leave the line out"
    ),
    ("%YAML 1.2\na: 1", "line 1, column 1: after a directive the document begins with ---"),
    ("a: \u{1}", "line 1, column 4: a control character; in double quotes it is written \\x01"),
  ])
  func namesThePlaceAndTheFault(text: String, message: String) {
    #expect(error(text) == message)
  }

  @Test func namesBytesThatAreNotUTF8() {
    #expect { try JSON(parsingYAML: Array("é: ".utf8) + [0xFF]) } throws: {
      "\($0)" == "line 1, column 4: the byte 0xff is not UTF-8"
    }
  }

  @Test func aliasesAreBounded() {
    var laughs = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
    for level in 1..<40 {
      let alias = "*a\(level - 1)"
      laughs +=
        "a\(level): &a\(level) [" + Array(repeating: alias, count: 10).joined(separator: ",")
        + "]\n"
    }
    #expect(error(laughs).contains("the aliases up to here repeat more than 1048576 bytes"))
    let merges = "a: &a {x: 1}\n" + (0..<60_000).map { "k\($0): {<<: *a}\n" }.joined()
    #expect(error(merges).contains("the aliases up to here repeat more than 1048576 bytes"))
  }

  @Test func nestingIsBounded() {
    func nested(_ part: String, _ count: Int) -> String { String(repeating: part, count: count) }
    for part in ["[", "- ", "{a: ", "? ", "[&a "] {
      #expect(error(nested(part, 100_000)).hasSuffix("more than 64 levels of nesting"), "\(part)")
    }
    #expect(error(nested("[", 64) + nested("]", 64)).hasPrefix("reads [["))
    #expect(
      error(
        "a: &a " + nested("[", 40) + nested("]", 40) + "\nb: " + nested("[", 30) + "*a"
          + nested("]", 30)
      )
      .hasSuffix("more than 64 levels of nesting"))
  }

  /// Every beginning of a text, and every text with one byte changed, is read or refused, and soon.
  @Test func noTextDoesHarm() {
    let text = """
      %YAML 1.2
      --- # c
      a: &x [1, "b\\n", {c: 'd', e: !!float 1}, *y]
      ? k
      : |2-
          text
      l: >+
        folded

      - m: *x
        <<: {n: "\\u00e9"}
      """
    let bytes = Array(text.utf8)
    for end in bytes.indices { _ = try? JSON(parsingYAML: Array(bytes[..<end])) }
    for place in bytes.indices {
      for byte in Array("\n\t :-#[]{},&*!|>'\"%@`?~0\\".utf8) + [0xC3, 0] {
        var changed = bytes
        changed[place] = byte
        _ = try? JSON(parsingYAML: changed)
        changed[place...place] = [byte, bytes[place]]
        _ = try? JSON(parsingYAML: changed)
      }
    }
  }

  /// 64 KiB of each of these take a moment.
  @Test(arguments: [
    "- ", "-\n", "a: ", "a:\n", "[", "[],", "'", "\"", "\\", "&a ", "*a ", "!!str ", "? ", ":\n",
    "|\n", ">\n", "#", " ",
    "\n", "\t", "a\n", " a\n", "{a", "{a: ", "- - -\n", "a: |\n\n", "%", "---\n", "...\n", "é",
    "<<: ", "- |\n", "x: [\n", "'a':\n",
  ])
  func longTextsAreReadInATimeThatGrowsWithThem(part: String) {
    let text = Array(String(repeating: part, count: (1 << 16) / part.utf8.count).utf8)
    let begin = ContinuousClock.now
    _ = try? JSON(parsingYAML: text)
    #expect(ContinuousClock.now - begin < .seconds(120))
  }

  /// Time that grows with the square of a file's keys would be minutes here.
  @Test func manyKeysAreReadInATimeThatGrowsWithThem() throws {
    let begin = ContinuousClock.now
    let keys = (0..<20_000).map { "qqqqqq\($0): \($0)\n" }.joined()
    let text = "method: random\nrun_cap: 1\nparameters: {a: {min: 0, max: 1}}\nprogram: p\n" + keys
    let file = try SweepFile(parsing: Array(text.utf8), as: .yaml)
    #expect(file.remarks.count < 12)
    #expect(file.remarks.contains("19995 more keys change nothing, for that reason"))
    let anchors = (0..<10_000).map { "- &k\($0) [v]\n- *k\($0)\n" }.joined()
    #expect(try JSON(parsingYAML: Array(anchors.utf8)).arrayValue?.count == 20_000)
    #expect(ContinuousClock.now - begin < .seconds(120))
  }
}
