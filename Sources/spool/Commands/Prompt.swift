import SpoolQueue

/// Questions and answers; a value, so that tests can answer.
struct Prompt: Sendable {
  /// Shows a text.
  let say: @Sendable (String) -> Void
  /// Reads one line without its end; nil: there will be none.
  let read: @Sendable () -> String?

  /// Standard error and standard input: standard output is for the run's name.
  static let terminal = Prompt(
    say: { text in try? Output.error.write(text) },
    read: { readLine(strippingNewline: true) })

  /// Asks; Return answers with the default. nil: the user left.
  func ask(_ question: String, default text: String?) -> String? {
    say(question + (text.map { " [\($0)]" } ?? "") + ": ")
    guard let line = read() else {
      say("\n")
      return nil
    }
    let answer = String(
      line.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    return answer.isEmpty ? text ?? "" : answer
  }
}

/// Lets the user change a text in the editor of choice.
struct Editor: Sendable {
  /// Returns the text as it was left.
  let edit: @Sendable (String) throws(SpoolError) -> String

  /// VISUAL, else EDITOR, else vi, on a file that nobody else can read and that is gone afterwards.
  static let environment = Editor { (text) throws(SpoolError) in
    let file = try EditorFile(text)
    defer { file.remove() }
    return try file.edit()
  }
}

/// A text in a file of its own, which nobody else can read.
struct EditorFile: Sendable {
  /// Where it is.
  let path: String
  private let original: String

  /// Writes the text.
  init(_ text: String) throws(SpoolError) {
    let directory = Queue.absolute(Terminal.environment("TMPDIR") ?? "/tmp")
    let path = "\(directory)/spool-\(RunName.randomPart())\(RunName.randomPart()).json"
    try attempt("write", path) { () throws(Errno) in
      try System.create(path, permissions: 0o600).write(Array(text.utf8))
    }
    self.path = path
    original = text
  }

  /// Opens it in VISUAL, else EDITOR, else vi; returns the text as it was left.
  func edit() throws(SpoolError) -> String {
    let program =
      [Terminal.environment("VISUAL"), Terminal.environment("EDITOR")].compactMap { $0 }
      .first { !$0.isEmpty } ?? "vi"
    guard Terminal.run("\(program) \"$1\"", argument: path) else {
      throw SpoolError(.badInput, "\(program): did not end well; nothing was changed")
    }
    return try text()
  }

  private func text() throws(SpoolError) -> String {
    let bytes = try attempt("read", path) { () throws(Errno) in
      try System.openFollowing(path).readAll(limit: Job.sizeLimit)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Removes it.
  func remove() { try? System.unlink(path) }

  /// Removes it unless something was typed; returns whether it is still there.
  func removeIfUnchanged() -> Bool {
    if let left = try? text(), left != original { return true }
    remove()
    return false
  }
}
