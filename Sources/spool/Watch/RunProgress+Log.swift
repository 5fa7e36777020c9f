import SpoolQueue

extension RunProgress {
  /// The longest text beside the count, in characters.
  private static let wordLimit = 60

  /// The progress in the last line of a run's log. Returns nil if the line has none, if the run is not running, or if
  /// it wrote a `progress` file.
  static func inLog(of run: Run, in queue: Queue) -> String? {
    guard run.state == .running, run.progress == nil, let attempt = run.attempt,
      let log = LogExcerpt(of: run.run, attempt: attempt, in: queue, count: 1),
      let line = log.lines.last
    else { return nil }
    return text(inLine: line)
  }

  /// The progress in a line such as ` 42%|####      | 42/100 [00:10<00:14]` or `epoch 3: step 37/100`, with
  /// its count first. Returns nil if the line counts nothing.
  static func text(inLine line: String) -> String? {
    var parts = line.split(separator: "|", omittingEmptySubsequences: false)
    // The text between two bars is the drawing.
    if parts.count >= 3 { parts.remove(at: 1) }
    var words = parts.flatMap { $0.split(whereSeparator: \.isWhitespace) }.map { String($0) }
    for (place, word) in words.enumerated() {
      let count = word.trimming { "[](),;:".contains($0) }
      guard isCount(count) else { continue }
      words.remove(at: place)
      let rest = words.joined(separator: " ")
      let head = rest.prefix(wordLimit)
      return (count + " " + head + (head.endIndex == rest.endIndex ? "" : "…")).trimming {
        $0 == " "
      }
    }
    return nil
  }

  /// Whether the word is `42%`, or `37/100` with a first number that is not greater than the second.
  private static func isCount(_ text: String) -> Bool {
    func number(_ text: Substring) -> Double? {
      text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
        ? Double(text) : nil
    }
    if text.hasSuffix("%") { return number(text.dropLast()).map { $0 <= 100 } ?? false }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let done = number(parts[0]), let all = number(parts[1]) else {
      return false
    }
    return all > 0 && done <= all
  }
}

extension String {
  /// The text without unwanted characters at both ends.
  fileprivate func trimming(_ isUnwanted: (Character) -> Bool) -> String {
    let head = drop(while: isUnwanted)
    guard let last = head.lastIndex(where: { !isUnwanted($0) }) else { return "" }
    return String(head[...last])
  }
}
