import CLibrary

/// Bytes that are not UTF-8, carried in text.
///
/// Arguments, variables and names of files may have any bytes except NUL. Here all of them are text, in which a
/// byte that is not part of valid UTF-8 is a private character. System calls turn it back into the byte, `JSON`
/// writes it as Python's `os.fsencode` reads it, and people see `\xe9`.
///
/// Each sequence of bytes has its own text: `bytes(text(x))` is always `x`. So if the bytes contain such a private
/// character themselves, its four bytes become private characters, too.
@usableFromInline package enum RawText {
  /// Byte B is the scalar `base + B`. These scalars are the last ones of plane 16, which no text uses; in UTF-8
  /// they are F4 8F BA 80 to F4 8F BB BF.
  private static let base: UInt32 = 0x10FE00
  /// The first byte of each character of plane 16, and of hardly any other.
  package static let mark: UInt8 = 0xF4
  /// The number of bytes of a private character.
  package static let width = 4

  /// The text of any bytes.
  @inlinable package static func text(_ bytes: some Sequence<UInt8>) -> String {
    bytes.withContiguousStorageIfAvailable { text($0) } ?? text(Array(bytes))
  }

  /// The bytes of a text.
  package static func bytes(_ text: String) -> [UInt8] {
    var text = text
    return text.withUTF8 { units in
      hasMark(units) ? decoded(units, isEnded: false) : Array(units)
    }
  }

  /// The number of bytes that ``bytes(_:)`` returns.
  package static func count(_ text: String) -> Int {
    var text = text
    return text.withUTF8 { units in
      guard hasMark(units) else { return units.count }
      return units.count - (width - 1) * units.indices.count { isPrivate(units, at: $0) }
    }
  }

  /// The number of bytes that some units of a text stand for.
  package static func count(_ units: ArraySlice<UInt8>) -> Int {
    units.withUnsafeBufferPointer { units in
      guard hasMark(units) else { return units.count }
      return units.count - (width - 1) * units.indices.count { isPrivate(units, at: $0) }
    }
  }

  /// The byte that a private character stands for. Returns nil for any other character.
  package static func byte(_ scalar: Unicode.Scalar) -> UInt8? {
    scalar.value >= base + 0x80 && scalar.value <= base + 0xFF ? UInt8(scalar.value - base) : nil
  }
}

// MARK: - From bytes

extension RawText {
  @usableFromInline package static func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    if !hasPrivate(bytes), let text = String(validating: bytes, as: UTF8.self) { return text }
    var units: [UInt8] = []
    units.reserveCapacity(bytes.count + 64)
    append(bytes, to: &units)
    return String(decoding: units, as: UTF8.self)
  }

  /// Adds bytes as text.
  private static func append(_ bytes: UnsafeBufferPointer<UInt8>, to units: inout [UInt8]) {
    var offset = 0
    while offset < bytes.count {
      let byte = bytes[offset]
      let length = byte < 0x80 ? 1 : sequenceLength(bytes, at: offset)
      if length == 0 || isPrivate(bytes, at: offset) {
        append(byte, to: &units)
        offset += 1
      } else {
        units.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[offset..<(offset + length)]))
        offset += length
      }
    }
  }

  /// Adds a byte as a private character.
  static func append(_ byte: UInt8, to units: inout [UInt8]) {
    units.append(mark)
    units.append(0x8F)
    units.append(0xB8 | byte >> 6)
    units.append(0x80 | byte & 0x3F)
  }

  /// The length of the character at an offset, which has at least two bytes. Returns 0 if there is no whole one.
  private static func sequenceLength(_ bytes: UnsafeBufferPointer<UInt8>, at offset: Int) -> Int {
    guard let length = scalarLength(bytes, at: offset), bytes.count - offset >= length else {
      return 0
    }
    return length
  }

  /// The length of the character at an offset, which has at least two bytes, even if the end cuts it off. Returns
  /// nil if its bytes are not UTF-8.
  ///
  /// The well-formed sequences of the Unicode standard, table 3-7.
  package static func scalarLength(_ bytes: UnsafeBufferPointer<UInt8>, at offset: Int) -> Int? {
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch bytes[offset] {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: length = 4
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return nil
    }
    if offset + 1 < bytes.count, !second.contains(bytes[offset + 1]) { return nil }
    for next in (offset + 2)..<max(offset + 2, min(offset + length, bytes.count))
    where bytes[next] & 0xC0 != 0x80 {
      return nil
    }
    return length
  }
}

// MARK: - To bytes

