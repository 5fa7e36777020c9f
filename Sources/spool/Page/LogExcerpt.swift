import SpoolQueue

/// The last lines of a run's log, as a page can show them.
struct LogExcerpt: Sendable, Equatable {
  /// The lines. None is longer than a few widths of a screen.
  var lines: [String]
  /// Whether the log has more lines before them.
  var isCut = false

  /// The number of bytes that are read at the end of a log.
  private static let byteLimit = 16_384
  /// The longest line, in characters.
  private static let lineLimit = 400

  init(lines: [String]) { self.lines = lines }

  /// Takes the end of a text that a command printed.
  ///
  /// - Parameters:
  ///   - bytes: The last bytes of the text; bytes that are not UTF-8 become visible.
  ///   - isCut: Whether the text begins before these bytes: then their first line is incomplete.
  init(_ bytes: [UInt8], count: Int, isCut: Bool) {
    var text = bytes[...]
    while let last = text.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") {
      text = text.dropLast()
    }
    var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if isCut, lines.count > 1 { lines.removeFirst() }
    self.isCut = isCut || lines.count > count
    if text.isEmpty { lines = [] }
    self.lines = lines.suffix(count).map { line in
      let shown = Self.shown(String(raw: line))
      let head = shown.prefix(Self.lineLimit)
      return head.endIndex == shown.endIndex ? shown : head + "…"
    }
  }

  /// Takes the end of a run's log. Returns nil if there is no log that can be read.
  init?(of run: String, attempt: Int, in queue: Queue, count: Int) {
    let ends = [Queue.errorFile, Queue.outputFile].compactMap { file in
      Self.end(of: queue.runPath(run, "\(attempt)/" + file))
    }
    // If the two logs are split, errors are in err.log.
    guard let (bytes, isCut) = ends.first(where: { !$0.bytes.isEmpty }) ?? ends.last else {
      return nil
    }
    self.init(bytes, count: count, isCut: isCut)
  }

  private static func end(of path: String) -> (bytes: [UInt8], isCut: Bool)? {
    do throws(Errno) {
      let file = try System.open(path, .reading)
      let information = try file.information()
      guard information.isRegular else { return nil }
      let start = Swift.max(information.size - byteLimit, 0)
      try file.seek(to: start)
      return (try file.read(atMost: byteLimit), start > 0)
    } catch {
      return nil
    }
  }

  /// A line as it looks on a terminal at the end, without colours. If it was overwritten again and again, the last
  /// writing.
  static func shown(_ line: String) -> String {
    var shown = ""
    var rest = line.unicodeScalars[...]
    while rest.last == "\r" { rest = rest.dropLast() }
    if let start = rest.lastIndex(of: "\r") { rest = rest[rest.index(after: start)...] }
    while let scalar = rest.popFirst() {
      guard scalar == "\u{1b}" else {
        shown.unicodeScalars.append(scalar)
        continue
      }
      if let end = endOfSequence(rest) {
        rest = rest[end...]
      } else {
        // This sequence is not known: its bytes are made visible.
        shown.unicodeScalars.append(scalar)
      }
    }
    return shown
  }

  /// The index behind the sequence that an escape character began: `ESC [ … letter` or `ESC ] … BEL`.
  private static func endOfSequence(
    _ rest: Substring.UnicodeScalarView
  ) -> Substring.UnicodeScalarView.Index? {
    switch rest.first {
    case "[":
      guard
        let end = rest.dropFirst().firstIndex(where: { !(0x20...0x3F).contains($0.value) }),
        (0x40...0x7E).contains(rest[end].value)
      else { return nil }
      return rest.index(after: end)
    case "]":
      guard let end = rest.firstIndex(where: { $0.value == 0x07 || $0.value == 0x1b }) else {
        return nil
      }
      let next = rest.index(after: end)
      if rest[end].value == 0x07 { return next }
      return next < rest.endIndex && rest[next] == "\\" ? rest.index(after: next) : nil
    default: return nil
    }
  }
}
