/// The names between `${` and `}`.
enum MacroName {
  /// The name of the macro if the word is exactly one macro; otherwise nil.
  static func whole(of word: String) -> String? {
    let units = word.utf8
    guard units.starts(with: "${".utf8), units.last == UInt8(ascii: "}") else { return nil }
    return String(Substring(units.dropFirst(2).dropLast()))
  }

  /// The name of the macro at the front of the bytes; nil if there is none.
  ///
  /// A `$` ends the search: an unclosed macro hides no macro after it, and is read only once.
  static func first(in rest: ArraySlice<UInt8>) -> String? {
    guard rest.starts(with: "${".utf8) else { return nil }
    let name = rest.dropFirst(2).prefix { $0 != UInt8(ascii: "}") && $0 != UInt8(ascii: "$") }
    guard name.endIndex < rest.endIndex, rest[name.endIndex] == UInt8(ascii: "}") else {
      return nil
    }
    return String(decoding: name, as: UTF8.self)
  }

  static func all(in word: String) -> [String] {
    var names: [String] = []
    var rest = Array(word.utf8)[...]
    while let dollar = rest.firstIndex(of: UInt8(ascii: "$")) {
      rest = rest[dollar...]
      if let name = first(in: rest) { names.append(name) }
      rest.removeFirst()
    }
    return names
  }

  /// The rest of a name after its first part; nil if the first part is different.
  static func rest(of name: String, after part: StaticString) -> String? {
    let count = part.utf8CodeUnitCount
    let begins = part.withUTF8Buffer { name.utf8.starts(with: $0) }
    return begins ? String(Substring(name.utf8.dropFirst(count))) : nil
  }
}
