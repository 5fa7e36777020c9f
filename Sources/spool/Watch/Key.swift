/// A key that the user pressed.
enum Key: Sendable, Equatable {
  case up, down, pageUp, pageDown, home, end
  case enter, escape, backspace, interrupt, suspend, redraw
  /// Any other key that stands for a character.
  case character(Character)

  /// Splits the bytes of a terminal into keys. Sequences without a meaning here are ignored.
  static func read(_ bytes: [UInt8]) -> [Key] {
    var keys: [Key] = []
    var rest = bytes[...]
    while let first = rest.first {
      rest = rest.dropFirst()
      switch first {
      case 0x1b: keys += sequence(&rest)
      case 0x03: keys.append(.interrupt)
      case 0x1a: keys.append(.suspend)
      case 0x0c: keys.append(.redraw)
      case 0x0d, 0x0a: keys.append(.enter)
      case 0x7f, 0x08: keys.append(.backspace)
      case 0x20..<0x7f: keys.append(.character(Character(UnicodeScalar(first))))
      case 0xc0...:
        // These bytes belong to the same character.
        let more = rest.prefix { $0 & 0xC0 == 0x80 }
        rest = rest.dropFirst(more.count)
        keys += String(decoding: [first] + more, as: UTF8.self).map { .character($0) }
      default: break
      }
    }
    return keys
  }

  private static func sequence(_ rest: inout ArraySlice<UInt8>) -> [Key] {
    guard let kind = rest.first, kind == UInt8(ascii: "[") || kind == UInt8(ascii: "O") else {
      return [.escape]
    }
    rest = rest.dropFirst()
    let parameters = rest.prefix { (0x20..<0x40).contains($0) }
    rest = rest.dropFirst(parameters.count)
    guard let final = rest.popFirst() else { return [] }
    switch final {
    case UInt8(ascii: "A"): return [.up]
    case UInt8(ascii: "B"): return [.down]
    case UInt8(ascii: "H"): return [.home]
    case UInt8(ascii: "F"): return [.end]
    case UInt8(ascii: "~"):
      switch parameters.first {
      case UInt8(ascii: "5"): return [.pageUp]
      case UInt8(ascii: "6"): return [.pageDown]
      case UInt8(ascii: "1"), UInt8(ascii: "7"): return [.home]
      case UInt8(ascii: "4"), UInt8(ascii: "8"): return [.end]
      default: return []
      }
    default: return []
    }
  }
}
