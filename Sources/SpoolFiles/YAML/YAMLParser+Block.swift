// Blocks: nodes whose structure follows from indentation.

struct BlockContext {
  /// The column of the list or mapping around the node, -1 for none. The node is further to the right.
  var column: Int

  /// Whether a list or a mapping may begin on the parser's line: after `- `, but not after `key: `.
  var takesCompact = true

  /// Whether the entries of a list may begin in that column, as after `key:`.
  var takesEntriesInColumn = false
}

extension YAMLParser {
  /// Reads the node after the indicator that the parser has just passed; returns an empty node if there is none.
  mutating func blockNode(in context: BlockContext) throws(JSONSyntaxError) -> YAMLNode {
    let begin = offset
    var line = lineStart
    try skipToToken()
    var startsBlock = context.takesCompact || lineStart != line
    guard hasNode(context, isNewLine: lineStart != line) else { return .empty(at: begin) }
    // On the line of a key, anchors and tags belong to the key.
    if startsBlock, isAtKey { return try blockMapping() }

    var properties = Properties(offset: offset)
    while try takeProperties(into: &properties, inFlow: false) {
      line = lineStart
      try skipToToken()
      startsBlock = lineStart != line
      guard hasNode(context, isNewLine: startsBlock) else {
        return try finish("", isPlain: true, properties, at: begin)
      }
      if startsBlock, isAtKey {
        return try finish(properties) { parser throws(JSONSyntaxError) in
          try parser.blockMapping()
        }
      }
    }
    if isAtMark("-") {
      guard startsBlock else {
        throw error("a list begins on a line of its own: - and its first value go to the next line")
      }
      return try finish(properties) { parser throws(JSONSyntaxError) in try parser.blockList() }
    }
    let place = offset
    if next == UInt8(ascii: "|") || next == UInt8(ascii: ">") {
      let text = try blockScalar(in: context.column)
      return try finish(text, isPlain: false, properties, at: place)
    }
    let node = try inlineNode(in: context, properties)
    try expectEndOfLine()
    return node
  }

  /// Reads a node that may be in the middle of a line.
  private mutating func inlineNode(
    in context: BlockContext, _ properties: Properties
  ) throws(JSONSyntaxError) -> YAMLNode {
    let place = offset
    switch next {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      return try finish(try quoted(), isPlain: false, properties, at: place)
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      return try finish(properties) { parser throws(JSONSyntaxError) in
        try parser.flowCollection()
      }
    case UInt8(ascii: "*"):
      guard properties.isEmpty else { throw aliasWithProperties(at: properties.offset) }
      return try alias()
    default:
      let text = try plain(below: context.column)
      return try finish(text, isPlain: true, properties, at: place)
    }
  }

  /// Whether the next token belongs to the expected node.
  private func hasNode(_ context: BlockContext, isNewLine: Bool) -> Bool {
    guard offset < end, !isAtMarker else { return false }
    guard isNewLine, column <= context.column else { return true }
    return context.takesEntriesInColumn && column == context.column && isAtMark("-")
  }

  // MARK: - Lists

  private mutating func blockList() throws(JSONSyntaxError) -> YAMLNode {
    let begin = offset
    let column = column
    try beginBlock()
    var elements: [YAMLNode] = []
    repeat {
      offset += 1
      elements.append(try blockNode(in: BlockContext(column: column)))
    } while try isMore(in: column) && isAtMark("-")
    leave()
    return YAMLNode(elements, at: begin)
  }

  private mutating func beginBlock() throws(JSONSyntaxError) {
    if let tab = bytes[lineStart..<offset].firstIndex(of: 0x09) {
      throw error("a tab before a list or a mapping; write spaces", at: tab)
    }
    try enter()
  }

  /// Moves to the next line with content. Returns whether it begins in that column and so belongs to the
  /// list or mapping there.
  private mutating func isMore(in column: Int) throws(JSONSyntaxError) -> Bool {
    try skipToToken()
    guard offset < end, !isAtMarker, self.column >= column else { return false }
    guard self.column == column else {
      throw error(
        "the indentation is \(counted(self.column, "space")), and that of the lines to which this one"
          + " would belong \(column)")
    }
    if next == UInt8(ascii: "|") || next == UInt8(ascii: ">") {
      throw error(
        "a text with | or > begins on the line of its key, or further to the right than the key")
    }
    return true
  }

  // MARK: - Mappings

  private mutating func blockMapping() throws(JSONSyntaxError) -> YAMLNode {
    let begin = offset
    let column = column
    try beginBlock()
    var members = YAMLMembers()
    repeat {
      let key: Key
      var takesCompact = false
      if isAtMark("?") {
        key = try explicitKey(in: column)
        takesCompact = true
        guard try isMore(in: column), isAtMark(":") else {
          try add(key, .empty(at: key.offset), to: &members)
          continue
        }
      } else {
        key = try implicitKey()
      }
      offset += 1
      let value = try blockNode(
        in: BlockContext(
          column: column, takesCompact: takesCompact, takesEntriesInColumn: true))
      try add(key, value, to: &members)
    } while try isMoreKeys(in: column)
    leave()
    return YAMLNode(members.all, at: begin)
  }

