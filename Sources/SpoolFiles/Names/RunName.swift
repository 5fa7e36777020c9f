/// The grammar of the names that people and files give to runs, queues and entities.
package enum RunName {
  /// The longest name of a run, in characters.
  package static let limit = 128
  /// The longest name of an entity, a queue or a job, in characters.
  package static let shortLimit = 64

  /// Whether `text` is a run's name: `[A-Za-z0-9_][A-Za-z0-9._-]{0,127}`.
  package static func isValid(_ text: String, limit: Int = limit) -> Bool {
    isValid(text.utf8, limit)
  }

  package static func isValid(_ text: Substring, limit: Int = limit) -> Bool {
    isValid(text.utf8, limit)
  }

  // Not open to other modules: the generic function is specialized for both kinds of text in this module.
  private static func isValid(_ units: some Collection<UInt8>, _ limit: Int) -> Bool {
    guard let first = units.first, units.count <= limit else { return false }
    return isWord(first) && units.allSatisfy { isWord($0) || $0 == 0x2E || $0 == 0x2D }
  }

  /// A valid name similar to `text`: `_` replaces invalid characters and a first `.` or `-`; the middle
  /// of a long name is left out.
  package static func cleaned(_ text: String, limit: Int = limit) -> String {
    var units = text.unicodeScalars.map { scalar -> UInt8 in
      guard scalar.isASCII else { return 0x5F }
      let unit = UInt8(scalar.value)
      return isWord(unit) || unit == 0x2E || unit == 0x2D ? unit : 0x5F
    }
    if let first = units.first, !isWord(first) { units[0] = 0x5F }
    if units.count > limit {
      let half = (limit - 2) / 2
      units = units.prefix(limit - 2 - half) + [0x2E, 0x2E] + units.suffix(half)
    }
    return units.isEmpty ? "_" : String(decoding: units, as: UTF8.self)
  }

  /// The next name to try after `base` was taken `count - 1` times: `base-2`, `base-3`…
  package static func numbered(_ base: String, _ count: Int) -> String {
    let suffix = "-\(count)"
    if base.utf8.count + suffix.utf8.count <= limit { return base + suffix }
    return String(base.prefix(limit - suffix.utf8.count)) + suffix
  }

  /// A name that launch tries: `base` and four random characters. There are about 1.7 million per base.
  package static func random(_ base: String) -> String {
    numberless(base, limit: limit - 5) + "-" + randomPart()
  }

  /// Four random characters of `0-9a-z`.
  package static func randomPart() -> String {
    let alphabet = Array("0123456789abcdefghijklmnopqrstuvwxyz".utf8)
    var generator = SystemRandomNumberGenerator()
    var bits = generator.next()
    var units: [UInt8] = []
    for _ in 0..<4 {
      units.append(alphabet[Int(bits % 36)])
      bits /= 36
    }
    return String(decoding: units, as: UTF8.self)
  }

  private static func numberless(_ base: String, limit: Int) -> String {
    String(cleaned(base).prefix(limit))
  }

  /// A letter, a digit or `_`.
  private static func isWord(_ unit: UInt8) -> Bool {
    (0x30...0x39).contains(unit) || (0x41...0x5A).contains(unit) || (0x61...0x7A).contains(unit)
      || unit == 0x5F
  }
}
