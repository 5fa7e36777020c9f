import SpoolQueue
import SpoolTerminal

/// A text that a user changes in an editor until it is good.
struct EditedText {
  /// The subject of the text, for messages: a run's name.
  let title: String
  let file: EditorFile
  /// Asks the user whether to edit again.
  let prompt: Prompt
  /// Whether there is a user to ask.
  let isTerminal: Bool

  enum Outcome {
    case unchanged
    /// The typed text, which the file still has: ``EditorFile/remove()`` when it has been used.
    case good(String)
    /// A wrong text is kept, and the user does not want to change it again.
    case leftWrong(path: String)
  }

  init(_ text: String, of title: String, prompt: Prompt, isTerminal: Bool) throws(SpoolError) {
    self.title = title
    self.prompt = prompt
    self.isTerminal = isTerminal
    file = try EditorFile(text)
  }

  /// Opens the editor, and opens it again as long as the text is wrong and the user wants to change it.
  ///
  /// - Parameters:
  ///   - original: The text before the edit.
  ///   - complaint: The fault of a text; nil if it has none.
  /// - Throws: ``SpoolError`` if the editor or a check failed; the message tells where the typed text is.
  func edit(
    from original: String, complaint: (String) throws(SpoolError) -> String?
  ) throws(SpoolError) -> Outcome {
    while true {
      let text: String
      do throws(SpoolError) {
        text = try file.edit()
      } catch {
        // If anything was typed, the text is kept.
        throw file.removeIfUnchanged().map { error.adding("; your text is in \($0)") } ?? error
      }
      if text.hasSameBytes(as: original) {
        file.remove()
        return .unchanged
      }
      guard let words = try keeping({ () throws(SpoolError) in try complaint(text) }) else {
        return .good(text)
      }
      errorLine("spool: \(title): \(escapingControls(words))")
      if isTerminal, let answer = prompt.ask("Edit it again (y or n)", default: "y"),
        !answer.hasPrefix("n")
      {
        continue
      }
      return .leftWrong(path: file.keep())
    }
  }

  /// Keeps the typed text if `body` fails.
  func keeping<Result>(_ body: () throws(SpoolError) -> Result) throws(SpoolError) -> Result {
    do throws(SpoolError) {
      return try body()
    } catch {
      throw error.adding("; your text is in \(file.keep())")
    }
  }
}

extension SpoolError {
  /// The same error with more words behind its own.
  func adding(_ words: String) -> SpoolError {
    SpoolError(kind, message + words, errno: errno)
  }
}
