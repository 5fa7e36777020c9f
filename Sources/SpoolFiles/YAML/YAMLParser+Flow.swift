// Lists and mappings in brackets, in which indentation has no meaning.

extension YAMLParser {
  /// Reads the list or the mapping whose bracket is at the offset.
  mutating func flowCollection() throws(JSONSyntaxError) -> YAMLNode {
    let begin = offset
    try enter()
    offset += 1
    let node =
      bytes[begin] == UInt8(ascii: "[")
      ? YAMLNode(try flowList(begunAt: begin), at: begin)
      : YAMLNode(try flowMapping(begunAt: begin), at: begin)
    leave()
    return node
  }

  private mutating func flowList(begunAt begin: Int) throws(JSONSyntaxError) -> [YAMLNode] {
    var elements: [YAMLNode] = []
    while try isMoreFlow(close: "]", begunAt: begin) {
      let line = lineStart
      let entry = try flowEntry(isKey: false, inside: "a list", begunAt: begin)
      // `[a: 1]` is a list that contains a mapping.
      if isAtFlowValue(after: entry.isJSONLike) {
        guard line == lineStart else {
          throw error("a key in a list goes over no more than one line; put its mapping in braces")
        }
        guard let key = entry.key else { throw notText(at: entry.offset) }
        try enter()
        var members = YAMLMembers()
        try add(key, try flowValue(inside: "a list", begunAt: begin), to: &members)
        leave()
        elements.append(YAMLNode(members.all, at: entry.offset))
      } else {
        elements.append(entry.node)
      }
      try expectComma(or: "]", inside: "a list", begunAt: begin)
    }
    return elements
  }

  private mutating func flowMapping(
    begunAt begin: Int
  ) throws(JSONSyntaxError) -> [YAMLNode.Member] {
    var members = YAMLMembers()
    while try isMoreFlow(close: "}", begunAt: begin) {
      let entry = try flowEntry(isKey: true, inside: "a mapping", begunAt: begin)
      guard let key = entry.key else { throw notText(at: entry.offset) }
      let value =
        isAtFlowValue(after: entry.isJSONLike)
        ? try flowValue(inside: "a mapping", begunAt: begin) : .empty(at: entry.offset)
      try add(key, value, to: &members)
      try expectComma(or: "}", inside: "a mapping", begunAt: begin)
    }
    return members.all
  }

  // MARK: - Between the entries

  private mutating func skipInFlow(
    inside what: String, begunAt begin: Int
  ) throws(JSONSyntaxError) {
    try skipToToken(inFlow: true)
    guard offset < end, !isAtMarker else { throw ends(inside: what, begunAt: begin) }
  }

  /// Moves to the next entry. Returns false after it has stepped over the closing bracket.
  private mutating func isMoreFlow(
    close: Unicode.Scalar, begunAt begin: Int
  ) throws(JSONSyntaxError) -> Bool {
    try skipInFlow(inside: close == "]" ? "a list" : "a mapping", begunAt: begin)
    guard next == UInt8(ascii: close) else { return true }
    offset += 1
    return false
  }

  /// Steps over a comma, or stays at the closing bracket.
  private mutating func expectComma(
    or close: Unicode.Scalar, inside what: String, begunAt begin: Int
  ) throws(JSONSyntaxError) {
    try skipInFlow(inside: what, begunAt: begin)
    if next == UInt8(ascii: close) { return }
    guard next == UInt8(ascii: ",") else {
      if next == UInt8(ascii: ":") {
        throw error("expected ',' or '\(close)'; a ':' has a blank behind it, or text is in quotes")
      }
      throw error("expected ',' or '\(close)' after a value")
    }
    offset += 1
  }

  /// Whether the colon between a key and its value is here.
  ///
  /// - Parameter isJSONLike: Whether the key is quoted or in brackets. Then the value may follow without a
  ///   blank, as in JSON.
  private func isAtFlowValue(after isJSONLike: Bool) -> Bool {
    guard next == UInt8(ascii: ":") else { return false }
    let behind = byte(offset + 1)
    return isJSONLike || Self.endsWord(behind) || Self.isFlowMark(behind)
  }

  // MARK: - Nodes

  /// A node with its spelling.
  private struct FlowNode {
    let node: YAMLNode
    /// The offset of its beginning, including its anchor and tag.
    let offset: Int
    /// Whether it is text without quotes and without a tag.
    var isPlain = false
    /// Whether it is quoted or in brackets.
    var isJSONLike = false

    /// The node as a key; nil if it is a list or a mapping.
    var key: Key? {
      guard case .scalar(let text, _) = node.content else { return nil }
      return Key(text: text, offset: offset, isPlain: isPlain)
    }
  }

  /// Reads an entry, which may turn out to be a key, and the blanks after it.
  private mutating func flowEntry(
    isKey: Bool, inside what: String, begunAt begin: Int
  ) throws(JSONSyntaxError) -> FlowNode {
    if isAtFlowValue(after: false) { throw error("a key is missing before ':'") }
    guard next != UInt8(ascii: ",") else {
      throw error("a value is missing before ','; a null is written null")
    }
    let entry = try flowNode(isKey: isKey, inside: what, begunAt: begin)
    try skipInFlow(inside: what, begunAt: begin)
    return entry
  }

  private mutating func flowValue(
    inside what: String, begunAt begin: Int
  ) throws(JSONSyntaxError) -> YAMLNode {
    offset += 1
    let place = offset
    try skipInFlow(inside: what, begunAt: begin)
    guard !isAtEndOfFlowNode else { return .empty(at: place) }
    return try flowNode(inside: what, begunAt: begin).node
  }

  private var isAtEndOfFlowNode: Bool {
    next == UInt8(ascii: ",") || next == UInt8(ascii: "]") || next == UInt8(ascii: "}")
  }

  /// - Parameter isKey: Whether plain text is a key, which is always text.
  private mutating func flowNode(
    isKey: Bool = false, inside what: String, begunAt begin: Int
  ) throws(JSONSyntaxError) -> FlowNode {
    let offset = offset
    var properties = Properties(offset: offset)
    while try takeProperties(into: &properties, inFlow: true) {
      try skipInFlow(inside: what, begunAt: begin)
    }
    let place = self.offset
    switch next {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      let node = try finish(try quoted(), isPlain: false, properties, at: place)
      return FlowNode(node: node, offset: offset, isJSONLike: true)
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      let node = try finish(properties) { parser throws(JSONSyntaxError) in
        try parser.flowCollection()
      }
      return FlowNode(node: node, offset: offset, isJSONLike: true)
    case UInt8(ascii: "*"):
      guard properties.isEmpty else { throw aliasWithProperties(at: offset) }
      return FlowNode(node: try alias(), offset: offset)
    default:
      let isEmpty = !properties.isEmpty && (isAtEndOfFlowNode || isAtFlowValue(after: false))
      let text = isEmpty ? "" : try plain(below: nil)
      let isKey = isKey && properties.isEmpty
      let node = try finish(text, isPlain: !isKey, properties, at: place)
      return FlowNode(node: node, offset: offset, isPlain: properties.tag == nil)
    }
  }
}
