extension JSON {
  /// Parses a whole text in YAML: one document, its scalars by the core schema of YAML 1.2.
  ///
  /// Keys are always text. Numbers keep their text if JSON allows it: `1e-5` stays `1e-5`, `.5` becomes `0.5`,
  /// `0x10` becomes `16`.
  ///
  /// - Throws: The error and its place, for any text that is not YAML in UTF-8, has a key twice in a mapping,
  ///   has a second document, a tag outside the seven tags of the core schema, more than 64 levels of nesting,
  ///   or aliases that repeat more than a job file may hold.
  package init(parsingYAML bytes: [UInt8]) throws(JSONSyntaxError) {
    self = try YAMLNode(parsing: bytes).json
  }
}

/// Reads YAML from memory, from left to right, once.
///
/// The place of a block is its column, and its content is further to the right: each function that reads a
/// block gets the column of the block around it. Only the line on which a node begins, and empty lines, are
/// read twice: a node is recognized as a key by the colon after it.
struct YAMLParser: TextParser {
  let bytes: UnsafeBufferPointer<UInt8>
  let end: Int
  var offset: Int
  /// The offset of the current line's beginning.
  var lineStart: Int
  private var depth = 0
  var anchors: [String: Anchor] = [:]
  /// Remarks on the plain scalars that W&B would read as other values, with their offsets.
  var olderWords: [(offset: Int, remark: String)] = []
  /// The weight of everything that aliases have repeated so far, measured as ``YAMLNode/weight``.
  private var repeated = 0

  /// The target of an alias.
  enum Anchor {
    /// A node that is still being read.
    case open
    case node(YAMLNode)
  }

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    end = bytes.count
    offset = JSONParser.lengthOfMark(in: bytes)
    lineStart = offset
  }

  // MARK: - The document

  /// Reads the root of a text, which must be one document.
  mutating func document() throws(JSONSyntaxError) -> YAMLNode {
    try checkCharacters()
    try skipToToken()
    try skipDirectives()
    let isMarked = isAtMarker && next == UInt8(ascii: "-")
    if isMarked { offset += 3 }
    guard isMarked || offset < end && !isAtMarker else {
      throw error("the text is empty", isTruncation: true)
    }
    let root = try blockNode(in: BlockContext(column: -1, takesCompact: !isMarked))
    try skipToToken()
    while isAtMarker, next == UInt8(ascii: ".") {
      offset += 3
      try skipToToken()
    }
    guard offset == end else {
      throw isAtMarker
        ? error("a second document begins here; the file must hold one")
        : error("this does not belong to what stands before; look at the indentation of the line")
    }
    return root
  }

  /// Skips directives such as `%YAML 1.2` before `---`.
  private mutating func skipDirectives() throws(JSONSyntaxError) {
    let begin = offset
    guard column == 0, next == UInt8(ascii: "%") else { return }
    let words = lineText().split { $0 == " " || $0 == "\t" }
    guard words.count >= 2, words[0] == "%YAML", ["1.0", "1.1", "1.2"].contains(words[1]),
      words.count == 2 || words[2].hasPrefix("#")
    else { throw error("of directives only %YAML 1.2 is read; leave the line out") }
    offset += lineText().utf8.count
    try skipToToken()
    guard isAtMarker, next == UInt8(ascii: "-") else {
      throw error("after a directive the document begins with ---", at: begin)
    }
  }

  private func lineText() -> String {
    RawText.text(bytes[offset...].prefix { !Self.isBreak($0) })
  }

  /// Checks that the text is UTF-8 and has no control characters.
  private mutating func checkCharacters() throws(JSONSyntaxError) {
    let begin = offset
    defer { offset = begin }
    while offset < end {
      switch next {
      case 0x20..<0x7F, 0x09, 0x0A, 0x0D: offset += 1
      case 0xC2 where (0x80..<0xA0).contains(byte(offset + 1)) && byte(offset + 1) != 0x85:
        throw controlCharacter(byte(offset + 1))
      case 0x80...:
        guard let length = RawText.scalarLength(bytes, at: offset), offset + length <= end else {
          throw error("the byte 0x\(hexadecimal(next)) is not UTF-8")
        }
        offset += length
      default: throw controlCharacter(bytes[offset])
      }
    }
  }

  private func controlCharacter(_ code: UInt8) -> JSONSyntaxError {
    error("a control character; in double quotes it is written \\x\(hexadecimal(code))")
  }

  // MARK: - Lists and mappings

  /// Counts a list or a mapping at its beginning.
  mutating func enter() throws(JSONSyntaxError) {
    guard depth < JSON.nestingLimit else { throw nestedTooDeep() }
    depth += 1
  }

  mutating func leave() { depth -= 1 }

  private func nestedTooDeep() -> JSONSyntaxError {
    error("more than \(JSON.nestingLimit) levels of nesting")
  }

  /// Adds a member to a mapping, or merges the value of `<<`.
  func add(
    _ key: Key, _ value: YAMLNode, to members: inout YAMLMembers
  ) throws(JSONSyntaxError) {
    // A quoted "<<" is a key like any other.
    let merges = key.isPlain && key.text == "<<"
    guard merges ? !members.hasMerged : members.isNew(key.text) else {
      throw error("the key \(JSON.string(key.text).shown) is given twice", at: key.offset)
    }
    if !merges { return members.add(key.text, at: key.offset, value) }
    guard members.merge(value) else {
      throw error("the value of << must be a mapping, or a list of mappings", at: value.offset)
    }
  }

  struct Key {
    let text: String
    let offset: Int
    /// Whether it is neither quoted nor tagged.
    let isPlain: Bool
  }

  // MARK: - Anchors and aliases

  /// Reads the alias at the offset and returns the node that it repeats.
  mutating func alias() throws(JSONSyntaxError) -> YAMLNode {
    let begin = offset
    let name = try nameOfAnchor("an alias")
    switch anchors[name] {
    case .node(let node):
      repeated += node.weight
      guard repeated <= Job.sizeLimit else {
        throw error(
          "the aliases up to here repeat more than \(Job.sizeLimit) bytes, which is the limit",
          at: begin)
      }
      guard depth + node.height <= JSON.nestingLimit else { throw nestedTooDeep() }
      return node
    case .open: throw error("the alias *\(name) stands inside what it repeats", at: begin)
    case nil:
      throw error(
        "there is no anchor &\(name) before this alias; text that begins with * is written in quotes",
        at: begin)
    }
  }

  /// Reads the name after `&` or `*`.
  mutating func nameOfAnchor(_ kind: String) throws(JSONSyntaxError) -> String {
    let begin = offset
    offset += 1
    while Self.isNamePart(next) { offset += 1 }
    let name = RawText.text(bytes[(begin + 1)..<offset])
    guard !name.isEmpty, Self.endsWord(next) || ",]}:".utf8.contains(next) else {
      throw error(
        "the name of \(kind) has letters, digits, '-' and '_'; text that begins with"
          + " \(kind == "an alias" ? "*" : "&") is written in quotes", at: begin)
    }
    return name
  }
}
