/// The members of a JSON object, in the order in which they were written.
///
/// A key occurs only once. Two objects are equal if they have the same members in any order.
public struct JSONObject: Sendable {
  /// Every member, in order.
  public private(set) var members: [(key: String, value: JSON)] = []

  /// The positions of keys in `members`; kept only if the object is too large for a search from the front.
  private var index: [ExactText: Int]?

  /// Up to this count comparing keys one by one is faster than hashing, and costs no memory.
  private static let smallCount = 16

  /// Makes an empty object.
  public init() {}

  /// Makes an object of these members; the last value of a repeated key counts.
  package init(_ members: [(String, JSON)]) {
    self.members.reserveCapacity(members.count)
    for (key, value) in members { self[key] = value }
  }

  package var isEmpty: Bool { members.isEmpty }

  package var count: Int { members.count }

  package var keys: [String] { members.map(\.key) }

  /// The value of a key.
  ///
  /// A new key is added at the end, a known key keeps its place, and `nil` removes the member.
  public subscript(key: String) -> JSON? {
    get { position(of: key).map { members[$0].value } }
    set {
      switch (position(of: key), newValue) {
      case (let position?, let value?):
        members[position].value = value
      case (let position?, nil):
        members.remove(at: position)
        index = nil
        indexIfLarge()
      case (nil, let value?):
        append(key, value)
      case (nil, nil):
        break
      }
    }
  }

  /// Adds a member if its key is new; otherwise changes nothing and returns false.
  mutating func insert(_ key: String, _ value: JSON) -> Bool {
    guard position(of: key) == nil else { return false }
    append(key, value)
    return true
  }

  /// Changes the object under a key in place. If the key is new, or has another value, an empty object is
  /// changed: it is added at the end, or replaces that value.
  ///
  /// Removing the object, changing it and putting it back would copy it each time.
  mutating func modifyObject(_ key: String, _ change: (inout JSONObject) -> Void) {
    guard let position = position(of: key) else {
      var inner = JSONObject()
      change(&inner)
      return append(key, .object(inner))
    }
    var inner = members[position].value.objectValue ?? JSONObject()
    members[position].value = .null
    change(&inner)
    members[position].value = .object(inner)
  }

  /// Adds a member whose key is known to be new.
  mutating func append(_ key: String, _ value: JSON) {
    index?[ExactText(key)] = members.count
    members.append((key, value))
    indexIfLarge()
  }

  private func position(of key: String) -> Int? {
    if let index { return index[ExactText(key)] }
    for position in members.indices where members[position].key.hasSameBytes(as: key) {
      return position
    }
    return nil
  }

  private mutating func indexIfLarge() {
    guard index == nil, members.count > Self.smallCount else { return }
    var index: [ExactText: Int] = [:]
    index.reserveCapacity(members.count * 2)
    for (position, member) in members.enumerated() { index[ExactText(member.key)] = position }
    self.index = index
  }
}

extension JSONObject: Hashable {
  /// Whether both have the same members, in any order.
  public static func == (left: JSONObject, right: JSONObject) -> Bool {
    guard left.count == right.count else { return false }
    return left.members.allSatisfy { right[$0.key] == $0.value }
  }

  /// Feeds the members to a hasher, whatever their order.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    // A sum does not depend on the order, and neither does equality.
    var sum = 0
    for (key, value) in members {
      var member = Hasher()
      member.combine(key)
      member.combine(value)
      sum &+= member.finalize()
    }
    hasher.combine(sum)
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// Makes an object of these members; the last value of a repeated key counts.
  public init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) }
}