extension RawText {
  /// The bytes that units of a text stand for; with `isEnded` a NUL follows them.
  private static func decoded(_ units: UnsafeBufferPointer<UInt8>, isEnded: Bool) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(units.count + 1)
    var offset = 0
    while offset < units.count {
      if isPrivate(units, at: offset) {
        bytes.append(byte(units, at: offset))
        offset += width
      } else {
        bytes.append(units[offset])
        offset += 1
      }
    }
    if isEnded { bytes.append(0) }
    return bytes
  }

  /// Whether a private character begins at an offset.
  @inline(__always)
  package static func isPrivate(_ units: UnsafeBufferPointer<UInt8>, at offset: Int) -> Bool {
    units[offset] == mark && units.count - offset >= width && units[offset + 1] == 0x8F
      && units[offset + 2] & 0xFE == 0xBA && units[offset + 3] & 0xC0 == 0x80
  }

  /// The byte that the private character at an offset stands for.
  @inline(__always)
  static func byte(_ units: UnsafeBufferPointer<UInt8>, at offset: Int) -> UInt8 {
    units[offset + 2] << 6 | units[offset + 3] & 0x3F
  }

  /// The bytes of the private characters from an offset on, up to the first other character.
  package static func bytes(from offset: Int, of units: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var end = offset
    while end < units.count, isPrivate(units, at: end) { end += width }
    return decoded(UnsafeBufferPointer(rebasing: units[offset..<end]), isEnded: false)
  }

  /// Calls `body` with each character of some bytes, or with one byte that is not text.
  package static func forEachPart(
    of bytes: [UInt8], _ body: (_ text: ArraySlice<UInt8>?, _ byte: UInt8) -> Void
  ) {
    var offset = 0
    while offset < bytes.count {
      let length =
        bytes[offset] < 0x80
        ? 1 : bytes.withUnsafeBufferPointer { sequenceLength($0, at: offset) }
      body(length == 0 ? nil : bytes[offset..<(offset + length)], bytes[offset])
      offset += max(length, 1)
    }
  }

  private static func hasMark(_ units: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let start = units.baseAddress else { return false }
    return memchr(start, Int32(mark), units.count) != nil
  }

  private static func hasPrivate(_ units: UnsafeBufferPointer<UInt8>) -> Bool {
    hasMark(units) && units.indices.contains { isPrivate(units, at: $0) }
  }

  /// The bytes of a text, ended by NUL.
  fileprivate static func ended(_ text: String) -> [UInt8] {
    var text = text
    return text.withUTF8 { decoded($0, isEnded: true) }
  }

  fileprivate static func needsDecoding(_ text: String) -> Bool { holds(mark, text) }

  /// Whether a text has that unit. `memchr`.
  fileprivate static func holds(_ unit: UInt8, _ text: String) -> Bool {
    var text = text
    return text.withUTF8 { units in
      guard let start = units.baseAddress else { return false }
      return memchr(start, Int32(unit), units.count) != nil
    }
  }
}

extension String {
  /// The text of any bytes; see ``RawText``.
  @inlinable package init(raw bytes: some Sequence<UInt8>) { self = RawText.text(bytes) }

  /// The text of a C string; see ``RawText``.
  package init(rawCString text: UnsafePointer<CChar>) {
    let start = UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self)
    self = RawText.text(UnsafeBufferPointer(start: start, count: strlen(text)))
  }

  /// The bytes of this text for the kernel or a file; see ``RawText``.
  package var rawBytes: [UInt8] { RawText.bytes(self) }

  /// Calls `body` with the bytes and a NUL behind them.
  package func withRawCString<Result>(
    _ body: (UnsafePointer<CChar>) throws -> Result
  ) rethrows -> Result {
    guard RawText.needsDecoding(self) else { return try withCString(body) }
    return try RawText.ended(self).withUnsafeBytes { bytes in
      // Never empty: it ends with a NUL.
      try body(bytes.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: CChar.self))
    }
  }
}

/// Calls `body` with the path as a C string.
@inline(__always)
func withPath<Result: ~Copyable>(
  _ path: String, _ body: (UnsafePointer<CChar>) throws(Errno) -> Result
) throws(Errno) -> Result {
  // For C the path would end there, and name another file.
  if RawText.holds(0, path) { throw .invalidArgument }
  // The closures of the standard library throw any error; this keeps the type.
  var result: Result?
  var failure: Errno?
  path.withRawCString { pointer in
    do throws(Errno) { result = .some(try body(pointer)) } catch { failure = error }
  }
  if let failure { throw failure }
  guard let result = result.take() else { throw .invalidArgument }
  return result
}
