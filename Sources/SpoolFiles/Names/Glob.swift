/// A pattern for names: `*` stands for any characters, `?` for a single byte, anything else for itself.
package struct Glob: Sendable {
  private let pattern: [UInt8]

  package init(_ pattern: String) { self.pattern = pattern.rawBytes }

  /// Whether a whole name fits.
  package func matches(_ name: String) -> Bool {
    let name = name.rawBytes
    var (place, at) = (0, 0)
    // Where the last star stands, and where the text begins that it may still swallow.
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