  private mutating func isMoreKeys(in column: Int) throws(JSONSyntaxError) -> Bool {
    guard try isMore(in: column) else { return false }
    if isAtKey { return true }
    if isAtMark("-") {
      throw error("a list entry among the keys of a mapping; indent it further, or less")
    }
    throw error("there is no key on this line: expected KEY: VALUE")
  }

  /// Reads the key after `? `, which may have several lines.
  private mutating func explicitKey(in column: Int) throws(JSONSyntaxError) -> Key {
    offset += 1
    let node = try blockNode(in: BlockContext(column: column))
    guard case .scalar(let text, _) = node.content else { throw notText(at: node.offset) }
    let isPlain = !"\"'|>".utf8.contains(byte(node.offset))
    guard !text.isEmpty || !isPlain else {
      throw error("a key is missing after '?'", at: node.offset)
    }
    return Key(text: text, offset: node.offset, isPlain: isPlain)
  }

  /// Reads the key at the offset, up to its colon.
  private mutating func implicitKey() throws(JSONSyntaxError) -> Key {
    let begin = offset
    var properties = Properties(offset: begin)
    _ = try takeProperties(into: &properties, inFlow: false)
    let isPlain = properties.tag == nil && !"\"'*".utf8.contains(next)
    guard !isAtMark(":") else { throw error("a key is missing before ':'") }
    guard next != UInt8(ascii: "["), next != UInt8(ascii: "{") else { throw notText(at: begin) }
    let text: String
    if isPlain, properties.isEmpty {
      text = try plainLine()
    } else if isPlain {
      text = try plainLine()
      _ = try finish(text, isPlain: true, properties, at: begin)
    } else {
      let node = try inlineNode(in: BlockContext(column: column), properties)
      guard case .scalar(let alias, _) = node.content else { throw notText(at: begin) }
      text = alias
    }
    skipBlanks()
    return Key(text: text, offset: begin, isPlain: isPlain)
  }

  func notText(at offset: Int) -> JSONSyntaxError {
    error("a key must be text, and no list and no mapping", at: offset)
  }
}

// MARK: - Looking ahead

extension YAMLParser {
  /// Whether a key begins here: `? `, or text on one line followed by a colon and a blank.
  var isAtKey: Bool {
    if isAtMark("?") { return true }
    var at = offset
    while byte(at) == UInt8(ascii: "&") || byte(at) == UInt8(ascii: "!") {
      while !Self.endsWord(byte(at)) { at += 1 }
      while Self.isBlank(byte(at)) { at += 1 }
    }
    guard let behind = endOfKey(at) else { return false }
    at = behind
    while Self.isBlank(byte(at)) { at += 1 }
    return byte(at) == UInt8(ascii: ":") && Self.endsWord(byte(at + 1))
  }

  /// The end of the key that may begin here; nil if no key does.
  private func endOfKey(_ begin: Int) -> Int? {
    switch byte(begin) {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return endOfQuoted(begin)
    case UInt8(ascii: "["), UInt8(ascii: "{"): return endOfFlow(begin)
    case UInt8(ascii: "*"):
      var at = begin + 1
      while Self.isNamePart(byte(at)) { at += 1 }
      return at
    default: return endOfPlain(begin)
    }
  }

  /// The end of plain text at a colon; nil if the line has no such colon.
  private func endOfPlain(_ begin: Int) -> Int? {
    guard begin < end, canBeginPlain(at: begin, inFlow: false) || byte(begin) == UInt8(ascii: ":")
    else { return nil }
    var at = begin
    while at < end, !Self.isBreak(bytes[at]) {
      if bytes[at] == UInt8(ascii: ":"), Self.endsWord(byte(at + 1)) { return at }
      if bytes[at] == UInt8(ascii: "#"), at > begin, Self.isBlank(bytes[at - 1]) { return nil }
      at += 1
    }
    return nil
  }

  /// The end of a quoted text on its line; nil if it goes on after the line.
  private func endOfQuoted(_ begin: Int) -> Int? {
    let quote = bytes[begin]
    var at = begin + 1
    while at < end, !Self.isBreak(bytes[at]) {
      if bytes[at] == quote {
        guard quote == UInt8(ascii: "'"), byte(at + 1) == quote else { return at + 1 }
        at += 1
      } else if bytes[at] == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        at += 1
      }
      at += 1
    }
    return nil
  }

  /// The end of a text in brackets on its line; nil if it goes on after the line.
  private func endOfFlow(_ begin: Int) -> Int? {
    var depth = 0
    var at = begin
    while at < end, !Self.isBreak(bytes[at]) {
      switch bytes[at] {
      case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        depth -= 1
        if depth == 0 { return at + 1 }
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        guard
          Self.isBlank(bytes[at - 1]) || Self.isFlowMark(bytes[at - 1])
            || bytes[at - 1] == UInt8(ascii: ":")
        else { break }
        guard let behind = endOfQuoted(at) else { return nil }
        at = behind - 1
      default: break
      }
      at += 1
    }
    return nil
  }
}
