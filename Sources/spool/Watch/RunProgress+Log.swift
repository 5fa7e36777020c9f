import SpoolQueue

extension RunProgress {
  /// How much of a line is shown beside the count.
  private static let wordLimit = 60

  /// The progress that the last line of a run's log tells. Returns nil if it tells none, or if the run does
  /// not run or wrote a `progress` file.
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
    // What stands between two bars is drawn.
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

  /// Whether it is `42%`, or `37/100` with digits alone and no more than all.
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
  /// It without the characters at both ends that are not wanted.
  fileprivate func trimming(_ isUnwanted: (Character) -> Bool) -> String {
    let head = drop(while: isUnwanted)
    guard let last = head.lastIndex(where: { !isUnwanted($0) }) else { return "" }
    return String(head[...last])
  }
}
