import SpoolQueue
import Testing

@Suite("Rules of the sources that no compiler knows") struct SourceTests {
  private static let sources =
    #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/Sources"

  /// Where bytes become text without ``RawText``: all of them made by spool itself, or ASCII as far as
  /// they matter.
  private static let allowed: Set<String> = [
    "SpoolFiles/JSON/JSONParser+Scalars.swift", "SpoolFiles/JSON/JSONScanner.swift",
    "SpoolFiles/Job/MacroExpansion.swift",
    "SpoolFiles/Job/MacroName.swift", "SpoolFiles/Time/RFC3339.swift",
    "SpoolFiles/Names/RunName.swift", "SpoolSystem/MountEntry.swift",
    "SpoolSystem/RawText.swift", "SpoolFiles/Sweep/Numeral.swift", "spool/Page/HTML.swift",
    "spool/Watch/Key.swift",
  ]

  @Test("Bytes from outside become text in one way, that keeps them")
  func decoding() throws {
    // Each of these repairs what is not UTF-8, or takes text for what the kernel shall have.
    let repairs = [
      "String(cString:", "String(decoding:", "String(validatingCString:", "CommandLine.arguments",
      ".withCString", "readLine(strippingNewline", "strdup(word", ".utf8CString",
    ]
    var found: Set<String> = []
    for target in try System.list(Self.sources) {
      for file in try files(in: target) {
        let text = String(
          decoding: try System.openFollowing(Self.sources + "/" + file).readAll(), as: UTF8.self)
        let lines = text.split(separator: "\n").filter { line in
          !line.drop { $0 == " " }.hasPrefix("//") && repairs.contains { line.contains($0) }
        }
        if !lines.isEmpty { found.insert(file) }
        #expect(
          lines.isEmpty || Self.allowed.contains(file),
          "\(file): String(raw:), String(rawCString:), rawBytes or withRawCString instead of \(lines)"
        )
      }
    }
    #expect(found == Self.allowed, "a file of the list has none any more")
  }

  private func files(in directory: String) throws -> [String] {
    try System.list(Self.sources + "/" + directory).flatMap { name in
      let path = directory + "/" + name
      let isDirectory = try System.information(Self.sources + "/" + path).isDirectory
      return isDirectory ? try files(in: path) : name.hasSuffix(".swift") ? [path] : []
    }
  }
}
