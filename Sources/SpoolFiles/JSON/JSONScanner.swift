/// Finds a few values in the text of an object, and builds nothing.
///
/// A listing reads thousands of records and shows seven keys of each. A scanner looks only for the
/// ends of values. Its input must be an object that spool wrote (strict JSON, keys without escapes).
/// Other bytes are safe, but the values found in them mean nothing.
///
///     let scanner = JSONScanner(keys: ["state", "started_at"])
///     var ranges: [Range<Int>?] = []
///     if scanner.scan(bytes, into: &ranges), let range = ranges[0] {
///       let state = JSONScanner.string(bytes, range)
///     }
package struct JSONScanner: Sendable {
  private let keys: [[UInt8]]

  package init(keys: [String]) { self.keys = keys.map { Array($0.utf8) } }

  /// Finds the ranges of the values of the wanted keys, and stops when it has found all of them.
  ///
  /// - Parameters:
  ///   - bytes: The text of one object.
  ///   - ranges: Receives the range of each value in the order of the keys, nil for a missing key.
  ///     Pass the same array again to avoid allocating memory.
  /// - Returns: Whether the text was an object as far as it was read.
  package func scan(_ bytes: UnsafeRawBufferPointer, into ranges: inout [Range<Int>?]) -> Bool {
    ranges.removeAll(keepingCapacity: true)
    ranges.append(contentsOf: repeatElement(nil, count: keys.count))
    var missing = keys.count
    var cursor = ScanCursor(bytes: bytes)

    guard cursor.step(over: UInt8(ascii: "{")) else { return false }
    if cursor.step(over: UInt8(ascii: "}")) { return true }
    while missing > 0 {
      guard cursor.atString, let key = cursor.skipString(),
        cursor.step(over: UInt8(ascii: ":")), let value = cursor.skipValue()
      else { return false }
      if let position = position(of: key, in: bytes), ranges[position] == nil {
        ranges[position] = value
        missing -= 1
      }
      if cursor.step(over: UInt8(ascii: "}")) { return true }
      guard cursor.step(over: UInt8(ascii: ",")) else { return false }
    }
    return true
  }

  /// The position of the key at a range, quotes included, among the wanted keys; nil if it is not wanted.
  private func position(of key: Range<Int>, in bytes: UnsafeRawBufferPointer) -> Int? {
    let length = key.count - 2
    outer: for position in keys.indices where keys[position].count == length {
      for offset in 0..<length where keys[position][offset] != bytes[key.lowerBound + 1 + offset] {
        continue outer
      }
      return position
    }
    return nil
  }

  /// The value at a range; nil if it is not JSON.
  package static func json(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> JSON? {
    try? JSON(parsing: UnsafeRawBufferPointer(rebasing: bytes[range]), dialect: .strict)
  }

  /// The text of the string at a range; nil if it is not a string.
  package static func string(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> String? {
    guard range.count >= 2, bytes[range.lowerBound] == UInt8(ascii: "\"") else { return nil }
    let content = UnsafeRawBufferPointer(
      rebasing: bytes[(range.lowerBound + 1)..<(range.upperBound - 1)])
    // Only an escape needs the parser.
    if content.contains(UInt8(ascii: "\\")) { return json(bytes, range)?.stringValue }
    return RawText.text(content)
  }

  /// The number at a range; nil if it is not a number.
  package static func double(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Double? {
    guard let first = bytes[range].first,
      first == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
    else { return nil }
    let text = String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    // `-nan` and `-inf` are words to Double, but not JSON.
    return Double(text).flatMap { $0.isFinite ? $0 : nil }
  }

  /// The truth value at a range; nil if it is neither `true` nor `false`.
  package static func bool(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool? {
    if bytes[range].elementsEqual("true".utf8) { return true }
    return bytes[range].elementsEqual("false".utf8) ? false : nil
  }
}

/// Steps through a text, never past its end.
private struct ScanCursor {
  let bytes: UnsafeRawBufferPointer
  var offset = 0

  var atString: Bool {
    mutating get {
      skipSpace()
      return offset < bytes.count && bytes[offset] == UInt8(ascii: "\"")
    }
  }

  mutating func skipSpace() {
    while offset < bytes.count, bytes[offset] <= 0x20 { offset += 1 }
  }

  mutating func step(over byte: UInt8) -> Bool {
    skipSpace()
    guard offset < bytes.count, bytes[offset] == byte else { return false }
    offset += 1
    return true
  }

  /// Steps over the string that begins here.
  mutating func skipString() -> Range<Int>? {
    let begin = offset
    var position = offset + 1
    while position < bytes.count {
      // A record holds a whole job file as one string: it is skipped eight bytes at a time, as long as
      // they contain nothing special.
      if position + 8 <= bytes.count {
        let word = bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
        if !word.contains(UInt8(ascii: "\"")), !word.contains(UInt8(ascii: "\\")) {
          position += 8
          continue
        }
      }
      let byte = bytes[position]
      position += byte == UInt8(ascii: "\\") ? 2 : 1
      if byte == UInt8(ascii: "\"") {
        offset = position
        return begin..<position
      }
    }
    return nil
  }

  /// Steps over the value that begins here or after spaces.
  mutating func skipValue() -> Range<Int>? {
    if atString { return skipString() }
    let begin = offset
    var depth = 0
    while offset < bytes.count {
      switch bytes[offset] {
      case UInt8(ascii: "\""):
        guard skipString() != nil else { return nil }
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        // The bracket closes the object around a number or a word.
        guard depth > 0 else { return range(from: begin) }
        depth -= 1
        if depth == 0 {
          offset += 1
          return begin..<offset
        }
      case UInt8(ascii: ","), 0...0x20:
        if depth == 0 { return range(from: begin) }
      default:
        break
      }
      offset += 1
    }
    return nil
  }

  private func range(from begin: Int) -> Range<Int>? { begin < offset ? begin..<offset : nil }
}

extension UInt64 {
  /// Whether one of the eight bytes is `byte`.
  fileprivate func contains(_ byte: UInt8) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    // An equal byte becomes 0, and only a 0 borrows from its own highest bit.
    let difference = self ^ (ones &* UInt64(byte))
    return (difference &- ones) & ~difference & (ones << 7) != 0
  }
}
