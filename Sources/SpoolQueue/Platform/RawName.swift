/// File names that are not UTF-8, carried in text.
///
/// Linux lets a name hold any bytes but `/` and NUL. A byte that is not part of valid UTF-8 is kept
/// as a private character, so that such a file can be listed, shown and moved like any other; the
/// system-call layer turns it back.
enum RawName {
  /// Byte B travels as the scalar `base + B`: the last ones of plane 16, which no text uses.
  private static let base: UInt32 = 0x10FE00

  static func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    var text = ""
    var rest = bytes[...]
    while !rest.isEmpty {
      // The longest valid character at the front, else one byte.
      var taken = 0
      for length in [1, 2, 3, 4] where length <= rest.count {
        if let part = String(validating: rest.prefix(length), as: UTF8.self) {
          text += part
          taken = length
          break
        }
      }
      if taken == 0, let byte = rest.first, let scalar = Unicode.Scalar(base + UInt32(byte)) {
        text.unicodeScalars.append(scalar)
        taken = 1
      }
      rest = rest.dropFirst(taken)
    }
    return text
  }

  /// The bytes of a path that ``text(_:)`` may have made, ended by NUL.
  static func bytes(_ text: String) -> [CChar] {
    var bytes: [CChar] = []
    for scalar in text.unicodeScalars {
      if scalar.value >= base + 0x80, scalar.value <= base + 0xFF {
        bytes.append(CChar(bitPattern: UInt8(scalar.value - base)))
      } else {
        for unit in UTF8.encode(scalar) ?? UTF8.EncodedScalar() {
          bytes.append(CChar(bitPattern: unit))
        }
      }
    }
    bytes.append(0)
    return bytes
  }
}

/// Calls `body` with the path as the kernel takes it.
@inline(__always)
func withPath<Result: ~Copyable>(
  _ path: String, _ body: (UnsafePointer<CChar>) throws(Errno) -> Result
) throws(Errno) -> Result {
  // 0xF4 begins every character of plane 16 and hardly anything else.
  if path.utf8.contains(0xF4) { return try withBytes(RawName.bytes(path), body) }
  return try withText(path, body)
}

// The standard library's closures throw any error; these two keep the type.
private func withText<Result: ~Copyable>(
  _ path: String, _ body: (UnsafePointer<CChar>) throws(Errno) -> Result
) throws(Errno) -> Result {
  var result: Result?
  var failure: Errno?
  path.withCString { pointer in
    do throws(Errno) { result = .some(try body(pointer)) } catch { failure = error }
  }
  if let failure { throw failure }
  guard let result = result.take() else { throw .invalidArgument }
  return result
}

private func withBytes<Result: ~Copyable>(
  _ path: [CChar], _ body: (UnsafePointer<CChar>) throws(Errno) -> Result
) throws(Errno) -> Result {
  var result: Result?
  var failure: Errno?
  path.withUnsafeBufferPointer { buffer in
    guard let base = buffer.baseAddress else { return }
    do throws(Errno) { result = .some(try body(base)) } catch { failure = error }
  }
  if let failure { throw failure }
  guard let result = result.take() else { throw .invalidArgument }
  return result
}

extension System {
  /// A file's name as text, whatever its bytes.
  package static func fileName(_ bytes: [UInt8]) -> String {
    bytes.withUnsafeBufferPointer { RawName.text($0) }
  }
}
