import SpoolQueue
import SpoolTerminal

/// The columns of a list that the user chose: values of a run by their dotted paths.
struct RunColumns: Sendable {
  /// The path of each column.
  let paths: [String]

  /// The columns of a CSV file if none were chosen: every value that is a text or a number.
  static let all = RunColumns(
    paths: [
      "run", "queue", "entity", "state", "exit_code", "signal", "reason", "job", "what", "author",
      "owner", "host", "attempt", "priority", "created_at", "started_at", "ended_at", "duration_s",
    ])

  private init(paths: [String]) { self.paths = paths }

  /// Reads `run,host,config.lr`.
  init(_ text: String, _ arguments: ParsedArguments) throws {
    paths = text.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
    for path in paths { try Self.check(path, option: "columns", arguments) }
  }

  /// Checks that runs have values of this path, or of its beginning.
  static func check(_ path: String, option: String, _ arguments: ParsedArguments) throws {
    if path == "what" || path == "status" || Run.hasValues(at: path) { return }
    let names = Run.valueNames + ["what", "status", "config"]
    let head = String(path.prefix { $0 != "." })
    let hint =
      Suggestion.nearest(to: head, among: names).map { " (did you mean \($0)?)" }
      ?? "; there are \(names.filter { $0 != "file" }.joined(separator: " "))"
    throw arguments.usageError("--\(option): runs have no '\(head)'\(hint)")
  }

  /// The values of some runs, a row each; nil if a run has no value.
  func rows(_ runs: [Run]) -> [[JSON?]] {
    let words = paths.contains("what") ? RunWhat.words(runs.map { RunWhat($0) }) : []
    return runs.enumerated().map { place, run in
      // The JSON is built once for all columns.
      let json = run.json
      return paths.map { path in
        switch path {
        case "what": .string(words[place])
        case "status": .string(RunRow.status(of: run))
        default: run.value(at: path, in: json)
        }
      }
    }
  }

  /// A table for people: numbers are short and stand on the right.
  func table(_ runs: [Run], now: Timestamp) -> Table {
    let rows = rows(runs)
    let columns = paths.enumerated().map { place, path in column(path, rows.map { $0[place] }) }
    var table = Table(columns)
    for row in rows {
      table.append(
        zip(paths, row).map { path, value in
          guard let value else { return "-" }
          if path.hasSuffix("_at"), let time = value.stringValue.flatMap({ Timestamp($0) }) {
            return MomentText.short(time, now: now)
          }
          return value.tableText
        })
    }
    return table
  }

  private func column(_ path: String, _ values: [JSON?]) -> Table.Column {
    let known = values.compactMap { $0 }
    let isNumeric = !known.isEmpty && known.allSatisfy { $0.doubleValue != nil }
    let isState = path == "state" || path == "status"
    let cut: Table.Cut =
      isNumeric || isState ? .never : path == "run" || path == "what" ? .middle : .end
    let width = isNumeric ? 0 : Swift.min(12, path.count)
    let alignment: Table.Alignment = isNumeric ? .right : .left
    return Table.Column(
      title: path.uppercased(), alignment: alignment, minimumWidth: width, cut: cut,
      style: isState ? RunRow.statusStyle : nil)
  }

  /// The titles of a CSV file.
  var header: [UInt8] { Self.line(paths) }

  /// Some runs as lines of CSV, after RFC 4180: whole values, with every byte as it is.
  func csv(_ runs: [Run]) -> [UInt8] {
    rows(runs).flatMap { row in Self.line(row.map { $0.map { $0.stringValue ?? $0.text } ?? "" }) }
  }

  private static func line(_ fields: [String]) -> [UInt8] {
    var line: [UInt8] = []
    for (place, field) in fields.enumerated() {
      if place > 0 { line.append(UInt8(ascii: ",")) }
      let bytes = field.rawBytes
      guard bytes.contains(where: { ",\"\r\n".utf8.contains($0) }) else {
        line += bytes
        continue
      }
      line.append(UInt8(ascii: "\""))
      for byte in bytes {
        if byte == UInt8(ascii: "\"") { line.append(byte) }
        line.append(byte)
      }
      line.append(UInt8(ascii: "\""))
    }
    return line + [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
  }
}

/// The order of a list that the user chose.
struct RunOrder: Sendable {
  private let path: String
  private let isDescending: Bool

  /// Reads `duration_s`, or `-summary.loss` for the greatest first.
  init(_ text: String, _ arguments: ParsedArguments) throws {
    isDescending = text.hasPrefix("-")
    path = isDescending ? String(text.dropFirst()) : text
    try RunColumns.check(path, option: "sort", arguments)
  }

  /// The runs in order; runs without the value are at the end in either direction.
  func sorted(_ runs: [Run]) -> [Run] {
    let values = runs.map { run in
      path == "status" ? JSON.string(RunRow.status(of: run)) : run.value(at: path)
    }
    return runs.indices.sorted { left, right in
      guard let first = values[left] else { return values[right] == nil && left < right }
      guard let second = values[right] else { return true }
      if first.precedes(second) { return !isDescending }
      if second.precedes(first) { return isDescending }
      return left < right
    }.map { runs[$0] }
  }
}
