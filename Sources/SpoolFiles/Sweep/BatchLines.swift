/// The lines of a text of which each asks for a run.
///
/// Lines without a character but blanks are left out, and so is a carriage return at the end of a line.
package struct BatchLines: Sendable {
  package struct Line: Sendable {
    /// The number of the line in the text, from 1.
    package let number: Int
    package let bytes: ArraySlice<UInt8>

    package var text: String { String(raw: bytes) }

    /// The parts between blanks and tabs.
    var fields: [ArraySlice<UInt8>] { bytes.split { $0 == 0x20 || $0 == 0x09 } }
  }

  package let lines: [Line]

  /// The largest size of the text in bytes, 32 MiB: the record of its runs has it twice, as JSON.
  package static let sizeLimit = 32 << 20

  /// Finds the lines.
  ///
  /// - Parameter title: The name of the text in messages.
  /// - Throws: ``SpoolError`` if there are none, if they are too many or too long, or if one has a NUL.
  package init(_ text: [UInt8], title: String) throws(SpoolError) {
    guard text.count <= Self.sizeLimit else {
      throw SpoolError(
        .badInput, "\(title): has more than \(Self.sizeLimit) bytes, which is the limit for lines")
    }
    var lines: [Line] = []
    var (start, number) = (text.startIndex, 0)
    while start < text.endIndex {
      let end = text[start...].firstIndex(of: 0x0A) ?? text.endIndex
      var bytes = text[start..<end]
      if bytes.last == 0x0D { bytes.removeLast() }
      number += 1
      start = end + 1
      if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
      guard bytes.count < Job.sizeLimit else {
        throw SpoolError(
          .badInput,
          "\(title): line \(number) has \(bytes.count) bytes; fewer than"
            + " \(Job.sizeLimit) are allowed")
      }
      if bytes.contains(0) {
        throw SpoolError(
          .badInput, "\(title): line \(number) has a NUL character, which no word can hold")
      }
      guard lines.count < SweepPoints.limit else {
        throw SpoolError(
          .badInput, "\(title): has more than \(SweepPoints.limit) lines, which is the limit")
      }
      lines.append(Line(number: number, bytes: bytes))
    }
    if lines.isEmpty { throw SpoolError(.badInput, "\(title): has no line that asks for a run") }
    self.lines = lines
  }

  /// Whether a text has JSON objects, each on a line of its own, and not a single job over one or several lines.
  ///
  /// - Parameter name: The name of its file; `.jsonl` and `.ndjson` say it.
  package static func areObjects(_ text: [UInt8], named name: String) -> Bool {
    if name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson") { return true }
    if name.hasSuffix(".yaml") || name.hasSuffix(".yml") { return false }
    let lines = text.split(separator: 0x0A, maxSplits: 1).map { $0 }
    guard lines.count == 2, opens(lines[0]), let next = lines[1].first(where: { $0 > 0x20 }),
      next == UInt8(ascii: "{"), lines[0].count <= Job.sizeLimit
    else { return false }
    return (try? JSON(parsing: Array(lines[0]), dialect: .relaxed))?.objectValue != nil
  }

  private static func opens(_ line: ArraySlice<UInt8>) -> Bool {
    line.first { $0 > 0x20 } == UInt8(ascii: "{")
  }
}
