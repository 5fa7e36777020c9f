/// Reads the fields of a message in the encoding of protocol buffers, one after the other.
struct MessageReader {
  /// A field's content, as far as it is of use here.
  enum Content {
    case number(UInt64)
    case bytes(ArraySlice<UInt8>)
    case other
  }

  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// The next field; nil at the end, and where the bytes are no field.
  mutating func next() -> (number: UInt64, content: Content)? {
    guard let tag = number() else { return nil }
    let content: Content
    switch tag & 7 {
    case 0:
      guard let value = number() else { return nil }
      content = .number(value)
    case 1:
      guard take(8) != nil else { return nil }
      content = .other
    case 2:
      guard let length = number(), let count = Int(exactly: length), let bytes = take(count) else {
        return nil
      }
      content = .bytes(bytes)
    case 5:
      guard take(4) != nil else { return nil }
      content = .other
    default: return nil
    }
    return (tag >> 3, content)
  }

  private mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
    guard count <= rest.count else { return nil }
    let taken = rest.prefix(count)
    rest = rest.dropFirst(count)
    return taken
  }

  /// A varint: seven bits in each byte, the lowest first.
  private mutating func number() -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard let byte = rest.popFirst() else { return nil }
      // Of the tenth byte one bit is left; a larger number is cut off there.
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }
}
