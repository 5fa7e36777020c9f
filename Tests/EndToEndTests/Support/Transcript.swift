/// What an article shows of a terminal: lines that are typed, behind `    $ `, and what came of each.
struct Transcript {
  /// One line that is typed.
  struct Step {
    let command: String
    /// What is printed; a line `…` stands for any lines.
    var lines: [String]

    /// The file that it shows, as `cat FILE` does.
    var shownFile: String? {
      let words = command.split(separator: " ")
      return words.count == 2 && words[0] == "cat" ? String(words[1]) : nil
    }

    /// Whether it only looks, and may be asked again until what it waits for has come.
    var onlyLooks: Bool {
      ["list", "show", "logs", "why", "queue list", "sweep show", "job list"].contains {
        command.hasPrefix("spool \($0)")
      }
    }

    /// Whether it is an agent that stays.
    var stays: Bool {
      command.hasPrefix("spool agent")
        && !["--drain", "--once"].contains { command.contains($0) }
    }
  }

  let steps: [Step]

  /// Reads an article.
  ///
  /// - Parameter headings: The sections that are played; nil: all of them.
  init(_ article: String, below headings: [String]? = nil) {
    var steps: [Step] = []
    var isPlayed = headings == nil
    var isFenced = false
    // What follows a step without a blank line belongs to it.
    var isOpen = false
    for line in article.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") { isFenced.toggle() }
      if isFenced { continue }
      if line.hasPrefix("## "), let headings {
        isPlayed = headings.contains(String(line.dropFirst(3)))
      }
      if isPlayed, line.hasPrefix("    $ ") {
        steps.append(Step(command: String(line.dropFirst(6)), lines: []))
        isOpen = true
      } else if isOpen, line.hasPrefix("    ") {
        steps[steps.count - 1].lines.append(String(line.dropFirst(4)))
      } else {
        isOpen = false
      }
    }
    self.steps = steps
  }
}

/// A text without what is another at each time: names' random parts, times, numbers of processes.
struct Normalized {
  /// The lines, comparable.
  let lines: [String]

  init(_ lines: [String]) {
    self.lines = lines.map { line in
      var line = line
      line.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z|\d{8}T\d{6}\.\d{6}Z/, with: "TIME")
      line.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}/, with: "TIME")
      line.replace(/\d\d:\d\d:\d\d/, with: "TIME")
      line.replace(/[A-Z][a-z]{2} [ \d]\d \d\d:\d\d/, with: "TIME")
      line.replace(/pid \d+/, with: "pid N")
      line.replace(/\/tmp\/tmp\.\w{10}/, with: "COPY")
      // Before the spans: a name may end with 2m1s.
      line.replace(/-(?:[0-9a-f]{8}|[0-9a-z]{4})\b/.wordBoundaryKind(.simple), with: "-NAME")
      line.replace(
        /\b(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+\b/.wordBoundaryKind(.simple), with: "SPAN")
      // Columns are as wide as what stands in them.
      line.replace(/\x20+/, with: " ")
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  /// The names in a text, in their order, with the random parts of launch or of the documents' clients.
  static func names(in text: String) -> [String] {
    text.matches(
      of: /[A-Za-z0-9_]+-(?:[0-9a-f]{8}|[0-9a-z]{4})\b/.wordBoundaryKind(.simple)
    ).map { String($0.output) }
  }

  /// Whether these are the lines that are expected, where `…` stands for any.
  func fits(_ expected: Normalized) -> Bool {
    func fits(_ actual: ArraySlice<String>, _ expected: ArraySlice<String>) -> Bool {
      guard let first = expected.first else { return actual.isEmpty }
      if first == "…" {
        return actual.indices.contains { fits(actual[$0...], expected.dropFirst()) }
          || expected.count == 1
      }
      guard let line = actual.first, line == first else { return false }
      return fits(actual.dropFirst(), expected.dropFirst())
    }
    return fits(lines[...], expected.lines[...])
  }
}
