import SpoolQueue
import SpoolTerminal

/// Questions and answers. It is a value, so that tests can answer.
struct Prompt: Sendable {
  let say: @Sendable (String) -> Void
  /// Reads one line without its newline. Returns nil at the end of the input.
  let read: @Sendable () -> String?

  /// Uses standard error and standard input: standard output is for the run's name.
  static let terminal = Prompt(
    say: { text in try? Output.error.write(text) },
    read: { Terminal.readLine() })

  /// Asks the user; Return answers with the default. Returns nil if the user left.
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

/// Lets the user change a text in an editor.
struct Editor: Sendable {
  /// Opens the editor. Returns the text as the user left it.
  let edit: @Sendable (String) throws(SpoolError) -> String

  /// VISUAL, otherwise EDITOR, otherwise vi, on a file that no other user can read and that is removed afterwards.
  static let environment = Editor { (text) throws(SpoolError) in
    let file = try EditorFile(text)
    defer { file.remove() }
    return try file.edit()
  }
}
