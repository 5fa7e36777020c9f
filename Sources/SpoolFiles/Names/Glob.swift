/// A pattern for names: `*` matches any bytes, `?` one byte, any other byte itself.
package struct Glob: Sendable {
  private let pattern: [UInt8]

  package init(_ pattern: String) { self.pattern = pattern.rawBytes }

  /// Whether the pattern matches the whole name.
  package func matches(_ name: String) -> Bool {
    let name = name.rawBytes
    var (place, at) = (0, 0)
    // The place of the last star, and the beginning of the text that the star may still match.
    var star: (place: Int, at: Int)?
    while at < name.count {
      if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
        star = (place, at)
        place += 1
      } else if place < pattern.count,
        pattern[place] == name[at] || pattern[place] == UInt8(ascii: "?")
      {
        place += 1
        at += 1
      } else if let last = star {
        star = (last.place, last.at + 1)
        (place, at) = (last.place + 1, last.at + 1)
      } else {
        return false
      }
    }
    return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
