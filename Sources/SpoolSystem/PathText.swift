// Paths and words are split at their bytes. A Swift `Character` includes the accents that follow it: for
// `hasPrefix("/")` a path whose first name begins with an accent would not be absolute.

extension StringProtocol {
  package var isAbsolutePath: Bool { utf8.first == UInt8(ascii: "/") }

  /// Whether this is an absolute path without empty parts, without `.` and `..`, and without a slash at its end.
  package var isShortestAbsolutePath: Bool {
    isAbsolutePath
      && utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        .allSatisfy { !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8) }
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
    utf8.split { UInt32($0) == separator.value }.map { Substring($0) }
  }

  /// The parts before and after the first occurrence of an ASCII character. Returns nil if there is none.
  package func cut(at separator: Unicode.Scalar) -> (before: String, after: String)? {
    guard let place = utf8.firstIndex(where: { UInt32($0) == separator.value }) else { return nil }
    return (String(self[..<place]), String(self[utf8.index(after: place)...]))
  }
}
