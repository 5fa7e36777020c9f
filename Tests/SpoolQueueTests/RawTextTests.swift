import SpoolQueue
import SpoolTesting
import Testing

@Suite("Bytes that are not UTF-8, in text and in JSON") struct RawTextTests {
  /// Bytes, and how JSON writes them as a string: as Python's json.dumps of os.fsdecode, but for what is
  /// UTF-8.
  static let table: [([UInt8], String)] = [
    (Array("plain é 😀".utf8), #""plain é 😀""#),
    ([0x63, 0xE9], #""c\udce9""#),
    ([0xE9, 0x74, 0xE9], #""\udce9t\udce9""#),
    ([0x80, 0xFF], #""\udc80\udcff""#),
    // Cut off in the middle, and begun too late.
    ([0xE2, 0x82], #""\udce2\udc82""#),
    ([0xC3, 0xA9, 0xA9], #""é\udca9""#),
    ([0xF0, 0x9F, 0x98, 0x41], #""\udcf0\udc9f\udc98A""#),
    // Forms that are too long, a surrogate in UTF-8, beyond U+10FFFF.
    ([0xC0, 0x80], #""\udcc0\udc80""#),
    ([0xED, 0xB3, 0xA9], #""\udced\udcb3\udca9""#),
    ([0xF4, 0x90, 0x80, 0x80], #""\udcf4\udc90\udc80\udc80""#),
    // The private characters that carry bytes, where somebody uses them himself, and halves of them.
    ([0xF4, 0x8F, 0xBA, 0x80], "\"\u{10FE80}\""),
    ([0xF4, 0x8F, 0xBB, 0xBF, 0xE9], "\"\u{10FEFF}\\udce9\""),
    ([0x8F, 0xF4, 0x8F, 0xBA], #""\udc8f\udcf4\udc8f\udcba""#),
    ([0xF4, 0x8F, 0xB9, 0x80], "\"\u{10FE40}\""),
  ]

  @Test(arguments: table.indices) func tellsApartAllBytes(_ index: Int) throws {
    let (bytes, written) = Self.table[index]
    let text = RawText.text(bytes)
    #expect(RawText.bytes(text) == bytes)
    #expect(RawText.count(text) == bytes.count)
    #expect(JSON.string(text).bytes() == Array(written.utf8))
    #expect(JSON.string(text).textCount == written.utf8.count)
    for dialect in [JSON.Dialect.strict, .relaxed] {
      let read = try JSON(
        parsing: Array(#"{"\#(written.dropFirst().dropLast())":\#(written)}"#.utf8),
        dialect: dialect)
      let member = try #require(read.objectValue?.members.first)
      #expect(
        RawText.bytes(member.key) == bytes && RawText.bytes(member.value.stringValue ?? "") == bytes
      )
    }
  }

  @Test func anyBytesComeBack() throws {
    var generator = SeededGenerator(state: 7)
    // Whatever can stand next to each other in a character.
    let likely: [UInt8] = [
      0x41, 0x7F, 0x80, 0x8F, 0x9F, 0xA0, 0xB3, 0xBA, 0xBB, 0xBF, 0xC2, 0xC3, 0xE0, 0xED, 0xEF,
      0xF0,
      0xF4, 0xFF, 0x22, 0x5C,
    ]
    for _ in 0..<20_000 {
      let bytes = (0..<Int(generator.next() % 12)).map { _ in
        likely[Int(generator.next() % UInt64(likely.count))]
      }
      let text = RawText.text(bytes)
      #expect(RawText.bytes(text) == bytes, "\(bytes)")
      let read = try JSON(parsing: JSON.string(text).bytes(), dialect: .strict)
      #expect(RawText.bytes(read.stringValue ?? "") == bytes, "\(bytes)")
      #expect(String(validating: JSON.string(text).bytes(), as: UTF8.self) != nil, "\(bytes)")
      // As a slice and as any sequence.
      #expect(RawText.text(bytes[...]).hasSameBytes(as: text))
      #expect(RawText.text(AnySequence(bytes)).hasSameBytes(as: text))
    }
  }

  @Test func escapesThatTogetherAreTextAreText() throws {
    func read(_ json: String) throws -> [UInt8]? {
      try JSON(parsing: Array(json.utf8)).stringValue.map { RawText.bytes($0) }
    }
    #expect(
      try JSON(parsing: Array(#""\udcc3\udca9""#.utf8)).stringValue?.hasSameBytes(as: "é") == true)
    #expect(try read(#""\udcf4\udc8f\udcba\udc80""#) == [0xF4, 0x8F, 0xBA, 0x80])
    #expect(try read(#""\udbff\ude80""#) == [0xF4, 0x8F, 0xBA, 0x80])
    // A pair stays a pair, whatever its second half is.
    #expect(try read(#""\ud83d\udce9""#) == Array("\u{1F4E9}".utf8))
    for wrong in [#""\udc7f""#, #""\udc00""#, #""\udd00""#, #""\ud800""#, #""\ud83d\ud83d\udce9""#]
    {
      #expect(throws: JSONSyntaxError.self) { try read(wrong) }
    }
  }

  @Test func aNulInAPathIsRefusedAndCutsNothingOff() throws {
    try withTemporaryDirectory { directory in
      try writeFile(directory + "/a", "x")
      #expect(throws: Errno.invalidArgument) { try System.information(directory + "/a\u{0}b") }
      #expect(throws: Errno.invalidArgument) { _ = try System.openFollowing(directory + "\u{0}") }
    }
  }

  @Test func aPathIsTakenApartAtItsBytes() {
    // An accent at the front of a name is no part of the slash before it.
    let path = "/home/\u{301}dir/x"
    #expect(path.isAbsolutePath && "/\u{301}".isAbsolutePath && !"\u{301}/".isAbsolutePath)
    #expect(path.pathParts == ["home", "\u{301}dir", "x"])
    #expect("//a/./b//".pathParts == ["a", ".", "b"] && "".pathParts == [] && "/".pathParts == [])
    for real in ["/a", "/a/b", "/.a/..b/...", "/a./b..", "/\u{301}/."] {
      #expect(real.isShortestAbsolutePath == !real.hasSuffix("/."), "\(real)")
    }
    for other in ["", "a", "/", "//a", "/a/", "/a//b", "/.", "/..", "/./a", "/a/../b", "a/b"] {
      #expect(!other.isShortestAbsolutePath, "\(other)")
    }
    #expect(path.directoryOfPath == "/home/\u{301}dir" && "/a".directoryOfPath == "/")
    #expect("a".directoryOfPath == nil)
    let (before, after) = "A=\u{301}=".cut(at: "=") ?? ("", "")
    #expect(before == "A" && after == "\u{301}=")
  }

  @Test func aShellReadsTheSameBytes() {
    #expect(shellQuoted(String(raw: [0x63, 0xE9, 0xFF])) == #"c$'\xe9\xff'"#)
    #expect(shellQuoted(String(raw: [0xE9] + Array("a b".utf8))) == #"$'\xe9''a b'"#)
    #expect(shellQuoted(String(raw: [0xE9]), isShown: false).rawBytes == [0x27, 0xE9, 0x27])
  }
}
