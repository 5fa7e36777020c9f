/// A node of a YAML text, with its place.
///
/// An alias repeats a node without a copy: the node takes memory once until it is turned into JSON.
struct YAMLNode {
  /// The offset of its beginning in the text; a repeated node keeps the offset of the node that
  /// the alias names.
  let offset: Int
  let content: Content

  /// The approximate number of bytes that it needs, including everything that its aliases repeat.
  let weight: Int

  /// The number of levels of lists and mappings, including itself; 0 for a scalar.
  let height: Int

  enum Content {
    /// A scalar: its text, and its value according to the schema.
    case scalar(String, JSON)
    case list([YAMLNode])
    /// The members in the order of the text; each key occurs once.
    case mapping([Member])
  }

  struct Member {
    let key: String
    let keyOffset: Int
    var value: YAMLNode
  }

  /// The weight of a node without its text or its members.
  private static let base = 8

  init(_ text: String, _ value: JSON, at offset: Int) {
    self.offset = offset
    content = .scalar(text, value)
    weight = Self.base + text.utf8.count
    height = 0
  }

  init(_ elements: [YAMLNode], at offset: Int) {
    self.offset = offset
    content = .list(elements)
    weight = elements.reduce(Self.base) { $0 + $1.weight }
    height = 1 + (elements.lazy.map(\.height).max() ?? 0)
  }

  init(_ members: [Member], at offset: Int) {
    self.offset = offset
    content = .mapping(members)
    weight = members.reduce(Self.base) { $0 + Self.base + $1.key.utf8.count + $1.value.weight }
    height = 1 + (members.lazy.map(\.value.height).max() ?? 0)
  }

  init(parsing bytes: [UInt8]) throws(JSONSyntaxError) {
    self = try bytes.withUnsafeBufferPointer { buffer throws(JSONSyntaxError) in
      var parser = YAMLParser(buffer)
      return try parser.document()
    }
  }

  /// A node without any text.
  static func empty(at offset: Int) -> YAMLNode { YAMLNode("", .null, at: offset) }

  var json: JSON {
    switch content {
    case .scalar(_, let value): return value
    case .list(let elements): return .array(elements.map(\.json))
    case .mapping(let members):
      // Its keys are unique.
      var object = JSONObject()
      for member in members { object.append(member.key, member.value.json) }
      return .object(object)
    }
  }

  /// The offset of the value at a path, or of the last step's key; nil if there is nothing at that path.
  func offset(of path: [JSONPathStep], key wantsKey: Bool) -> Int? {
    var node = self
    var found = offset
    for step in path {
      switch (step, node.content) {
      case (.key(let name), .mapping(let members)):
        guard let member = members.first(where: { $0.key.hasSameBytes(as: name) }) else {
          return nil
        }
        node = member.value
        found = wantsKey ? member.keyOffset : node.offset
      case (.index(let number), .list(let elements)) where elements.indices.contains(number):
        node = elements[number]
        found = node.offset
      default: return nil
      }
    }
    return found
  }
}

/// The members of a mapping while it is read.
struct YAMLMembers {
  private var own: [YAMLNode.Member] = []
  /// The keys so far, without values: ``JSONObject`` finds a key among thousands quickly.
  private var seen = JSONObject()
  /// The mappings of `<<`; earlier mappings count more.
  private var merged: [[YAMLNode.Member]] = []
  /// Whether the mapping has a `<<`, which may name no mapping.
  private(set) var hasMerged = false

  /// Records a key. Returns false if the mapping already has it.
  mutating func isNew(_ key: String) -> Bool { seen.insert(key, .null) }

  mutating func add(_ key: String, at offset: Int, _ value: YAMLNode) {
    own.append(YAMLNode.Member(key: key, keyOffset: offset, value: value))
  }

  /// Adds the members that `<<` names: of a mapping, or of a list of mappings.
  ///
  /// - Returns: Whether the node is a mapping or a list of mappings.
  mutating func merge(_ node: YAMLNode) -> Bool {
    hasMerged = true
    switch node.content {
    case .scalar: return false
    case .mapping(let members): merged.append(members)
    case .list(let elements):
      for element in elements {
        guard case .mapping(let members) = element.content else { return false }
        merged.append(members)
      }
    }
    return true
  }

  /// All members, those of `<<` first; the mapping's own keys count more.
  var all: [YAMLNode.Member] {
    if merged.isEmpty { return own }
    var members: [YAMLNode.Member] = []
    var places: [ExactText: Int] = [:]
    for member in merged.joined() where places[ExactText(member.key)] == nil {
      places[ExactText(member.key)] = members.count
      members.append(member)
    }
    for member in own {
      if let place = places[ExactText(member.key)] {
        members[place] = member
      } else {
        members.append(member)
      }
    }
    return members
  }
}
