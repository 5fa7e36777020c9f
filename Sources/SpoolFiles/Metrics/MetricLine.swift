/// A line of `metrics.jsonl`: an object of values that were logged together, and perhaps the step.
package struct MetricLine: Sendable {
  /// The member `step`; nil if there is none, or if it is not a number.
  package let step: Double?
  /// The other members.
  package let values: JSONObject

  private static let stepKey = "step"
  /// The most bytes of a line; a longer one is left out.
  package static let sizeLimit = 65_536

  /// Reads a line; nil for one that is no object.
  ///
  /// `NaN`, `Infinity` and `-Infinity`, which Python writes and JSON does not have, become text.
  package init?(_ line: ArraySlice<UInt8>) {
    guard line.count <= Self.sizeLimit,
      line.first(where: { $0 > 0x20 }) == UInt8(ascii: "{"),
      line.last(where: { $0 > 0x20 }) == UInt8(ascii: "}")
    else { return nil }
    let bytes = Array(line)
    var value = try? JSON(parsing: bytes, dialect: .strict)
    if value == nil, bytes.contains(where: { $0 == UInt8(ascii: "N") || $0 == UInt8(ascii: "I") }) {
      value = try? JSON(parsing: Self.quotingWords(bytes), dialect: .strict)
    }
    guard var object = value?.objectValue else { return nil }
    step = object[Self.stepKey]?.doubleValue.flatMap { $0.isFinite ? $0 : nil }
    object[Self.stepKey] = nil
    values = object
  }

  /// Makes the line that logs some values, with a newline at its end.
  package static func bytes(_ values: JSONObject, step: Int?) -> [UInt8] {
    var object = values
    if let step { object[stepKey] = .number(step) }
    return object.bytes() + [UInt8(ascii: "\n")]
  }

  private static func quotingWords(_ line: [UInt8]) -> [UInt8] {
    let words = ["-Infinity", "Infinity", "NaN"].map { Array($0.utf8) }
    var quoted: [UInt8] = []
    var place = 0
    var isInside = false
    while place < line.count {
      let byte = line[place]
      if isInside {
        quoted.append(byte)
        if byte == UInt8(ascii: "\\"), place + 1 < line.count {
          place += 1
          quoted.append(line[place])
        }
      } else if let word = words.first(where: { line[place...].starts(with: $0) }) {
        quoted += [UInt8(ascii: "\"")] + word + [UInt8(ascii: "\"")]
        place += word.count
        continue
      } else {
        quoted.append(byte)
      }
      if byte == UInt8(ascii: "\"") { isInside.toggle() }
      place += 1
    }
    return quoted
  }
}

/// Takes `metrics.jsonl` apart, from its start or from any place, as its bytes come.
package struct MetricLines: Sendable {
  private var pending: [UInt8] = []
  /// Whether the bytes up to the next newline belong to a line that is left out.
  private var isSkipping: Bool

  package init(fromStart: Bool) { isSkipping = !fromStart }

  /// Takes the next bytes, and calls `body` with each line that is whole now and an object.
  package mutating func feed(_ bytes: [UInt8], _ body: (MetricLine) -> Void) {
    var rest = bytes[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      add(rest[..<end])
      rest = rest[(end + 1)...]
      if !isSkipping, let line = MetricLine(pending[...]) { body(line) }
      isSkipping = false
      pending = []
    }
    add(rest)
  }

  private mutating func add(_ bytes: ArraySlice<UInt8>) {
    if isSkipping { return }
    if pending.count + bytes.count > MetricLine.sizeLimit {
      isSkipping = true
      pending = []
    } else {
      pending += bytes
    }
  }
}
