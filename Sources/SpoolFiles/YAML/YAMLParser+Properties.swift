// Anchors and tags, and their effect on the node after them.

extension YAMLParser {
  /// The properties before a node: `&name !!tag`.
  struct Properties {
    let offset: Int
    var anchor: String?
    var tag: YAMLTag?

    var isEmpty: Bool { anchor == nil && tag == nil }
  }

  /// Adds the anchor and the tag at the offset, and moves past the blanks after them. Returns false if there is
  /// neither.
  mutating func takeProperties(
    into properties: inout Properties, inFlow: Bool
  ) throws(JSONSyntaxError) -> Bool {
    let first = offset
    while next == UInt8(ascii: "&") || next == UInt8(ascii: "!") {
      let begin = offset
      if next == UInt8(ascii: "&") {
        let name = try nameOfAnchor("an anchor")
        guard properties.anchor == nil else {
          throw error("a second anchor of the same value; it can have one", at: begin)
        }
        properties.anchor = name
      } else {
        let tag = try tag(inFlow: inFlow)
        guard properties.tag == nil else {
          throw error("a second tag of the same value; it can have one", at: begin)
        }
        properties.tag = tag
      }
      skipBlanks()
    }
    return offset > first
  }

  private mutating func tag(inFlow: Bool) throws(JSONSyntaxError) -> YAMLTag {
    let begin = offset
    let isVerbatim = byte(offset + 1) == UInt8(ascii: "<")
    while !Self.endsWord(next), isVerbatim || !(inFlow && Self.isFlowMark(next)) {
      offset += 1
      if isVerbatim, bytes[offset - 1] == UInt8(ascii: ">") { break }
    }
    let text = RawText.text(bytes[begin..<offset])
    guard let tag = YAMLTag(written: text), Self.endsWord(next) || Self.isFlowMark(next) else {
      throw error(
        "the tag \(JSON.string(text).shown) has no meaning here; leave it out. Those that have are !!str,"
          + " !!int, !!float, !!bool, !!null, !!seq and !!map", at: begin)
    }
    return tag
  }

  func aliasWithProperties(at offset: Int) -> JSONSyntaxError {
    error("an alias has no anchor and no tag of its own; they stand where its value is", at: offset)
  }

  // MARK: - Nodes

  /// Creates a scalar, with the value from its tag or from the schema.
  mutating func finish(
    _ text: String, isPlain: Bool, _ properties: Properties, at offset: Int
  ) throws(JSONSyntaxError) -> YAMLNode {
    let value: JSON
    do throws(YAMLSchema.Complaint) {
      if let tag = properties.tag {
        value = try YAMLSchema.value(of: text, tagged: tag)
      } else {
        value = isPlain ? try YAMLSchema.value(ofPlain: text) : .string(text)
      }
    } catch {
      throw self.error(error.message, at: offset)
    }
    if isPlain, properties.tag == nil, let meaning = YAMLSchema.olderMeaning(of: text) {
      olderWords.append((offset, "\(text) is \(meaning)"))
    }
    let node = YAMLNode(text, value, at: offset)
    if let anchor = properties.anchor { anchors[anchor] = .node(node) }
    return node
  }

  /// Reads a list or a mapping; until it is complete, no alias may repeat it.
  mutating func finish(
    _ properties: Properties,
    _ read: (inout YAMLParser) throws(JSONSyntaxError) -> YAMLNode
  ) throws(JSONSyntaxError) -> YAMLNode {
    if let anchor = properties.anchor { anchors[anchor] = .open }
    let node = try read(&self)
    switch (properties.tag, node.content) {
    case (nil, _), (.unspecific, _), (.list, .list), (.mapping, .mapping): break
    default:
      throw error("the tag does not fit what follows it; leave it out", at: properties.offset)
    }
    if let anchor = properties.anchor { anchors[anchor] = .node(node) }
    return node
  }
}
