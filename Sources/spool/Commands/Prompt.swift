import SpoolQueue
import SpoolTerminal

/// Questions and answers; a value, so that tests can answer.
struct Prompt: Sendable {
  let say: @Sendable (String) -> Void
  /// Reads one line without its end. Returns nil if no line will come.
  let read: @Sendable () -> String?

  /// Standard error and standard input: standard output is for the run's name.
  static let terminal = Prompt(
    say: { text in try? Output.error.write(text) },
    read: { Terminal.readLine() })

  /// Asks; Return answers with the default. Returns nil if the user left.
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

  /// VISUAL, else EDITOR, else vi, on a file that no other user can read and that is gone afterwards.
  static let environment = Editor { (text) throws(SpoolError) in
    let file = try EditorFile(text)
    defer { file.remove() }
    return try file.edit()
  }
}
