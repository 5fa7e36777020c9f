// Paths and words are taken apart at their bytes. A `Character` of Swift's takes in the accents that
// follow it: to `hasPrefix("/")` a name that begins with one would be no absolute path.

extension StringProtocol {
  package var isAbsolutePath: Bool { utf8.first == UInt8(ascii: "/") }

  /// Whether this is an absolute path in which no part is empty, `.` or `..`, and nothing follows the last.
  package var isShortestAbsolutePath: Bool {
    isAbsolutePath
      && utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        .allSatisfy { !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8) }
  }

  /// Whether the first byte is that of an ASCII character.
  package func begins(with character: Unicode.Scalar) -> Bool {
    utf8.first.map { UInt32($0) } == character.value
  }
}

extension String {
  /// The names in a path, without empty ones.
  package var pathParts: [Substring] { parts(at: "/") }

  /// The path without its last name: `/` of `/a`, and nil of `a`, which has no directory in it.
  package var directoryOfPath: String? {
    guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
    return slash == startIndex ? "/" : String(self[..<slash])
  }

  /// What follows the last slash of a path; all of `a`, and nothing of `a/`.
  package var lastNameOfPath: String {
    guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")) else { return self }
    return String(self[utf8.index(after: slash)...])
  }

  /// What stands between ASCII characters, without empty parts.
  package func parts(at separator: Unicode.Scalar) -> [Substring] {
    utf8.split { UInt32($0) == separator.value }.map { Substring($0) }
  }

  /// What stands before and after the first of an ASCII character; nil: there is none.
  package func cut(at separator: Unicode.Scalar) -> (before: String, after: String)? {
    guard let place = utf8.firstIndex(where: { UInt32($0) == separator.value }) else { return nil }
    return (String(self[..<place]), String(self[utf8.index(after: place)...]))
  }
}
