// Paths and words are split at their bytes. A Swift `Character` includes the accents that follow it: for
// `hasPrefix("/")` a path whose first name begins with an accent would not be absolute.

extension StringProtocol {
  package var isAbsolutePath: Bool { utf8.first == UInt8(ascii: "/") }

  /// Whether this is an absolute path without empty parts, without `.` and `..`, and without a slash at its end.
  package var isShortestAbsolutePath: Bool {
    guard isAbsolutePath else { return false }
    // How long the name is that began at the last slash, and how many of its bytes are dots.
    var (length, dots) = (0, 0)
    for unit in utf8.dropFirst() {
      if unit == UInt8(ascii: "/") {
        if length == 0 || length <= 2 && dots == length { return false }
        (length, dots) = (0, 0)
      } else {
        length += 1
        if unit == UInt8(ascii: ".") { dots += 1 }
      }
    }
    return length > 2 || dots < length
  }

  /// Whether the first byte is an ASCII character.
  package func begins(with character: Unicode.Scalar) -> Bool {
    utf8.first.map { UInt32($0) } == character.value
  }
}

extension String {
  /// The names in a path, without empty ones.
  package var pathParts: [Substring] { parts(at: "/") }

  /// The path without its last name: `/` for `/a`, nil for `a`.
  package var directoryOfPath: String? {
    guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
    return slash == startIndex ? "/" : String(self[..<slash])
  }

  /// The part after the last slash: `a` for `a`, empty for `a/`.
  package var lastNameOfPath: String {
    guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")) else { return self }
    return String(self[utf8.index(after: slash)...])
  }

  /// The parts between an ASCII character, without empty ones.
  package func parts(at separator: Unicode.Scalar) -> [Substring] {
    var parts: [Substring] = []
    var start = startIndex
    var place = startIndex
    while place < endIndex {
      let next = utf8.index(after: place)
      if UInt32(utf8[place]) == separator.value {
        if start < place { parts.append(self[start..<place]) }
        start = next
      }
      place = next
    }
    if start < endIndex { parts.append(self[start...]) }
    return parts
  }

  /// The parts before and after the first occurrence of an ASCII character. Returns nil if there is none.
  package func cut(at separator: Unicode.Scalar) -> (before: String, after: String)? {
    guard let place = utf8.firstIndex(where: { UInt32($0) == separator.value }) else { return nil }
    return (String(self[..<place]), String(self[utf8.index(after: place)...]))
  }
}
